/** What the programs share that measure how long something takes, each time. */

/** The value below which so great a share of them lies. */
function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

export type Figure = "p99" | "p999";

/** Prints the result of a program from the times of its operations, in microseconds. The figure is the 99th percentile, or the 99.9th. */
export function printLatencies(
  program: string,
  took: readonly number[],
  result: { readonly ops: number; readonly ms: number; readonly checksum: number },
  figure: Figure = "p99",
): void {
  const sorted = took.toSorted((a, b) => a - b);
  const [p50, p99, p999, max] = [0.5, 0.99, 0.999, 1].map((share) => percentile(sorted, share));
  const { ops, ms, checksum } = result;
  const ns = Math.round(ms * 1e6);
  console.log(
    JSON.stringify({ program, ops, ns, checksum, micros: figure === "p99" ? p99 : p999, detail: { p50, p99, p999, max } }),
  );
}

/**
 * What the programs of all peers on Node.js share. Each peer has one `bench.js`, which is called as
 *
 *     node bench.js PROGRAM WARMUPS REPEATS SIZE...
 *
 * and prints one line: {"program":...,"ops":...,"ns":...,"checksum":...}. More programs can follow, each after a `--`. The sizes come from
 * the harness, the same for every system; `src/workloads` describes each program. `BENCH_CORES` says how many cores it may use.
 */

/** Checksums are sums modulo this prime, so that they stay exact in every language. */
export const MODULUS = 1_000_000_007;

/** On how many cores a program may compute. */
export const CORES = Number(process.env["BENCH_CORES"] ?? 1);

/**
 * @typedef {{ warmups: number, repeats: number, sizes: number[] }} Arguments
 * @typedef {{ ops: number, ns: number, checksum: number, bytes?: number, micros?: number, detail?: Record<string, number> }} Result
 * @typedef {(args: Arguments) => Result | Promise<Result>} Program
 * @typedef {{ ops: number, checksum: number }} Pass what one pass over the work completed, counted where results arrive
 * @typedef {{ took: number[], checksum: number }} TimedPass how long each operation of a pass took, in microseconds
 */

/**
 * Runs the programs that the command line names, and prints their results.
 * @param {Record<string, Program>} programs
 */
export async function main(programs) {
  let args = process.argv.slice(2);
  while (args.length > 0) {
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    const [name = "", warmups, repeats, ...sizes] = args.slice(0, end);
    const program = programs[name];
    if (program === undefined) throw new Error(`no program "${name}"; there are: ${Object.keys(programs).join(", ")}`);
    const result = await program({ warmups: Number(warmups), repeats: Number(repeats), sizes: sizes.map(Number) });
    console.log(JSON.stringify({ program: name, ...result }));
    args = args.slice(end + 1);
  }
}

/**
 * A program that does its pass as often as it is told, warm-ups apart; `ns` is the time of all repeats together.
 * @param {(...sizes: number[]) => Pass | Promise<Pass>} pass
 * @returns {Program}
 */
export function measured(pass) {
  return async ({ warmups, repeats, sizes }) => {
    for (let i = 0; i < warmups; i++) await pass(...sizes);
    let ops = 0;
    let checksum = 0;
    const start = performance.now();
    for (let i = 0; i < repeats; i++) {
      const done = await pass(...sizes);
      ops += done.ops;
      checksum = (checksum + done.checksum) % MODULUS;
    }
    return { ops, ns: nanoseconds(start), checksum };
  };
}

/**
 * A program whose figure is the 99th percentile of its operations' times, or the 99.9th.
 * @param {(...sizes: number[]) => Promise<TimedPass>} pass
 * @param {"p99" | "p999"} [figure]
 * @returns {Program}
 */
export function measuredLatencies(pass, figure = "p99") {
  return async ({ warmups, repeats, sizes }) => {
    for (let i = 0; i < warmups; i++) await pass(...sizes);
    /** @type {number[]} */
    const took = [];
    let checksum = 0;
    const start = performance.now();
    for (let i = 0; i < repeats; i++) {
      const done = await pass(...sizes);
      took.push(...done.took);
      checksum = (checksum + done.checksum) % MODULUS;
    }
    const ns = nanoseconds(start);
    const sorted = took.toSorted((a, b) => a - b);
    const [p50 = 0, p99 = 0, p999 = 0, max = 0] = [0.5, 0.99, 0.999, 1].map((share) => percentile(sorted, share));
    return { ops: took.length, ns, checksum, micros: figure === "p99" ? p99 : p999, detail: { p50, p99, p999, max } };
  };
}

/**
 * Times so many operations, one after the other; returns the times and what the last one came to.
 * @param {number} count
 * @param {() => Promise<number>} operation
 * @returns {Promise<TimedPass>}
 */
export async function timed(count, operation) {
  /** @type {number[]} */
  const took = [];
  let checksum = 0;
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    checksum = await operation();
    took.push((performance.now() - begun) * 1_000);
  }
  return { took, checksum };
}

/**
 * The time since a moment of `performance.now()`.
 * @param {number} start
 */
export function nanoseconds(start) {
  return Math.round((performance.now() - start) * 1e6);
}

/**
 * The value below which so great a share of them lies.
 * @param {number[]} sorted
 * @param {number} share
 */
function percentile(sorted, share) {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

/**
 * The million processes, for libraries that have them: what one of them adds to the resident memory.
 * @template Process
 * @param {object} how
 * @param {(count: number, window: number) => Promise<Process[]>} how.start starts them in windows; is done when all wait for a message
 * @param {(all: Process[]) => Promise<number>} how.dismiss each answers with its number, from 1 on, and ends; returns the numbers' sum
 * @returns {Program}
 */
export function measuredMemory({ start, dismiss }) {
  return async ({ sizes: [count = 0, window = 1] }) => {
    // Whatever is compiled or allocated at first use is not the processes'.
    await dismiss(await start(window, window));
    const before = process.memoryUsage();
    const begun = performance.now();
    const all = await start(count, window);
    const ns = nanoseconds(begun);
    const after = process.memoryUsage();
    const checksum = (await dismiss(all)) % MODULUS;
    /** @param {"rss" | "heapUsed" | "external"} key */
    const each = (key) => Math.round((after[key] - before[key]) / count);
    const detail = { rss: each("rss"), heapUsed: each("heapUsed"), external: each("external") };
    return { ops: count, ns, checksum, bytes: detail.rss, detail };
  };
}

/** What every program shares: warm-up apart, then the clock from the first spawn to the last completion, then one line of JSON. */

/** Checksums are sums modulo this prime, so that they stay exact in every language. */
export const MODULUS = 1_000_000_007;

/** What one pass over the work completed, counted where results arrive. */
export interface Pass {
  readonly ops: number;
  readonly checksum: number;
}

/**
 * Runs `pass` as often as `args` say (warm-ups, repeats, then the sizes of the work) and prints
 * `{ program, ops, ns, checksum }`; `ns` is the time of all repeats together.
 */
export function measure(program: string, args: readonly string[], pass: (sizes: readonly number[]) => Pass): void {
  const [warmups = 0, repeats = 1, ...sizes] = args.map(Number);
  for (let i = 0; i < warmups; i++) pass(sizes);
  let ops = 0;
  let checksum = 0;
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    const done = pass(sizes);
    ops += done.ops;
    checksum = (checksum + done.checksum) % MODULUS;
  }
  const ns = Math.round((performance.now() - start) * 1e6);
  console.log(JSON.stringify({ program, ops, ns, checksum }));
}

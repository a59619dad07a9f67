import { expect, test } from "vitest";
import { sortItems } from "./sort.ts";
import * as typed from "./typed-array.ts";

const seed = Number(process.env["AGNER_FUZZ_SEED"] ?? (Math.random() * 1e9) | 0);
let z = seed;
const below = (n: number): number => {
  z = (Math.imul(z, 1103515245) + 12345) & 0x7fffffff;
  return (z >> 8) % n;
};

/** Runs up, runs down, few values, many, and parts of each. */
function items(n: number): number[] {
  const kind = below(5);
  const step = 1 + below(9);
  return Array.from({ length: n }, (_, i) => {
    switch (kind === 4 ? below(4) : kind) {
      case 0:
        return i;
      case 1:
        return n - i;
      case 2:
        return below(step);
      default:
        return (Math.floor(i / (8 * step)) % 2 === 0 ? i : n - i) + below(step);
    }
  });
}

/** Some of them contradict themselves. */
function comparator(kind: number): (a: number, b: number) => unknown {
  let turn = 0;
  return [
    (a: number, b: number) => a - b,
    (a: number, b: number) => b - a,
    (a: number, b: number) => a > b,
    () => (((turn = (Math.imul(turn, 1103515245) + 12345) & 0x7fffffff) >> 8) % 3) - 1,
    () => NaN,
    () => -1,
    (a: number, b: number) => (a & 7) - (b & 7),
  ][kind]!;
}

type Compare = (a: number, b: number) => number;

test(`comparisons are those of V8, one after the other (seed ${seed})`, () => {
  for (let round = 0; round < 600; round++) {
    const xs = items(below(round % 50 === 0 ? 2_000 : 300));
    const kind = below(7);
    const log = (sort: (xs: number[], compare: Compare) => unknown): unknown => {
      const seen: number[] = [];
      const compare = comparator(kind);
      const copy = xs.slice();
      sort(copy, ((a: number, b: number) => (seen.push(a, b), compare(a, b))) as Compare);
      return [copy, seen];
    };
    expect(log((a, f) => sortItems(a, f as never))).toEqual(log((a, f) => a.sort(f)));
    const typedLog = (sort: (xs: Int32Array, compare: Compare) => unknown): unknown =>
      log((a, f) => {
        const t = Int32Array.from(a);
        sort(t, f);
        a.splice(0, a.length, ...t);
      });
    expect(typedLog((a, f) => typed.sort.call(a, f))).toEqual(typedLog((a, f) => a.sort(f)));
  }
});

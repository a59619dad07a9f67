import { measureCopies } from "./copies.ts";

/** Numbers of eight bytes each, at least one. */
function numbers(bytes: number): number[] {
  return Array.from({ length: Math.max(1, bytes >> 3) }, (_, i) => i + 1);
}

/** The first alone: not everywhere does an array tell its length and its last element without a walk. */
function weigh(all: readonly number[]): number {
  return all[0]!;
}

export function main(...args: string[]): void {
  measureCopies("copy-flat", args, numbers, weigh);
}

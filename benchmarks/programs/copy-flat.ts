import { measureCopies } from "./copies.ts";

/** Numbers of eight bytes each, at least one. */
function numbers(bytes: number): number[] {
  return Array.from({ length: Math.max(1, bytes >> 3) }, (_, i) => i + 1);
}

function weigh(all: readonly number[]): number {
  return all.length + all[0]! + all[all.length - 1]!;
}

export function main(...args: string[]): void {
  measureCopies("copy-flat", args, numbers, weigh);
}

import { self, send, spawn, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";
import { sumOf } from "./numbers.ts";

/** In how many ways queens can stand on the rows that are left; the bits tell which columns and diagonals of the next row are taken. */
function solutions(full: number, columns: number, left: number, right: number): number {
  if (columns === full) return 1;
  let count = 0;
  let free = full & ~(columns | left | right);
  while (free !== 0) {
    const queen = free & -free;
    free ^= queen;
    count += solutions(full, columns | queen, ((left | queen) << 1) & full, (right | queen) >> 1);
  }
  return count;
}

/** Counts the solutions with queens in these columns of the first two rows. */
function job(parent: Pid, size: number, first: number, second: number): void {
  const full = (1 << size) - 1;
  const [a, b] = [1 << first, 1 << second];
  send(parent, solutions(full, a | b, ((a << 2) | (b << 1)) & full, (a >> 2) | (b >> 1)));
}

export function main(...args: string[]): void {
  measure("fork-join-queens", args, ([size = 0]) => {
    let jobs = 0;
    for (let first = 0; first < size; first++) {
      for (let second = 0; second < size; second++) {
        if (Math.abs(first - second) < 2) continue;
        spawn(job, self(), size, first, second);
        jobs += 1;
      }
    }
    return { ops: jobs, checksum: sumOf(jobs) };
  });
}

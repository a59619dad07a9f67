import { self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

/** How many steps, at most `limit`, a point takes to leave the circle of radius 2. */
function steps(cr: number, ci: number, limit: number): number {
  let r = 0;
  let i = 0;
  for (let n = 0; n < limit; n++) {
    const rr = r * r;
    const ii = i * i;
    if (rr + ii > 4) return n;
    i = 2 * r * i + ci;
    r = rr - ii + cr;
  }
  return limit;
}

/** The steps of all points of a row. */
function row(parent: Pid, size: number, y: number, limit: number): void {
  const ci = (2 * y) / size - 1;
  let sum = 0;
  for (let x = 0; x < size; x++) sum += steps((2 * x) / size - 1.5, ci, limit);
  send(parent, sum);
}

export function main(...args: string[]): void {
  measure("fork-join-mandelbrot", args, ([size = 0, limit = 0]) => {
    for (let y = 0; y < size; y++) spawn(row, self(), size, y, limit);
    return { ops: size, checksum: sumOf(size) % MODULUS };
  });
}

import { self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";
import { next } from "./random.ts";

/** The middle of so many pseudo-random numbers in order. */
function middle(parent: Pid, seed: number, count: number): void {
  const all: number[] = [];
  for (let at = next(seed); all.length < count; at = next(at)) all.push(at);
  all.sort((a, b) => a - b);
  send(parent, all[count >> 1]);
}

export function main(...args: string[]): void {
  measure("ran", args, ([processes = 0, numbers = 0]) => {
    for (let id = 1; id <= processes; id++) spawn(middle, self(), id, numbers);
    return { ops: processes, checksum: sumOf(processes) % MODULUS };
  });
}

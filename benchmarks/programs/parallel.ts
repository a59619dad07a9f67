import { self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

/** Keeps so many stamps of time, and tells how many are not before the one that was made before. */
function stamp(parent: Pid, count: number): void {
  const all = Array.from({ length: count }, (_, n) => ({ at: performance.now(), n }));
  send(parent, all.filter(({ at }, i) => i === 0 || all[i - 1]!.at <= at).length);
}

export function main(...args: string[]): void {
  measure("parallel", args, ([processes = 0, stamps = 0]) => {
    for (let i = 0; i < processes; i++) spawn(stamp, self(), stamps);
    return { ops: processes, checksum: sumOf(processes) % MODULUS };
  });
}

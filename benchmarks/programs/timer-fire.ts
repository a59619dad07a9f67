import { self, sendAfter } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

export function main(...args: string[]): void {
  measure("timer-fire", args, ([timers = 0, withinMs = 1]) => {
    const to = self();
    for (let i = 1; i <= timers; i++) sendAfter(1 + (i % withinMs), to, i);
    return { ops: timers, checksum: sumOf(timers) % MODULUS };
  });
}

import { cancelTimer, self, sendAfter } from "@agner/vm";
import { measure } from "./measure.ts";

export function main(...args: string[]): void {
  measure("timer-set-cancel", args, ([timers = 0]) => {
    const to = self();
    const set = Array.from({ length: timers }, (_, i) => sendAfter(60_000 + (i % 1_000), to, i));
    let cancelled = 0;
    for (const timer of set) if (cancelTimer(timer) !== false) cancelled += 1;
    return { ops: timers, checksum: cancelled };
  });
}

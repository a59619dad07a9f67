import { send, sleep, type Pid } from "@agner/vm";
import { measureBusy } from "./busy.ts";

/** Sleeps for a millisecond, and notes by how much it was longer. */
function sleepOften(parent: Pid, times: number): void {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const asked = performance.now();
    sleep(1);
    took.push((performance.now() - asked - 1) * 1_000);
  }
  send(parent, ["took", took, times]);
}

export function main(...args: string[]): void {
  measureBusy("timer-latency", args, sleepOften);
}

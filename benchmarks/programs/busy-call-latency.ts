import { genServer } from "@agner/otp";
import { schedulers, send, type Pid } from "@agner/vm";
import { measureBusy } from "./busy.ts";
import { Adder } from "./server-call-small.ts";

/** Calls a server on the last core. */
export function call(parent: Pid, times: number): void {
  const adder = Adder.startLink(undefined, { scheduler: schedulers() - 1 });
  const took: number[] = [];
  let last = 0;
  for (let i = 0; i < times; i++) {
    const asked = performance.now();
    last = adder.add(1);
    took.push((performance.now() - asked) * 1_000);
  }
  genServer.stop(adder);
  send(parent, ["took", took, last]);
}

export function main(...args: string[]): void {
  measureBusy("busy-call-latency", args, call);
}

import { self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

function child(parent: Pid, n: number): void {
  send(parent, n);
}

export function main(...args: string[]): void {
  measure("spawn-parallel", args, ([count = 0, batch = 1]) => {
    const parent = self();
    let ops = 0;
    let checksum = 0;
    while (ops < count) {
      for (let n = 1; n <= batch; n++) spawn(child, parent, n);
      checksum = (checksum + sumOf(batch)) % MODULUS;
      ops += batch;
    }
    return { ops, checksum };
  });
}

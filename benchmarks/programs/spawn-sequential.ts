import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";

function child(parent: Pid, n: number): void {
  send(parent, n);
}

export function main(...args: string[]): void {
  measure("spawn-sequential", args, ([processes = 0]) => {
    const parent = self();
    let sum = 0;
    for (let n = 1; n <= processes; n++) {
      spawn(child, parent, n);
      sum += receive<number>();
    }
    return { ops: processes, checksum: sum % MODULUS };
  });
}

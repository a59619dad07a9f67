import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

function adder(parent: Pid, messages: number): void {
  let total = 0;
  for (let i = 0; i < messages; i++) total += receive<["add", number]>()[1];
  send(parent, total);
}

export function main(...args: string[]): void {
  measure("fan-out", args, ([receivers = 0, messages = 0]) => {
    const all = Array.from({ length: receivers }, () => spawn(adder, self(), messages));
    for (let n = 1; n <= messages; n++) for (const to of all) send(to, ["add", n]);
    return { ops: receivers * messages, checksum: sumOf(receivers) % MODULUS };
  });
}

import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";

function sender(to: Pid, messages: number): void {
  for (let n = 1; n <= messages; n++) send(to, ["add", n]);
}

function adder(parent: Pid, messages: number): void {
  let total = 0;
  for (let i = 0; i < messages; i++) total += receive<["add", number]>()[1];
  send(parent, total);
}

export function main(...args: string[]): void {
  measure("fan-in", args, ([senders = 0, messages = 0]) => {
    const to = spawn(adder, self(), senders * messages);
    for (let i = 0; i < senders; i++) spawn(sender, to, messages);
    return { ops: senders * messages, checksum: receive<number>() % MODULUS };
  });
}

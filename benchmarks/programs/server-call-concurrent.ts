import { genServer } from "@agner/otp";
import { self, send, spawn, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";
import { sumOf } from "./numbers.ts";
import { Adder } from "./server-call-small.ts";

function client(parent: Pid, server: Pid, calls: number): void {
  const adder = Adder.ref(server);
  for (let i = 0; i < calls; i++) adder.add(1);
  send(parent, calls);
}

export function main(...args: string[]): void {
  measure("server-call-concurrent", args, ([clients = 0, calls = 0]) => {
    const adder = Adder.startLink();
    for (let i = 0; i < clients; i++) spawn(client, self(), adder.pid, calls);
    const ops = sumOf(clients);
    const checksum = adder.add(0);
    genServer.stop(adder);
    return { ops, checksum };
  });
}

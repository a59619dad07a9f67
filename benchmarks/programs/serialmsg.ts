import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";
import { sumOf } from "./numbers.ts";

/** Passes everything on to whom it is for. */
function dispatcher(): void {
  for (;;) {
    const [to, data] = receive<[Pid, string]>();
    send(to, data);
  }
}

function generator(via: Pid, to: Pid, messages: number, bytes: number): void {
  const data = "x".repeat(bytes);
  for (let i = 0; i < messages; i++) send(via, [to, data]);
}

/** Tells its parent how many bytes came. */
function recipient(parent: Pid, messages: number): void {
  let bytes = 0;
  for (let i = 0; i < messages; i++) bytes += receive<string>().length;
  send(parent, bytes);
}

export function main(...args: string[]): void {
  measure("serialmsg", args, ([pairs = 0, messages = 0, bytes = 0]) => {
    const via = spawn(dispatcher);
    for (let i = 0; i < pairs; i++) spawn(generator, via, spawn(recipient, self(), messages), messages, bytes);
    const checksum = sumOf(pairs);
    exit(via, "kill");
    return { ops: pairs * messages, checksum };
  });
}

import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";
import { sumOf } from "./numbers.ts";

/** Answers what it is sent, so often. */
function receiver(messages: number): void {
  for (let i = 0; i < messages; i++) {
    const [from, data] = receive<[Pid, string]>();
    send(from, data.length);
  }
}

/** Sends the data to every receiver, again when all have answered; tells its parent how many bytes were answered in all. */
function sender(parent: Pid, receivers: readonly Pid[], loops: number, data: string): void {
  let sum = 0;
  for (let i = 0; i < loops; i++) {
    for (const to of receivers) send(to, [self(), data]);
    sum += sumOf(receivers.length);
  }
  send(parent, sum);
}

/** A group has as many receivers as senders. */
function group(parent: Pid, members: number, loops: number): void {
  const data = "x".repeat(100);
  const receivers = Array.from({ length: members }, () => spawn(receiver, members * loops));
  for (let i = 0; i < members; i++) spawn(sender, self(), receivers, loops, data);
  send(parent, sumOf(members));
}

export function main(...args: string[]): void {
  measure("ehb", args, ([groups = 0, members = 0, loops = 0]) => {
    for (let i = 0; i < groups; i++) spawn(group, self(), members, loops);
    return { ops: groups * members * members * loops, checksum: sumOf(groups) };
  });
}

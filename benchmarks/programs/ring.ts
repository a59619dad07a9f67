import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";

function member(parent: Pid, id: number): void {
  const next = receive<Pid>();
  for (;;) {
    const hops = receive<number>();
    if (hops === 0) {
      send(parent, id);
      return;
    }
    send(next, hops - 1);
  }
}

export function main(...args: string[]): void {
  measure("ring", args, ([size = 0, hops = 0]) => {
    const members: Pid[] = [];
    for (let id = 0; id < size; id++) members.push(spawn(member, self(), id));
    for (const [id, pid] of members.entries()) send(pid, members[(id + 1) % size]);
    send(members[0]!, hops);
    const last = receive<number>();
    for (const pid of members) exit(pid, "kill");
    return { ops: hops, checksum: last };
  });
}

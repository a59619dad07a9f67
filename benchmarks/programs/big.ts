import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

type Message = readonly ["ping", Pid] | readonly ["pong", number];

/** Asks all the others, answers all of them, and tells its parent what the answers add up to. */
function member(parent: Pid, id: number): void {
  const [, all] = receive<["all", Pid[]]>((message) => message[0] === "all");
  for (const other of all) if (other !== self()) send(other, ["ping", self()]);
  let missing = all.length - 1;
  let sum = 0;
  for (;;) {
    const message = receive<Message>();
    if (message[0] === "ping") {
      send(message[1], ["pong", id]);
    } else {
      sum += message[1];
      missing -= 1;
      if (missing === 0) send(parent, sum);
    }
  }
}

export function main(...args: string[]): void {
  measure("big", args, ([processes = 0]) => {
    const all: Pid[] = [];
    for (let id = 1; id <= processes; id++) all.push(spawn(member, self(), id));
    for (const pid of all) send(pid, ["all", all]);
    const checksum = sumOf(processes) % MODULUS;
    for (const pid of all) exit(pid, "kill");
    return { ops: processes * (processes - 1), checksum };
  });
}

import { exit, processFlag, receive, self, send, spawnLink, type Exit, type Pid } from "@agner/vm";
import { measure } from "./measure.ts";

/** Links itself to the next of the chain; the last one tells the parent that it is there, and exits with the reason that it is told. */
function member(parent: Pid, left: number): void {
  if (left === 0) {
    send(parent, self());
    exit(receive<string>());
  }
  spawnLink(member, parent, left - 1);
  receive();
}

export function main(...args: string[]): void {
  processFlag("trapExit", true);
  measure("exit-storm", args, ([processes = 0]) => {
    const first = spawnLink(member, self(), processes - 1);
    const last = receive<Pid>();
    send(last, "over");
    const { from, reason } = receive<Exit>();
    return { ops: processes, checksum: from === first && reason === "over" ? processes : 0 };
  });
}

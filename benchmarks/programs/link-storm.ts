import { exit, isPid, processFlag, receive, spawnLink, type Exit } from "@agner/vm";
import { measure } from "./measure.ts";

function wait(): void {
  receive();
}

export function main(...args: string[]): void {
  processFlag("trapExit", true);
  measure("link-storm", args, ([processes = 0]) => {
    const pids = Array.from({ length: processes }, () => spawnLink(wait));
    for (const pid of pids) exit(pid, "kill");
    let killed = 0;
    for (let i = 0; i < processes; i++) {
      const { from, reason } = receive<Exit>();
      if (isPid(from) && reason === "killed") killed += 1;
    }
    return { ops: processes, checksum: killed };
  });
}

import { exit, monitor, receive, self, send, spawn, type Down, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

function wait(): void {
  receive();
}

/** Says that it watches, and tells its parent when the other is down. */
function watch(parent: Pid, other: Pid, id: number): void {
  const ref = monitor(other);
  send(parent, 0);
  const down = receive<Down>();
  if (down.ref === ref && down.reason === "killed") send(parent, id);
}

export function main(...args: string[]): void {
  measure("monitor-storm", args, ([processes = 0]) => {
    const watched = spawn(wait);
    for (let id = 1; id <= processes; id++) spawn(watch, self(), watched, id);
    sumOf(processes);
    exit(watched, "kill");
    return { ops: processes, checksum: sumOf(processes) % MODULUS };
  });
}

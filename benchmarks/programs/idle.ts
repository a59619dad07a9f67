import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";

function idle(parent: Pid, id: number): void {
  send(parent, id);
  const [, from] = receive<["ask", Pid]>();
  send(from, id);
}

/** Starts processes in windows, so that their reports of having started never pile up; returns when all wait in `receive`. */
export function startIdle(count: number, window: number): Pid[] {
  const parent = self();
  const pids: Pid[] = [];
  while (pids.length < count) {
    const started = Math.min(window, count - pids.length);
    for (let i = 0; i < started; i++) pids.push(spawn(idle, parent, pids.length + 1));
    sumOf(started);
  }
  return pids;
}

/** Every process answers with its number, and ends. */
export function dismiss(pids: readonly Pid[]): number {
  const parent = self();
  for (const pid of pids) send(pid, ["ask", parent]);
  return sumOf(pids.length) % MODULUS;
}

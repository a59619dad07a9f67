import { exit, receive, schedulers, self, spawnOpt, type Pid } from "@agner/vm";
import { printLatencies, type Figure } from "./latency.ts";

/** Does its work so many times, and tells how long each time took, in microseconds, and what the work comes to. */
export type Worker = (parent: Pid, times: number) => void;

/** What a worker tells its parent. */
export type Report = readonly ["took", micros: readonly number[], checksum: number];

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/** A process that computes until it is killed. */
function compute(): void {
  for (;;) fib(20);
}

/** What goes on meanwhile on every core besides a computation, and which figure is the result. */
interface Rest {
  readonly load?: readonly (() => void)[];
  readonly figure?: Figure;
}

/** Runs the worker on the first core, while a process computes on every core, and prints its times. */
export function measureBusy(program: string, args: readonly string[], worker: Worker, { load = [], figure }: Rest = {}): void {
  const [warmups = 0, repeats = 1, times = 0] = args.map(Number);
  const busy: Pid[] = [];
  for (let scheduler = 0; scheduler < schedulers(); scheduler++) {
    for (const each of [compute, ...load]) busy.push(spawnOpt({ scheduler }, each));
  }
  const took: number[] = [];
  let checksum = 0;
  let start = 0;
  for (let pass = -warmups; pass < repeats; pass++) {
    if (pass === 0) {
      took.length = 0;
      checksum = 0;
      start = performance.now();
    }
    spawnOpt({ scheduler: 0 }, worker, self(), times);
    const [, each, sum] = receive<Report>((message) => message?.[0] === "took");
    took.push(...each);
    checksum += sum;
  }
  const ms = performance.now() - start;
  for (const pid of busy) exit(pid, "kill");
  printLatencies(program, took, { ops: repeats * times, ms, checksum }, figure);
}

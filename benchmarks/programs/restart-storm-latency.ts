import { CallError } from "@agner/otp";
import { receive, self, send, spawnOpt, type Pid } from "@agner/vm";
import { printLatencies } from "./latency.ts";
import { MODULUS } from "./measure.ts";
import { Cell, killAll, nameOf, startCells, sumOfStarts } from "./storm.ts";

/** How long the caller waits before it calls again a cell that was not there, in milliseconds. */
const PAUSE_MS = 1;

/** Calls the cells in turn, each until it answers, and then tells how long each answer took, in microseconds, and what the answers add up to. */
function callAll(parent: Pid, children: number, calls: number): void {
  const took: number[] = [];
  let sum = 0;
  for (let i = 0; i < calls; i++) {
    const id = 1 + (i % children);
    const asked = performance.now();
    sum += answerOf(id);
    took.push((performance.now() - asked) * 1_000);
    if (i === 0) send(parent, "calling");
  }
  send(parent, ["called", took, sum]);
}

function answerOf(id: number): number {
  for (;;) {
    try {
      return Cell.ref(nameOf(id)).add(1);
    } catch (e) {
      if (!CallError.is(e)) throw e;
      receive(() => false, PAUSE_MS);
    }
  }
}

export function main(...args: string[]): void {
  const [warmups = 0, repeats = 1, children = 0, calls = 0] = args.map(Number);
  const took: number[] = [];
  let checksum = 0;
  let start = 0;
  for (let pass = -warmups; pass < repeats; pass++) {
    if (pass === 0) {
      took.length = 0;
      checksum = 0;
      start = performance.now();
    }
    const { pids, stop } = startCells(children);
    spawnOpt({ scheduler: 0 }, callAll, self(), children, calls);
    receive((message) => message === "calling");
    killAll(pids);
    const [, each, sum] = receive<["called", number[], number]>((message) => message?.[0] === "called");
    took.push(...each);
    checksum = (checksum + sum + sumOfStarts(children)) % MODULUS;
    stop();
  }
  printLatencies("restart-storm-latency", took, { ops: repeats * calls, ms: performance.now() - start, checksum });
}

/** What must hold of scheduling: nobody holds a core, and every core has work. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  exit,
  monitor,
  processInfo,
  receive,
  schedulerId,
  self,
  send,
  spawnOpt,
  spawn,
  statistics,
  yieldNow,
  type Down,
  type Pid,
} from "@agner/vm";
import { fewerIfMoving } from "../conformance/testing/counts.ts";

const QUOTA = Number(process.env["AGNER_QUOTA"] ?? 4_000);

function spin(): never {
  for (;;) {}
}

function ticker(parent: Pid, ticks: number): void {
  for (let i = 0; i < ticks; i++) yieldNow();
  send(parent, "ticked");
}

processTest("`for (;;) {}` delays nobody by more than a slice a turn, and can be killed", () => {
  const spinner = spawnOpt({ scheduler: 1 }, spin);
  spawnOpt({ scheduler: 1, link: true }, ticker, self(), 200);
  expect(receive()).toBe("ticked");
  // 200 turns of the ticker took about as many slices of the spinner, which ran before and after them too.
  const { reductions } = processInfo(spinner)!;
  expect(reductions).toBeGreaterThan(100 * QUOTA);
  const ref = monitor(spinner);
  exit(spinner, "kill");
  expect(receive<Down>()).toEqual({ type: "DOWN", ref, pid: spinner, reason: "killed" });
});

processTest("a low process is not starved by normal ones, nor a normal one by the high ones' pauses", () => {
  spawnOpt({ scheduler: 1, priority: "low", link: true }, ticker, self(), 20);
  const spinner = spawnOpt({ scheduler: 1 }, spin);
  expect(receive()).toBe("ticked");
  exit(spinner, "kill");
});

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function compute(parent: Pid): void {
  fib(25);
  send(parent, schedulerId());
}

processTest("64 CPU-bound processes spawned by one process keep both cores busy", () => {
  const parent = self();
  const reductions = (): number[] => statistics().map((core) => core.reductions);
  const before = reductions();
  for (let i = 0; i < 64; i++) spawn(compute, parent);
  for (let i = 0; i < 64; i++) receive();
  // Where a process ends tells little: who is done first takes what is left of the others.
  const done = reductions().map((n, core) => n - before[core]!);
  expect(Math.min(...done)).toBeGreaterThan(0.1 * Math.max(...done));
  expect(statistics().reduce((sum, s) => sum + s.steals, 0)).toBeGreaterThan(0);
});

processTest("a closure is stolen as well, with what it captured", () => {
  const parent = self();
  const table = { factor: 3 };
  // Whether another core comes in time is up to the machine: once in some rounds it does.
  for (let stolen = false; !stolen;) {
    for (let i = 0; i < 64; i++) {
      const born = schedulerId();
      spawn(() => {
        const begun = schedulerId();
        fib(22);
        table.factor *= i; // its own copy
        send(parent, { value: table.factor, stolen: begun !== born });
      });
    }
    const answers = Array.from({ length: 64 }, () => receive<{ value: number; stolen: boolean }>());
    expect(answers.map((a) => a.value).sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => 3 * i));
    expect(table.factor).toBe(3);
    stolen = answers.some((answer) => answer.stolen);
  }
});

function deep(n: number): number {
  return n === 0 ? 0 : 1 + deep(n - 1);
}

function countdown(n: number): string {
  return n === 0 ? "landed" : countdown(n - 1);
}

processTest("recursion is bounded by memory alone, and tail calls keep nothing", () => {
  // More than any native stack takes. Where all processes move, each move writes the whole stack down: there it is less.
  const depth = fewerIfMoving(1_000_000, 50_000);
  expect(deep(depth)).toBe(depth);
  expect(countdown(5 * depth)).toBe("landed");
});

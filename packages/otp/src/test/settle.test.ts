import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, processInfo, receive, schedulers, self, send, spawnOpt, TIMEOUT, type Pid } from "@agner/vm";
import { thrown } from "../conformance/testing/watch.ts";
import { settle } from "./index.ts";

/** Hands a number on to the next core, one less each time, and at last to the test. */
function relay(n: number, test: Pid): void {
  if (n === 0) send(test, "arrived");
  else spawnOpt({ scheduler: n % schedulers() }, relay, n - 1, test);
}

processTest("settle: a chain of processes across the cores has come to its end", () => {
  for (let round = 0; round < 20; round++) {
    relay(50, self());
    settle();
    expect(receive(undefined, 0)).toBe("arrived");
    expect(receive(undefined, 0)).toBe(TIMEOUT);
  }
});

function bounce(n: number): void {
  for (let i = 0; i < n; i++) {
    const other = receive<Pid>();
    send(other, self());
  }
  receive(() => false);
}

processTest("settle: two processes have stopped talking", () => {
  const a = spawnOpt({ scheduler: 0 }, bounce, 300);
  const b = spawnOpt({ scheduler: schedulers() - 1 }, bounce, 300);
  send(a, b);
  settle();
  expect([a, b].map((pid) => processInfo(pid)!.mailboxLength)).toEqual([1, 0]);
  exit(a, "kill");
  exit(b, "kill");
  settle();
});

function burst(n: number, test: Pid): void {
  for (let i = 0; i < n; i++) spawnOpt({}, tell, test, i);
}

function tell(test: Pid, i: number): void {
  send(test, i);
}

processTest("settle: processes that may be stolen have run", () => {
  spawnOpt({ scheduler: schedulers() - 1 }, burst, 500, self());
  settle();
  let count = 0;
  while (receive(undefined, 0) !== TIMEOUT) count++;
  expect(count).toBe(500);
});

processTest("settle: who sleeps or waits for a message is idle", () => {
  const sleeper = spawnOpt({ scheduler: schedulers() - 1 }, bounce, 1);
  settle();
  exit(sleeper, "kill");
});

function spin(): void {
  for (let i = 0; ; i++) if (i < 0) send(self(), i);
}

processTest("settle: past the limit the error names who is busy", () => {
  const spinner = spawnOpt({ name: "spinner", scheduler: schedulers() - 1 }, spin);
  try {
    expect(thrown(() => settle({ withinMs: 50 })).message).toMatch(
      /did not come to rest within 50 ms: .*still busy: <[\d.]+> \("spinner"\) in spin \(/,
    );
  } finally {
    exit(spinner, "kill");
  }
  settle();
});

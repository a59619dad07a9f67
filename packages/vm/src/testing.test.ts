import { expect, test } from "vitest";
import { monotonicTime, receive, schedulers, self, send, sendAfter, sleep, spawnOpt, TIMEOUT, type Pid } from "@agner/vm";
import { advanceClock, clockTime, isMatch, settle, startClock, stopClock } from "@agner/vm/testing";
import { processTest } from "@agner/vm/vitest";
import { P } from "ts-pattern";

const LIMIT_MS = 5_000;

function codeOf(call: () => void): unknown {
  try {
    call();
  } catch (e) {
    return (e as { code?: string }).code;
  }
  return undefined;
}

test("where no VM runs there is a monotonic time, and nothing to wait for", () => {
  const before = monotonicTime();
  expect(monotonicTime()).toBeGreaterThanOrEqual(before);
  expect(codeOf(() => settle(1))).toBe("AGNER_NOT_A_PROCESS");
  expect(codeOf(() => stopClock(1))).toBe("AGNER_NOT_A_PROCESS");
});

processTest("the monotonic time goes as timers do", () => {
  const before = monotonicTime();
  sleep(20);
  expect(monotonicTime() - before).toBeGreaterThanOrEqual(20);
});

function tellLater(to: Pid, ms: number): void {
  sleep(ms);
  send(to, ms);
}

processTest("the clock of the VM stands, is moved, and goes on", () => {
  expect(clockTime()).toBe(undefined);
  expect(codeOf(() => advanceClock(1, LIMIT_MS))).toBe("AGNER_CLOCK");
  startClock(LIMIT_MS); // it goes already
  stopClock(LIMIT_MS);
  expect(codeOf(() => stopClock(LIMIT_MS))).toBe("AGNER_CLOCK");
  const start = clockTime()!;
  for (let core = 0; core < schedulers(); core++) spawnOpt({ scheduler: core }, tellLater, self(), 1_000 * (schedulers() - core));
  settle(LIMIT_MS);
  expect(receive(undefined, 0)).toBe(TIMEOUT);
  advanceClock(1_000 * schedulers(), LIMIT_MS);
  for (let core = 0; core < schedulers(); core++) expect(receive(undefined, 0)).toBe(1_000 * (core + 1));
  expect(clockTime()! - start).toBe(1_000 * schedulers());
  expect(codeOf(() => advanceClock(Infinity, LIMIT_MS))).toBe("AGNER_BAD_ARGUMENT");
  startClock(LIMIT_MS);
  sendAfter(5, self(), "goes");
  expect(receive(undefined, LIMIT_MS)).toBe("goes");
});

processTest("patterns are those of receive", () => {
  const me = self();
  expect([isMatch({ a: P.number }, { a: 1, b: 2 }), isMatch(["x", me], ["x", me]), isMatch((n: number) => n > 1, 1)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(codeOf(() => settle(-1))).toBe("AGNER_BAD_ARGUMENT");
});

/** Group E, second part: timers (E8 to E15). */
import { expect } from "vitest";
import {
  cancelTimer,
  exit,
  isRef,
  makeRef,
  readTimer,
  receive,
  register,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  spawnOpt,
  TIMEOUT,
  unregister,
  whereis,
  type Pid,
  type Ref,
} from "@agner/vm";
import { advanceClock, startClock, stopClock } from "@agner/vm/testing";
import { processTest } from "@agner/vm/vitest";
import { coreAt, PLACES, spawnAt, spawnMonitorAt } from "./testing/place.ts";
import {
  clock,
  codeOf,
  downOf,
  kill,
  nothing,
  numbers,
  onOneCore,
  park,
  reasonOf,
  settled,
  spinUntil,
  taken,
} from "./testing/watch.ts";

/** Longer than any test. */
const HOUR = 3_600_000;
/** How long, in milliseconds of real time, the clock may take to stand and to move on. */
const PATIENCE_MS = 60_000;

/** Sets timers as it is told, and sends their references. */
function timekeeper(): void {
  for (;;) {
    const [from, ms, to, message] = receive<[Pid, number, Pid, unknown]>();
    send(from, ["timer", sendAfter(ms, to, message)]);
  }
}

/** A timer on the core of the timekeeper that sends to the caller. */
function timerAt(keeper: Pid, ms: number, message: unknown): Ref {
  send(keeper, [self(), ms, self(), message]);
  return receive<[string, Ref]>((answer) => Array.isArray(answer) && answer[0] === "timer")[1];
}

for (const place of PLACES) {
  // send_after_1, send_after_2
  processTest(`E8: sendAfter sends a copy of its message when the time is over, never early (${place})`, () => {
    const pid = spawnAt(place, sendsOn, self());
    for (const ms of [0, 0.3, 1, 2.7, 10]) {
      const started = performance.now();
      const message = { ms, list: [1] };
      expect(isRef(sendAfter(ms, pid, message))).toBe(true);
      message.list.push(2);
      expect(receive()).toEqual({ ms, list: [1] });
      expect(performance.now() - started).toBeGreaterThanOrEqual(ms);
    }
    kill(pid);
  });

  // read_timer, cancel_timer_1
  processTest(`E9: cancelTimer and readTimer tell the milliseconds that are left, or false (${place})`, () => {
    const keeper = spawnAt(place, timekeeper);
    const timer = timerAt(keeper, HOUR, "never");
    const left = readTimer(timer) as number;
    expect(left).toBeLessThanOrEqual(HOUR);
    expect(left).toBeGreaterThan(HOUR - 60_000);
    const cancelled = cancelTimer(timer) as number;
    expect(cancelled).toBeLessThanOrEqual(left);
    expect(cancelled).toBeGreaterThan(HOUR - 60_000);
    expect([readTimer(timer), cancelTimer(timer)]).toEqual([false, false]);
    const fired = timerAt(keeper, 0, "fired");
    expect(receive()).toBe("fired");
    expect([readTimer(fired), cancelTimer(fired)]).toEqual([false, false]);
    kill(keeper);
  });

  processTest(`E11: when cancelTimer has returned a number nothing comes; when false, the message is there (${place})`, () => {
    const keeper = spawnAt(place, timekeeper);
    const outcomes = new Set<boolean>();
    for (let round = 0; round < 300; round++) {
      const timer = timerAt(keeper, (round % 8) / 4, round);
      spinUntil(clock() + (round % 5) / 2);
      const left = cancelTimer(timer);
      outcomes.add(left === false);
      expect(taken()).toEqual(left === false ? [round] : []);
    }
    receive(undefined, 5);
    expect(taken()).toEqual([]);
    expect(outcomes.size).toBe(2);
    kill(keeper);
  });

  // registered_process
  processTest(`E13: a name is looked up when the timer fires, and nobody there is no error (${place})`, () => {
    // one core for all timers: not wherever moves take it; and a clock that stands, or the name may be nobody's when the first fires
    onOneCore(() => {
      const scheduler = coreAt(place)!;
      const first = spawnOpt({ scheduler, name: "e13" }, sendsOn, self());
      stopClock(PATIENCE_MS);
      const control = [sendAfter(15, "e13", "for the second"), sendAfter(15, "e13 nobody", "for nobody")];
      expect(control.map((timer) => readTimer(timer))).toEqual([15, 15]);
      unregister("e13");
      const second = spawnOpt({ scheduler, name: "e13" }, labels, "second", self());
      advanceClock(15, PATIENCE_MS);
      startClock(PATIENCE_MS);
      expect(receive()).toEqual(["second", "for the second"]);
      expect(control.map((timer) => readTimer(timer))).toEqual([false, false]);
      kill(first);
      kill(second);
      expect(whereis("e13")).toBeUndefined();
    });
  });

  // auto_cancel_yielding, cleanup
  processTest(`E13: the end of its destination ends a timer (${place})`, () => {
    const pid = spawnAt(place, park);
    const [read, cancelled] = [sendAfter(HOUR, pid, 1), sendAfter(HOUR, pid, 2)];
    kill(pid);
    expect(readTimer(read)).toBe(false);
    expect(cancelTimer(cancelled)).toBe(false);
    const [dead, ref] = spawnMonitorAt(place, nothing);
    downOf(ref);
    sendAfter(0, dead, "nobody reads this");
    expect(readTimer(sendAfter(HOUR, dead, 1))).toBe(false);
  });

  processTest(`E13: the end of the process that set it does not end a timer (${place})`, () => {
    const parent = self();
    const [, ref] = spawnMonitorAt(place, () => sendAfter(5, parent, "still rings"));
    downOf(ref);
    expect(receive()).toBe("still rings");
  });

  // send_after_3
  processTest(`E14: timers fire in the order of their times, and none is early (${place})`, () => {
    // each core has its timers, and those of two may fire in either order
    onOneCore(() => {
      const pid = spawnAt(place, sendsOn, self());
      const order = [17, 3, 29, 11, 5, 23, 2, 19, 7, 13];
      const started = performance.now();
      const setBy = new Map(
        order.map((ms) => {
          sendAfter(ms, pid, ms);
          return [ms, performance.now() - started];
        }),
      );
      const seen: number[] = [];
      while (seen.length < order.length) {
        const ms = receive<number>();
        const now = performance.now() - started;
        expect(now).toBeGreaterThanOrEqual(ms);
        // Of two that were due in the same millisecond, or set so late that they might have been, either may be first.
        for (const later of seen) expect(later).toBeLessThanOrEqual(ms + setBy.get(ms)! + 1);
        seen.push(ms);
      }
      expect(seen.toSorted((a, b) => a - b)).toEqual(order.toSorted((a, b) => a - b));
      kill(pid);
    });
  });
}

function sendsOn(to: Pid): void {
  for (;;) send(to, receive());
}

function labels(label: string, to: Pid): void {
  for (;;) send(to, [label, receive()]);
}

// read_timer_trivial, cancel_timer_e
processTest("E9: a reference that is no timer gives false, anything else is an error", () => {
  expect([readTimer(makeRef()), cancelTimer(makeRef())]).toEqual([false, false]);
  const parent = self();
  spawnAt("other core", () => send(parent, makeRef()));
  const foreign = receive<Ref>();
  expect([readTimer(foreign), cancelTimer(foreign)]).toEqual([false, false]);
  for (const bad of [undefined, 1, "timer", {}, self()]) {
    expect(codeOf(() => readTimer(bad as never))).toBe("AGNER_BAD_ARGUMENT");
    expect(codeOf(() => cancelTimer(bad as never))).toBe("AGNER_BAD_ARGUMENT");
  }
});

// send_after_e
processTest("E12: times that are no times, and destinations that are none, are errors", () => {
  for (const bad of [-1, -0.5, Number.NaN, Infinity, "1", null, undefined, 2n ** 64n, 2 ** 60]) {
    expect(codeOf(() => sendAfter(bad as never, self(), "never"))).toBe("AGNER_BAD_ARGUMENT");
  }
  for (const bad of [-1, Number.NaN, "1", null, undefined]) expect(codeOf(() => sleep(bad as never))).toBe("AGNER_BAD_ARGUMENT");
  for (const bad of [undefined, 1, {}, null])
    expect(codeOf(() => sendAfter(0, bad as never, "never"))).toBe("AGNER_BAD_ARGUMENT");
  expect(codeOf(() => sendAfter(0, self(), () => "a closure"))).toBe("AGNER_BAD_TERM");
  expect(receive(undefined, 2)).toBe(TIMEOUT);
});

processTest("E14: sleep never ends early", () => {
  for (const ms of [0, 0.5, 1, 2.5, 12]) {
    const started = performance.now();
    sleep(ms);
    expect(performance.now() - started).toBeGreaterThanOrEqual(ms);
  }
});

// start_timer_big, send_after_big
processTest("E15: very long times work", () => {
  const timers = [2 ** 31, 2 ** 32, 2 ** 33, 2 ** 40, Number.MAX_SAFE_INTEGER].map(
    (ms) => [ms, sendAfter(ms, self(), ms)] as const,
  );
  expect(receive(undefined, 5)).toBe(TIMEOUT);
  for (const [ms, timer] of timers) {
    const left = cancelTimer(timer) as number;
    expect(left).toBeLessThanOrEqual(ms);
    expect(left).toBeGreaterThan(ms - 60_000);
  }
  expect(receive(undefined, 1)).toBe(TIMEOUT);
});

// same_time_yielding, same_time_yielding_with_cancel, same_time_yielding_with_cancel_other
processTest("E14: thousands of timers for the same moment all fire, but for those that were cancelled", () => {
  const parent = self();
  const timers = numbers(5_000).map((i) => sendAfter(20, parent, i));
  const cancelled = new Set(numbers(5_000).filter((i) => i % 7 === 0 && cancelTimer(timers[i]!) !== false));
  const [, ref] = spawnMonitorAt("other core", cancelMany, timers.slice(0, 1_000));
  const byOther = new Set(reasonOf(ref) as number[]);
  const seen = new Set<number>();
  while (seen.size < 5_000 - cancelled.size - byOther.size) seen.add(receive<number>());
  receive(undefined, 2);
  expect(taken()).toEqual([]);
  for (let i = 0; i < 5_000; i++) {
    if (seen.has(i) === (cancelled.has(i) || byOther.has(i))) throw new Error(`timer ${i}`);
  }
});

/** Cancels every third of these timers; ends with the indexes of those that had not fired. */
function cancelMany(timers: readonly Ref[]): void {
  const cancelled: number[] = [];
  for (let i = 1; i < timers.length; i += 3) if (i % 7 !== 0 && cancelTimer(timers[i]!) !== false) cancelled.push(i);
  exit(cancelled);
}

// evil_timers
processTest("E14: timers are right while processes on every core set, read and cancel many", () => {
  const workers = numbers(6).map((i) => spawnMonitorAt(PLACES[i % 2]!, setsAndCancels, i));
  for (const [, ref] of workers) expect(reasonOf(ref)).toBe("all right");
});

function setsAndCancels(seed: number): void {
  const due = new Map<number, Ref>();
  const gone = new Set<number>();
  for (let i = 0; i < 400; i++) {
    due.set(i, sendAfter((i * 7 + seed * 3) % 23, self(), i));
    if (i % 3 === 0) {
      const victim = (i * 5) % (i + 1);
      const timer = due.get(victim);
      if (timer !== undefined && cancelTimer(timer) !== false) {
        due.delete(victim);
        gone.add(victim);
      }
    }
    if (i % 50 === 0) sleep(1);
  }
  while (due.size > 0) {
    const i = receive<number>();
    if (!due.delete(i) || gone.has(i)) exit(["unexpected", i]);
  }
  exit(receive(undefined, 1) === TIMEOUT ? "all right" : "a cancelled timer has fired");
}

processTest("E13: a timer for a name reaches the process that has it, on whichever core", () => {
  for (const place of PLACES) {
    const pid = spawnAt(place, sendsOn, self());
    register("e13 far", pid);
    sendAfter(1, "e13 far", place);
    expect(receive()).toBe(place);
    kill(pid);
  }
});

processTest("E8: a timer that is set by a process on another core rings there, and its reference is known everywhere", () => {
  const keeper = spawnAt("other core", timekeeper);
  const timer = timerAt(keeper, HOUR, "never");
  const parent = self();
  spawn(() => send(parent, ["read", readTimer(timer)]));
  expect(receive<[string, number]>()[1]).toBeGreaterThan(HOUR - 60_000);
  expect(cancelTimer(timer)).not.toBe(false);
  settled();
  kill(keeper);
});

import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  cancelTimer,
  exit,
  monotonicTime,
  readTimer,
  receive,
  schedulers,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  spawnMonitor,
  spawnOpt,
  TIMEOUT,
  wait,
  type Pid,
} from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { thrown } from "../conformance/testing/watch.ts";
import { expectDown, expectMessage, expectNoMessage, probe, settle, virtualClock } from "./index.ts";

const HOUR = 3_600_000;

processTest("timers come when the clock is advanced, and not before", () => {
  const clock = virtualClock();
  sendAfter(HOUR, self(), "hour");
  const timer = sendAfter(100, self(), "soon");
  expect(readTimer(timer)).toBe(100);
  expectNoMessage();
  clock.advance(99);
  expectNoMessage();
  expect(readTimer(timer)).toBe(1);
  clock.advance(1);
  expectMessage("soon");
  expect(clock.now()).toBe(100);
  clock.advance(HOUR - 101);
  expectNoMessage();
  clock.advance(1);
  expectMessage("hour");
  expect(cancelTimer(timer)).toBe(false);
  clock.restore();
  expect(clock.now()).toBe(HOUR);
  expect(thrown(() => clock.advance(1)).message).toMatch(/the clock was restored/);
});

processTest("after its restoration the clock goes on from where it stood", () => {
  const clock = virtualClock();
  const before = monotonicTime();
  sendAfter(HOUR + 5, self(), "real again");
  clock.advance(HOUR);
  expect(monotonicTime() - before).toBe(HOUR);
  clock.restore();
  expect(receive(undefined, 5_000)).toBe("real again");
  expect(monotonicTime() - before).toBeGreaterThan(HOUR);
  const again = virtualClock();
  expect(again.now()).toBe(0);
  expect(monotonicTime() - before).toBeGreaterThanOrEqual(HOUR);
  again.restore();
});

/** Tells `to` its name every `ms` milliseconds, by one timer after the other. */
function tick(name: string, ms: number, to: Pid): void {
  for (let i = 1; ; i++) {
    sendAfter(ms, self(), "next");
    receive();
    send(to, `${name}${i}`);
  }
}

processTest("chains of timers on all cores come in the order of time", () => {
  const clock = virtualClock();
  const log = probe();
  const a = spawnOpt({ scheduler: 0 }, tick, "a", 700, log.pid);
  const b = spawnOpt({ scheduler: schedulers() - 1 }, tick, "b", 1_100, log.pid);
  settle();
  clock.advance(3_000);
  expect(log.messages()).toEqual(["a1", "b1", "a2", "a3", "b2", "a4"]);
  for (let round = 0; round < 50; round++) clock.advance(77);
  expect(log.messages().length).toBe(Math.floor(6_850 / 700) + Math.floor(6_850 / 1_100));
  exit(a, "kill");
  exit(b, "kill");
  clock.restore();
});

/** Tries again and again, and waits twice as long after each time. */
function retry(to: Pid): void {
  for (let ms = 10; ; ms *= 2) {
    if (receive(undefined, ms) !== TIMEOUT) return;
    send(to, ms);
  }
}

processTest("time-outs of receive: a back-off", () => {
  const clock = virtualClock();
  const log = probe({ scheduler: 0 });
  const pid = spawnOpt({ scheduler: schedulers() - 1 }, retry, log.pid);
  settle();
  clock.advance(10 + 20 + 40 + 79);
  expect(log.messages()).toEqual([10, 20, 40]);
  clock.advance(1);
  log.expectMessage(80);
  send(pid, "enough");
  expectDown(pid);
  clock.restore();
});

function sleeper(to: Pid, ms: number): void {
  sleep(ms);
  send(to, `slept ${ms}`);
}

processTest("sleep, also for no time at all", () => {
  const clock = virtualClock();
  spawnOpt({ scheduler: schedulers() - 1 }, sleeper, self(), 0);
  expectMessage("slept 0");
  spawnOpt({ scheduler: schedulers() - 1 }, sleeper, self(), 5_000);
  settle();
  clock.advance(4_999);
  expectNoMessage();
  clock.advance(1);
  expectMessage("slept 5000");
  sleep(0);
  clock.restore();
});

function waiter(to: Pid): void {
  try {
    wait(new Promise(() => {}), 1_000);
  } catch (e) {
    send(to, (e as { code?: string }).code);
  }
}

processTest("limits of wait", () => {
  const clock = virtualClock();
  spawn(waiter, self());
  settle();
  clock.advance(1_000);
  expectMessage("AGNER_TIMEOUT");
  clock.restore();
});

processTest("nobody waits for what cannot come while the clock stands", () => {
  const clock = virtualClock();
  expect(thrown(() => expectMessage("x", { withinMs: 60_000 })).message).toMatch(/while the virtual clock stands/);
  expect(thrown(() => probe().expectMessage("x", { withinMs: 60_000 })).message).toMatch(/while the virtual clock stands/);
  clock.restore();
});

function forgetful(to: Pid): void {
  virtualClock();
  try {
    virtualClock();
  } catch (e) {
    send(to, (e as { code?: string }).code);
  }
}

processTest("one test has the clock at a time, and gives it back when it ends", () => {
  const [, ref] = spawnMonitor(forgetful, self());
  expect(expectMessage((m) => typeof m === "string")).toBe("AGNER_CLOCK");
  expectDown(ref, { reason: "normal" });
  settle();
  const clock = virtualClock();
  clock.restore();
  sendAfter(1, self(), "real");
  expect(receive(undefined, 5_000)).toBe("real");
});

function tellTime(to: Pid): void {
  send(to, monotonicTime());
}

processTest("all cores have the same time, to the fraction of a millisecond while it stands", () => {
  const clock = virtualClock();
  const times: number[] = [];
  for (let core = 0; core < schedulers(); core++) {
    spawnOpt({ scheduler: core }, tellTime, self());
    times.push(expectMessage<number>((m) => typeof m === "number"));
  }
  expect(times).toEqual(times.map(() => monotonicTime()));
  clock.advance(HOUR);
  clock.restore();
  for (let core = 0; core < schedulers(); core++) {
    const before = monotonicTime();
    spawnOpt({ scheduler: core }, tellTime, self());
    const there = expectMessage<number>((m) => typeof m === "number");
    expect(there).toBeGreaterThan(before - 1);
    expect(there).toBeLessThan(monotonicTime() + 1);
  }
});

function busyFromNow(): void {
  sleep(10);
  for (let i = 0; ; i++) if (i < 0) send(self(), formatTerm(i));
}

processTest("a process that never rests is named", () => {
  const clock = virtualClock();
  const pid = spawnOpt({ name: "busybody" }, busyFromNow);
  settle();
  expect(thrown(() => clock.advance(20, { withinMs: 50 })).message).toMatch(/did not come to rest within 50 ms: .*"busybody"/);
  exit(pid, "kill");
  expectDown(pid);
  clock.advance(10);
  clock.restore();
});

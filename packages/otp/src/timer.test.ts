import { expect } from "vitest";
import {
  isAlive,
  monitor,
  processFlag,
  processInfo,
  receive,
  register,
  self,
  send,
  spawn,
  spawnMonitor,
  TIMEOUT,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { downOf, endOf, isGone, kill, numbers, park, settled, taken, thrown, until } from "./conformance/testing/watch.ts";
import { timer } from "./index.ts";

function tell(to: Pid, what: unknown): void {
  send(to, what);
}

processTest("sendInterval sends again and again, never early", () => {
  const begin = performance.now();
  const t = timer.sendInterval(4, self(), "tick");
  for (const n of numbers(5)) {
    receive((message) => message === "tick");
    expect(performance.now() - begin).toBeGreaterThanOrEqual(4 * (n + 1) - 0.5);
  }
  expect(timer.cancel(t)).toBe(true);
  settled();
  taken();
  expect(receive(undefined, 15)).toBe(TIMEOUT);
  expect(timer.cancel(t)).toBe(false);
});

processTest("an interval does not drift: what comes late makes nothing after it late", () => {
  const begin = performance.now();
  const t = timer.sendInterval(20, self(), "tick");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400); // this core does nothing else meanwhile
  for (const _ of numbers(20)) receive((message) => message === "tick");
  expect(performance.now() - begin).toBeLessThan(700); // 780 if each waited for the one before
  timer.cancel(t);
});

processTest("sendInterval ends with its receiver", () => {
  const receiver = spawn(park);
  const t = timer.sendInterval(2, receiver, "tick");
  until(() => processInfo(receiver)!.mailboxLength > 1);
  kill(receiver);
  expect(["normal", "noproc"]).toContain(endOf(t.pid));
  const gone = timer.sendInterval(1, receiver, "tick");
  expect(["normal", "noproc"]).toContain(endOf(gone.pid));
  expect(timer.cancel(gone)).toBe(false);
});

processTest("sendInterval takes a name for the process that has it", () => {
  register("timer receiver");
  const t = timer.sendInterval(1, "timer receiver", { tick: true });
  expect(receive()).toEqual({ tick: true });
  timer.cancel(t);
  expect(thrown(() => timer.sendInterval(1, "timer receivr", "x"))).toMatchObject({ code: "AGNER_NOPROC" });
});

processTest("applyAfter runs a function once, in another process", () => {
  const main = self();
  const n = 3;
  timer.applyAfter(1, () => send(main, [n, self() === main]));
  expect(receive()).toEqual([3, false]);
  timer.applyAfter(0, tell, main, "with arguments");
  expect(receive()).toBe("with arguments");
  const t = timer.applyAfter(60_000, tell, main, "never");
  expect(timer.cancel(t)).toBe(true);
  expect(isGone(t.pid)).toBe(true);
});

processTest("applyInterval runs a function again and again, each time in a new process, also if the last one is not done", () => {
  const main = self();
  const t = timer.applyInterval(2, () => {
    send(main, self());
    receive(() => false);
  });
  const pids = numbers(3).map(() => receive<Pid>());
  expect(new Set(pids).size).toBe(3);
  timer.cancel(t);
  expect(pids.every((pid) => isAlive(pid))).toBe(true);
  for (const pid of pids) kill(pid);
});

processTest("applyRepeatedly waits for the end of one before the next", () => {
  const main = self();
  const t = timer.applyRepeatedly(1, () => {
    send(main, self());
    receive((message) => message === "go");
  });
  const first = receive<Pid>();
  expect(receive(undefined, 15)).toBe(TIMEOUT);
  send(first, "go");
  const second = receive<Pid>();
  expect(second).not.toBe(first);
  expect(isAlive(first)).toBe(false);
  timer.cancel(t);
  kill(second);
});

const INTERVALS = { applyInterval: timer.applyInterval, applyRepeatedly: timer.applyRepeatedly };
for (const [what, apply] of Object.entries(INTERVALS)) {
  processTest(`${what} ends with the process that asked for it`, () => {
    const main = self();
    const [, ref] = spawnMonitor(() => {
      send(main, apply(1, park).pid);
    });
    const t = monitor(receive<Pid>());
    downOf(ref);
    expect(["normal", "noproc"]).toContain(downOf(t).reason);
  });
}

processTest("exitAfter and killAfter end a process later", () => {
  processFlag("trapExit", true);
  timer.exitAfter(1, self(), "time is up");
  expect(receive<any>()).toMatchObject({ type: "EXIT", reason: "time is up" });
  const [pid, ref] = spawnMonitor(park);
  timer.killAfter(1, pid);
  expect(downOf(ref).reason).toBe("killed");
  const [, own] = spawnMonitor(() => {
    timer.killAfter(1);
    park();
  });
  expect(downOf(own).reason).toBe("killed");
  register("timer victim", self());
  timer.exitAfter(1, "timer victim", "by name");
  expect(receive<any>().reason).toBe("by name");
  const other = spawn(park);
  const t = timer.killAfter(60_000, other);
  expect(timer.cancel(t)).toBe(true);
  expect(isAlive(other)).toBe(true);
  kill(other);
});

processTest("cancel takes what sendAfter returned, too", () => {
  expect(timer.cancel(timer.sendAfter(60_000, self(), "never"))).toBe(true);
  const t = timer.sendAfter(0, self(), "now");
  expect(receive()).toBe("now");
  expect(timer.cancel(t)).toBe(false);
});

processTest("tc tells how long a call took, and the rest calculates", () => {
  const { microseconds, value } = timer.tc((ms: number) => {
    timer.sleep(ms);
    return "done";
  }, 3);
  expect(value).toBe("done");
  expect(microseconds).toBeGreaterThanOrEqual(2_900);
  expect([timer.seconds(2), timer.minutes(2), timer.hours(2), timer.hms(1, 2, 3)]).toEqual([
    2_000, 120_000, 7_200_000, 3_723_000,
  ]);
});

processTest("bad arguments are told as such", () => {
  for (const call of [
    () => timer.sendInterval(0, self(), "x"),
    () => timer.sendInterval(-1, self(), "x"),
    () => timer.sendInterval(1, 1 as never, "x"),
    () => timer.applyAfter(Infinity, park),
    () => timer.applyAfter(1, "park" as never),
    () => timer.applyInterval(0, park),
    () => timer.applyRepeatedly(Number.NaN, park),
    () => timer.exitAfter(1, {} as never, "x"),
    () => timer.killAfter("1" as never),
    () => timer.cancel({} as never),
  ])
    expect(thrown(call)).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
  expect(thrown(() => timer.sendInterval(1, self(), () => 1))).toMatchObject({ code: "AGNER_BAD_TERM" });
});

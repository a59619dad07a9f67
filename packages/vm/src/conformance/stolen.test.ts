/** Groups A, B and D for processes that another core steals before they start: nothing of that may be noticed, whenever it happens. */
import { expect } from "vitest";
import {
  demonitor,
  exit,
  isAlive,
  link,
  monitor,
  processFlag,
  processInfo,
  receive,
  register,
  schedulers,
  self,
  send,
  spawn,
  spawnLink,
  spawnMonitor,
  statistics,
  unlink,
  whereis,
  yieldNow,
  type Down,
  type Exit,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { spawnAt } from "./testing/place.ts";
import { exitFrom, holding, kill, nothing, numbers, park, reasonOf, settled, taken } from "./testing/watch.ts";

/** How many are born at once, and how many have to be stolen before a test ends. */
const BATCH = 60;
const STEALS = 40;

function steals(): number {
  return statistics().reduce((sum, core) => sum + core.steals, 0);
}

/** Repeats a test of a batch until enough of the newborn were stolen. On one core nobody steals. */
function repeat(batch: (round: number) => void): void {
  const before = steals();
  for (let round = 0; round < 5 || (schedulers() > 1 && steals() - before < STEALS); round++) batch(round);
}

/** Keeps the core for long, with the newborn in its queue, so that it has more to do than to talk, and then gives way: they are offered to other cores. */
function offer(): void {
  holding(() => {
    for (let i = 0; i < 2_000_000; i++);
  });
  yieldNow();
}

/** Sends back what it is told to. */
function answers(): void {
  for (;;) {
    const [to, message] = receive<[Pid, unknown]>();
    send(to, message);
  }
}

processTest("A2: messages reach a stolen process once and in order", () => {
  repeat((round) => {
    const pids = numbers(BATCH).map(() => spawn(answers));
    for (let n = 0; n < 6; n++) {
      if (n === round % 6) offer();
      for (const pid of pids) send(pid, [self(), [pid, n]]);
    }
    const seen = new Map<Pid, number[]>(pids.map((pid) => [pid, []]));
    for (let i = 0; i < BATCH * 6; i++) {
      const [pid, n] = receive<[Pid, number]>();
      seen.get(pid)!.push(n);
    }
    expect([...seen.values()]).toEqual(pids.map(() => numbers(6)));
    pids.forEach(kill);
  });
});

processTest("A10: an exit signal reaches a stolen process, and the sender finds it dead", () => {
  repeat(() => {
    const pids = numbers(BATCH).map((i) => spawn(i % 2 === 0 ? park : answers));
    offer();
    for (const pid of pids) {
      exit(pid, "stop");
      expect(isAlive(pid)).toBe(false);
    }
  });
});

processTest("A14: links and monitors of a stolen process hold, those made before and those made after", () => {
  processFlag("trapExit", true);
  repeat(() => {
    const early = numbers(BATCH).map((i) => (i % 2 === 0 ? ([spawnLink(park), undefined] as const) : spawnMonitor(park)));
    const late = numbers(BATCH).map(() => spawn(park));
    offer();
    const refs = late.map((pid, i) => (i % 2 === 0 ? monitor(pid) : link(pid)));
    for (const [i, [pid]] of early.entries()) exit(pid, i);
    for (const [i, pid] of late.entries()) exit(pid, i);
    const signals = numbers(2 * BATCH).map(() => receive<Down | Exit>());
    expect(
      signals.filter((s) => s.type === "DOWN").every((s) => early.some(([, ref]) => ref === s.ref) || refs.includes(s.ref)),
    ).toBe(true);
    const reasons = new Map(signals.map((s) => [s.type === "DOWN" ? s.pid : s.from, s.reason]));
    expect(early.map(([pid]) => reasons.get(pid))).toEqual(numbers(BATCH));
    expect(late.map((pid) => reasons.get(pid))).toEqual(numbers(BATCH));
    expect(processInfo()).toMatchObject({ links: [], monitors: [] });
  });
});

processTest("A14: the end of its parent reaches a stolen child", () => {
  repeat(() => {
    const parents = numbers(4).map(() => spawn(parentOfMany, self()));
    offer();
    const children = parents.flatMap(() => receive<Pid[]>());
    const refs = children.map((pid) => monitor(pid));
    settled();
    for (const pid of parents) exit(pid, "the parent ends");
    for (const ref of refs) expect(reasonOf(ref)).toBe("the parent ends");
  });
});

function parentOfMany(observer: Pid): void {
  const pids = numbers(BATCH / 4).map(() => spawnLink(park));
  offer();
  send(observer, pids);
  park();
}

processTest("A41: unlink and demonitor of a stolen process hold", () => {
  processFlag("trapExit", true);
  repeat(() => {
    const linked = numbers(BATCH).map(() => spawnLink(park));
    const watched = numbers(BATCH).map(() => spawnMonitor(park));
    offer();
    linked.forEach((pid) => unlink(pid));
    for (const [, ref] of watched) expect(demonitor(ref)).toBe(true);
    for (const pid of [...linked, ...watched.map(([pid]) => pid)]) exit(pid, "stop");
    settled();
    settled();
    expect(taken()).toEqual([]);
  });
});

processTest("A44: a stolen process that ends by itself is heard of once", () => {
  processFlag("trapExit", true);
  repeat(() => {
    const pids = numbers(BATCH).map(() => spawnLink(nothing));
    offer();
    for (const pid of pids) expect(exitFrom(pid).reason).toBe("normal");
    settled();
    expect(taken()).toEqual([]);
  });
});

processTest("D7: what is asked of a stolen process is answered after what was sent to it", () => {
  repeat(() => {
    const pids = numbers(BATCH).map(() => spawn(park));
    for (const pid of pids) send(pid, 1);
    offer();
    for (const pid of pids) {
      send(pid, 2);
      expect(processInfo(pid)).toMatchObject({ pid, mailboxLength: 2 });
    }
    pids.forEach(kill);
  });
});

processTest("D10: a name given to a stolen process leads to it, and is free when it has ended", () => {
  repeat(() => {
    const pids = numbers(BATCH).map(() => spawn(answers));
    offer();
    for (const [i, pid] of pids.entries()) register(`d10 stolen ${i}`, pid);
    for (const i of numbers(BATCH)) send(`d10 stolen ${i}`, [self(), i]);
    const seen = numbers(BATCH).map(() => receive<number>());
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers(BATCH));
    pids.forEach(kill);
    expect(numbers(BATCH).filter((i) => whereis(`d10 stolen ${i}`) !== undefined)).toEqual([]);
  });
});

processTest("A2: a third process, on another core, finds a stolen process as well as its parent does", () => {
  const friend = spawnAt("other core", forwards);
  repeat(() => {
    const pids = numbers(BATCH).map(() => spawn(answers));
    for (const pid of pids) send(pid, [self(), "from the parent"]);
    offer();
    send(friend, [pids, self()]);
    expect(
      numbers(2 * BATCH)
        .map(() => receive())
        .filter((message) => message === "from the friend"),
    ).toHaveLength(BATCH);
    pids.forEach(kill);
  });
  kill(friend);
});

function forwards(): void {
  for (;;) {
    const [pids, to] = receive<[Pid[], Pid]>();
    for (const pid of pids) send(pid, [to, "from the friend"]);
  }
}

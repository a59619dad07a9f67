/** Group A, first part: the order of signals, and sending (A1 to A11). */
import { expect } from "vitest";
import {
  alias,
  exit,
  isAlive,
  link,
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
  yieldNow,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, PLACES, spawnAt, spawnLinkAt, spawnMonitorAt } from "./testing/place.ts";
import { codeOf, downOf, kill, nothing, numbers, park, reasonOf, settled, spin, taken } from "./testing/watch.ts";

/** Keeps what reaches it, exit signals too, and tells when it is asked. */
function recorder(): void {
  processFlag("trapExit", true);
  const seen: unknown[] = [];
  for (;;) {
    const message = receive<any>();
    if (Array.isArray(message) && message[0] === "report") send(message[1], seen);
    else seen.push(message?.type === "EXIT" ? ["EXIT", message.reason] : message);
  }
}

/** Sends on what reaches it, and never waits. */
function busyForwarder(to: Pid): void {
  for (;;) {
    const message = receive(undefined, 0);
    if (message !== TIMEOUT) send(to, message);
  }
}

function burst(to: Pid, count: number): void {
  for (let i = 0; i < count; i++) send(to, i);
}

function burstThenExit(to: Pid, count: number, reason: unknown): void {
  burst(to, count);
  exit(reason);
}

for (const place of ALL_PLACES) {
  processTest(`A2: messages and exit signals from one sender arrive in the order sent (${place})`, () => {
    for (let round = 0; round < 100; round++) {
      const pid = spawnAt(place, recorder);
      send(pid, "first"); // it may have to be told twice: exit signals before it traps exits would end it
      send(pid, ["report", self()]);
      expect(receive()).toEqual(["first"]);
      send(pid, 1);
      exit(pid, "a");
      send(pid, 2);
      exit(pid, "normal");
      send(pid, 3);
      send(pid, ["report", self()]);
      expect(receive()).toEqual(["first", 1, ["EXIT", "a"], 2, ["EXIT", "normal"], 3]);
      kill(pid);
    }
  });

  // xm_sig_order
  processTest(`A2: a message sent after an exit signal is never seen (${place})`, () => {
    for (let round = 0; round < 150; round++) {
      const [pid, ref] = spawnMonitorAt(place, busyForwarder, self());
      send(pid, "before");
      if (round % 2 === 0) yieldNow();
      exit(pid, "first");
      send(pid, "after");
      exit(pid, "second");
      expect(reasonOf(ref)).toBe("first");
      expect(taken().filter((message) => message !== "before")).toEqual([]);
    }
  });
}

/** Registers itself, makes an alias, and collects messages until it has `count`. */
function collector(parent: Pid, name: string, count: number): void {
  register(name);
  send(parent, alias());
  const seen: unknown[] = [];
  while (seen.length < count) seen.push(receive());
  send(parent, seen);
}

for (const place of PLACES) {
  processTest(`A4: order holds when the sender mixes pid, name and alias (${place})`, () => {
    const pid = spawnAt(place, collector, self(), "a4", 3_000);
    const address = receive<any>();
    const ways = [pid, "a4", address];
    for (let i = 0; i < 3_000; i++) send(ways[i % 3]!, i);
    expect(receive()).toEqual(numbers(3_000));
  });
}

/** Sends numbers to a pid, a name and an alias of the same process in turn, then ends. */
function mixedBurst(): void {
  const [pid, name, address] = receive<[Pid, string, never]>();
  const ways = [pid, name, address];
  for (let i = 0; i < 30; i++) send(ways[i % 3]!, i);
}

for (const place of ALL_PLACES) {
  processTest(`A5: messages sent before exit precede DOWN (${place})`, () => {
    for (let round = 0; round < 100; round++) {
      const [pid, ref] = spawnMonitorAt(place, burstThenExit, self(), 20, "done");
      const seen: unknown[] = [];
      for (;;) {
        const message = receive<any>();
        seen.push(message);
        if (message?.type === "DOWN") break;
      }
      expect(seen).toEqual([...numbers(20), { type: "DOWN", ref, pid, reason: "done" }]);
    }
  });

  processTest(`A5: messages sent before exit precede EXIT (${place})`, () => {
    processFlag("trapExit", true);
    for (let round = 0; round < 100; round++) {
      const pid = spawnLinkAt(place, burst, self(), 20);
      const seen: unknown[] = [];
      for (;;) {
        const message = receive<any>();
        seen.push(message);
        if (message?.type === "EXIT") break;
      }
      expect(seen).toEqual([...numbers(20), { type: "EXIT", from: pid, reason: "normal" }]);
    }
  });
}

for (const place of PLACES) {
  // monitor_named_order_local and _remote
  processTest(`A5: messages by pid, name and alias precede the DOWN of a monitor by name (${place})`, () => {
    register("a5 watcher");
    const address = alias();
    for (let round = 0; round < 50; round++) {
      const pid = spawnAt(place, mixedBurst);
      register("a5 watched", pid);
      const ref = monitor("a5 watched");
      send(pid, [self(), "a5 watcher", address]);
      const seen: unknown[] = [];
      for (;;) {
        const message = receive<any>();
        seen.push(message);
        if (message?.type === "DOWN") break;
      }
      expect(seen).toEqual([...numbers(30), { type: "DOWN", ref, pid: "a5 watched", reason: "normal" }]);
    }
  });

  // monitor_order
  processTest(`A5: two messages and a DOWN keep their order while others send to the same process (${place})`, () => {
    const noise = numbers(4).map((i) => spawnAt(i % 2 === 0 ? place : "same core", noisy, self(), 3_000));
    for (let round = 0; round < 100; round++) {
      const [pid, ref] = spawnMonitorAt(place, twoMessages, self());
      const seen: unknown[] = [];
      while (seen.length < 3) {
        const message = receive();
        if (message !== "noise") seen.push(message);
      }
      expect(seen).toEqual([[pid, 1], [pid, 2], { type: "DOWN", ref, pid, reason: "normal" }]);
    }
    noise.forEach(kill);
  });
}

function noisy(to: Pid, count: number): void {
  for (let i = 0; i < count; i++) {
    send(to, "noise");
    yieldNow();
  }
  park();
}

function twoMessages(to: Pid): void {
  send(to, [self(), 1]);
  send(to, [self(), 2]);
}

for (const place of PLACES) {
  processTest(
    `a pid comes back as the same object although its process had ended before the pid first left its core (${place})`,
    () => {
      const echo = spawnAt(place, recorder);
      const [pid, ref] = spawnMonitor(nothing);
      expect(reasonOf(ref)).toBe("normal");
      send(echo, pid);
      send(echo, ["report", self()]);
      const [back] = receive<[Pid]>();
      expect(back === pid).toBe(true);
      kill(echo);
    },
  );
}

// parallel_signal_enqueue_race_1 and _2
processTest("A2: concurrent senders lose nothing, and each one's messages stay in order", () => {
  const senders = numbers(8).map((i) => spawnMonitorAt(PLACES[i % 2]!, numbered, self(), 2_000));
  const next = new Map<Pid, number>();
  for (let i = 0; i < 8 * 2_000; i++) {
    const [from, n] = receive<[Pid, number]>(Array.isArray);
    if (n !== (next.get(from) ?? 0)) throw new Error(`expected ${next.get(from)} of ${from}, got ${n}`);
    next.set(from, n + 1);
  }
  for (const [, ref] of senders) expect(reasonOf(ref)).toBe("normal");
  expect(taken()).toEqual([]);
});

function numbered(to: Pid, count: number): void {
  for (let i = 0; i < count; i++) {
    send(to, [self(), i]);
    if (i % 100 === 0) yieldNow();
  }
}

// What is sent while a newborn process may be taken by another core must not overtake, or be overtaken.
processTest("A2: order holds for processes that are stolen before they start", () => {
  for (let round = 0; round < 30; round++) {
    const pids = numbers(64).map(() => spawn(recorder));
    for (const pid of pids) send(pid, 1);
    if (round % 2 === 0) yieldNow();
    for (const pid of pids) send(pid, 2);
    if (round % 3 === 0) yieldNow();
    for (const pid of pids) send(pid, 3);
    for (const pid of pids) {
      send(pid, ["report", self()]);
      expect(receive()).toEqual([1, 2, 3]);
      exit(pid, "kill");
    }
  }
});

// busy_dist_exit_signal, busy_dist_down_signal and the like
processTest("A2: exit signals, links and monitors get through behind a flood of large messages", () => {
  processFlag("trapExit", true);
  const large = "x".repeat(100_000);
  const sink = spawnAt("other core", recorder);
  const [linked, watched] = [spawnAt("other core", recorder), spawnAt("other core", park)];
  for (let i = 0; i < 40; i++) send(sink, large);
  link(linked);
  const ref = monitor(watched);
  for (let i = 0; i < 40; i++) send(sink, large);
  exit(watched, "stop");
  exit(linked, "kill");
  expect(reasonOf(ref)).toBe("stop");
  expect(receive()).toEqual({ type: "EXIT", from: linked, reason: "killed" });
  send(sink, ["report", self()]);
  expect(receive<string[]>().map((text) => text.length)).toEqual(numbers(80).map(() => 100_000));
  kill(sink);
});

for (const place of PLACES) {
  processTest(`A8: sending to a dead pid does nothing (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, nothing);
    downOf(ref);
    send(pid, "nobody reads this");
    expect(codeOf(() => send(pid, () => "a closure"))).toBe("AGNER_BAD_TERM");
    settled();
    expect(taken()).toEqual([]);
  });
}

processTest("A9: sending to a name that nobody has is an error", () => {
  expect(codeOf(() => send("a9 nobody", 1))).toBe("AGNER_NOPROC");
});

for (const place of ALL_PLACES) {
  for (const [what, body] of [
    ["a newborn", park],
    ["a waiting", park],
    ["a busy", spin],
  ] as const) {
    processTest(`A10: after exit(pid, "kill") the sender finds ${what} process dead (${place})`, () => {
      for (let round = 0; round < 60; round++) {
        const pid = spawnAt(place, body);
        if (what !== "a newborn") processInfo(pid);
        if (what === "a waiting") settled();
        exit(pid, "kill");
        expect(isAlive(pid)).toBe(false);
      }
    });
  }
}

for (const place of PLACES) {
  processTest(`A11: nothing is known of a process that has ended (${place})`, () => {
    const pid = spawnAt(place, park);
    expect(processInfo(pid)?.pid).toBe(pid);
    exit(pid, "kill");
    expect(processInfo(pid)).toBeUndefined();
    const [other, ref] = spawnMonitorAt(place, nothing);
    downOf(ref);
    expect([isAlive(other), processInfo(other)]).toEqual([false, undefined]);
  });
}

processTest("A11: a process is alive to itself until its end", () => {
  const [, ref] = spawnMonitor(() => exit([isAlive(self()), processInfo()?.status]));
  expect(reasonOf(ref)).toEqual([true, "running"]);
});

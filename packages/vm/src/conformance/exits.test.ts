/** Group A, third part: exit signals (A26 to A36). */
import { expect } from "vitest";
import {
  exit,
  isAlive,
  link,
  monitor,
  processFlag,
  processInfo,
  receive,
  register,
  registered,
  self,
  send,
  sleep,
  spawnMonitor,
  spawnOpt,
  TIMEOUT,
  unregister,
  whereis,
  yieldNow,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, coreAt, PLACES, spawnAt, spawnLinkAt, spawnMonitorAt, type Place } from "./testing/place.ts";
import {
  clock,
  downOf,
  exitFrom,
  exitWith,
  holding,
  kill,
  nothing,
  numbers,
  park,
  reasonOf,
  settled,
  spin,
  spinUntil,
  taken,
  until,
} from "./testing/watch.ts";

for (const place of PLACES) {
  // t_exit_2_other_normal
  processTest(`A26: reason "normal" from another process is ignored (${place})`, () => {
    const pid = spawnAt(place, park);
    exit(pid, "normal");
    expect(isAlive(pid)).toBe(true);
    kill(pid);
    const [linked, ref] = spawnMonitorAt(place, () => {
      spawnLinkAt("same core", nothing);
      spawnLinkAt("other core", nothing);
      settled();
      return exit("survived both");
    });
    expect(downOf(ref)).toMatchObject({ pid: linked, reason: "survived both" });
  });

  // normal_suicide_exit and abnormal_suicide_exit
  processTest(`A27: exit(self(), reason) ends a process that does not trap exits, "normal" too (${place})`, () => {
    for (const reason of ["normal", "bye", ["a", 1], "kill"]) {
      const [, ref] = spawnMonitorAt(place, exitSelf, self(), reason);
      expect(reasonOf(ref)).toEqual(reason === "kill" ? "killed" : reason);
    }
    expect(taken()).toEqual([]);
  });

  processTest(`A28: to a process that traps exits every signal but a kill is a message (${place})`, () => {
    processFlag("trapExit", true);
    for (const reason of ["normal", "shutdown", "killed", { any: "term" }]) {
      const pid = spawnLinkAt(place, exitWith, reason);
      expect(exitFrom(pid)).toEqual({ type: "EXIT", from: pid, reason });
      const sender = spawnAt(place, exitOther, self(), reason);
      expect(exitFrom(sender)).toEqual({ type: "EXIT", from: sender, reason });
    }
    // Through a link "kill" is an ordinary reason.
    const killed = spawnLinkAt(place, exitWith, "kill");
    expect(exitFrom(killed)).toEqual({ type: "EXIT", from: killed, reason: "kill" });
  });

  processTest(`A29: "kill" cannot be trapped, and is seen as "killed" (${place})`, () => {
    processFlag("trapExit", true);
    const pid = spawnLinkAt(place, trapping, self());
    expect(receive()).toBe("trapping");
    const ref = monitor(pid);
    exit(pid, "kill");
    expect(exitFrom(pid)).toEqual({ type: "EXIT", from: pid, reason: "killed" });
    expect(downOf(ref)).toEqual({ type: "DOWN", ref, pid, reason: "killed" });
    expect(taken()).toEqual([]);
  });

  processTest(`A30: exit("kill") ends the caller with the ordinary reason "kill" (${place})`, () => {
    processFlag("trapExit", true);
    const [pid, ref] = spawnMonitorAt(place, () => {
      processFlag("trapExit", true);
      const linked = spawnLinkAt("other core", () => {
        spawnLinkAt("other core", exitWith, "kill");
        park();
      });
      exit(["heard", exitFrom(linked).reason]);
    });
    expect(downOf(ref)).toEqual({ type: "DOWN", ref, pid, reason: ["heard", "kill"] });
  });
}

processTest("A28: signals that a process that traps exits sends to itself are messages, 200 of them", () => {
  processFlag("trapExit", true);
  const me = self();
  for (let i = 0; i < 100; i++) {
    exit(me, i);
    exit(me, "normal");
    expect(taken()).toEqual([
      { type: "EXIT", from: me, reason: i },
      { type: "EXIT", from: me, reason: "normal" },
    ]);
  }
});

function exitSelf(observer: Pid, reason: unknown): void {
  exit(self(), reason);
  send(observer, "still running");
}

function exitOther(pid: Pid, reason: unknown): void {
  exit(pid, reason);
}

function trapping(parent: Pid): void {
  processFlag("trapExit", true);
  send(parent, "trapping");
  for (;;) send(parent, receive());
}

/** A member of a line of linked processes whose cores alternate. Tells the observer its pid; the last one is told how to end. */
function lineMember(observer: Pid, more: number, place: Place): void {
  if (more > 0) spawnLinkAt(place, lineMember, observer, more - 1, place);
  send(observer, ["member", more, self()]);
  const [how, reason] = receive<[string, unknown]>();
  if (how === "exit") exit(reason);
  else exit(self(), reason);
  send(observer, "still running");
}

/** A line of linked processes, the last one first, each watched. */
function makeLine(length: number, place: Place): { pids: Pid[]; reasons: () => unknown[] } {
  spawnAt(place, lineMember, self(), length - 1, place);
  const pids = numbers(length).map((i) => receive<["member", number, Pid]>((m) => Array.isArray(m) && m[1] === i)[2]);
  const refs = pids.map((pid) => monitor(pid));
  settled(); // the end of one member may reach another before a monitor from here does
  return { pids, reasons: () => refs.map(reasonOf) };
}

// kill2killed
for (const length of [1, 2, 9, 10]) {
  for (const place of PLACES) {
    processTest(`A31: "kill" and "killed" through a line of ${length} links (${place})`, () => {
      const line = (): ReturnType<typeof makeLine> => makeLine(length, place);
      const all = (reason: unknown): unknown[] => numbers(length).map(() => reason);
      for (const end of [0, length - 1]) {
        const killedByOther = line();
        exit(killedByOther.pids[end]!, "kill");
        expect(killedByOther.reasons()).toEqual(all("killed"));
        const killedBySelf = line();
        send(killedBySelf.pids[end]!, ["signal", "kill"]);
        expect(killedBySelf.reasons()).toEqual(all("killed"));
        const exitsWithKill = line();
        send(exitsWithKill.pids[end]!, ["exit", "kill"]);
        expect(exitsWithKill.reasons()).toEqual(all("kill"));
        const ordinary = line();
        exit(ordinary.pids[end]!, { any: "reason" });
        expect(ordinary.reasons()).toEqual(all({ any: "reason" }));
      }
      expect(taken()).toEqual([]);
    });
  }
}

// t_exit_2_catch
processTest("A32: a signal to oneself is no exception: catch and finally do not see it", () => {
  const parent = self();
  const [, ref] = spawnMonitor(() => {
    try {
      exit(self(), "die");
    } catch {
      send(parent, "caught");
    } finally {
      send(parent, "finally");
    }
    send(parent, "still running");
  });
  expect(reasonOf(ref)).toBe("die");
  expect(taken()).toEqual([]);
});

processTest("A32: a process that signals its own end below a native frame ends at its next suspension point", () => {
  for (const next of NEXT_STEPS) {
    const [, ref] = spawnMonitor(endsBelowNativeFrame, self(), next);
    expect(reasonOf(ref)).toBe("die");
  }
  expect(taken()).toEqual([]);
});

const NEXT_STEPS = [
  "receive",
  "receive with a message there",
  "receive with a pattern",
  "sleep",
  "yield",
  "compute",
  "ask",
] as const;

function endsBelowNativeFrame(observer: Pid, next: (typeof NEXT_STEPS)[number]): void {
  if (next === "receive with a message there") send(self(), "a message");
  holding(() => exit(self(), "die"));
  if (next.startsWith("receive with a m") || next === "receive") receive();
  if (next === "receive with a pattern") receive(() => true);
  if (next === "sleep") sleep(0);
  if (next === "yield") yieldNow();
  if (next === "compute") spin();
  if (next === "ask") isAlive(observer);
  send(observer, "still running");
}

for (const place of ALL_PLACES) {
  // exit_twice
  processTest(`A33: the first of two exit signals decides (${place})`, () => {
    for (let round = 0; round < 60; round++) {
      const [pid, ref] = spawnMonitorAt(place, [nothing, park, spin][round % 3]!);
      if (round % 2 === 0) yieldNow();
      exit(pid, "first");
      exit(pid, "second");
      exit(pid, "kill");
      expect(round % 3 === 0 ? ["first", "normal"] : ["first"]).toContain(reasonOf(ref));
    }
  });
}

processTest("A33: also of two that a process sends to itself, or causes, before it can end", () => {
  const [, ref] = spawnMonitor(() => {
    holding(() => {
      exit(self(), "first");
      exit(self(), "second");
      exit(self(), "kill");
    });
    park();
  });
  expect(reasonOf(ref)).toBe("first");
  const [, linkedRef] = spawnMonitor(() => {
    const pid = spawnLinkAt("same core", park);
    holding(() => {
      exit(pid, "of the linked process");
      exit(self(), "own");
    });
    park();
  });
  expect(reasonOf(linkedRef)).toBe("of the linked process");
});

for (const place of PLACES) {
  processTest(`A34: an exit signal to a dead process does nothing (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, nothing);
    downOf(ref);
    exit(pid, "too late");
    exit(pid, "kill");
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`A35: any other reason ends a process, and passes on to its links unchanged (${place})`, () => {
    const { pids, reasons } = makeLine(3, place);
    exit(pids[1]!, { very: ["special", self()] });
    expect(reasons()).toEqual(numbers(3).map(() => ({ very: ["special", self()] })));
  });

  processTest(`A35: the signal ends linked processes whatever they do: waiting, computing, not yet started (${place})`, () => {
    for (let round = 0; round < 40; round++) {
      const hub = spawnAt(place, endingHub, self());
      const pids = receive<Pid[]>();
      const refs = pids.map((pid) => monitor(pid));
      settled();
      send(hub, "end");
      expect(refs.map(reasonOf)).toEqual(pids.map(() => "the hub ends"));
      const born = receive<Pid>();
      expect(["the hub ends", "noproc"]).toContain(reasonOf(monitor(born)));
    }
  });
}

/** Ends with everything that it is linked to. */
function endingHub(observer: Pid): void {
  send(observer, [
    spawnLinkAt("same core", park),
    spawnLinkAt("other core", park),
    spawnLinkAt("same core", spin),
    spawnLinkAt("other core", spin),
  ]);
  receive();
  send(observer, spawnLinkAt("any core", park));
  exit("the hub ends");
}

for (const place of PLACES) {
  // named_down: the name can be taken again by whoever hears of the death
  processTest(`A36: a name is free when a DOWN or EXIT tells of the death (${place})`, () => {
    processFlag("trapExit", true);
    const scheduler = coreAt(place)!;
    for (let round = 0; round < 100; round++) {
      const [pid, ref] = spawnOpt({ scheduler, name: "a36", link: true, monitor: true }, [nothing, park][round % 2]!);
      if (round % 2 === 1) exit(pid, "stop");
      const first = receive<any>();
      expect(whereis("a36")).toBeUndefined();
      register("a36");
      unregister("a36");
      if (first.type === "DOWN") exitFrom(pid);
      else downOf(ref);
    }
  });

  processTest(`A36: also a name that another process has given while the process ended (${place})`, () => {
    const outcomes = new Set<boolean>();
    for (let round = 0; round < 400; round++) {
      const at = clock() + 0.3;
      const [pid, ref] = spawnMonitorAt(place, spinUntil, at);
      if (place === "other core") spinUntil(at - 0.1 + (round % 20) / 100);
      outcomes.add(tryRegister("a36 given", pid));
      downOf(ref);
      expect(whereis("a36 given")).toBeUndefined();
      register("a36 given");
      unregister("a36 given");
    }
    expect(outcomes).toContain(true);
  });
}

/** Whether the process was still there to be registered. */
function tryRegister(name: string, pid: Pid): boolean {
  try {
    register(name, pid);
    return true;
  } catch {
    return false;
  }
}

// The core of the dead process hears that it was given a name only when it reads its signals, long after the watcher has heard of the death.
processTest("A36: also a name that was given from another core, whose news is still on its way", () => {
  for (let rounds = 0; rounds < 5;) {
    const [pid, ref] = spawnMonitorAt("other core", park);
    settled();
    const at = clock() + 6;
    const [, holderRef] = spawnMonitorAt("other core", holdsCore, pid, self(), at);
    spinUntil(at - 2);
    if (tryRegister("a36 late", pid)) rounds++;
    expect(reasonOf(ref)).toBe("killed");
    expect(whereis("a36 late")).toBeUndefined();
    expect(registered()).not.toContain("a36 late");
    register("a36 late");
    unregister("a36 late");
    downOf(holderRef);
  }
});

/** Holds its core, so that no signal is read there, until some time after it has ended a process and the watcher was told. */
function holdsCore(victim: Pid, watcher: Pid, at: number): void {
  const fillsRing = "x".repeat(10_000);
  holding(() => {
    spinUntil(at);
    exit(victim, "kill");
    send(watcher, fillsRing);
    spinUntil(at + 4);
  });
}

// exit_and_timeout
processTest("A33: an exit signal that races with a receive timeout ends the process, or comes too late", () => {
  for (let round = 0; round < 10; round++) {
    const waiters = numbers(40).map((i) => spawnMonitorAt(PLACES[i % 2]!, waiter, i % 4));
    receive(() => false, 1);
    for (const [pid] of waiters) exit(pid, "stop");
    for (const [, ref] of waiters) expect(["stop", "timed out"]).toContain(reasonOf(ref));
  }
});

function waiter(ms: number): void {
  if (receive(undefined, ms) === TIMEOUT) exit("timed out");
}

processTest("A33: two linked processes that end at the same time each keep their own reason", () => {
  for (let round = 0; round < 100; round++) {
    const pids = PLACES.map((place) => spawnAt(place, endsWithPeer));
    const refs = pids.map((pid) => monitor(pid));
    for (const [i, pid] of pids.entries()) send(pid, [self(), pids[1 - i]]);
    until(() => pids.every((pid) => processInfo(pid)!.links.length === 1));
    for (const [i, pid] of pids.entries()) send(pid, `reason ${i}`);
    const reasons = refs.map(reasonOf);
    expect([
      ["reason 0", "reason 1"],
      ["reason 0", "reason 0"],
      ["reason 1", "reason 1"],
    ]).toContainEqual(reasons);
  }
});

function endsWithPeer(): void {
  const [, peer] = receive<[Pid, Pid]>();
  link(peer);
  exit(receive());
}

processTest("A35: a chain of ten thousand linked processes ends as one, with one reason", () => {
  const [, ref] = spawnMonitor(chain, 10_000);
  expect(reasonOf(ref)).toBe("the end of the chain");
});

function chain(more: number): void {
  if (more === 0) exit("the end of the chain");
  spawnLinkAt("any core", chain, more - 1);
  park();
}

processTest("an error that passes for an exit, with a reason that is no term, ends its process alone", () => {
  const [, ref] = spawnMonitor(() => {
    throw Object.assign(new Error("not ours"), { code: "AGNER_EXIT", reason: new WeakMap() });
  });
  expect(reasonOf(ref)).toMatchObject({ code: "AGNER_BAD_TERM" });
  const [, next] = spawnMonitor(nothing);
  expect(reasonOf(next)).toBe("normal");
});

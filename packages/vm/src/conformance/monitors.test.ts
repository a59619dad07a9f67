/** Group B: monitors (B1 to B15). */
import { expect } from "vitest";
import {
  demonitor,
  exit,
  isAlive,
  makeRef,
  monitor,
  processFlag,
  processInfo,
  receive,
  register,
  self,
  send,
  spawnOpt,
  unregister,
  yieldNow,
  type Down,
  type Pid,
  type Ref,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { coreAt, PLACES, spawnAt, spawnMonitorAt, type Place } from "./testing/place.ts";
import {
  clock,
  codeOf,
  downOf,
  holding,
  kill,
  nothing,
  numbers,
  park,
  reasonOf,
  settled,
  spinUntil,
  taken,
  until,
} from "./testing/watch.ts";

for (const place of PLACES) {
  processTest(`B1: every monitor is independent and has a DOWN of its own (${place})`, () => {
    const pid = spawnAt(place, park);
    const refs = numbers(5).map(() => monitor(pid));
    expect(new Set(refs).size).toBe(5);
    demonitor(refs[2]!);
    exit(pid, "stop");
    settled();
    expect(taken()).toEqual([0, 1, 3, 4].map((i) => ({ type: "DOWN", ref: refs[i], pid, reason: "stop" })));
  });

  // mon_1 and mon_2
  processTest(`B2: a Down names the pid, or the name that was monitored (${place})`, () => {
    const scheduler = coreAt(place)!;
    const pid = spawnOpt({ scheduler, name: "b2" }, park);
    const [byPid, byName] = [monitor(pid), monitor("b2")];
    exit(pid, "stop");
    expect(downOf(byPid)).toEqual({ type: "DOWN", ref: byPid, pid, reason: "stop" });
    expect(downOf(byName)).toEqual({ type: "DOWN", ref: byName, pid: "b2", reason: "stop" });
  });

  processTest(`B3: the reason is "noproc" where there is no such process, and "killed" for one that was (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, park);
    exit(pid, "kill");
    expect(reasonOf(ref)).toBe("killed");
    const late = monitor(pid);
    expect(taken()).toEqual([{ type: "DOWN", ref: late, pid, reason: "noproc" }]);
    const nobody = monitor("b3 nobody");
    expect(taken()).toEqual([{ type: "DOWN", ref: nobody, pid: "b3 nobody", reason: "noproc" }]);
    expect(processInfo()!.monitors).toEqual([]);
  });

  processTest(`B3: a monitor of a process that ends meanwhile brings its reason or "noproc", once (${place})`, () => {
    for (let round = 0; round < 150; round++) {
      const pid = spawnAt(place, endsSoon, round % 20);
      const ref = monitor(pid);
      expect(["bye", "noproc"]).toContain(reasonOf(ref));
      settled();
      expect(taken()).toEqual([]);
    }
  });

  processTest(`B5: a process that monitors itself hears nothing (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, watchesItself);
    expect(downOf(ref)).toMatchObject({ pid, reason: [[], []] });
  });

  processTest(`B6: a monitor fires once, and is gone when it has (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, park);
    exit(pid, "stop");
    downOf(ref);
    exit(pid, "stop");
    settled();
    expect(taken()).toEqual([]);
    expect(processInfo()!.monitors).toEqual([]);
    expect(demonitor(ref)).toBe(false);
  });

  processTest(`B6: the end of the watcher takes its monitors away silently (${place})`, () => {
    const watched = spawnAt(place, park);
    const watchers = PLACES.map((at) => spawnAt(at, watcher, watched));
    until(() => processInfo(watched)!.monitoredBy.length === 2);
    expect(processInfo(watched)!.monitoredBy).toEqual(expect.arrayContaining(watchers));
    watchers.forEach(kill);
    settled();
    expect(processInfo(watched)!.monitoredBy).toEqual([]);
    kill(watched);
  });

  processTest(`B7: a monitor by name stays with the process that had the name (${place})`, () => {
    const [first, second] = [spawnAt(place, park), spawnAt(place, park)];
    register("b7", first);
    const ref = monitor("b7");
    unregister("b7");
    register("b7", second);
    kill(second);
    settled();
    expect(taken()).toEqual([]);
    exit(first, "stop");
    expect(downOf(ref)).toEqual({ type: "DOWN", ref, pid: "b7", reason: "stop" });
  });

  // demon_2
  processTest(`B8: after demonitor no DOWN comes, but one that is in the mailbox stays (${place})`, () => {
    const pid = spawnAt(place, park);
    const [before, after, control] = [monitor(pid), monitor(pid), monitor(pid)];
    expect(demonitor(before)).toBe(true);
    exit(pid, "stop");
    downOf(control);
    demonitor(after);
    expect(taken()).toEqual([{ type: "DOWN", ref: after, pid, reason: "stop" }]);
  });

  // demonitor_flush
  processTest(`B9: demonitor with flush also removes a DOWN that is in the mailbox (${place})`, () => {
    const pid = spawnAt(place, park);
    const [flushed, kept, control] = [monitor(pid), monitor(pid), monitor(pid)];
    send(self(), "before");
    exit(pid, "stop");
    downOf(control);
    send(self(), "after");
    expect(demonitor(flushed, { flush: true })).toBe(false);
    expect(taken()).toEqual(["before", { type: "DOWN", ref: kept, pid, reason: "stop" }, "after"]);
    expect(demonitor(flushed, { flush: true })).toBe(false);
  });

  // local_remove_monitor and remote_remove_monitor
  processTest(`B10: demonitor says whether the monitor was still there, in races with the end of the process (${place})`, () => {
    const seen = new Set<boolean>();
    for (let round = 0; round < 400; round++) {
      const [pid, ref] = spawnMonitorAt(place, endsSoon, 3);
      for (let i = 0; i < round % 10; i++) yieldNow();
      const removed = demonitor(ref);
      seen.add(removed);
      expect(taken()).toEqual(removed ? [] : [{ type: "DOWN", ref, pid, reason: "bye" }]);
      if (round % 8 === 0) settled();
      expect(taken()).toEqual([]);
    }
    for (let round = 0; round < 200; round++) {
      const [, ref] = spawnMonitorAt(place, endsSoon, 3);
      for (let i = 0; i < round % 10; i++) yieldNow();
      demonitor(ref, { flush: true });
      expect(taken()).toEqual([]);
    }
    settled();
    expect(taken()).toEqual([]);
    expect(seen).toContain(true);
  });

  // list_cleanup
  processTest(`B13: processInfo lists monitors on both sides until they end, in whichever way (${place})`, () => {
    const me = self();
    const pid = spawnOpt({ scheduler: coreAt(place)!, name: "b13" }, park);
    const [byPid, byName] = [monitor(pid), monitor("b13")];
    expect(processInfo()!.monitors).toEqual([pid, "b13"]);
    expect(processInfo(pid)!.monitoredBy).toEqual([me, me]);
    demonitor(byPid);
    expect(processInfo()!.monitors).toEqual(["b13"]);
    expect(processInfo(pid)!.monitoredBy).toEqual([me]);
    exit(pid, "stop");
    downOf(byName);
    expect(processInfo()!.monitors).toEqual([]);
  });

  // case_1 and case_2
  processTest(`B6: processes that watch one another may end, kill and stop watching in any order (${place})`, () => {
    for (let round = 0; round < 60; round++) {
      const a = spawnAt("same core", mutual);
      const b = spawnAt(place, mutual);
      const refs = [monitor(a), monitor(b)];
      send(a, b);
      send(b, a);
      if (round % 3 === 0) exit(a, "kill");
      if (round % 3 === 1) exit(b, "kill");
      const reasons = refs.map(reasonOf);
      for (const reason of reasons) expect(["killed", "over"]).toContain(reason);
    }
  });
}

processTest("B8: a DOWN that is on its way when demonitor is called is dropped", () => {
  for (let rounds = 0, ms = 2; rounds < 10;) {
    const at = clock() + ms;
    const [, ref] = spawnMonitorAt("other core", spinUntil, at);
    settled();
    let early: unknown[] = [];
    holding(() => {
      spinUntil(at + 0.5); // it ends meanwhile
      early = taken();
      expect(demonitor(ref)).toBe(early.length === 0);
    });
    settled();
    expect(taken()).toEqual([]);
    if (early.length === 0) rounds++;
    else ms = Math.min(2 * ms, 100); // where all is slow it takes longer to begin
  }
});

function endsSoon(yields: number): void {
  for (let i = 0; i < yields; i++) yieldNow();
  exit("bye");
}

function watchesItself(): void {
  register("b5");
  monitor(self());
  monitor("b5");
  exit([processInfo()!.monitors, taken()]);
}

function watcher(pid: Pid): void {
  monitor(pid);
  park();
}

/** Watches its peer, stops watching it, watches it again, kills it, and ends when it hears of its end. */
function mutual(): void {
  const peer = receive<Pid>();
  demonitor(monitor(peer), { flush: true });
  const ref = monitor(peer);
  exit(peer, "kill");
  downOf(ref);
  exit("over");
}

processTest("B4: the pid of an earlier process in the same place of the directory is dead at once", () => {
  // The place of a dead process is used again only after many others have ended (see A20); nothing of that may be needed to know that it is dead.
  const [pid, ref] = spawnMonitorAt("other core", nothing);
  downOf(ref);
  const again = monitor(pid);
  expect(taken()).toEqual([{ type: "DOWN", ref: again, pid, reason: "noproc" }]);
});

// demon_1, demon_e_1, mon_e_1
processTest("B11: demonitor of a reference that is no monitor of the caller changes nothing; other values are errors", () => {
  expect(demonitor(makeRef())).toBe(false);
  const child = spawnAt("other core", holdsMonitor, self());
  const foreign = receive<Ref>();
  expect(demonitor(foreign)).toBe(false);
  expect(processInfo(child)!.monitors).toEqual([self()]);
  kill(child);
  for (const bad of [undefined, 1, "ref", {}, self()]) expect(codeOf(() => demonitor(bad as never))).toBe("AGNER_BAD_ARGUMENT");
  for (const bad of [undefined, 1, {}, makeRef()]) expect(codeOf(() => monitor(bad as never))).toBe("AGNER_BAD_ARGUMENT");
  expect(processInfo()!.monitors).toEqual([]);
});

function holdsMonitor(parent: Pid): void {
  send(parent, monitor(parent));
  park();
}

// mixer
processTest("B1: many monitors, in both directions and between all cores", () => {
  const watched = numbers(20).map((i) => spawnAt(PLACES[i % 2]!, park));
  const reporters = numbers(20).map((i) => spawnMonitorAt(PLACES[(i >> 1) % 2]!, watchesAll, watched, self()));
  for (const [pid] of reporters) receive((message) => message === pid);
  const own = watched.map((pid) => monitor(pid));
  for (const [i, pid] of watched.entries()) exit(pid, i);
  expect(own.map(reasonOf)).toEqual(numbers(20));
  for (const [, ref] of reporters) expect(reasonOf(ref)).toEqual(numbers(20));
});

function watchesAll(pids: readonly Pid[], observer: Pid): void {
  processFlag("trapExit", true);
  const refs = pids.map((pid) => monitor(pid));
  settled();
  send(observer, self());
  exit(refs.map((ref) => receive<Down>((m) => m?.ref === ref).reason));
}

processTest("B8: demonitor in the order of one sender: a monitor taken down before an exit signal does not fire", () => {
  for (let round = 0; round < 100; round++) {
    const place: Place = PLACES[round % 2]!;
    const pid = spawnAt(place, park);
    const ref = monitor(pid);
    demonitor(ref);
    exit(pid, "stop");
    expect(isAlive(pid)).toBe(false);
    settled();
    expect(taken()).toEqual([]);
  }
});

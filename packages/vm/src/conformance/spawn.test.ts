/** Group A, second part: spawning and the reasons with which processes end by themselves (A12 to A25). */
import { expect } from "vitest";
import {
  dictionary,
  exit,
  isAlive,
  link,
  makeRef,
  monitor,
  processFlag,
  processInfo,
  receive,
  self,
  send,
  spawn,
  spawnLink,
  spawnMonitor,
  spawnOpt,
  whereis,
  type Pid,
  type ProcessInfo,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, coreAt, PLACES, spawnAt, spawnLinkAt, spawnMonitorAt } from "./testing/place.ts";
import {
  codeOf,
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
  taken,
} from "./testing/watch.ts";

processTest("A12: spawn returns at once, before the child runs", () => {
  const parent = self();
  let early: unknown[] = [];
  holding(() => {
    spawn(() => send(parent, "the child runs"));
    early = taken();
  });
  expect(early).toEqual([]);
  expect(receive()).toBe("the child runs");
});

processTest("A13: spawning what is no function of a compiled module is an error of the caller", () => {
  for (const bad of [undefined, "name", {}, async () => {}, function* () {}, Math.max]) {
    expect(codeOf(() => spawn(bad as never))).toBe("AGNER_BAD_ARGUMENT");
    expect(codeOf(() => spawnOpt({ scheduler: 0, link: true }, bad as never))).toBe("AGNER_BAD_ARGUMENT");
  }
  expect(processInfo()!.links).toEqual([]);
});

for (const place of ALL_PLACES) {
  // spawn_request_monitor_child_exit and spawn_request_link_child_exit
  processTest(`A14: a child that ends at once is never missed (${place})`, () => {
    processFlag("trapExit", true);
    for (let round = 0; round < 150; round++) {
      const core = coreAt(place);
      const options = { link: true, monitor: true, ...(core === undefined ? {} : { scheduler: core }) } as const;
      const [pid, ref] = spawnOpt(options, exitWith, ["at once", round]);
      expect(exitFrom(pid)).toEqual({ type: "EXIT", from: pid, reason: ["at once", round] });
      expect(downOf(ref)).toEqual({ type: "DOWN", ref, pid, reason: ["at once", round] });
    }
    expect(processInfo()).toMatchObject({ links: [], monitors: [] });
  });
}

processTest("A14: spawnLink and spawnMonitor link and watch from the first moment", () => {
  processFlag("trapExit", true);
  const linked = spawnLink(nothing);
  const [watched, ref] = spawnMonitor(nothing);
  expect(processInfo()).toMatchObject({ links: [linked], monitors: [watched] });
  expect(exitFrom(linked).reason).toBe("normal");
  expect(reasonOf(ref)).toBe("normal");
});

/** Spawns a linked process at a place and ends before that one can have run. */
function dyingParent(place: (typeof ALL_PLACES)[number], observer: Pid): void {
  send(observer, spawnLinkAt(place, park));
  exit("the parent is gone");
}

for (const place of ALL_PLACES) {
  // spawn_request_link_parent_exit
  processTest(`A14: a parent that ends right after spawnLink takes the child along (${place})`, () => {
    for (let round = 0; round < 100; round++) {
      spawnAt(PLACES[round % 2]!, dyingParent, place, self());
      const ref = monitor(receive<Pid>());
      expect(["the parent is gone", "noproc"]).toContain(reasonOf(ref));
    }
  });
}

/** Tells what it has inherited. */
function heir(to: Pid): void {
  send(to, processInfo());
}

for (const place of PLACES) {
  processTest(`A15: a child inherits neither flags nor dictionary nor links nor monitors (${place})`, () => {
    processFlag("trapExit", true);
    processFlag("priority", "high");
    dictionary.put("key", "value");
    const other = spawnLinkAt(place, park);
    monitor(other);
    const pid = spawnAt(place, heir, self());
    expect(receive()).toMatchObject({
      pid,
      trapExit: false,
      priority: "normal",
      dictionary: [],
      links: [],
      monitors: [],
      monitoredBy: [],
      registeredName: undefined,
    });
    kill(other);
  });

  processTest(`A16: spawnOpt honours its options (${place})`, () => {
    processFlag("trapExit", true);
    const scheduler = coreAt(place)!;
    const maxMailbox = { limit: 10, policy: "dropOldest" } as const;
    const options = { link: true, monitor: true, name: "a16", priority: "low", scheduler, maxMailbox } as const;
    const [pid, ref] = spawnOpt(options, park);
    expect(whereis("a16")).toBe(pid);
    expect(processInfo(pid)).toMatchObject({
      registeredName: "a16",
      priority: "low",
      scheduler,
      maxMailbox,
      links: [self()],
      monitoredBy: [self()],
    });
    exit(pid, "stop");
    expect(exitFrom(pid).reason).toBe("stop");
    expect(reasonOf(ref)).toBe("stop");
  });
}

processTest("A16: an unknown or malformed option is an error of the caller, and nothing is left of the attempt", () => {
  const bad: object[] = [
    { lnk: true },
    { priority: "urgent" },
    { scheduler: -1 },
    { scheduler: 1.5 },
    { scheduler: 1_000 },
    { name: 1 },
    { maxMailbox: 0 },
    { maxMailbox: { limit: 1, policy: "forget" } },
  ];
  for (const options of bad) {
    expect(codeOf(() => spawnOpt({ ...options, link: true, monitor: true } as never, park))).toBe("AGNER_BAD_ARGUMENT");
  }
  const holder = spawnOpt({ name: "a16 taken" }, park);
  for (const place of PLACES) {
    const scheduler = coreAt(place)!;
    const options = { link: true, monitor: true, name: "a16 taken", scheduler } as const;
    expect(codeOf(() => spawnOpt(options, park))).toBe("AGNER_NAME_TAKEN");
    expect(codeOf(() => spawnOpt({ link: true, monitor: true, scheduler }, exitWith, new WeakMap()))).toBe("AGNER_BAD_TERM");
  }
  expect(processInfo()).toMatchObject({ links: [], monitors: [] });
  kill(holder);
});

// no_pid_wrap
processTest("A20: a pid is not used again, and an old one never means a new process", () => {
  const scheduler = coreAt("same core")!;
  const [first, ref] = spawnOpt({ scheduler, monitor: true }, nothing);
  downOf(ref);
  const seen = new Set<string>([String(first)]);
  let spawned = 1;
  let again: Pid | undefined;
  while (again === undefined && spawned < 300_000) {
    for (let i = 0; i < 2_000; i++) {
      const pid = spawnOpt({ scheduler }, nothing);
      seen.add(String(pid));
      spawned++;
      if (pid.slot === first.slot) again = pid;
    }
    settled();
  }
  expect(seen.size).toBe(spawned);
  const successor = again!;
  expect(successor).toBeDefined(); // its place in the directory is used again by now
  expect(successor).not.toBe(first);
  expect(isAlive(first)).toBe(false);
  expect(codeOf(() => link(first))).toBe("AGNER_NOPROC");
  expect(reasonOf(monitor(first))).toBe("noproc");
});

for (const place of PLACES) {
  processTest(`A22: returning is reason "normal" (${place})`, () => {
    const [, ref] = spawnMonitorAt(place, () => "a value that nobody asked for");
    expect(reasonOf(ref)).toBe("normal");
  });

  processTest(`A23: exit(reason) ends a process with that reason (${place})`, () => {
    for (const reason of ["done", "shutdown", { shutdown: ["restart", 1] }, undefined, null, 0, [self(), makeRef()]]) {
      const [, ref] = spawnMonitorAt(place, exitWith, reason);
      expect(reasonOf(ref)).toEqual(reason);
    }
  });

  // trap_exit_badarg and trap_exit_badarg_in_bif
  processTest(`A23: an uncaught error is the reason, with its message, properties, cause and stack (${place})`, () => {
    const [, ref] = spawnMonitorAt(place, failing);
    const reason = reasonOf(ref) as RangeError & { extra: unknown };
    expect(reason).toBeInstanceOf(RangeError);
    expect(reason.message).toBe("out of range");
    expect(reason.extra).toEqual({ limit: 3 });
    expect((reason.cause as Error).message).toBe("the cause");
    expect(reason.stack).toMatch(/at failing \(.*spawn\.test\.ts:\d+:\d+\)/);
    const [, other] = spawnMonitorAt(place, () => send("a23 nobody", 1));
    expect(reasonOf(other)).toMatchObject({ code: "AGNER_NOPROC" });
  });

  processTest(`A24: an uncaught throw of another value is { nocatch: value } (${place})`, () => {
    for (const value of ["oops", 42, undefined, { type: "thrown" }]) {
      const [, ref] = spawnMonitorAt(place, thrower, value);
      expect(reasonOf(ref)).toEqual({ nocatch: value });
    }
  });

  // t_exit_1, t_exit_2_other, large_exit
  processTest(`A25: exit reasons of any size and type arrive intact (${place})`, () => {
    processFlag("trapExit", true);
    const bytes = Buffer.alloc(300_000, "some bytes");
    const rest = {
      numbers: numbers(10_000),
      text: "ö".repeat(100_000),
      map: new Map<unknown, unknown>([[self(), new Set([1n, -0, Number.NaN])]]),
      date: new Date(0),
      pattern: /a+/giu,
      fn: nothing,
      ref: makeRef(),
      atom: Symbol.for("atom"),
      nothing: [undefined, null],
    };
    const reason = { ...rest, bytes };
    const [, ownRef] = spawnMonitorAt(place, exitWith, reason);
    const linked = spawnLinkAt(place, exitWith, reason);
    const [told, toldRef] = spawnMonitorAt(place, park);
    exit(told, reason);
    for (const arrived of [reasonOf(ownRef), exitFrom(linked).reason, reasonOf(toldRef)]) {
      const { bytes: copy, ...others } = arrived as typeof reason;
      expect(copy.equals(bytes)).toBe(true); // much faster than toEqual
      expect(others).toEqual(rest);
    }
  });
}

function failing(): void {
  throw Object.assign(new RangeError("out of range", { cause: new Error("the cause") }), { extra: { limit: 3 } });
}

function thrower(value: unknown): void {
  throw value;
}

processTest("A23: what exit() throws can be caught, and finally runs, as for any error", () => {
  const parent = self();
  const [, ref] = spawnMonitor(() => {
    try {
      exit("first");
    } catch {
      send(parent, "caught");
    }
    try {
      exit("second");
    } finally {
      send(parent, "finally");
    }
  });
  expect(reasonOf(ref)).toBe("second");
  expect(taken()).toEqual(["caught", "finally"]);
});

processTest("A15: processInfo names the ancestors of a process, nearest first, on any core", () => {
  const parent = self();
  const child = spawnAt("other core", () => {
    spawnAt("other core", heir, parent);
    park();
  });
  expect(receive<ProcessInfo>().ancestors.slice(0, 2)).toEqual([child, parent]);
  kill(child);
});

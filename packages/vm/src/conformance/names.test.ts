/** Group D, second part: registered names (D10, D11). */
import { expect } from "vitest";
import {
  exit,
  monitor,
  processInfo,
  receive,
  register,
  registered,
  self,
  send,
  spawnMonitor,
  spawnOpt,
  unregister,
  whereis,
  yieldNow,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { coreAt, PLACES, spawnAt, spawnMonitorAt } from "./testing/place.ts";
import {
  clock,
  codeOf,
  downOf,
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
  // bad_register
  processTest(`D10: register refuses a taken name, a dead process, a second name, and what is no name (${place})`, () => {
    const pid = spawnAt(place, park);
    register("d10", pid);
    expect(whereis("d10")).toBe(pid);
    expect(codeOf(() => register("d10"))).toBe("AGNER_NAME_TAKEN");
    expect(codeOf(() => register("d10", pid))).toBe("AGNER_NAME_TAKEN");
    expect(codeOf(() => register("d10 second", pid))).toBe("AGNER_NAME_TAKEN");
    expect(whereis("d10 second")).toBeUndefined();
    for (const bad of [undefined, 1, Symbol.for("name"), {}]) {
      expect(codeOf(() => register(bad as never))).toBe("AGNER_BAD_ARGUMENT");
    }
    expect(codeOf(() => register("d10 third", "pid" as never))).toBe("AGNER_BAD_ARGUMENT");
    kill(pid);
    expect(codeOf(() => register("d10", pid))).toBe("AGNER_NOPROC");
    expect(whereis("d10")).toBeUndefined();
  });

  processTest(`D10: one name for a process, whoever gives it (${place})`, () => {
    const scheduler = coreAt(place)!;
    const pid = spawnOpt({ scheduler, name: "d10 named" }, renames, self());
    expect(codeOf(() => register("d10 other", pid))).toBe("AGNER_NAME_TAKEN");
    unregister("d10 named");
    register("d10 other", pid);
    expect(processInfo(pid)!.registeredName).toBe("d10 other");
    send(pid, "rename");
    expect(receive()).toEqual(["AGNER_NAME_TAKEN", "d10 own"]);
    expect([whereis("d10 other"), whereis("d10 own")]).toEqual([undefined, pid]);
    expect(codeOf(() => register("d10 more", pid))).toBe("AGNER_NAME_TAKEN");
    expect(processInfo(pid)!.registeredName).toBe("d10 own");
    kill(pid);
    expect(whereis("d10 own")).toBeUndefined();
  });

  // Who learns of a new name from the table must find the process in the same state as who learns of it from the registrar.
  processTest(`D10: a process may give up a name as soon as it sees that it has it (${place})`, () => {
    for (let round = 0; round < 100; round++) {
      const [pid, ref] = spawnMonitorAt(place, swapsName, self());
      receive();
      register("d10 given", pid);
      const report = receive();
      expect(report).toBe("d10 swapped");
      settled();
      expect(processInfo(pid)!.registeredName).toBe("d10 swapped");
      send(pid, "end");
      downOf(ref);
      expect([whereis("d10 given"), whereis("d10 swapped")]).toEqual([undefined, undefined]);
    }
  });

  processTest(`D11: unregister frees a name, and refuses one that nobody has (${place})`, () => {
    const pid = spawnOpt({ scheduler: coreAt(place)!, name: "d11" }, park);
    expect(registered()).toContain("d11");
    unregister("d11");
    expect(whereis("d11")).toBeUndefined();
    expect(registered()).not.toContain("d11");
    expect(codeOf(() => unregister("d11"))).toBe("AGNER_NOPROC");
    expect(codeOf(() => send("d11", 1))).toBe("AGNER_NOPROC");
    register("d11", pid);
    register("d11 self");
    expect(whereis("d11")).toBe(pid);
    kill(pid);
  });
}

function renames(parent: Pid): void {
  receive();
  let refused: unknown;
  try {
    register("d10 own");
  } catch (e) {
    refused = (e as { code: unknown }).code;
  }
  unregister("d10 other");
  register("d10 own");
  send(parent, [refused, processInfo()!.registeredName]);
  park();
}

/** Waits until it has been given a name, and takes another. */
function swapsName(parent: Pid): void {
  send(parent, "ready");
  until(() => whereis("d10 given") === self());
  unregister("d10 given");
  register("d10 swapped");
  send(parent, "d10 swapped");
  receive((message) => message === "end");
}

processTest("D10: of many that register the same name at the same time, exactly one gets it", () => {
  for (let round = 0; round < 60; round++) {
    const pids = numbers(8).map((i) => spawnAt(PLACES[i % 2]!, competitor, self(), "d10 race"));
    const refs = pids.map((pid) => monitor(pid));
    for (const pid of pids) send(pid, "go");
    const answers = pids.map((pid) => receive<[Pid, boolean]>((m) => Array.isArray(m) && m[0] === pid)[1]);
    expect(answers.filter((won) => won)).toHaveLength(1);
    expect(whereis("d10 race")).toBe(pids[answers.indexOf(true)]);
    for (const pid of pids) send(pid, "end");
    refs.forEach(downOf);
    expect(whereis("d10 race")).toBeUndefined();
  }
});

function competitor(judge: Pid, name: string): void {
  receive();
  send(judge, [self(), codeOf(() => register(name)) === undefined]);
  receive();
}

processTest(
  "D10: of two cores that name one process at the same moment, one succeeds, and the process has that name alone",
  () => {
    const registrars = PLACES.map((place) => spawnAt(place, registrar, self()));
    for (let round = 0; round < 300; round++) {
      const pid = spawnAt(PLACES[round % 2]!, park);
      const at = clock() + 0.5;
      registrars.forEach((each, i) => send(each, { pid, name: `d10 ${round} ${i}`, at }));
      const given = registrars.map((each) => receive<[Pid, string | undefined]>((m) => Array.isArray(m) && m[0] === each)[1]);
      const names = given.filter((name) => name !== undefined);
      expect(names).toHaveLength(1);
      expect(registered().filter((name) => name.startsWith(`d10 ${round} `))).toEqual(names);
      expect(codeOf(() => register("d10 late", pid))).toBe("AGNER_NAME_TAKEN");
      kill(pid);
      expect(whereis(names[0]!)).toBeUndefined();
    }
    registrars.forEach(kill);
  },
);

/** Names processes when it is told to, and says by what name: undefined if it had one. */
function registrar(judge: Pid): void {
  for (;;) {
    const { pid, name, at } = receive<{ pid: Pid; name: string; at: number }>();
    spinUntil(at);
    const code = codeOf(() => register(name, pid));
    send(judge, [self(), code === undefined ? name : undefined]);
  }
}

const RACERS = 100;
const WINS = 10_000;

processTest(
  `D10: ${RACERS} processes on all cores race for one name until it was won ${WINS} times, each time by one of them`,
  () => {
    const racers = numbers(RACERS).map((i) => spawnMonitorAt(PLACES[i % 2]!, racer, WINS / RACERS));
    for (const [pid, ref] of racers) {
      expect(reasonOf(ref)).toBe("has won");
      expect(whereis("d10 race")).not.toBe(pid);
    }
    register("d10 race");
  },
);

/** Takes the name whenever it is free, and looks whom it finds under it: had two of them got it, one would find the other. Ends with the name after so many times. */
function racer(wins: number): void {
  for (;;) {
    if (whereis("d10 race") === undefined && codeOf(() => register("d10 race")) === undefined) {
      for (let look = 0; look < 3; look++) {
        if (whereis("d10 race") !== self()) exit("has found another");
        yieldNow();
      }
      if (--wins === 0) exit("has won");
      unregister("d10 race");
    }
    yieldNow();
  }
}

processTest("D10: a name is known on every core as soon as register has returned", () => {
  const parent = self();
  const looker = spawnAt("other core", () => {
    for (;;) {
      const name = receive<string>();
      send(parent, [name, whereis(name)]);
    }
  });
  for (let round = 0; round < 100; round++) {
    const name = `d10 seen ${round % 3}`;
    register(name);
    send(looker, name);
    expect(receive()).toEqual([name, parent]);
    unregister(name);
    send(looker, name);
    expect(receive()).toEqual([name, undefined]);
  }
  kill(looker);
});

processTest("D11: whoever has a name is alive when it is found, or has just ended: a name never leads to another process", () => {
  const [holder, ref] = spawnMonitorAt("other core", holdsNameRepeatedly, 60);
  let found = 0;
  for (;;) {
    const pid = whereis("d11 holder");
    if (pid !== undefined) {
      found++;
      const info = processInfo(pid);
      if (info !== undefined) expect(info.ancestors[0]).toBe(holder);
    }
    const [down] = taken();
    if (down !== undefined) {
      expect(down).toMatchObject({ ref, reason: "normal" });
      break;
    }
    yieldNow();
  }
  expect(found).toBeGreaterThan(0);
});

function holdsNameRepeatedly(rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    const [, ref] = spawnOpt({ name: "d11 holder", monitor: true }, round % 2 === 0 ? nothing : shortPause);
    expect(reasonOf(ref)).toBe("normal");
  }
}

function shortPause(): void {
  receive(undefined, 1);
}

processTest("D11: names of any spelling are names, up to 255 units", () => {
  for (const name of ["", " ", "ö", "undefined", "__proto__", "a/b:c", "x".repeat(255)]) {
    register(name);
    expect(whereis(name)).toBe(self());
    expect(registered()).toContain(name);
    unregister(name);
  }
  expect(codeOf(() => register("x".repeat(256)))).toBe("AGNER_BAD_ARGUMENT");
  expect(processInfo()!.registeredName).toBeUndefined();
});

processTest("D10: the name of a process that exits by itself is free for its successor", () => {
  for (let round = 0; round < 100; round++) {
    const [, ref] = spawnMonitor(() => {
      register("d10 successor");
      exit("done");
    });
    expect(reasonOf(ref)).toBe("done");
  }
});

/** Sends a request to the first process that has the name, and passes its answer and its end on. */
export function askFirst(parent: Pid, name: string): void {
  send(parent, "looking");
  let pid: Pid | undefined;
  while ((pid = whereis(name)) === undefined);
  const ref = monitor(pid);
  send(pid, { from: self() });
  const answer = receive((message) => message?.answer !== undefined);
  send(parent, { ...answer, reason: downOf(ref).reason });
}

export function answerOnce(): void {
  const { from } = receive<{ from: Pid }>();
  send(from, { answer: self() });
}

processTest("D10: who finds a process by its name reaches it, though its spawn is still on its way to that core", () => {
  for (let round = 0; round < 50; round++) {
    const name = `d10 newborn ${round}`;
    const scheduler = coreAt("other core")!;
    spawnOpt({ scheduler }, askFirst, self(), name);
    receive((message) => message === "looking");
    const pid = spawnOpt({ scheduler, name }, answerOnce);
    expect(receive((message) => message?.answer !== undefined)).toEqual({ answer: pid, reason: "normal" });
  }
});

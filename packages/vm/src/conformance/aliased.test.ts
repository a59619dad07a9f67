/** Group C: monitors that are aliases (C4 to C6, C8). */
import { expect } from "vitest";
import {
  demonitor,
  exit,
  makeRef,
  monitor,
  processInfo,
  receive,
  register,
  self,
  send,
  spawn,
  spawnOpt,
  unalias,
  type AliasMode,
  type Down,
  type Pid,
  type Ref,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, coreAt, PLACES, spawnAt } from "./testing/place.ts";
import { codeOf, downOf, kill, nothing, numbers, park, reasonOf, settled, taken, until } from "./testing/watch.ts";

const MODES: readonly AliasMode[] = ["explicitUnalias", "demonitor", "replyDemonitor"];

interface Question {
  readonly replyTo: Ref;
  readonly answers: number;
}

/** Answers each question as often as it is asked to, with the address and a number. */
function server(): void {
  for (;;) {
    const { replyTo, answers } = receive<Question>();
    for (let i = 0; i < answers; i++) send(replyTo, { ref: replyTo, i });
  }
}

function ask(pid: Pid, replyTo: Ref, answers: number): void {
  send(pid, { replyTo, answers });
}

/** Where a process at a place is watched from: by name or by pid. */
function watchedBy(pid: Pid): readonly Pid[] {
  return processInfo(pid)!.monitoredBy;
}

for (const place of PLACES) {
  // monitor_alias
  processTest(`C4: the first answer to a "replyDemonitor" alias ends the alias and the monitor, on both sides (${place})`, () => {
    const pid = spawnAt(place, server);
    const ref = monitor(pid, { alias: "replyDemonitor" });
    expect(watchedBy(pid)).toEqual([self()]);
    ask(pid, ref, 3);
    settled();
    expect(taken()).toEqual([{ ref, i: 0 }]);
    expect(processInfo()!.monitors).toEqual([]);
    settled(); // the other side is told
    expect(watchedBy(pid)).toEqual([]);
    expect(demonitor(ref)).toBe(false);
    expect(unalias(ref)).toBe(false);
    kill(pid);
    expect(taken()).toEqual([]);
  });

  processTest(`C4: an answer ends the monitor whoever sends it, also the watcher itself (${place})`, () => {
    const pid = spawnAt(place, park);
    const courier = spawnAt(place, server);
    const [first, second] = [monitor(pid, { alias: "replyDemonitor" }), monitor(pid, { alias: "replyDemonitor" })];
    ask(courier, first, 1);
    send(second, "from myself");
    send(second, "too late");
    settled();
    expect(taken()).toEqual(["from myself", { ref: first, i: 0 }]);
    settled();
    expect(watchedBy(pid)).toEqual([]);
    kill(courier);
    kill(pid);
  });

  processTest(`C4: an answer to a "demonitor" alias ends nothing, demonitor ends both (${place})`, () => {
    const pid = spawnAt(place, server);
    const ref = monitor(pid, { alias: "demonitor" });
    ask(pid, ref, 2);
    settled();
    expect(taken()).toEqual(numbers(2).map((i) => ({ ref, i })));
    expect(watchedBy(pid)).toEqual([self()]);
    expect(demonitor(ref)).toBe(true);
    ask(pid, ref, 1);
    settled();
    expect(watchedBy(pid)).toEqual([]);
    expect(unalias(ref)).toBe(false);
    kill(pid);
    expect(taken()).toEqual([]);
  });

  // demonitor_aliasmonitor
  processTest(`C4: demonitor without an answer ends a "replyDemonitor" alias: a late answer goes nowhere (${place})`, () => {
    const pid = spawnAt(place, server);
    const ref = monitor(pid, { alias: "replyDemonitor" });
    expect(demonitor(ref)).toBe(true);
    ask(pid, ref, 1);
    settled();
    expect(watchedBy(pid)).toEqual([]);
    expect(taken()).toEqual([]);
    kill(pid);
  });

  // down_aliasmonitor
  processTest(`C4: the Down ends the alias where demonitor would have (${place})`, () => {
    const courier = spawnAt(place, server);
    for (const alias of MODES) {
      const pid = spawnAt(place, park);
      const ref = monitor(pid, { alias });
      exit(pid, "stop");
      expect(downOf(ref)).toEqual({ type: "DOWN", ref, pid, reason: "stop" });
      ask(courier, ref, 1);
      settled();
      expect(taken()).toEqual(alias === "explicitUnalias" ? [{ ref, i: 0 }] : []);
      expect(unalias(ref)).toBe(alias === "explicitUnalias");
    }
    kill(courier);
  });

  // monitor_3_noproc_gh6185
  processTest(`C4: a monitor of nobody brings "noproc", and only an "explicitUnalias" alias lives on (${place})`, () => {
    const dead = spawnAt(place, nothing);
    reasonOf(monitor(dead));
    for (const target of [dead, "c4 nobody"]) {
      for (const alias of MODES) {
        const ref = monitor(target, { alias });
        send(ref, "answer");
        const down: Down = { type: "DOWN", ref, pid: target, reason: "noproc" };
        expect(taken()).toEqual(alias === "explicitUnalias" ? [down, "answer"] : [down]);
        expect(unalias(ref)).toBe(alias === "explicitUnalias");
      }
    }
    expect(processInfo()!.monitors).toEqual([]);
  });

  processTest(`C5: neither demonitor nor an answer ends an "explicitUnalias" alias (${place})`, () => {
    const pid = spawnAt(place, server);
    const ref = monitor(pid, { alias: "explicitUnalias" });
    ask(pid, ref, 2);
    settled();
    expect(watchedBy(pid)).toEqual([self()]);
    expect(demonitor(ref)).toBe(true);
    ask(pid, ref, 1);
    settled();
    expect(taken()).toEqual([0, 1, 0].map((i) => ({ ref, i })));
    expect(unalias(ref)).toBe(true);
    ask(pid, ref, 1);
    settled();
    expect(taken()).toEqual([]);
    kill(pid);
  });

  processTest(`C4: unalias leaves the monitor as it is, in every mode (${place})`, () => {
    for (const alias of MODES) {
      const pid = spawnAt(place, server);
      const ref = monitor(pid, { alias });
      expect(unalias(ref)).toBe(true);
      expect(unalias(ref)).toBe(false);
      ask(pid, ref, 1);
      exit(pid, "stop");
      settled();
      expect(taken()).toEqual([{ type: "DOWN", ref, pid, reason: "stop" }]);
    }
  });

  processTest(`C4: by name as by pid (${place})`, () => {
    const pid = spawnOpt({ scheduler: coreAt(place)!, name: "c4" }, server);
    const ref = monitor("c4", { alias: "replyDemonitor" });
    ask(pid, ref, 1);
    expect(receive()).toEqual({ ref, i: 0 });
    settled();
    expect(watchedBy(pid)).toEqual([]);
    const lasting = monitor("c4", { alias: "explicitUnalias" });
    expect(processInfo()!.monitors).toEqual(["c4"]);
    kill(pid);
    expect(downOf(lasting).pid).toBe("c4");
    expect(processInfo()!.monitors).toEqual([]);
    expect(unalias(lasting)).toBe(true);
  });

  processTest(`C8: the end of the watcher ends alias and monitor (${place})`, () => {
    const pid = spawnAt(place, server);
    for (const alias of MODES) {
      const watcher = spawnAt(place, watches, pid, alias, self());
      const ref = receive<Ref>();
      kill(watcher);
      ask(pid, ref, 1);
      settled();
      expect(watchedBy(pid)).toEqual([]);
    }
    kill(pid);
    expect(taken()).toEqual([]);
  });

  processTest(`C4: an answer and the end of who gave it: the answer alone, or the Down alone (${place})`, () => {
    for (let round = 0; round < 150; round++) {
      const pid = spawnAt(place, answersOnce, round % 3);
      const ref = monitor(pid, { alias: "replyDemonitor" });
      send(pid, ref);
      const got = receive<{ ref: Ref; type?: string }>();
      expect(got.ref).toBe(ref);
      settled();
      expect(taken()).toEqual([]);
      expect(processInfo()!.monitors).toEqual([]);
    }
  });
}

function watches(pid: Pid, alias: AliasMode, parent: Pid): void {
  send(parent, monitor(pid, { alias }));
  park();
}

function answersOnce(turns: number): void {
  for (let i = 0; i < turns * 4_000; i++);
  const replyTo = receive<Ref>();
  send(replyTo, { ref: replyTo });
}

for (const place of ALL_PLACES) {
  // spawn_monitor_alias
  processTest(`C4: a spawn may make the monitor and the alias (${place})`, () => {
    for (const alias of MODES) {
      const scheduler = coreAt(place);
      const [pid, ref] = spawnOpt({ monitor: { alias }, ...(scheduler === undefined ? {} : { scheduler }) }, server);
      ask(pid, ref, 2);
      settled();
      ask(pid, ref, 0);
      until(() => processInfo(pid)!.mailboxLength === 0);
      settled();
      expect(taken()).toEqual(numbers(alias === "replyDemonitor" ? 1 : 2).map((i) => ({ ref, i })));
      expect(watchedBy(pid)).toEqual(alias === "replyDemonitor" ? [] : [self()]);
      exit(pid, "stop");
      settled();
      expect(taken()).toEqual(alias === "replyDemonitor" ? [] : [{ type: "DOWN", ref, pid, reason: "stop" }]);
      expect(unalias(ref)).toBe(alias === "explicitUnalias");
    }
  });
}

processTest("C4: where a process watches itself, the reference is no alias", () => {
  register("c4 self", self());
  for (const alias of MODES) {
    for (const target of [self(), "c4 self"]) {
      const ref = monitor(target, { alias });
      send(ref, "answer");
      expect(demonitor(ref)).toBe(false);
      expect(unalias(ref)).toBe(false);
    }
  }
  expect(taken()).toEqual([]);
});

processTest("C4: a message that cannot be copied leaves the alias as it was", () => {
  const pid = spawn(park);
  const ref = monitor(pid, { alias: "replyDemonitor" });
  expect(codeOf(() => send(ref, () => "a closure"))).toBe("AGNER_BAD_TERM");
  send(ref, "answer");
  expect(taken()).toEqual(["answer"]);
  kill(pid);
});

processTest("C4: options that are none are errors, and nothing is watched then", () => {
  const pid = spawn(park);
  for (const bad of [null, 1, "demonitor", { alias: "reply" }, { alias: true }, { tag: makeRef() }]) {
    expect(codeOf(() => monitor(pid, bad as never))).toBe("AGNER_BAD_ARGUMENT");
    expect(codeOf(() => spawnOpt({ monitor: bad } as never, park))).toBe("AGNER_BAD_ARGUMENT");
  }
  expect(demonitor(monitor(pid, {}))).toBe(true);
  expect(processInfo()!.monitors).toEqual([]);
  kill(pid);
});

/** Group F: system messages (F9 to F14). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  BadTermError,
  exit,
  isAlive,
  monitor,
  processFlag,
  processInfo,
  receive,
  self,
  send,
  TIMEOUT,
  type Pid,
} from "@agner/vm";
import { CallError, genServer, noreply, procLib, reply, sys } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { downOf, kill, park, settled, taken, thrown } from "./testing/watch.ts";

export const Counter = genServer({
  init: (start: number) => start,
  calls: {
    get: (n) => reply(n, n),
    add: (n, by: number) => reply(n + by, n + by),
  },
  casts: { reset: () => noreply(0) },
  info: (n, message: unknown) => {
    if (typeof message === "object" && message !== null && "tell" in message) send(message.tell as Pid, "told");
    return noreply(n);
  },
  codeChange: (n, oldVersion: number, extra: unknown) => {
    if (extra === "fail") throw new Error("cannot convert");
    return n * 100 + oldVersion;
  },
});

/** Counter, as the next release has it. */
export const NextCounter = genServer({
  init: (start: number) => ({ n: start }),
  calls: { get: (s) => reply(`n is ${s.n}`, s) },
  codeChange: (n: number) => ({ n }),
});

export const Ending = genServer({
  init: (to: Pid) => to,
  terminate: (to, reason) => send(to, ["terminate", reason]),
});

/** A server whose state is no term. */
export const Local = genServer({ init: () => ({ run: () => 1 }), calls: { run: (s) => reply(s.run(), s) } });

function add(n: number, by: number): number {
  return n + by;
}

function bad(n: number): number {
  throw new RangeError(`not ${n}`);
}

function spy(to: Pid, event: { kind: string }): Pid {
  send(to, ["event", event.kind]);
  return to;
}

function spyOnce(to: Pid, event: { kind: string }): unknown {
  send(to, ["once", event.kind]);
  return "done";
}

function spyFails(to: Pid, event: { kind: string }): unknown {
  send(to, ["fails", event.kind]);
  throw new Error("spy");
}

/** A process written by hand that handles system messages, and echoes all others. */
function echo(initial: number): void {
  const me = sys.specialProcess("echo", { n: initial });
  processFlag("trapExit", true);
  procLib.initAck(self());
  for (;;) {
    const message = receive<any>();
    if (sys.isSystemMessage(message)) {
      const end = sys.handleSystemMessage(message, me, { status: ({ state }) => ["echo", state] });
      if (end !== undefined) exit(end.reason);
    } else if (message.type === "EXIT" && message.from === me.parent) exit(message.reason);
    else {
      sys.handleDebug(me, { kind: "in", message });
      me.state.n++;
      send(message.to, ["echo", message.text]);
      sys.handleDebug(me, { kind: "out", message: message.text, to: message.to });
    }
  }
}

function addToEcho(state: { n: number }, by: number): { n: number } {
  return { n: state.n + by };
}

function startEcho(place: (typeof PLACES)[number], link: boolean = false): Pid {
  return procLib.startOpt({ ...at(place), link }, echo, 1) as Pid;
}

for (const place of PLACES) {
  // suspend
  processTest(
    `F9: a suspended process answers system messages only; calls wait, and time out at their callers (${place})`,
    () => {
      const c = Counter.startLink(1, at(place));
      sys.suspend(c);
      sys.suspend(c);
      expect(thrown(() => c.with({ timeout: 20 }).add(5)).code).toBe("AGNER_TIMEOUT");
      c.cast.reset();
      expect(sys.getState(c)).toBe(1);
      expect(sys.getStatus(c).status).toBe("suspended");
      sys.resume(c);
      sys.resume(c);
      expect(c.get()).toBe(0);
      expect(sys.getStatus(c).status).toBe("running");
      settled();
      expect(taken()).toEqual([]);
    },
  );

  processTest(`F9: the parent's exit signal ends a suspended process that traps exits (${place})`, () => {
    const me = self();
    const starter = procLib.spawn(startsSuspended, me, at(place));
    const pid = receive<Pid>();
    const ref = monitor(pid);
    exit(starter, "gone");
    expect(downOf(ref).reason).toBe("gone");
  });

  processTest(`F10: getState and replaceState, also while suspended; by pid, name and client (${place})`, () => {
    const c = Counter.startLink(1, { ...at(place), name: `f10 ${place}` });
    for (const server of [c, c.pid, `f10 ${place}`]) {
      expect(sys.getState(server)).toBe(1);
      expect(sys.replaceState(server, add, 4)).toBe(5);
      expect(c.get()).toBe(5);
      sys.suspend(server, { timeout: 1_000 });
      expect(sys.replaceState(server, add, -4)).toBe(1);
      expect(sys.getState(server)).toBe(1);
      sys.resume(server);
      expect(c.get()).toBe(1);
    }
  });

  processTest(`F10: a function that fails leaves the state, and the caller hears why (${place})`, () => {
    const c = Counter.startLink(1, at(place));
    for (const suspended of [false, true]) {
      if (suspended) sys.suspend(c);
      const error = thrown(() => sys.replaceState(c, bad));
      expect(CallError.is(error)).toBe(true);
      expect(error.code).toBe("AGNER_CALLBACK_FAILED");
      expect(error.reason.callbackFailed.request).toBe("replaceState");
      expect(error.reason.callbackFailed.reason).toBeInstanceOf(RangeError);
      expect(error.message).toContain("not 1");
      expect(sys.getState(c)).toBe(1);
    }
  });

  processTest(`F10: a closure travels with copies of what it has captured (${place})`, () => {
    const c = Counter.startLink(1, at(place));
    const by = 41;
    expect(sys.replaceState(c, (n: number) => n + by)).toBe(42);
    expect(c.get()).toBe(42);
    const handles = new WeakMap<object, number>();
    const error = thrown(() =>
      sys.replaceState(c, (n: number) => {
        handles.set(c, n);
        return n;
      }),
    );
    expect(BadTermError.is(error)).toBe(true);
    expect(error.message).toContain("captured");
    expect(c.get()).toBe(42);
  });

  processTest(`F10: a state that is no term cannot be shown, and that is said (${place})`, () => {
    const local = Local.start(undefined, at(place));
    const error = thrown(() => sys.getState(local));
    expect(error.code).toBe("AGNER_CALLBACK_FAILED");
    expect(error.message).toContain("closure");
    expect(local.run()).toBe(1);
    settled();
    expect(taken()).toEqual([]);
    expect(processInfo()!.monitors).toEqual([]);
  });

  processTest(`F10: getStatus tells pid, module, status, parent, name and dictionary (${place})`, () => {
    const c = Counter.startLink(7, { ...at(place), name: `f10 status ${place}` });
    sys.log(c, true);
    sys.install(c, spy, self(), "mine");
    expect(sys.getStatus(c)).toMatchObject({
      pid: c.pid,
      behaviour: "genServer",
      module: "Counter",
      status: "running",
      parent: self(),
      name: `f10 status ${place}`,
      debug: ["log", "mine"],
      misc: 7,
    });
    expect(sys.getStatus(c).dictionary).toContainEqual(["$initial_call", "Counter.init"]);
    expect(sys.getStatus(Counter.start(1, at(place))).parent).toBe(undefined);
  });

  // stats
  processTest(`F11: statistics count messages in and out, and system messages not (${place})`, () => {
    const c = Counter.startLink(1, at(place));
    expect(sys.getStatistics(c)).toBe("no_statistics");
    sys.statistics(c, true);
    c.add(1);
    sys.getState(c);
    expect(sys.getStatistics(c)).toMatchObject({ messagesIn: 1, messagesOut: 1 });
    c.cast.reset();
    const figures = sys.getStatistics(c);
    expect(figures).toMatchObject({ messagesIn: 2, messagesOut: 1 });
    if (figures === "no_statistics") throw new Error(figures);
    expect(figures.currentTime).toBeGreaterThanOrEqual(figures.startTime);
    expect(figures.reductions).toBeGreaterThan(0);
    // On already: the count goes on, as OTP 25 has it.
    sys.statistics(c, true);
    expect(sys.getStatistics(c)).toMatchObject({ messagesIn: 2, messagesOut: 1 });
    sys.statistics(c, false);
    expect(sys.getStatistics(c)).toBe("no_statistics");
  });

  // log
  processTest(`F12: the log keeps the last 10 events, or as many as it was told to (${place})`, () => {
    const c = Counter.startLink(0, at(place));
    sys.log(c, true);
    c.add(1);
    expect(sys.getLog(c).map(({ kind }) => kind)).toEqual(["in", "out"]);
    for (let i = 0; i < 9; i++) c.add(1);
    expect(sys.getLog(c).length).toBe(10);
    expect(sys.getLog(c).at(-1)).toEqual({ kind: "out", message: 10, to: self() });
    sys.log(c, 3);
    c.add(1);
    expect(sys.getLog(c).length).toBe(10);
    sys.log(c, false);
    expect(sys.getLog(c)).toEqual([]);
    sys.log(c, 3);
    for (let i = 0; i < 9; i++) c.add(1);
    expect(sys.getLog(c).length).toBe(3);
    for (const wrong of [0, -1, 1.5, "x"]) expect(thrown(() => sys.log(c, wrong as number)).code).toBe("AGNER_BAD_ARGUMENT");
  });

  // log_to_file
  processTest(`F12: events go to a file (${place})`, () => {
    const folder = mkdtempSync(join(tmpdir(), "agner-sys-"));
    try {
      const c = Counter.startLink(0, at(place));
      const file = join(folder, "events");
      sys.logToFile(c, file);
      c.add(1);
      sys.logToFile(c, false);
      c.add(2);
      const lines = readFileSync(file, "utf8").trimEnd().split("\n");
      expect(lines.length).toBe(2);
      expect(lines[0]).toContain("got");
      expect(lines[0]).toContain("add");
      expect(lines[1]).toContain(`sent 1 to ${self().toString()}`);
      expect(thrown(() => sys.logToFile(c, join(folder, "no/such"))).code).toBe("AGNER_CALLBACK_FAILED");
      expect(c.get()).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // trace
  processTest(`F12: a trace tells one event for a call and one for its answer (${place})`, () => {
    const c = Counter.startLink(0, at(place));
    sys.trace(c, self());
    c.add(1);
    expect([receive(), receive()]).toMatchObject([
      { type: "TRACE", pid: c.pid, module: "Counter", event: { kind: "in", message: { name: "add", args: [1] } } },
      { type: "TRACE", pid: c.pid, module: "Counter", event: { kind: "out", message: 1, to: self() } },
    ]);
    c.cast.reset();
    expect([receive<any>().event.kind, receive<any>().event]).toEqual(["in", { kind: "noreply", state: 0 }]);
    sys.trace(c, false);
    c.add(1);
    settled();
    expect(taken()).toEqual([]);
    sys.trace(c, "f12 nobody");
    expect(c.add(1)).toBe(2);
  });

  // install
  processTest(`F12: debug functions see events while they are installed, once for an id (${place})`, () => {
    const c = Counter.startLink(0, at(place));
    const me = self();
    sys.install(c, spy, me);
    sys.install(c, spy, me);
    c.get();
    settled();
    expect(taken()).toEqual([
      ["event", "in"],
      ["event", "out"],
    ]);
    sys.install(c, spy, me, { id: 2 });
    sys.install(c, spyOnce, me, { id: 2 });
    c.get();
    settled();
    expect(taken().length).toBe(4);
    sys.remove(c, spy);
    sys.remove(c, { id: 2 });
    c.get();
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`F12: a debug function that returns "done" or throws is removed; noDebug removes all (${place})`, () => {
    const c = Counter.startLink(0, at(place));
    const me = self();
    sys.install(
      c,
      (_state, { kind }) => {
        send(me, ["once", kind]);
        return "done";
      },
      0,
    );
    sys.install(c, spyFails, me);
    c.get();
    c.get();
    settled();
    expect(taken()).toEqual([
      ["once", "in"],
      ["fails", "in"],
    ]);
    sys.install(c, spy, me);
    sys.log(c, true);
    sys.statistics(c, true);
    sys.trace(c, me);
    sys.noDebug(c);
    c.get();
    settled();
    expect(taken()).toEqual([]);
    expect(sys.getStatus(c).debug).toEqual([]);
    expect(sys.getStatistics(c)).toBe("no_statistics");
  });

  processTest(`F12: a start can switch debugging on (${place})`, () => {
    const c = Counter.startLink(0, {
      ...at(place),
      debug: ["statistics", { log: 4 }, { trace: self() }, { install: [spyOnce, self()] }],
    });
    c.add(1);
    expect(sys.getStatistics(c)).toMatchObject({ messagesIn: 1, messagesOut: 1 });
    expect(sys.getLog(c).length).toBe(2);
    settled();
    expect(taken().length).toBe(3);
  });

  processTest(`F13: sys.terminate runs terminate with the reason, and the process ends with it (${place})`, () => {
    for (const suspended of [false, true]) {
      const e = Ending.start(self(), at(place));
      const ref = monitor(e.pid);
      if (suspended) sys.suspend(e);
      sys.terminate(e, { shutdown: "by sys" });
      expect(downOf(ref).reason).toEqual({ shutdown: "by sys" });
      expect(taken()).toEqual([["terminate", { shutdown: "by sys" }]]);
    }
  });

  processTest(`F14: changeCode works only while suspended; one that fails keeps the state (${place})`, () => {
    const c = Counter.startLink(3, at(place));
    expect(thrown(() => sys.changeCode(c, undefined, 1, "x")).message).toContain("not suspended");
    sys.suspend(c);
    const error = thrown(() => sys.changeCode(c, undefined, 1, "fail"));
    expect(error.reason.callbackFailed.reason.message).toBe("cannot convert");
    expect(sys.getState(c)).toBe(3);
    sys.changeCode(c, undefined, 1, "x");
    sys.resume(c);
    expect(c.get()).toBe(301);
    sys.suspend(c);
    sys.changeCode(c, NextCounter, 2, undefined);
    sys.resume(c);
    expect(NextCounter.ref(c.pid).get()).toBe("n is 301");
  });

  // special_process
  processTest(`F10: a process written by hand answers system messages (${place})`, () => {
    const pid = startEcho(place);
    expect(sys.getState(pid)).toEqual({ n: 1 });
    expect(sys.replaceState(pid, addToEcho, 5)).toEqual({ n: 6 });
    expect(thrown(() => sys.replaceState(pid, bad)).code).toBe("AGNER_CALLBACK_FAILED");
    expect(sys.getState(pid)).toEqual({ n: 6 });
    expect(sys.getStatus(pid)).toMatchObject({ behaviour: "special", module: "echo", misc: ["echo", { n: 6 }], parent: self() });
    sys.statistics(pid, true);
    sys.suspend(pid);
    send(pid, { to: self(), text: "hi" });
    settled();
    expect(receive(undefined, 0)).toBe(TIMEOUT);
    sys.resume(pid);
    expect(receive()).toEqual(["echo", "hi"]);
    expect(sys.getStatistics(pid)).toMatchObject({ messagesIn: 1, messagesOut: 1 });
    procLib.stop(pid, "shutdown");
    expect(isAlive(pid)).toBe(false);
  });

  processTest(`a process that does not handle system messages times out, and nothing is left of the question (${place})`, () => {
    const pid = procLib.spawnOpt(at(place), park);
    expect(thrown(() => sys.getState(pid, { timeout: 20 })).code).toBe("AGNER_TIMEOUT");
    kill(pid);
    expect(thrown(() => sys.getState(pid)).code).toBe("AGNER_NOPROC");
    expect(thrown(() => sys.getState(self())).code).toBe("AGNER_CALLING_SELF");
    expect(thrown(() => sys.getState("nobody at all")).code).toBe("AGNER_NOPROC");
    expect(thrown(() => sys.getState(1 as never)).code).toBe("AGNER_BAD_ARGUMENT");
    expect(thrown(() => sys.getState(pid, { timeout: -1 })).code).toBe("AGNER_BAD_ARGUMENT");
    settled();
    expect(taken()).toEqual([]);
    expect(processInfo()!.monitors).toEqual([]);
  });
}

processTest("F12: a trace to standard output, and the log as text", () => {
  const c = Counter.startLink(0, at("same core"));
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((text: string) => lines.push(text)) as never;
  try {
    sys.trace(c, true);
    sys.log(c, true);
    c.add(1);
    sys.trace(c, false);
    c.cast.reset();
    sys.printLog(c);
  } finally {
    process.stdout.write = write;
  }
  expect(lines.length).toBe(6);
  expect(lines.slice(2, 4)).toEqual(lines.slice(0, 2));
  for (const line of lines) expect(line.startsWith(`*DBG* Counter ${c.pid.toString()} `)).toBe(true);
});

/** Starts a server that traps exits, suspends it and waits. */
function startsSuspended(to: Pid, options: { scheduler: number }): void {
  const t = Trapping.startLink(undefined, options);
  sys.suspend(t);
  send(to, t.pid);
  park();
}

export const Trapping = genServer({
  init: () => {
    processFlag("trapExit", true);
    return 0;
  },
});

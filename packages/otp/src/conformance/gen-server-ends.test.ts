/** Group G: how servers end, what is told of it, and what is shown of them (G18, G23 to G29). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  definition,
  exit,
  isAlive,
  monitor,
  processFlag,
  processInfo,
  receive,
  register,
  self,
  send,
  spawn,
  TIMEOUT,
  whereis,
  type Pid,
} from "@agner/vm";
import { genServer, noreply, procLib, reply, stop, sys, withContinue, type NameServer, type ServerStatus } from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { collecting, reportsOf } from "./testing/reports.ts";
import { downOf, endOf, isGone, kill, numbers, park, settled, taken, thrown, until } from "./testing/watch.ts";

/** Tells `to` how it ends. */
export const Ending = genServer({
  init: ({ to, trap = false, then }: { to: Pid; trap?: boolean; then?: unknown }) => {
    processFlag("trapExit", trap);
    return then === undefined ? { to, bad: "" } : withContinue({ to, bad: "" }, then);
  },
  calls: {
    get: (s) => reply("here", s),
    stop: (s, reason: unknown, value: unknown) => stop(reason, s, value),
    crash: (): never => {
      throw new RangeError("crashed");
    },
    exit: (_s, reason: unknown): never => exit(reason),
    badly: (): any => "no action",
    unsendable: (s) => reply(new WeakMap(), s),
    terminateBadly: (s, how: string) => stop("asked", { ...s, bad: how }, "answered"),
    spawnLinked: (s) => reply(procLib.spawnLink(park), s),
  },
  casts: {
    crash: (): never => {
      throw new RangeError("crashed");
    },
    bad: () => "bad" as never,
  },
  info: (s, message) => {
    send(s.to, ["info", message]);
    return noreply(s);
  },
  continue: (_s, what: unknown): never => exit(what),
  terminate: (s, reason) => {
    send(s.to, ["terminate", reason]);
    if (s.bad === "exit") exit("terminate's own");
    if (s.bad === "error") throw new TypeError("terminate failed");
    // oxlint-disable-next-line no-throw-literal
    if (s.bad === "throw") throw "not an error";
    return s.bad;
  },
});

/** Has a secret that nobody shall see. */
export const Secretive = genServer({
  init: (how: string) => ({ how, password: "xyzzy" }),
  calls: { ping: (s, _word: string) => reply("pong", s), crash: (_s, reason: unknown): never => exit(reason) },
  casts: { crash: (_s, reason: unknown): never => exit(reason) },
  terminate: ({ how }) => {
    if (how === "terminate") exit("terminate's own");
  },
  formatStatus: (status: ServerStatus<{ how: string; password: string }>): any => {
    const { state } = status;
    if (state.how === "throw") throw new Error("cannot format");
    // oxlint-disable-next-line no-throw-literal
    if (state.how === "throw value") throw { state: "thrown" };
    if (state.how === "junk") return "junk";
    return {
      ...status,
      state: { ...state, password: "***" },
      ...(status.message === undefined ? {} : { message: "hidden message" }),
      ...(status.reason === undefined ? {} : { reason: { shown: status.reason } }),
      ...(status.log === undefined ? {} : { log: ["hidden log"] }),
    };
  },
});

/** Ends when it is told to, and is its starter's. */
export const Child = genServer({
  init: (to: Pid) => {
    processFlag("trapExit", true);
    return to;
  },
  info: (to, message) => {
    send(to, message);
    return noreply(to);
  },
  terminate: (to, reason) => send(to, ["terminate", reason]),
});

function parentOf(to: Pid, options: { scheduler: number }): void {
  const { pid } = Child.startLink(to, options);
  send(to, pid);
  receive((m) => m === "return");
}

export const Loop = genServer({
  init: (): number => {
    throw new Error("init is not called");
  },
  calls: { get: (s) => reply(s, s), add: (s, n: number) => reply(s + n, s + n) },
  info: (s, message) => {
    if (message === TIMEOUT) return stop("idle", s);
    return noreply(s);
  },
  continue: (s, value: number) => noreply(s + value),
});

/** A registry that knows nobody. */
export const Empty: NameServer = definition({
  registerName: () => false,
  unregisterName: () => {},
  whereisName: () => undefined,
});

function becomeServer(state: number, options: object, name: string | undefined): void {
  if (name !== undefined) register(name);
  procLib.initAck(self());
  genServer.enterLoop(Loop, state, options);
}

function enterAtOnce(options: object): void {
  genServer.enterLoop(Loop, 0, options);
}

for (const place of PLACES) {
  processTest(`G18: stop with an answer: terminate first, then the answer, then the end (${place})`, () => {
    const s = Ending.start({ to: self() }, at(place));
    expect(s.stop("done", "answer")).toBe("answer");
    // Both are from the server, so what it sent first is there.
    expect(taken()).toEqual([["terminate", "done"]]);
    expect(isGone(s.pid)).toBe(true);
    for (const [how, reason] of [
      ["exit", "terminate's own"],
      ["throw", "asked"],
      ["returns", "asked"],
    ]) {
      const bad = Ending.start({ to: self() }, at(place));
      const badRef = monitor(bad.pid);
      expect(bad.terminateBadly(how!)).toBe("answered");
      expect(downOf(badRef).reason).toBe(reason);
      expect(taken()).toEqual([["terminate", "asked"]]);
    }
  });

  // stop1 to stop7
  processTest(`G23: terminate is called for stop, sys.terminate, errors, exits and bad returns (${place})`, () => {
    const ending = (run: (s: ReturnType<typeof Ending.ref>) => void): unknown => {
      const s = Ending.start({ to: self() }, { ...at(place), name: "g23" });
      const ref = monitor(s.pid);
      run(s);
      const { reason } = downOf(ref);
      expect(taken()).toEqual([["terminate", reason]]);
      expect(whereis("g23")).toBe(undefined);
      return reason;
    };
    expect(ending((s) => genServer.stop(s))).toBe("normal");
    expect(ending((s) => genServer.stop(s.pid, "other"))).toBe("other");
    expect(ending(() => genServer.stop("g23", { shutdown: 1 }, 5_000))).toEqual({ shutdown: 1 });
    expect(ending((s) => sys.terminate(s, "by sys"))).toBe("by sys");
    expect(ending((s) => s.cast.crash())).toBeInstanceOf(RangeError);
    expect(ending((s) => thrown(() => s.exit("out")))).toBe("out");
    expect(ending((s) => s.cast.bad())).toEqual({ badReturnValue: "bad" });
  });

  processTest(`G23: stop: nobody is there, an invalid timeout, and one that is over (${place})`, () => {
    const s = Ending.start({ to: self() }, at(place));
    for (const wrong of [-1, Number.NaN, "1" as never])
      expect(thrown(() => genServer.stop(s, "normal", wrong)).code).toBe("AGNER_BAD_ARGUMENT");
    expect(s.get()).toBe("here");
    sys.suspend(s);
    const pid = procLib.spawnOpt(at(place), park);
    expect(thrown(() => genServer.stop(pid, "normal", 10)).code).toBe("AGNER_TIMEOUT");
    sys.resume(s);
    genServer.stop(s);
    expect(thrown(() => genServer.stop(s)).code).toBe("AGNER_NOPROC");
    expect(thrown(() => genServer.stop("g23 nobody")).code).toBe("AGNER_NOPROC");
    kill(pid);
    expect(taken()).toEqual([["terminate", "normal"]]);
  });

  processTest(`G24: an exit signal ends a server that does not trap exits, without terminate (${place})`, () => {
    const s = Ending.start({ to: self() }, at(place));
    exit(s.pid, "signal");
    expect(endOf(s.pid)).toMatch(/^signal$|^noproc$/);
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`G24: one that traps them gets those of others as messages, and ends by its parent's (${place})`, () => {
    for (const reason of ["normal", "shutdown", "crash"]) {
      const parent = spawn(parentOf, self(), at(place));
      const pid = receive<Pid>();
      const ref = monitor(pid);
      exit(pid, "from the test");
      expect(receive()).toEqual({ type: "EXIT", from: self(), reason: "from the test" });
      if (reason === "normal") send(parent, "return");
      else exit(parent, reason);
      expect(downOf(ref).reason).toBe(reason);
      expect(taken()).toEqual([["terminate", reason]]);
    }
  });

  processTest(`G24: a server that was started without a link has no parent (${place})`, () => {
    const c = Child.start(self(), at(place));
    exit(c.pid, "one");
    expect(receive()).toEqual({ type: "EXIT", from: self(), reason: "one" });
    genServer.stop(c);
    expect(taken()).toEqual([["terminate", "normal"]]);
  });

  processTest(`G25: terminate gets the error itself; if it fails, its own reason counts (${place})`, () => {
    const s = Ending.start({ to: self() }, at(place));
    const ref = monitor(s.pid);
    const error = thrown(() => s.crash());
    expect(error.reason).toBeInstanceOf(RangeError);
    expect(receive<[string, Error]>()[1].message).toBe("crashed");
    expect((downOf(ref).reason as Error).stack).toContain("crash");
    const bad = Ending.start({ to: self() }, at(place));
    const badRef = monitor(bad.pid);
    bad.terminateBadly("error");
    expect((downOf(badRef).reason as Error).message).toBe("terminate failed");
  });

  // crash
  processTest(`G26: what ends a server in disorder is reported: by the server, then by the process (${place})`, () => {
    collecting((logged) => {
      const start = (): ReturnType<typeof Ending.ref> => Ending.start({ to: self() }, { ...at(place), name: "g26" });
      for (const reason of ["normal", "shutdown", { shutdown: "x" }]) {
        const s = start();
        thrown(() => s.exit(reason));
        expect(isGone(s.pid)).toBe(true);
      }
      expect(logged()).toEqual([]);
      const s = start();
      const { pid } = s;
      thrown(() => s.exit("crashed"));
      expect(isGone(pid)).toBe(true);
      expect(reportsOf(logged(), pid)).toMatchObject([
        {
          type: "terminated",
          behaviour: "genServer",
          name: "g26",
          module: "Ending",
          reason: "crashed",
          lastMessage: { type: "$call", name: "exit", args: ["crashed"] },
          state: { to: self(), bad: "" },
          client: { pid: self() },
        },
        { type: "crash", reason: "crashed", name: "g26", initialCall: "Ending.init", ancestors: [self()] },
      ]);
      for (const end of [
        (each: typeof s) => each.stop("early", "answered"),
        (each: typeof s) => genServer.call(each, "badly", []),
        (each: typeof s) => genServer.call(each, "unsendable", []),
      ]) {
        const ends = start();
        const ended = ends.pid;
        try {
          end(ends);
        } catch {
          // It ends either way.
        }
        expect(isGone(ended)).toBe(true);
        expect(reportsOf(logged(), ended, "terminated")).toMatchObject([{ client: { pid: self() } }]);
      }
      const c = start();
      const inCast = c.pid;
      sys.log(c, true);
      c.cast.crash();
      endOf(inCast);
      const [report] = reportsOf(logged(), inCast, "terminated");
      expect(report.client).toBe(undefined);
      expect(report.log).toMatchObject([{ kind: "in" }]);
      const stopped = start();
      genServer.stop(stopped, "because");
      expect(reportsOf(logged(), stopped.pid).map(({ type, reason }) => [type, reason])).toEqual([
        ["terminated", "because"],
        ["crash", "because"],
      ]);
      taken();
    });
  });

  processTest(`G26: processes that end with the server are named in its crash report (${place})`, () => {
    collecting((logged) => {
      const s = Ending.start({ to: self() }, at(place));
      const { pid } = s;
      const neighbour = s.spawnLinked();
      until(() => procLib.initialCall(neighbour) !== undefined);
      s.cast.crash();
      endOf(neighbour);
      expect(reportsOf(logged(), pid, "crash")[0].neighbours).toMatchObject([{ pid: neighbour, initialCall: "park" }]);
      taken();
    });
  });

  // call_format_status, error_format_status
  processTest(`G27: formatStatus decides what getStatus and reports show (${place})`, () => {
    collecting((logged) => {
      const s = Secretive.start("well", at(place));
      const { pid } = s;
      expect(sys.getStatus(s).misc).toEqual({ how: "well", password: "***" });
      expect(sys.getState(s)).toEqual({ how: "well", password: "xyzzy" });
      sys.log(s, true);
      s.ping("secret word");
      thrown(() => s.crash("why"));
      expect(isGone(pid)).toBe(true);
      const [report] = reportsOf(logged(), pid, "terminated");
      expect(report).toMatchObject({
        state: { password: "***" },
        lastMessage: "hidden message",
        reason: { shown: "why" },
        log: ["hidden log"],
      });
    });
  });

  // crash_in_format_status, throw_in_format_status
  processTest(`G27: a formatStatus that fails shows no state, and harms nobody (${place})`, () => {
    collecting((logged) => {
      for (const how of ["throw", "throw value", "junk"]) {
        const s = Secretive.start(how, at(place));
        const { pid } = s;
        expect(sys.getStatus(s).misc).toBe("formatStatus of Secretive has failed");
        expect(s.ping("still there")).toBe("pong");
        s.cast.crash("why");
        endOf(pid);
        const [report] = reportsOf(logged(), pid, "terminated");
        expect([report.state, report.reason]).toEqual(["formatStatus of Secretive has failed", "why"]);
      }
    });
  });

  // terminate_crash_format
  processTest(`G27: and so for a server whose terminate fails (${place})`, () => {
    collecting((logged) => {
      const s = Secretive.start("terminate", at(place));
      const { pid } = s;
      thrown(() => genServer.stop(s));
      const [report] = reportsOf(logged(), pid, "terminated");
      expect(report).toMatchObject({ state: { password: "***" }, reason: { shown: "terminate's own" } });
    });
  });

  // spec_init, spec_init_local_registered_parent
  processTest(`G28: a process that has initialised itself becomes a server (${place})`, () => {
    const pid = procLib.startOpt({ ...at(place), link: true }, becomeServer, 5, {}, undefined) as Pid;
    expect(Loop.ref(pid).get()).toBe(5);
    expect(sys.getStatus(pid)).toMatchObject({ module: "Loop", parent: self() });
    const named = procLib.startOpt(at(place), becomeServer, 5, { name: "g28", next: { continue: 2 } }, "g28") as Pid;
    expect(Loop.ref("g28").add(1)).toBe(8);
    expect(sys.getStatus(named).name).toBe("g28");
    genServer.stop("g28");
    const idle = procLib.startOpt(at(place), becomeServer, 5, { next: { timeout: 0 } }, undefined) as Pid;
    expect(endOf(idle)).toMatch(/^idle$|^noproc$/);
    genServer.stop(pid);
  });

  // otp_5854
  processTest(`G28: not under a name that is another's or nobody's, and not in a process of another family (${place})`, () => {
    const reasonOf = (options: object): unknown =>
      downOf(procLib.spawnOpt({ ...at(place), monitor: true }, enterAtOnce, options)[1]).reason;
    expect(reasonOf({ name: "g28 nobody" })).toBe("process_not_registered");
    register("g28 test");
    expect(reasonOf({ name: "g28 test" })).toBe("process_not_registered");
    expect(reasonOf({ name: { via: Empty, key: 1 } })).toEqual({ processNotRegisteredVia: Empty });
    const plain = spawn(() => {
      receive();
      genServer.enterLoop(Loop, 0);
    });
    const ref = monitor(plain);
    send(plain, "go");
    expect(downOf(ref).reason).toBe("process_was_not_started_by_proc_lib");
    expect(thrown(() => genServer.enterLoop({}, 0)).code).toBe("AGNER_BAD_ARGUMENT");
  });

  // spec_init with the parent's exit
  processTest(`G28: the nearest ancestor is the parent: its exit ends a server that traps exits (${place})`, () => {
    const me = self();
    const options = at(place);
    const parent = procLib.spawn(startsLoop, me, options);
    const pid = receive<Pid>();
    const ref = monitor(pid);
    exit(parent, "gone");
    expect(downOf(ref).reason).toBe("gone");
  });

  processTest(`a server that was started by startMonitor is watched from its first moment (${place})`, () => {
    const [client, ref] = Ending.startMonitor({ to: self(), then: "at once" }, at(place));
    expect(downOf(ref)).toEqual({ type: "DOWN", ref, pid: client.pid, reason: "at once" });
    expect(processInfo()!.links).toEqual([]);
    taken();
    const [other, otherRef] = Ending.startMonitor({ to: self() }, at(place));
    genServer.stop(other);
    expect(taken()).toEqual([["terminate", "normal"], { type: "DOWN", ref: otherRef, pid: other.pid, reason: "normal" }]);
  });

  processTest(`a reason that is no term is told in words (${place})`, () => {
    const c = Closing.start("later", at(place));
    const ref = monitor(c.pid);
    const error = thrown(() => c.close());
    expect(Object.keys(error.reason)).toEqual(["notATerm"]);
    expect(downOf(ref).reason).toEqual(error.reason);
    for (const [start, name] of [
      [Closing.start, "closing 1"],
      [Closing.startLink, "closing 2"],
    ] as const) {
      expect(Object.keys(thrown(() => start("at once", { ...at(place), name })).reason)).toEqual(["notATerm"]);
      expect(whereis(name)).toBe(undefined);
    }
    settled();
    expect(taken()).toEqual([]);
  });

  processTest(`G29: a change of code that fails keeps the state, and the server goes on (${place})`, () => {
    const s = Changing.start(1, at(place));
    for (const extra of ["error", "exit", "value"]) {
      sys.suspend(s);
      const error = thrown(() => sys.changeCode(s, undefined, "1.0", extra));
      expect(error.code).toBe("AGNER_CALLBACK_FAILED");
      expect(error.reason.callbackFailed.request).toBe("changeCode");
      expect(sys.getState(s)).toBe(1);
      sys.resume(s);
      expect(s.get()).toBe(1);
    }
    sys.suspend(s);
    sys.changeCode(s, undefined, "1.0", "fine");
    sys.resume(s);
    expect(s.get()).toEqual([1, "1.0", "fine"]);
  });
}

/** Gives reasons that cannot be sent. */
export const Closing = genServer({
  init: (when: string) => (when === "at once" ? stop({ run: () => 1 }) : when),
  calls: { close: (when) => stop({ run: () => 1 }, when) },
});

export const Changing = genServer({
  init: (state: unknown) => state,
  calls: { get: (state) => reply(state, state) },
  codeChange: (state, oldVersion, extra) => {
    if (extra === "error") throw new Error("no");
    if (extra === "exit") exit("no");
    // oxlint-disable-next-line no-throw-literal
    if (extra === "value") throw "no";
    return [state, oldVersion, extra];
  },
});

function trappingLoop(): void {
  processFlag("trapExit", true);
  procLib.initAck(self());
  genServer.enterLoop(Loop, 0);
}

function startsLoop(to: Pid, options: { scheduler: number }): void {
  send(to, procLib.startOpt({ ...options, link: true }, trappingLoop));
  park();
}

processTest("a thousand servers that end leave nothing in their starter", () => {
  const servers = numbers(1_000).map(() => Ending.startLink({ to: self() }));
  for (const server of servers) genServer.stop(server);
  settled();
  expect(taken().length).toBe(1_000);
  const { links, monitors } = processInfo()!;
  expect([links, monitors]).toEqual([[], []]);
  expect(servers.some(({ pid }) => isAlive(pid))).toBe(false);
});

/** Group G: what the callbacks of servers may return, and what follows from it (G1 to G12). */
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
  registered,
  self,
  send,
  spawnOpt,
  TIMEOUT,
  whereis,
  type Pid,
} from "@agner/vm";
import {
  genServer,
  ignore,
  logger,
  noreply,
  reply,
  StartError,
  stop,
  sys,
  withContinue,
  withHibernate,
  withTimeout,
  type NameServer,
} from "../index.ts";
import { at, PLACES } from "./testing/place.ts";
import { collecting, reportsOf } from "./testing/reports.ts";
import { downOf, endOf, kill, numbers, park, settled, taken, thrown, until } from "./testing/watch.ts";

/** Begins as it is told. */
export const Beginning = genServer({
  init: (how: { kind: string; value?: any; to?: Pid }) => {
    switch (how.kind) {
      case "stop":
        return stop(how.value);
      case "ignore":
        return ignore();
      case "reply":
        return reply(1, 2) as never;
      case "promise":
        return Promise.resolve(1) as never;
      case "error":
        throw new RangeError(how.value);
      case "exit":
        return exit(how.value);
      case "throw":
        throw how.value;
      case "throw stop":
        throw stop(how.value);
      case "timeout":
        return withTimeout(how, how.value as number);
      case "hibernate":
        return withHibernate(how);
      case "continue":
        return withContinue(how, "from init");
      case "slow":
        park();
        return how;
      default:
        return how;
    }
  },
  calls: { get: (how) => reply(how.kind, how) },
  continue: (how, value) => {
    send(how.to!, ["continue", value]);
    return noreply(how);
  },
  info: (how, message) => {
    send(how.to!, ["info", message]);
    return noreply(how);
  },
});

/** Does what it is told: its calls, casts, messages and continues return what they are given. */
export const Obedient = genServer({
  init: (to: Pid) => ({ to, n: 0 }),
  calls: {
    reply: (s, value: unknown, next?: object) => reply(value, { ...s, n: s.n + 1 }, next),
    noreply: (s, next?: object) => noreply({ ...s, n: s.n + 1 }, next),
    stop: (s, reason: unknown) => stop(reason, s),
    stopKeeping: (_s, reason: unknown) => stop(reason) as never,
    answerAndStop: (s, reason: unknown, value: unknown) => stop(reason, s, value),
    throwReply: (s, value: unknown): never => {
      throw reply(value, { ...s, n: s.n + 1 });
    },
    throwStop: (s, reason: unknown): never => {
      throw stop(reason, s, "stopping");
    },
    returnAny: (_s, value: unknown) => value as never,
    returnNew: () => ignore() as never,
    async: (s) => Promise.resolve(reply(1, s)) as never,
    get: (s) => reply(s.n, s),
  },
  casts: {
    noreply: (s, next?: object) => noreply({ ...s, n: s.n + 1 }, next),
    stop: (s, reason: unknown) => stop(reason, s),
    reply: (s) => reply(1, s) as never,
    throwNoreply: (s): never => {
      throw noreply({ ...s, n: s.n + 10 });
    },
    throwAny: (_s, value: unknown): never => {
      throw value;
    },
  },
  info: (s, message: any) => {
    if (message?.stop !== undefined) return stop(message.stop, s);
    send(s.to, ["info", message]);
    return noreply(s, message?.next);
  },
  continue: (s, value: any) => {
    send(s.to, ["continue", value]);
    if (value?.stop !== undefined) return stop(value.stop, s);
    return noreply({ ...s, n: s.n + 100 }, value?.next);
  },
  terminate: (s, reason) => send(s.to, ["terminate", reason]),
});

/** Only the callback that must be there. */
export const Bare = genServer({
  init: (argument?: unknown) => (argument === undefined ? 0 : withContinue(0, argument)),
});

/** The same with some requests. */
export const Callable = genServer({
  init: () => 0,
  calls: {
    get: (n) => reply(n, n),
    missing: (): never => {
      const nothing = {} as { run(): never };
      return nothing.run();
    },
  },
  casts: { up: (n) => noreply(n + 1), next: (n) => noreply(n, { continue: 1 }) },
});

/** A handler of the logger that holds up whoever reports its end. */
export function takeTime(): void {
  const until = performance.now() + 5;
  while (performance.now() < until);
}

/** A registry, whose names a process keeps. */
export const Names: NameServer = definition({
  registerName: (key: unknown) => ask({ register: key }) === true,
  unregisterName: (key: unknown) => void ask({ unregister: key }),
  whereisName: (key: unknown) => ask({ whereis: key }) as Pid | undefined,
});

function ask(question: object): unknown {
  send("names of a test", { ...question, from: self() });
  return receive<{ names: unknown }>((m) => m?.type === "names").names;
}

function names(): void {
  const pids = new Map<unknown, Pid>();
  for (;;) {
    const { from, register, whereis: key } = receive<any>();
    const known = pids.get(register ?? key);
    const holder = known !== undefined && isAlive(known) ? known : undefined;
    if (register !== undefined && holder === undefined) pids.set(register, from);
    send(from, { type: "names", names: register === undefined ? holder : holder === undefined });
  }
}

function withNames(body: () => void): void {
  const pid = spawnOpt({ name: "names of a test" }, names);
  body();
  kill(pid);
}

for (const place of PLACES) {
  processTest(`G1: init returns the state, or how to begin (${place})`, () => {
    const to = self();
    expect(Beginning.start({ kind: "plain" }, at(place))!.get()).toBe("plain");
    const t = Beginning.start({ kind: "timeout", value: 0, to }, at(place))!;
    expect(receive()).toEqual(["info", TIMEOUT]);
    expect(t.get()).toBe("timeout");
    const c = Beginning.start({ kind: "continue", to }, at(place))!;
    expect(receive()).toEqual(["continue", "from init"]);
    expect(c.get()).toBe("continue");
    expect(Beginning.start({ kind: "hibernate" }, at(place))!.get()).toBe("hibernate");
    settled();
    expect(taken()).toEqual([]);
  });

  // start, loop_start_fail
  processTest(`G2: a start that fails says why, five times each, and nothing is left (${place})`, () => {
    processFlag("trapExit", true);
    const before = registered().length;
    for (const start of [Beginning.start, Beginning.startLink, Beginning.startMonitor]) {
      for (const round of numbers(5)) {
        const opts = { ...at(place), name: `g2 ${round}` };
        const failed = (kind: string, value?: unknown): any => {
          const error = thrown(() => start({ kind, value }, opts));
          expect(StartError.is(error)).toBe(true);
          expect(whereis(opts.name)).toBe(undefined);
          return error.reason;
        };
        expect(failed("stop", "why")).toBe("why");
        expect(failed("stop", "normal")).toBe("normal");
        expect(failed("stop", { shutdown: 1 })).toEqual({ shutdown: 1 });
        expect(failed("throw stop", "why")).toBe("why");
        expect(failed("exit", "out")).toBe("out");
        expect(failed("error", "range")).toBeInstanceOf(RangeError);
        expect(failed("error", "range").stack).toContain("init");
        expect(failed("throw", "thrown")).toEqual({ badReturnValue: "thrown" });
        expect(failed("reply")).toEqual({ badReturnValue: { reply: 1, state: 2 } });
        expect(Object.keys(failed("promise"))).toEqual(["badReturnValue"]);
        expect(start({ kind: "ignore" }, opts)).toBe(undefined);
        expect(whereis(opts.name)).toBe(undefined);
      }
      const slow = thrown(() => start({ kind: "slow" }, { ...at(place), timeout: 20, name: "g2 slow" }));
      expect(slow.reason).toBe("timeout");
      expect(whereis("g2 slow")).toBe(undefined);
    }
    settled();
    expect(taken()).toEqual([]);
    const { links, monitors } = processInfo()!;
    expect([links, monitors]).toEqual([[], []]);
    expect(registered().length).toBe(before);
  });

  processTest(`G2: a failed startLink does not end a caller that does not trap exits (${place})`, () => {
    for (const kind of ["stop", "exit", "error", "promise"])
      expect(StartError.is(thrown(() => Beginning.startLink({ kind, value: "why" }, at(place))))).toBe(true);
    settled();
    expect(processInfo()!.links).toEqual([]);
  });

  processTest(`G2: what is reported of a failed start is the crash of its process (${place})`, () => {
    collecting((logged) => {
      const quiet = ["normal", "shutdown", { shutdown: "x" }];
      for (const value of quiet) thrown(() => Beginning.start({ kind: "stop", value }, at(place)));
      Beginning.start({ kind: "ignore" }, at(place));
      expect(logged()).toEqual([]);
      thrown(() => Beginning.start({ kind: "stop", value: "loud" }, at(place)));
      expect(logged()).toMatchObject([
        { level: "error", report: { type: "crash", reason: "loud", initialCall: "Beginning.init" } },
      ]);
    });
  });

  // otp_7669
  processTest(`G3: the name is free when a failed or ignored start returns, and can be taken at once (${place})`, () => {
    for (const _round of numbers(20)) {
      const opts = { ...at(place), name: `g3 ${place}` };
      expect(Beginning.start({ kind: "ignore" }, opts)).toBe(undefined);
      expect(whereis(opts.name)).toBe(undefined);
      thrown(() => Beginning.start({ kind: "stop", value: "normal" }, opts));
      expect(whereis(opts.name)).toBe(undefined);
      const c = Beginning.start({ kind: "plain" }, opts)!;
      expect(whereis(opts.name)).toBe(c.pid);
      genServer.stop(c);
      expect(whereis(opts.name)).toBe(undefined);
    }
  });

  processTest(`G3: also if the process takes its time to end (${place})`, () => {
    logger.addHandler("slow", takeTime);
    try {
      for (const _round of numbers(5)) {
        const opts = { ...at(place), name: `g3 slow ${place}` };
        thrown(() => Beginning.start({ kind: "stop", value: "reported" }, opts));
        expect(whereis(opts.name)).toBe(undefined);
      }
    } finally {
      logger.removeHandler("slow");
    }
  });

  processTest(`G4: a name that is taken: already started, and init is not run (${place})`, () => {
    const opts = { ...at(place), name: `g4 ${place}` };
    const c = Beginning.start({ kind: "plain" }, opts)!;
    const error = thrown(() => Beginning.startLink({ kind: "timeout", value: 0, to: self() }, opts));
    expect(error.reason).toEqual({ alreadyStarted: c.pid });
    expect(error.message).toContain(c.pid.toString());
    settled();
    expect(taken()).toEqual([]);
    genServer.stop(`g4 ${place}`);
  });

  processTest(`G4: the same through a registry (${place})`, () => {
    withNames(() => {
      const name = { via: Names, key: ["g4", 1] };
      const key = { via: Names, key: "g4 key" };
      const c = Beginning.start({ kind: "plain" }, { ...at(place), name: key })!;
      expect(Beginning.ref(key).get()).toBe("plain");
      expect(thrown(() => Beginning.start({ kind: "plain" }, { ...at(place), name: key })).reason).toEqual({
        alreadyStarted: c.pid,
      });
      expect(thrown(() => Beginning.ref(name).get()).code).toBe("AGNER_NOPROC");
      expect(genServer.call(key, "get")).toBe("plain");
      genServer.stop(key, "shutdown");
      expect(isAlive(c.pid)).toBe(false);
    });
  });

  // call, cast, info
  processTest(`G5: reply, noreply and stop of each callback (${place})`, () => {
    const s = Obedient.start(self(), at(place));
    expect(s.reply({ a: [1] })).toEqual({ a: [1] });
    expect(s.get()).toBe(1);
    s.cast.noreply();
    expect(s.get()).toBe(2);
    send(s.pid, "hello");
    expect(receive()).toEqual(["info", "hello"]);
    for (const [end, reason] of [
      [(o: typeof s) => o.cast.stop("by cast"), "by cast"],
      [(o: typeof s) => send(o.pid, { stop: "by info" }), "by info"],
      [(o: typeof s) => o.cast.noreply({ continue: { stop: "by continue" } }), "by continue"],
      [(o: typeof s) => void thrown(() => o.stop("by call")), "by call"],
      [(o: typeof s) => void thrown(() => o.stopKeeping("keeping")), "keeping"],
      [(o: typeof s) => expect(o.answerAndStop("with answer", 17)).toBe(17), "with answer"],
    ] as const) {
      const o = Obedient.start(self(), at(place));
      const ref = monitor(o.pid);
      end(o);
      expect(downOf(ref).reason).toBe(reason);
      settled();
      expect(taken().filter((m: any) => m[0] !== "continue")).toEqual([["terminate", reason]]);
    }
  });

  processTest(`G6: an action that is thrown is as good as returned (${place})`, () => {
    const s = Obedient.start(self(), at(place));
    expect(s.throwReply("thrown")).toBe("thrown");
    s.cast.throwNoreply();
    expect(s.get()).toBe(11);
    expect(s.throwStop("done")).toBe("stopping");
    expect(receive()).toEqual(["terminate", "done"]);
  });

  processTest(`G7: what must not be returned ends the server, and terminate is told (${place})`, () => {
    const ending = (run: (o: ReturnType<typeof Obedient.ref>) => void): any => {
      const o = Obedient.start(self(), at(place));
      const ref = monitor(o.pid);
      run(o);
      const { reason } = downOf(ref);
      expect(receive()).toEqual(["terminate", reason]);
      return reason;
    };
    expect(ending((o) => thrown(() => o.returnAny({ no: 1 })))).toEqual({ badReturnValue: { no: 1 } });
    expect(ending((o) => thrown(() => o.returnAny(undefined)))).toEqual({ badReturnValue: undefined });
    expect(ending((o) => thrown(() => o.returnNew()))).toEqual({ badReturnValue: "ignore" });
    expect(Object.keys(ending((o) => thrown(() => o.async())))).toEqual(["badReturnValue"]);
    expect(ending((o) => o.cast.reply())).toMatchObject({ badReturnValue: { reply: 1 } });
    expect(ending((o) => o.cast.throwAny("oops"))).toEqual({ badReturnValue: "oops" });
    const error = thrown(() => Obedient.start(self(), at(place)).returnAny(1));
    expect(error.reason).toEqual({ badReturnValue: 1 });
  });

  // continue
  processTest(`G8: continue runs before any message that waits (${place})`, () => {
    const s = Obedient.start(self(), at(place));
    sys.suspend(s);
    s.cast.noreply({ continue: "first" });
    send(s.pid, "second");
    s.cast.noreply({ continue: { next: { continue: "fourth" } } });
    send(s.pid, "fifth");
    sys.resume(s);
    expect(numbers(5).map(() => receive<any>()[1])).toEqual([
      "first",
      "second",
      { next: { continue: "fourth" } },
      "fourth",
      "fifth",
    ]);
    expect(s.reply("x", { continue: "after the reply" })).toBe("x");
    expect(receive()).toEqual(["continue", "after the reply"]);
  });

  // start_event_timeout, handle_event_timeout
  processTest(`G9: without a message for so long, info gets TIMEOUT, once; any message cancels it (${place})`, () => {
    const s = Obedient.start(self(), at(place));
    s.reply(1, { timeout: 10 });
    expect(receive()).toEqual(["info", TIMEOUT]);
    s.reply(1, { timeout: 10_000 });
    expect(s.get()).toBe(2);
    send(s.pid, { next: { timeout: 10 } });
    expect([receive(), receive()]).toEqual([
      ["info", { next: { timeout: 10 } }],
      ["info", TIMEOUT],
    ]);
    s.cast.noreply({ timeout: 5 });
    expect(receive()).toEqual(["info", TIMEOUT]);
    expect(s.get()).toBe(3);
    const t = Beginning.start({ kind: "timeout", value: 10, to: self() }, at(place))!;
    expect(receive()).toEqual(["info", TIMEOUT]);
    const cancelled = Beginning.start({ kind: "timeout", value: 10_000, to: self() }, at(place))!;
    expect([cancelled.get(), t.get()]).toEqual(["timeout", "timeout"]);
    settled();
    expect(taken()).toEqual([]);
  });

  // handle_event_timeout_zero, start_event_timeout_zero
  processTest(`G9: a timeout of 0: at once, unless a message waits already (${place})`, () => {
    const s = Obedient.start(self(), at(place));
    s.reply(1, { timeout: 0 });
    expect(receive()).toEqual(["info", TIMEOUT]);
    sys.suspend(s);
    s.cast.noreply({ timeout: 0 });
    send(s.pid, "waits");
    sys.resume(s);
    expect(receive()).toEqual(["info", "waits"]);
    expect(s.get()).toBe(2);
    settled();
    expect(taken()).toEqual([]);
  });

  // handle_event_timeout_plain
  processTest(`G10: a system message does not cancel the timeout, a call does (${place})`, () => {
    const s = Obedient.start(self(), at(place));
    s.reply(1, { timeout: 30 });
    sys.getState(s);
    sys.suspend(s);
    sys.resume(s);
    expect(receive()).toEqual(["info", TIMEOUT]);
    s.reply(1, { timeout: 10_000 });
    sys.getState(s);
    expect(s.get()).toBe(2);
    settled();
    expect(taken()).toEqual([]);
  });

  // hibernate
  processTest(`G11: a server hibernates when told to, until the next message; suspending does not end it (${place})`, () => {
    const sleeps = (pid: Pid): boolean => processInfo(pid)!.currentFunction.startsWith("hibernate");
    const s = Obedient.start(self(), at(place));
    for (const nap of [
      () => s.reply(1, { hibernate: true }),
      () => s.cast.noreply({ hibernate: true }),
      () => send(s.pid, { next: { hibernate: true } }),
      () => s.cast.noreply({ continue: { next: { hibernate: true } } }),
    ]) {
      nap();
      until(() => sleeps(s.pid));
      sys.suspend(s);
      sys.resume(s);
      until(() => sleeps(s.pid));
      s.get();
      until(() => !sleeps(s.pid) && processInfo(s.pid)!.status === "waiting");
    }
    until(() => sleeps(Beginning.start({ kind: "hibernate" }, at(place))!.pid));
  });

  // auto_hibernate
  processTest(`G11: hibernateAfter: after so many idle milliseconds (${place})`, () => {
    const sleeps = (pid: Pid): boolean => processInfo(pid)!.currentFunction.startsWith("hibernate");
    const s = Obedient.start(self(), { ...at(place), hibernateAfter: 10 });
    until(() => sleeps(s.pid));
    expect(s.get()).toBe(0);
    until(() => sleeps(s.pid));
    sys.suspend(s);
    sys.resume(s);
    until(() => sleeps(s.pid));
    s.reply(1, { timeout: 20 });
    expect(receive<unknown[]>()[0]).toBe("info");
  });

  // undef_in_handle_info, undef_handle_info, undef_code_change, undef_terminate1
  processTest(
    `G12: without info a message is logged and dropped; terminate and codeChange may be missing, too (${place})`,
    () => {
      collecting((logged) => {
        const s = Callable.start(undefined, at(place));
        send(s.pid, { what: "is this" });
        s.cast.up();
        expect(s.get()).toBe(1);
        expect(reportsOf(logged(), s.pid)).toMatchObject([
          { type: "unexpected", module: "Callable", message: { what: "is this" } },
        ]);
        sys.suspend(s);
        sys.changeCode(s, undefined, 1, 2);
        sys.resume(s);
        expect(s.get()).toBe(1);
        genServer.stop(s);
      });
    },
  );

  // undef_handle_call, undef_handle_cast, undef_handle_continue
  processTest(`G12: any other callback that is missing ends the server with AGNER_UNDEF (${place})`, () => {
    const call = thrown(() => genServer.call(Bare.start(undefined, at(place)), "get"));
    expect(call.code).toBe("AGNER_CALL");
    expect(call.reason.code).toBe("AGNER_UNDEF");
    expect(call.reason.message).toContain("get");
    const c = Callable.start(undefined, at(place));
    const known = thrown(() => genServer.call(c, "gett"));
    expect(known.reason.message).toContain("get, missing");
    const cast = Callable.start(undefined, at(place));
    const castRef = monitor(cast.pid);
    genServer.cast(cast, "down");
    expect(downOf(castRef).reason).toMatchObject({ code: "AGNER_UNDEF" });
    const next = Callable.start(undefined, at(place));
    const nextRef = monitor(next.pid);
    next.cast.next();
    expect(downOf(nextRef).reason).toMatchObject({ code: "AGNER_UNDEF" });
    expect(["AGNER_UNDEF", undefined]).toContain((endOf(Bare.start(1, at(place)).pid) as { code?: string }).code);
  });

  processTest(`G12: a call of what is missing inside a callback is an ordinary error (${place})`, () => {
    const error = thrown(() => Callable.start(undefined, at(place)).missing());
    expect(error.reason).toBeInstanceOf(TypeError);
  });

  processTest(`G12: an object that only looks like an exit signal is a message (${place})`, () => {
    const s = Obedient.start(self(), at(place));
    send(s.pid, { type: "EXIT", reason: "not really" });
    expect(receive()).toEqual(["info", { type: "EXIT", reason: "not really" }]);
    expect(s.get()).toBe(0);
  });
}

/** Applications: statements K1 to K12. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  demonitor,
  exit,
  isAlive,
  monitor,
  processFlag,
  receive,
  register,
  self,
  send,
  spawn,
  spawnOpt,
  whereis,
  unregister,
  type Down,
  type Pid,
  type Ref,
} from "@agner/vm";
import { application, genServer, noreply, StartError, supervisor, type Application } from "../index.ts";
import { captureLogs } from "../test/index.ts";
import { collecting } from "./testing/reports.ts";
import { kill, thrown } from "./testing/watch.ts";

/** Tells the test what happens, in the order in which it happens, on whatever cores: one process passes it on, and is waited for. */
function tell(what: unknown): void {
  const herald = whereis("herald");
  if (herald === undefined) return;
  const ref = monitor(herald);
  send(herald, { what, from: self(), ref });
  receive((m: any) => m?.ref === ref);
  demonitor(ref, { flush: true });
}

function passesOn(test: Pid): void {
  for (;;) {
    const { what, from, ref } = receive<{ what: unknown; from: Pid; ref: Ref }>();
    send(test, { told: what });
    send(from, { ref });
  }
}

function told(): unknown {
  return receive<{ told: unknown }>((m: any) => m !== null && typeof m === "object" && "told" in m).told;
}

function listening(test: () => void): void {
  register("test");
  const herald = spawnOpt({ name: "herald" }, passesOn, self());
  try {
    test();
  } finally {
    for (const { name } of application.running().reverse()) application.stop(name);
    kill(herald);
    unregister("test");
  }
}

export const Worker = genServer({
  init: (name: string) => {
    processFlag("trapExit", true);
    tell(`start ${name}`);
    return name;
  },
  casts: {
    crash: (_name): never => {
      throw new Error("asked to crash");
    },
  },
  info: (name) => noreply(name),
  terminate: (name, reason) => tell(`stop ${name} ${typeof reason === "string" ? reason : "crash"}`),
});

export const Root = supervisor({
  strategy: "one_for_one",
  intensity: 0,
  children: (name: string) => [Worker.child(`${name} 1`, { id: 1, name: `${name} 1` }), Worker.child(`${name} 2`, { id: 2 })],
});

export const Base = application({ name: "base", start: () => Root.startLink("base"), env: { color: "red", size: 1 } });

export const Shop = application<{ readonly opened: number }>({
  name: "shop",
  applications: [Base],
  start: (...args) => {
    tell(["start", ...args]);
    return [Root.startLink("shop"), { opened: 1 }];
  },
  startPhases: [["load", 1], ["open"]],
  startPhase: (phase, type, argument) => tell([phase, type, argument]),
  prepStop: (state) => {
    tell("prepStop");
    return { opened: state.opened + 1 };
  },
  stop: (state) => tell(["stop", state.opened]),
  configChange: (changed, removed) => tell([changed, removed]),
});

export const Failing = application({
  name: "failing",
  applications: [Base],
  start: () => {
    throw new Error("no database");
  },
});

export const Bad = application({ name: "bad", start: () => 7 as never });

function refusal(call: () => unknown): unknown {
  try {
    call();
  } catch (e) {
    if (StartError.is(e)) return e.reason;
    throw e;
  }
  throw new Error("it did not fail");
}

export const NoTree = application({ name: "no tree", start: () => FailingRoot.startLink() });

export const FailingRoot = supervisor({ children: [{ id: "broken", start: [failToStart] }] });

export function failToStart(): never {
  throw new StartError("no database", { reason: "no_database" });
}

processTest("the controller ignores plain messages", () => {
  application.running();
  const pid = whereis("application_controller")!;
  for (const message of [undefined, null, "hello", { type: "DOWN" }]) send(pid, message);
  expect(application.running()).toEqual([]);
  expect(whereis("application_controller")).toBe(pid);
});

processTest("K1 the reason of a tree that does not start is the reason of the application", () =>
  listening(() => {
    const error = thrown(() => application.start(NoTree));
    expect(error.reason).toEqual({ shutdown: { failedToStartChild: { id: "broken", reason: "no_database" } } });
    expect(error.message).toContain("its child 'broken' could not be started: 'no_database'");
  }),
);

function masterOf(name: string): Pid {
  return application.running().find((running) => running.name === name)!.master;
}

processTest("K1 start must return the top of the tree, which is linked with the application's master", () =>
  listening(() => {
    application.start(Base);
    expect([told(), told()]).toEqual(["start base 1", "start base 2"]);
    const [running] = application.running();
    expect(running).toMatchObject({ name: "base", type: "temporary", status: "running" });
    expect(isAlive(running!.pid!)).toBe(true);
    expect(refusal(() => application.start(Bad))).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
    const reason = refusal(() => application.start(Failing));
    expect(reason).toMatchObject({ message: "no database" });
    expect(application.running().map(({ name }) => name)).toEqual(["base"]);
  }),
);

processTest("a start that fails is reported as the application's end", () =>
  listening(() =>
    collecting((logged) => {
      refusal(() => application.start(Bad));
      const ends = logged().filter(({ report }) => report.type === "application");
      expect(ends).toMatchObject([{ level: "notice", report: { event: "exited", application: "bad" } }]);
    }),
  ),
);

processTest("K3 a stop runs prepStop, ends the tree, runs stop, and kills what was spawned outside of it", () =>
  listening(() => {
    application.ensureAllStarted(Shop);
    for (let i = 0; i < 7; i++) told();
    const outsider = startOutsider("shop");
    const ref = monitor(outsider);
    application.stop(Shop);
    expect([told(), told(), told(), told()]).toEqual(["prepStop", "stop shop 2 shutdown", "stop shop 1 shutdown", ["stop", 2]]);
    expect(receive<Down>((m: any) => m?.ref === ref).reason).toBe("killed");
    expect(application.running().map(({ name }) => name)).toEqual(["base"]);
  }),
);

/** A process that comes from an application but hangs on nothing. */
function startOutsider(name: string): Pid {
  const me = self();
  Lingering.ref(startLingering(name, me));
  return receive<{ outsider: Pid }>((m: any) => m?.outsider !== undefined).outsider;
}

export const Lingering = genServer({
  init: (test: Pid) => {
    send(test, { outsider: spawn(() => receive(() => false)) });
    return 0;
  },
});

function startLingering(name: string, test: Pid): Pid {
  const { pid } = application.running().find((running) => running.name === name)!;
  return Root.ref(pid!).startChild(Lingering.child(test, { restart: "temporary" }))!;
}

processTest("K4 when the top ends by itself, both callbacks run and the application ends with that reason", () =>
  listening(() => {
    application.ensureAllStarted(Shop);
    for (let i = 0; i < 7; i++) told();
    const ref = monitor(masterOf("shop"));
    Worker.ref("shop 1").cast.crash(); // more than the root allows
    const events = [told(), told(), told(), told()];
    expect(events).toEqual(["stop shop 1 crash", "stop shop 2 shutdown", "prepStop", ["stop", 2]]);
    receive((m: any) => m?.ref === ref);
    expect(application.running().map(({ name }) => name)).toEqual(["base"]);
  }),
);

processTest("K5 the end of a temporary application is only reported", () =>
  listening(() => {
    application.start(Base, { type: "temporary" });
    const ref = monitor(masterOf("base"));
    exit(application.running()[0]!.pid!, "kill");
    receive((m: any) => m?.ref === ref);
    expect(application.running()).toEqual([]);
  }),
);

processTest("K6 stopping a permanent application does not end the VM", () =>
  listening(() => {
    application.start(Base, { type: "permanent" });
    application.stop("base");
    expect(application.running()).toEqual([]);
  }),
);

processTest("K7 a start fails if the application runs already, or one that it needs does not", () =>
  listening(() => {
    expect(refusal(() => application.start(Shop))).toEqual({ notStarted: "base" });
    application.start(Base);
    expect(refusal(() => application.start(Base))).toEqual({ alreadyStarted: "base" });
    application.ensureStarted(Base);
    expect(refusal(() => application.stop(Shop))).toEqual({ notStarted: "shop" });
  }),
);

processTest("K7 ensureAllStarted starts what is needed in order, and after a failure stops it again", () =>
  listening(() => {
    expect(application.ensureAllStarted(Shop)).toEqual(["base", "shop"]);
    expect(application.ensureAllStarted(Shop)).toEqual([]);
    application.stop(Shop);
    application.stop(Base);
    expect(refusal(() => application.ensureAllStarted(Failing))).toMatchObject({ message: "no database" });
    expect(application.running()).toEqual([]);
  }),
);

export const Egg: Application = application({ name: "egg", applications: [], start: () => Root.startLink("egg") });
export const Hen: Application = application({ name: "hen", applications: [Egg], start: () => Root.startLink("hen") });

processTest("otp_4066, otp_4227 concurrent starts and stops are all answered", () =>
  listening(() => {
    const me = self();
    for (let i = 0; i < 5; i++) spawn(() => send(me, { ensured: application.ensureAllStarted(Hen) }));
    const ensured: string[] = [];
    for (let i = 0; i < 5; i++) ensured.push(...receive<{ ensured: string[] }>((m: any) => m?.ensured !== undefined).ensured);
    expect(ensured.sort()).toEqual(["egg", "hen"]);
    for (let i = 0; i < 5; i++) spawn(() => send(me, { stopped: stopQuietly("hen") }));
    const stopped: unknown[] = [];
    for (let i = 0; i < 5; i++)
      stopped.push(receive<{ stopped: unknown }>((m: any) => m !== null && typeof m === "object" && "stopped" in m).stopped);
    expect(stopped).toContain("stopped");
    expect(stopped.every((each) => each === "stopped" || (each as { notStarted?: string }).notStarted === "hen")).toBe(true);
  }),
);

function stopQuietly(name: string): unknown {
  try {
    application.stop(name);
    return "stopped";
  } catch (e) {
    if (StartError.is(e)) return e.reason;
    throw e;
  }
}

processTest("K8 start phases run in order after start, before the start is complete", () =>
  listening(() => {
    application.start(Base);
    told();
    told();
    application.start(Shop, { args: ["a", "b"], type: "transient" });
    const events = [told(), told(), told(), told(), told()];
    expect(events).toEqual([
      ["start", "a", "b"],
      "start shop 1",
      "start shop 2",
      ["load", "transient", 1],
      ["open", "transient", undefined],
    ]);
  }),
);

processTest("K10 the environment: defaults of the application, below what was set; configChange hears of changes", () =>
  listening(() => {
    application.ensureAllStarted(Shop);
    for (let i = 0; i < 7; i++) told();
    expect(application.getEnv(Base, "color")).toBe("red");
    expect(application.getEnv(Base, "none", "otherwise")).toBe("otherwise");
    application.setEnv(Base, "color", { r: 255 });
    expect(application.allEnv(Base)).toEqual({ color: { r: 255 }, size: 1 });
    application.unsetEnv(Base, "color");
    expect(application.getEnv("base", "color")).toBe(undefined);
    application.setEnv(Shop, "level", 3);
    expect(told()).toEqual([{ level: 3 }, []]);
  }),
);

processTest("K12 a process belongs to the application that it comes from", () =>
  listening(() => {
    application.ensureAllStarted(Shop);
    expect(application.of(Worker.ref("shop 1").pid)).toBe("shop");
    expect(application.of(Worker.ref("base 1").pid)).toBe("base");
    expect(application.of()).toBe(undefined);
  }),
);

export const Clumsy = application({
  name: "clumsy",
  start: () => Root.startLink("clumsy"),
  prepStop: () => {
    throw new Error("not prepared");
  },
  stop: () => exit("cannot stop"),
});

processTest("K3 a callback that fails at the end is reported, and the end goes on", () =>
  listening(() => {
    const logs = captureLogs();
    application.start(Clumsy);
    application.stop(Clumsy);
    expect(application.running()).toEqual([]);
    logs.expect({ type: "application", event: "callback_failed", callback: "prepStop", reason: { message: "not prepared" } });
    logs.expect({ type: "application", event: "callback_failed", callback: "stop", reason: "cannot stop" });
    logs.restore();
  }),
);

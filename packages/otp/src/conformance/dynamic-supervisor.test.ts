/** L1 and L2: dynamic supervisors. What Elixir's own tests of DynamicSupervisor assert is asserted here, too. */
import { expect, expectTypeOf, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  exit,
  isAlive,
  makeRef,
  monitor,
  processFlag,
  processInfo,
  receive,
  schedulerId,
  schedulers,
  self,
  send,
  spawnLink,
  whereis,
  type Pid,
} from "@agner/vm";
import {
  dynamicSupervisor,
  genServer,
  ignore,
  registry,
  reply,
  supervisor,
  SupervisorError,
  sys,
  type ChildSpec,
  type DynamicSupervisorHandle,
} from "../index.ts";
import { childrenAt, end, nextStarted, Script, type ScriptClient } from "./testing/children.ts";
import { at, PLACES } from "./testing/place.ts";
import { collecting } from "./testing/reports.ts";
import { downOf, endOf, numbers, park, reasonOf, settled, taken, thrown, until } from "./testing/watch.ts";

export const Plain = dynamicSupervisor();
export const Patient = dynamicSupervisor({ intensity: 100_000 });
export const Two = dynamicSupervisor({ maxChildren: 2, intensity: 100_000 });
export const None = dynamicSupervisor({ maxChildren: 0 });
export const Extra = dynamicSupervisor({ extraArguments: ["first", 2] });
export const Spread = dynamicSupervisor({ placement: "spread" });
export const BadIntensity = dynamicSupervisor({ intensity: -1 });
export const BadLimit = dynamicSupervisor({ maxChildren: -1 });
export const Bad = {
  period: dynamicSupervisor({ periodMs: 0 }),
  extra: dynamicSupervisor({ extraArguments: -1 as never }),
  placement: dynamicSupervisor({ placement: "anywhere" as never }),
};

export const Counter = genServer({
  init: (start: number) => start,
  calls: { add: (n, by: number) => reply(n + by, n + by) },
});

export const Nothing = genServer({ init: () => ignore() });

export const Names = registry<string, undefined>({ keys: "unique" });

export const Root = supervisor({
  children: () => [
    Names.child(),
    Plain.child(undefined, { name: "simple name" }),
    Plain.child(undefined, { id: 2, name: Names.via("via name") }),
  ],
});

function remember(...args: unknown[]): Pid {
  const to = args.at(-1) as Pid;
  send(to, { args });
  return spawnLink(park);
}

function two(): readonly [Pid, string] {
  return [spawnLink(park), "extra"];
}

function throwing(value: unknown): never {
  throw value;
}

function failing(): never {
  throw new RangeError("no");
}

function leaving(): never {
  exit("oops");
}

function unknown(): Pid {
  return "what" as never;
}

/** Notices a shutdown, and ends only when it is told to. */
function waitsForLeave(to: Pid): Pid {
  const parent = self();
  const pid = spawnLink(() => {
    processFlag("trapExit", true);
    send(parent, { ready: self() });
    receive({ type: "EXIT" });
    send(to, { told: self() });
    receive((m) => m === "leave");
    send(to, { left: self() });
  });
  receive((m) => m?.ready === pid);
  return pid;
}

function counts(sup: DynamicSupervisorHandle): readonly [specs: number, active: number, supervisors: number, workers: number] {
  const { specs, active, supervisors, workers } = sup.countChildren();
  return [specs, active, supervisors, workers];
}

/** Tells a child to end, and returns when its supervisor knows. */
function ended(sup: DynamicSupervisorHandle, pid: Pid, reason: unknown): void {
  const ref = monitor(pid);
  end(pid, reason);
  downOf(ref);
  until(() => !sup.whichChildren().some((child) => child.pid === pid));
}

const child: ChildSpec = { id: "any", start: [two] };

// init/1: set default options
processTest("L1 the defaults are Elixir's: 3 restarts in 5 seconds", () => {
  const sup = Plain.start();
  const state = sys.getState(sup) as { intensity: number; periodMs: number };
  expect([state.intensity, state.periodMs]).toEqual([3, 5_000]);
  const ref = monitor(sup.pid);
  const make = childrenAt("same core");
  sup.startChild(make("a"));
  for (const _ of numbers(4)) end(nextStarted("a"), "crash");
  expect(downOf(ref).reason).toBe("shutdown");
});

// can be supervised directly; multiple supervisors can be supervised and identified with simple child spec
processTest("L2 a dynamic supervisor under a supervisor, with names of all kinds", () => {
  const root = Root.startLink();
  expect(Plain.ref("simple name").whichChildren()).toEqual([]);
  expect(Plain.ref(Names.via("via name")).whichChildren()).toEqual([]);
  const spec = { ...Plain.child(), id: "Plain" };
  const pid = root.startChild(spec)!;
  expect(Plain.ref(pid).whichChildren()).toEqual([]);
  expect(reasonOf(() => root.startChild(spec))).toEqual({ alreadyStarted: pid });
  expect(Plain.child(undefined, { name: "x" })).toMatchObject({ id: "x", type: "supervisor" });
  root.stop();
  expect(isAlive(pid)).toBe(false);
});

// start_link/3: with non-ok init
processTest("L2 what is wrong in the definition is the reason of the start", () => {
  processFlag("trapExit", true);
  expect(reasonOf(() => BadIntensity.startLink())).toEqual({ supervisorData: { invalidIntensity: -1 } });
  expect(reasonOf(() => Bad.period.startLink())).toEqual({ supervisorData: { invalidPeriod: 0 } });
  expect(reasonOf(() => BadLimit.startLink())).toEqual({ supervisorData: { invalidMaxChildren: -1 } });
  expect(reasonOf(() => Bad.extra.startLink())).toEqual({ supervisorData: { invalidExtraArguments: -1 } });
  expect(reasonOf(() => Bad.placement.startLink())).toEqual({ supervisorData: { invalidPlacement: "anywhere" } });
  expect(taken()).toEqual([]);
});

// start_link/3: with registered process, with spawn_opt
processTest("L2 it is linked, has its name, and stops", () => {
  const sup = Plain.startLink(undefined, { name: "dynamic", priority: "high" });
  expect(processInfo()!.links).toContain(sup.pid);
  expect(whereis("dynamic")).toBe(sup.pid);
  expect(processInfo(sup.pid)!.priority).toBe("high");
  Plain.ref("dynamic").stop();
  expect(isAlive(sup.pid)).toBe(false);
});

for (const place of PLACES) {
  // start_child/2: supports new child spec, with different returns
  processTest(`L2 children of all kinds, without ids, ${place}`, () => {
    const sup = Plain.startLink(undefined, at(place));
    const a = sup.startChild(Counter.child(1))!;
    const b = sup.startChild(Counter.child(2))!;
    const [c, extra] = sup.startChildExtra({ start: [two], type: "supervisor", modules: "dynamic" });
    expect(extra).toBe("extra");
    expect(Counter.ref(a).add(1)).toBe(2);
    expect(sup.whichChildren()).toEqual([
      { id: undefined, pid: c, type: "supervisor", modules: "dynamic" },
      { id: undefined, pid: b, type: "worker", modules: ["Counter"] },
      { id: undefined, pid: a, type: "worker", modules: ["Counter"] },
    ]);
    expect(counts(sup)).toEqual([3, 3, 1, 2]);
  });

  // start_child/2: ignore
  processTest(`L2 a child whose start is ignored is none, ${place}`, () => {
    const sup = Plain.startLink(undefined, at(place));
    expect(sup.startChild(Nothing.child())).toBe(undefined);
    expect(sup.startChildExtra(Nothing.child())).toEqual([undefined, undefined]);
    expect(counts(sup)).toEqual([0, 0, 0, 0]);
  });

  // start_child/2: with throw/error/exit
  processTest(`L2 what a start throws is the reason, ${place}`, () => {
    const sup = Plain.startLink(undefined, at(place));
    expect(reasonOf(() => sup.startChild({ start: [throwing, "oops"] }))).toEqual({ nocatch: "oops" });
    expect(reasonOf(() => sup.startChild({ start: [failing] }))).toMatchObject({ name: "RangeError", message: "no" });
    expect(reasonOf(() => sup.startChild({ start: [leaving] }))).toBe("oops");
    expect(reasonOf(() => sup.startChild({ start: [unknown] }))).toEqual({ badReturnValue: "what" });
    const error = thrown(() => sup.startChild({ start: [leaving] }));
    expect(SupervisorError.is(error)).toBe(true);
    expect(counts(sup)).toEqual([0, 0, 0, 0]);
  });

  // start_child/2: temporary, transient and permanent children
  processTest(`L2 each child is restarted as its own specification says, ${place}`, () => {
    const sup = Patient.startLink(undefined, at(place));
    const make = childrenAt(place);
    for (const reason of ["normal", "shutdown", { shutdown: "signal" }, "whatever"]) {
      sup.startChild(make("temporary", { restart: "temporary" }));
      ended(sup, nextStarted("temporary"), reason);
      expect(counts(sup)).toEqual([0, 0, 0, 0]);
    }
    for (const reason of ["normal", "shutdown", { shutdown: "signal" }]) {
      sup.startChild(make("transient", { restart: "transient" }));
      ended(sup, nextStarted("transient"), reason);
      expect(counts(sup)).toEqual([0, 0, 0, 0]);
    }
    sup.startChild(make("transient", { restart: "transient" }));
    end(nextStarted("transient"), "whatever");
    nextStarted("transient");
    for (const reason of ["normal", "shutdown", { shutdown: "signal" }, "whatever"]) {
      sup.startChild(make("permanent"));
      end(nextStarted("permanent"), reason);
      nextStarted("permanent");
    }
    expect(counts(sup)).toEqual([5, 5, 0, 5]);
  });

  // start_child/2: child is restarted with different values
  processTest(`L2 a restart that is ignored drops the child; one that fails is tried again, ${place}`, () => {
    const script = Script.startLink({
      ignored: ["ok", "ignore"],
      failed: ["ok", { fail: "once" }, { fail: "twice" }, "ok"],
    }) as ScriptClient;
    const sup = Patient.startLink(undefined, at(place));
    const make = childrenAt(place);
    sup.startChild(make("ignored", { script }));
    ended(sup, nextStarted("ignored"), "crash");
    until(() => sup.countChildren().specs === 0);
    sup.startChild(make("failed", { script }));
    const first = nextStarted("failed");
    end(first, "crash");
    expect(nextStarted("failed")).not.toBe(first);
    expect(counts(sup)).toEqual([1, 1, 0, 1]);
  });

  // start_child/2: restarting on init children counted in max_children, restarting on exit children counted in max_children
  processTest(`L2 maxChildren counts those that wait for a restart, ${place}`, () => {
    const sup = Two.startLink(undefined, at(place));
    const make = childrenAt(place);
    sup.startChild(make("a"));
    const a = nextStarted("a");
    // It waits for longer than the test takes.
    sup.startChild(make("b", { backoffMs: { min: 1_000_000, max: 1_000_000 } }));
    const b = nextStarted("b");
    expect(reasonOf(() => sup.startChild(child))).toBe("max_children");
    end(a, "crash");
    nextStarted("a");
    expect(reasonOf(() => sup.startChild(child))).toBe("max_children");
    ended(sup, b, "crash");
    expect(counts(sup)).toEqual([2, 1, 0, 2]);
    expect(sup.whichChildren()[0]!.pid).toBe("restarting");
    expect(reasonOf(() => sup.startChild(child))).toBe("max_children");
    // A child that waits is found by the pid that it had.
    sup.terminateChild(b);
    expect(counts(sup)).toEqual([1, 1, 0, 1]);
    sup.startChild(child);
    expect(counts(sup)).toEqual([2, 2, 0, 2]);
  });

  // terminate_child/2
  processTest(`L2 a child is terminated by its pid, once, ${place}`, () => {
    const sup = Plain.startLink(undefined, at(place));
    const make = childrenAt(place);
    sup.startChild(make("a", { onShutdown: "obey" }));
    const a = nextStarted("a");
    sup.terminateChild(a);
    expect(isAlive(a)).toBe(false);
    expect(receive<any>((m) => m?.stopped === "a").reason).toBe("shutdown");
    expect(counts(sup)).toEqual([0, 0, 0, 0]);
    expect(reasonOf(() => sup.terminateChild(a))).toBe("not_found");
    expect(reasonOf(() => sup.terminateChild(self()))).toBe("not_found");
    settled();
    expect(taken()).toEqual([]);
  });

  // terminate/2: terminates children
  processTest(`L2 children are ended all at once, ${place}`, () => {
    const sup = Plain.start(undefined, at(place));
    const children = numbers(10).map(() => sup.startChild({ start: [waitsForLeave, self()], shutdown: Infinity })!);
    spawnLink(() => sup.stop());
    const told = children.map(() => receive<{ told: Pid }>((m) => m?.told !== undefined).told);
    expect(new Set(told)).toEqual(new Set(children));
    for (const pid of children.toReversed()) {
      send(pid, "leave");
      expect(receive<{ left: Pid }>((m) => m?.left !== undefined).left).toBe(pid);
    }
    expect(["normal", "noproc"]).toContain(endOf(sup.pid));
  });

  // terminate/2: terminates children with brutal kill, with infinity, with abnormal shutdown reason, with timeout
  processTest(`L2 each child has the time that its own specification gives it, ${place}`, () => {
    collecting((logged) => {
      const sup = Plain.start(undefined, at(place));
      const make = childrenAt(place);
      const one = (id: string, options: Parameters<typeof make>[1]) => {
        sup.startChild(make(id, { restart: "temporary", ...options }));
        return nextStarted(id);
      };
      const pids = [
        one("killed", { shutdown: "brutal_kill", onShutdown: "obey" }),
        one("obeys", { shutdown: Infinity, onShutdown: "obey" }),
        one("hangs", { shutdown: 1, onShutdown: "hang" }),
        one("hangs longer", { shutdown: 2, onShutdown: "hang" }),
        one("odd", { onShutdown: "odd" }),
      ];
      const refs = pids.map((pid) => monitor(pid));
      sup.stop();
      expect(refs.map((ref) => downOf(ref).reason)).toEqual(["killed", "shutdown", "killed", "killed", "odd"]);
      const failures = logged().filter(({ report }) => report.event === "shutdown_error");
      expect(failures.map(({ report }) => [report.offender.pid, report.reason])).toEqual(
        expect.arrayContaining([
          [pids[2], "killed"],
          [pids[3], "killed"],
          [pids[4], "odd"],
        ]),
      );
      expect(failures).toHaveLength(3);
    });
  });
}

// start_child/2: supports extra arguments
processTest("L2 extraArguments come before those of the child", () => {
  const sup = Extra.startLink();
  sup.startChild({ start: [remember, "third", self()] });
  expect(receive()).toEqual({ args: ["first", 2, "third", self()] });
});

processTest("L2 a restarted child gets the same arguments", () => {
  const sup = Extra.startLink();
  const pid = sup.startChild({ start: [remember, self()] })!;
  exit(pid, "kill");
  expect([receive(), receive()]).toEqual(numbers(2).map(() => ({ args: ["first", 2, self()] })));
});

// start_child/2: with invalid child spec
processTest("L2 the specification of a child is checked", () => {
  const sup = Plain.startLink();
  const attempt = (spec: unknown) => reasonOf(() => sup.startChild(spec as ChildSpec));
  expect(attempt(1)).toEqual({ invalidChildSpec: 1 });
  expect(attempt({})).toBe("missing_start");
  expect(attempt({ start: [1] })).toEqual({ invalidStart: [1] });
  expect(attempt({ ...child, shutdown: -1 })).toEqual({ invalidShutdown: -1 });
  expect(attempt({ ...child, restart: "often" })).toEqual({ invalidRestartType: "often" });
  expect(attempt({ ...child, significant: true })).toMatchObject({ badCombination: { autoShutdown: "never" } });
  expect(counts(sup)).toEqual([0, 0, 0, 0]);
});

// start_child/2: with max_children
processTest("L2 no more than maxChildren", () => {
  const error = thrown(() => None.startLink().startChild(child));
  expect(error.reason).toBe("max_children");
  expect(error.message).toContain("as many children as maxChildren allows");
});

// code_change/3: with ok init, with non-ok init
processTest("L2 new code brings new limits; what runs goes on", () => {
  const sup = Plain.startLink();
  sup.startChild(child);
  sys.suspend(sup);
  sys.changeCode(sup, None, undefined, undefined);
  sys.resume(sup);
  expect(counts(sup)).toEqual([1, 1, 0, 1]);
  expect(reasonOf(() => sup.startChild(child))).toBe("max_children");
  sys.suspend(sup);
  for (const bad of [BadLimit, BadIntensity])
    expect(thrown(() => sys.changeCode(sup, bad, undefined, undefined)).code).toBe("AGNER_CALLBACK_FAILED");
  sys.resume(sup);
  expect(reasonOf(() => sup.startChild(child))).toBe("max_children");
});

processTest("L2 there is nothing to do by id", () => {
  const sup = Plain.startLink() as any;
  for (const request of ["restartChild", "deleteChild", "childSpec"]) expect(reasonOf(() => sup[request]("any"))).toBe("no_ids");
});

processTest("children are spread over the cores", () => {
  const sup = Spread.startLink();
  const start = schedulers() * 2;
  const pids = numbers(start).map((n) => sup.startChild(Counter.child(n))!);
  const cores = pids.map((pid) => processInfo(pid)!.scheduler);
  for (const core of numbers(schedulers())) expect(cores.filter((other) => other === core)).toHaveLength(2);
  const scheduler = schedulerId();
  const here = sup.startChild(Counter.child(1, { scheduler, name: `counter ${makeRef().toString()}` }))!;
  expect(processInfo(here)!.scheduler).toBe(scheduler);
  expect(Counter.ref(here).add(1)).toBe(2);
});

test("L2 dynamic supervisors are typed", () => {
  type Handle = ReturnType<typeof Plain.startLink>;
  expectTypeOf<Handle>().toEqualTypeOf<DynamicSupervisorHandle>();
  expectTypeOf<Parameters<Handle["terminateChild"]>>().toEqualTypeOf<[pid: Pid]>();
  // @ts-expect-error there are no ids
  expectTypeOf<Handle["restartChild"]>();
  // @ts-expect-error not an option
  expectTypeOf(dynamicSupervisor).toBeCallableWith({ strategy: "one_for_all" });
});

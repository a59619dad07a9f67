/** Group J: how supervisors start, and what they refuse to start (J1 to J6, J8). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, processFlag, processInfo, self, whereis, type Pid } from "@agner/vm";
import { genServer, ignore, noreply, StartError, supervisor, type ChildSpec } from "../index.ts";
import { Any, childrenAt, journal, nextStarted, Script, Simple, startWorker } from "./testing/children.ts";
import { at, PLACES } from "./testing/place.ts";
import { endOf, exitFrom, isGone, kill, reasonOf, settled, taken, thrown } from "./testing/watch.ts";

export const Silent = genServer({ init: (n: number) => n, info: (n) => noreply(n) });
export const Refusing = genServer({ init: (): number => exit("no") });
export const Ignoring = genServer({ init: () => ignore() });

export function startNothing(): undefined {}
export function startBadly(): any {
  return "no pid";
}
export function startThrowing(error: unknown): any {
  throw error;
}

export const Root = supervisor({ children: (start: number) => [Silent.child(start, { name: "silent" })] });
export const Fixed = supervisor({ children: [{ id: "s", start: [Silent, 1] }] });
export const Unwilling = supervisor({ children: (go: boolean) => (go ? [] : ignore()) });
export const Crashing = supervisor({
  init: (how: string) => (how === "exit" ? exit("no way") : how === "throw" ? nothing() : (how as never)),
});

function nothing(): never {
  throw new TypeError("no children");
}

// sup_start_map, child_specs_map (defaults)
processTest("J1 flags and specifications have OTP's defaults", () => {
  const sup = Root.startLink(5, { name: "root" });
  expect(sup.childSpec("silent")).toEqual({
    id: "silent",
    start: [Silent, 5, { name: "silent" }],
    restart: "permanent",
    significant: false,
    shutdown: 5_000,
    type: "worker",
    modules: ["Silent"],
  });
  expect(Root.child(1)).toEqual({ id: "Root", start: [Root, 1], type: "supervisor" });
  sup.stop();
  const above = Any.startLink({ children: [Root.child(1, { id: "below", scheduler: 0 })] });
  expect(above.childSpec("below")).toMatchObject({ shutdown: Infinity, type: "supervisor", modules: ["Root"] });
});

// sup_flags, sup_start_map_faulty_specs
processTest("J2 bad flags are refused, unknown keys are not", () => {
  for (const [flags, reason, words] of [
    [{ strategy: "none_for_one" }, { invalidStrategy: "none_for_one" }, "strategy must be"],
    [{ intensity: -1 }, { invalidIntensity: -1 }, "whole number, 0 or more, and not -1"],
    [{ intensity: 1.5 }, { invalidIntensity: 1.5 }, "intensity"],
    [{ periodMs: 0 }, { invalidPeriod: 0 }, "more than 0"],
    [{ periodMs: "5" }, { invalidPeriod: "5" }, "milliseconds"],
    [{ autoShutdown: "perhaps" }, { invalidAutoShutdown: "perhaps" }, "any_significant"],
  ] as const) {
    const error = thrown(() => Any.start({ children: [], ...(flags as object) }));
    expect(StartError.is(error)).toBe(true);
    expect(error.reason).toEqual({ supervisorData: reason });
    expect(error.message).toContain(`Any could not be started: `);
    expect(error.message).toContain(words);
  }
  const sup = Any.start({ children: [], colour: "red", strategy: "rest_for_one" } as never)!;
  expect(sup.countChildren().specs).toBe(0);
});

const BAD_SPECS: readonly (readonly [spec: object | string, reason: unknown])[] = [
  ["child", { invalidChildSpec: "child" }],
  [{ start: [startNothing] }, "missing_id"],
  [{ id: "a" }, "missing_start"],
  [{ id: "a", start: "start" }, { invalidStart: "start" }],
  [{ id: "a", start: [] }, { invalidStart: [] }],
  [{ id: "a", start: ["start"] }, { invalidStart: ["start"] }],
  [{ id: "a", start: [startNothing], restart: "sometimes" }, { invalidRestartType: "sometimes" }],
  [{ id: "a", start: [startNothing], significant: 1 }, { invalidSignificant: 1 }],
  [{ id: "a", start: [startNothing], type: "boss" }, { invalidChildType: "boss" }],
  [{ id: "a", start: [startNothing], shutdown: -1 }, { invalidShutdown: -1 }],
  [{ id: "a", start: [startNothing], shutdown: "soon" }, { invalidShutdown: "soon" }],
  [{ id: "a", start: [startNothing], modules: "all" }, { invalidModules: "all" }],
  [{ id: "a", start: [startNothing], modules: ["m", 1] }, { invalidModule: 1 }],
  [{ id: "a", start: [startNothing], backoffMs: { min: 2, max: 1 } }, { invalidBackoff: { min: 2, max: 1 } }],
  [
    { id: "a", start: [startNothing], restart: "permanent", significant: true },
    { badCombination: { restart: "permanent", significant: true } },
  ],
];

// child_specs, child_specs_map
processTest("J3 bad specifications are refused, by the start and by startChild", () => {
  const sup = Any.start({ autoShutdown: "any_significant", children: [] });
  for (const [spec, reason] of BAD_SPECS) {
    const bad = spec as ChildSpec;
    const error = thrown(() => Any.start({ autoShutdown: "any_significant", children: [bad] }));
    expect(error.reason).toEqual({ startSpec: reason });
    const refused = thrown(() => sup.startChild(bad));
    expect(refused.reason).toEqual(reason);
    expect(refused.message).toContain(`of the supervisor ${sup.pid.toString()} (Any): the supervisor refused: `);
  }
  const twice = [
    { id: ["a", { n: 1 }], start: [startNothing] },
    { id: ["a", { n: 1 }], start: [startNothing] },
  ] as const;
  expect(reasonOf(() => Any.start({ children: twice }))).toEqual({ startSpec: { duplicateChildName: ["a", { n: 1 }] } });
  expect(reasonOf(() => Any.start({ children: 5 as never }))).toEqual({ startSpec: { invalidChildren: 5 } });
  for (const shutdown of [0, 10, Infinity, "brutal_kill"] as const)
    sup.startChild({ id: shutdown, start: [startNothing], shutdown, type: "worker", modules: "dynamic" });
  expect(sup.countChildren()).toEqual({ specs: 4, active: 0, supervisors: 0, workers: 4 });
});

for (const place of PLACES) {
  // sup_start_normal, order_of_children
  processTest(`J4 children start in order, each when the one before it runs; the supervisor traps exits (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.startLink({ children: ["a", "b", "c"].map((id) => child(id)) }, { name: "sup" });
    settled();
    expect(journal(taken())).toEqual(["+a", "+b", "+c"]);
    expect(whereis("sup")).toBe(sup.pid);
    expect(processInfo(sup.pid)!.trapExit).toBe(true);
  });

  // sup_start_fail, sup_start_child_returns_error
  processTest(`J5 a child that cannot be started takes down those before it, in reverse order (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const script = Script.startLink({ c: [{ fail: "no c" }] });
    const options = { onShutdown: "obey" };
    const error = thrown(() =>
      Any.startLink(
        { children: [child("a", options), child("b", options), child("c", { script }), child("d")] },
        { name: "gone" },
      ),
    );
    expect(StartError.is(error)).toBe(true);
    expect(error.reason).toEqual({ shutdown: { failedToStartChild: { id: "c", reason: "no c" } } });
    expect(error.message).toContain("Any could not be started: its child 'c' could not be started: ");
    settled();
    expect(whereis("gone")).toBeUndefined();
    expect(journal(taken())).toEqual(["+a", "+b", "-b", "-a"]);
  });

  // sup_start_ignore_child, sup_start_ignore_temporary_child, sup_start_ignore_temporary_child_start_child
  processTest(`J6 a child that is ignored keeps its specification, unless it is temporary (${place})`, () => {
    const child = childrenAt(place);
    const script = Script.startLink({ p: ["ignore"], tr: ["ignore"], te: ["ignore"], late: ["ignore"], never: ["ignore"] });
    const sup = Any.start({
      children: [
        child("p", { script }),
        child("tr", { script, restart: "transient" }),
        child("te", { script, restart: "temporary" }),
        child("a"),
      ],
    });
    expect(sup.startChild(child("late", { script }))).toBeUndefined();
    expect(sup.startChild(child("never", { script, restart: "temporary" }))).toBeUndefined();
    expect(sup.whichChildren().map(({ id, pid }) => [id, pid])).toEqual([
      ["late", undefined],
      ["a", nextStarted("a")],
      ["tr", undefined],
      ["p", undefined],
    ]);
    expect(sup.countChildren()).toMatchObject({ specs: 4, active: 1 });
    expect(sup.restartChild("late")).toBeUndefined();
  });

  // external_start_no_progress_log has its place in J31; already_started_outside_supervisor
  processTest(`J8 startChild: what a start that fails is called (${place})`, () => {
    const child = childrenAt(place);
    const script = Script.startLink({ b: [{ fail: "no b" }] });
    const sup = Any.start({ children: [child("a")] });
    const a = nextStarted("a");
    expect(reasonOf(() => sup.startChild(child("b", { script })))).toBe("no b");
    expect(reasonOf(() => sup.startChild(child("a")))).toEqual({ alreadyStarted: a });
    sup.terminateChild("a");
    const present = thrown(() => sup.startChild(child("a")));
    expect(present.reason).toBe("already_present");
    expect(present.message).toContain("start it with restartChild");
    const outside = Silent.start(1, { name: "outside", ...at(place) });
    expect(reasonOf(() => sup.startChild(Silent.child(2, { name: "outside" })))).toEqual({ alreadyStarted: outside.pid });
    expect(sup.countChildren().specs).toBe(1);
    expect(isAlive(outside.pid)).toBe(true);
    kill(outside.pid);
  });

  processTest(`J4 a definition starts its processes, wherever it is (${place})`, () => {
    const sup = Any.startLink({ children: [Silent.child(1, at(place)), { id: "plain", start: [Silent, 1] }] });
    expect(sup.countChildren().active).toBe(2);
    for (const { pid } of sup.whichChildren()) expect(processInfo(pid as Pid)!.ancestors).toContain(sup.pid);
  });
}

// sup_start_error_return, sup_start_child_returns_error
processTest("J4 what a start returns that is no process, or throws, is the reason of its failure", () => {
  const failing = (start: ChildSpec["start"]) =>
    (reasonOf(() => Any.start({ children: [{ id: 1, start }] })) as any).shutdown.failedToStartChild.reason;
  expect(failing([startBadly])).toEqual({ badReturnValue: "no pid" });
  expect(failing([startThrowing, new StartError("no", { reason: "why" })])).toBe("why");
  expect(failing([startThrowing, new RangeError("far")])).toMatchObject({ name: "RangeError", message: "far" });
  expect(failing([startThrowing, "ball"])).toEqual({ nocatch: "ball" });
  expect(failing([Refusing])).toBe("no");
  const sup = Any.start({ children: [] });
  const error = thrown(() => sup.startChild({ id: 1, start: [startThrowing, new RangeError("far")] }));
  expect(error.cause).toMatchObject({ name: "RangeError", message: "far" });
  expect(error.cause.stack).toContain("RangeError");
  expect(sup.startChild({ id: 2, start: [Ignoring] })).toBeUndefined();
  expect(sup.countChildren()).toMatchObject({ specs: 1, active: 0 });
});

// sup_start_ignore_init
processTest("a supervisor may be ignored", () => {
  expect(Unwilling.start(false)).toBeUndefined();
  expect(Unwilling.start(true)!.countChildren().specs).toBe(0);
  expect(Unwilling.startLink(false, { name: "ignored" })).toBeUndefined();
  expect(whereis("ignored")).toBeUndefined();
});

// sup_start_error_return
processTest("an init that fails, or returns what it must not, is the reason of the start", () => {
  expect(reasonOf(() => Crashing.start("exit"))).toBe("no way");
  expect(reasonOf(() => Crashing.start("throw"))).toMatchObject({ name: "TypeError", message: "no children" });
  const error = thrown(() => Crashing.start("nonsense"));
  expect(error.reason).toEqual({ badReturn: { module: "Crashing", function: "init", value: "nonsense" } });
  expect(error.message).toContain("init must return the flags and children of a supervisor, or ignore(), and not 'nonsense'");
});

// already_started
processTest("a name is taken once", () => {
  const first = Fixed.start(undefined, { name: "fixed" });
  const error = thrown(() => Fixed.start(undefined, { name: "fixed" }));
  expect(error.reason).toEqual({ alreadyStarted: first.pid });
  expect(Fixed.ref("fixed").pid).toBe(first.pid);
  expect(Fixed.ref("fixed").countChildren().active).toBe(1);
});

// extra_return
processTest("J4 a start may return something beside the child", () => {
  const plan = { id: "x", scheduler: 0, watcher: self() };
  const sup = Any.start({ children: [{ id: "x", start: [startWorker, plan, "more"] }] });
  const x = nextStarted("x");
  expect(sup.whichChildren()[0]!.pid).toBe(x);
  expect(sup.startChildExtra({ id: "y", start: [startWorker, { ...plan, id: "y" }, 1, 2] })).toEqual([nextStarted("y"), [1, 2]]);
  exit(x, "crash");
  const again = nextStarted("x");
  expect(sup.whichChildren()[1]!.pid).toBe(again);
  const simple = Simple.start({ children: [{ id: "z", start: [startWorker, { ...plan, id: "z" }] }] });
  expect(simple.startChildExtra(7)).toEqual([nextStarted("z"), [7]]);
  expect(simple.startChild(8)).toBe(nextStarted("z"));
});

processTest("a supervisor that was started by a link ends with its parent, its children first", () => {
  processFlag("trapExit", true);
  const child = childrenAt("other core");
  const above = Any.startLink({ children: [] });
  const below = above.startChild({
    id: "below",
    type: "supervisor",
    start: [Any, { children: [child("a", { onShutdown: "obey" })] }],
  }) as Pid;
  const a = nextStarted("a");
  exit(above.pid, "over");
  expect(endOf(above.pid)).not.toBe("noproc");
  expect(isGone(below)).toBe(true);
  expect(isGone(a)).toBe(true);
  expect(exitFrom(above.pid).reason).toBe("over");
});

/** Group J: what supervisors can be asked (J7, J23 to J27). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { isAlive, monitor, self, spawn, type Pid } from "@agner/vm";
import { CallError, genServer, noreply, SupervisorError, supervisor } from "../index.ts";
import { Any, childrenAt, end, nextStarted, pidOf, Script, Simple, startWorker } from "./testing/children.ts";
import { at, PLACES } from "./testing/place.ts";
import { downOf, endOf, kill, park, reasonOf, settled, taken, thrown } from "./testing/watch.ts";

export const Idle = genServer({ init: (_n: number) => 0, info: (n) => noreply(n) });
export const Pool = supervisor({ strategy: "simple_one_for_one", children: [{ id: "idle", start: [Idle] }] });

for (const place of PLACES) {
  // child_adm
  processTest(`J23 to J26 the life of a child (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.startLink({ children: [] }, at(place));
    expect(sup.whichChildren()).toEqual([]);
    expect(sup.countChildren()).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 });
    const spec = child("a", { modules: "dynamic", shutdown: 1_000 });
    const a = sup.startChild(spec)!;
    expect(sup.whichChildren()).toEqual([{ id: "a", pid: a, type: "worker", modules: "dynamic" }]);
    expect(sup.countChildren()).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 });
    expect(sup.childSpec("a")).toMatchObject({ id: "a", shutdown: 1_000, restart: "permanent", start: spec.start });
    expect(reasonOf(() => sup.startChild(spec))).toEqual({ alreadyStarted: a });
    expect(reasonOf(() => sup.restartChild("a"))).toBe("running");
    expect(reasonOf(() => sup.deleteChild("a"))).toBe("running");
    sup.terminateChild("a");
    sup.terminateChild("a");
    expect(isAlive(a)).toBe(false);
    expect(sup.whichChildren()).toEqual([{ id: "a", pid: undefined, type: "worker", modules: "dynamic" }]);
    expect(sup.countChildren()).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 1 });
    expect(reasonOf(() => sup.startChild(spec))).toBe("already_present");
    const again = sup.restartChild("a");
    expect(again).not.toBe(a);
    expect(pidOf(sup, "a")).toBe(again);
    sup.terminateChild("a");
    sup.deleteChild("a");
    expect(sup.whichChildren()).toEqual([]);
    for (const request of ["terminateChild", "restartChild", "deleteChild", "childSpec"] as const)
      expect(reasonOf(() => sup[request]("a"))).toBe("not_found");
    expect(reasonOf(() => sup.terminateChild(a))).toBe("not_found");
    expect(sup.startChild(spec)).toBe(pidOf(sup, "a"));
  });

  // sup_start_restart_child_returns_error
  processTest(`J26 restartChild that fails leaves the child stopped (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.startLink({ children: [child("a", { script: Script.startLink({ a: ["ok", { fail: "no" }, "ok"] }) })] });
    sup.terminateChild("a");
    const error = thrown(() => sup.restartChild("a"));
    expect(SupervisorError.is(error)).toBe(true);
    expect(error.reason).toBe("no");
    expect(sup.whichChildren()[0]!.pid).toBeUndefined();
    expect(sup.restartChild("a")).toBe(pidOf(sup, "a"));
  });

  // temporary children are deleted when they are ended
  processTest(`J25 terminateChild forgets a temporary child, and is no failure (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.startLink({
      intensity: 0,
      strategy: "one_for_all",
      children: [child("p"), child("t", { restart: "temporary" })],
    });
    const p = nextStarted("p");
    sup.terminateChild("t");
    expect(sup.whichChildren().map(({ id }) => id)).toEqual(["p"]);
    sup.terminateChild("p");
    expect(isAlive(p)).toBe(false);
    expect(sup.countChildren()).toMatchObject({ specs: 1, active: 0 });
  });

  // which_children, count_children, count_children_supervisor
  processTest(`J23 J24 children are listed newest first, and counted by kind (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.startLink({
      children: [child("a"), { id: "s", type: "supervisor", start: [Any, { children: [child("below")] }, at(place)] }],
    });
    sup.startChild(child("late"));
    expect(sup.whichChildren().map(({ id, type }) => [id, type])).toEqual([
      ["late", "worker"],
      ["s", "supervisor"],
      ["a", "worker"],
    ]);
    expect(sup.countChildren()).toEqual({ specs: 3, active: 3, supervisors: 1, workers: 2 });
    sup.terminateChild("s");
    expect(sup.countChildren()).toEqual({ specs: 3, active: 2, supervisors: 1, workers: 2 });
  });

  // child_adm_simple, simple_one_for_one, simple_one_for_one_extra, which_children_simple_one_for_one
  processTest(`J7 J25 J26 many children of one kind (${place})`, () => {
    const plan = { id: "s", watcher: self(), ...at(place) };
    const sup = Simple.startLink({ children: [{ id: "s", start: [startWorker, plan], restart: "transient" }] });
    expect(sup.countChildren()).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 0 });
    const [a, b] = [sup.startChild(1) as Pid, sup.startChild(2, 3) as Pid];
    settled();
    expect(taken()).toMatchObject([
      { started: "s", pid: a, extra: [1] },
      { started: "s", pid: b, extra: [2, 3] },
    ]);
    expect(sup.whichChildren()).toEqual([
      { id: undefined, pid: b, type: "worker", modules: ["startWorker"] },
      { id: undefined, pid: a, type: "worker", modules: ["startWorker"] },
    ]);
    end(b, "crash"); // restarted with its own arguments
    const again = nextStarted();
    expect(sup.whichChildren().map(({ pid }) => pid)).toEqual([again, a]);
    const any = Any.ref(sup.pid);
    for (const request of ["restartChild", "deleteChild", "terminateChild"] as const)
      expect(reasonOf(() => any[request]("s"))).toBe("simple_one_for_one");
    sup.terminateChild(a);
    sup.terminateChild(a); // it was a child, or might have been
    const stranger = spawn(park);
    expect(reasonOf(() => sup.terminateChild(stranger))).toBe("not_found");
    kill(stranger);
    expect(sup.childSpec("s")).toEqual(sup.childSpec(again));
    expect(sup.childSpec("s").start).toEqual([startWorker, plan]);
    end(again, "normal");
    endOf(again);
    settled();
    expect(sup.countChildren()).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 0 });
  });

  // sup_start_child_returns_error_simple, sup_start_ignore_*_start_child_simple
  processTest(`J6 J8 simple_one_for_one: of a start that fails or is ignored nothing stays (${place})`, () => {
    const child = childrenAt(place);
    const script = Script.startLink({ s: ["ignore", { fail: "no" }, "ok"] });
    const sup = Simple.startLink({ children: [child("s", { script })] });
    expect(sup.startChild()).toBeUndefined();
    expect(reasonOf(() => sup.startChild())).toBe("no");
    expect(sup.countChildren().workers).toBe(0);
    expect(sup.startChild()).toBe(nextStarted());
  });

  // do_not_save_start_parameters_for_temporary_children, do_not_save_child_specs_for_temporary_children
  processTest(`J9 the arguments of temporary children are not kept (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.startLink({ children: [] });
    const t = sup.startChild(child("t", { restart: "temporary" })) as Pid;
    expect(sup.childSpec("t").start).toEqual([startWorker]);
    const ref = monitor(t);
    end(t, "crash");
    downOf(ref);
    settled();
    expect(sup.whichChildren()).toEqual([]);
  });
}

// simple_one_for_one needs one specification
processTest("J7 simple_one_for_one has exactly one specification", () => {
  for (const children of [[], ["a", "b"].map((id) => ({ id, start: [Idle, 1] as const }))]) {
    const error = thrown(() => Simple.start({ children }));
    expect(error.reason).toEqual({ badStartSpec: children });
    expect(error.message).toContain("exactly one child specification");
  }
  expect(reasonOf(() => Simple.start({ children: [{ id: "a" } as never] }))).toEqual({ startSpec: "missing_start" });
});

// simple_global_supervisor: a name of its own for each child
processTest("J7 what is appended may be a definition's argument and options", () => {
  const pool = Pool.startLink();
  const pid = pool.startChild(1, { name: "idle 1" }) as Pid;
  expect(Idle.ref("idle 1").pid).toBe(pid);
  const error = thrown(() => pool.startChild(1, { name: "idle 1" }));
  expect(error.reason).toEqual({ alreadyStarted: pid });
  expect(error.message).toContain(`of the supervisor ${pool.pid.toString()} (Pool): the child could not be started: `);
});

processTest("J27 a supervisor that is not there", () => {
  const error = thrown(() => Any.ref("nobody").countChildren());
  expect(CallError.is(error)).toBe(true);
  expect(error.reason).toBe("noproc");
  const sup = Any.start({ children: [] });
  sup.stop();
  expect(thrown(() => sup.whichChildren()).reason).toBe("noproc");
  expect(thrown(() => Any.ref("nobody").pid).code).toBe("AGNER_NOPROC");
});

processTest("a handle travels, and is the same supervisor's elsewhere", () => {
  const sup = Any.start({ children: [] }, at("other core"));
  const me = self();
  const watcher = { id: "via", watcher: me, ...at("other core") };
  endOf(spawn(() => void sup.startChild({ id: "via", start: [startWorker, watcher] })));
  expect(pidOf(sup, "via")).toBe(nextStarted("via"));
  sup.stop();
});

processTest("J23 ids may be any terms: copies that look the same name the same child", () => {
  const child = childrenAt("same core");
  const ids = [1, "1", ["w", 1], { n: 1 }, new Date(1), self(), true, null];
  const sup = Any.startLink({ children: ids.map((id) => ({ ...child("x"), id })) }, at("other core"));
  expect(sup.whichChildren().map(({ id }) => id)).toEqual(ids.toReversed());
  for (const id of ids) {
    sup.terminateChild(id);
    sup.deleteChild(id);
  }
  expect(sup.countChildren().specs).toBe(0);
});

processTest("J3: who gives a definition instead of a specification is told what to write", () => {
  const sup = Any.startLink({ children: [] });
  const { message, reason } = thrown(() => sup.startChild(Idle as never));
  expect(reason).toBe("missing_id");
  expect(message).toMatch(/^startChild\(Idle\) of the supervisor .*: Counter\.child\(argument\)$/);
  sup.stop();
});

/** Group J: restarts that fail (J15, J16), and what a supervisor can be asked meanwhile. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, monitor, processFlag, receive, type Pid } from "@agner/vm";
import { SupervisorError, type SimpleSupervisorHandle, type SupervisorHandle } from "../index.ts";
import { Any, childrenAt, end, journal, nextStarted, pidOf, Script, Simple } from "./testing/children.ts";
import { PLACES, type Place } from "./testing/place.ts";
import { downOf, exitFrom, reasonOf, settled, taken, thrown } from "./testing/watch.ts";

const FAIL = { fail: "not now" };

/** What `whichChildren` shows, oldest first: a pid as `"up"`. */
function states(sup: SupervisorHandle | SimpleSupervisorHandle): unknown[] {
  return sup
    .whichChildren()
    .map(({ pid }) => (pid === "restarting" || pid === undefined ? pid : "up"))
    .toReversed();
}

/** A supervisor whose child b, and nothing else, fails to be restarted as its script says. */
function failing(
  place: Place,
  strategy: "one_for_one" | "one_for_all" | "rest_for_one",
  script: ReturnType<typeof Script.startLink>,
  intensity = 1_000_000,
): SupervisorHandle {
  const child = childrenAt(place);
  const children = ["a", "b", "c"].map((id) => child(id, { script, onShutdown: "obey" }));
  return Any.startLink({ strategy, intensity, children });
}

for (const place of PLACES) {
  processTest(`J15 a restart that fails is tried again, and counts each time (${place})`, () => {
    processFlag("trapExit", true);
    const script = Script.startLink({ b: ["ok", FAIL, FAIL, "ok", FAIL] });
    const sup = failing(place, "one_for_one", script, 5);
    exit(nextStarted("b"), "crash"); // 1 to 3
    const again = nextStarted("b");
    expect(states(sup)).toEqual(["up", "up", "up"]);
    exit(again, "crash"); // 4 to 6
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
  });

  // hanging_restart_loop
  processTest(`J15 requests are served while restarts fail (${place})`, () => {
    const script = Script.startLink({ b: ["ok", FAIL] });
    const sup = failing(place, "one_for_one", script);
    const child = childrenAt(place);
    const a = nextStarted("a");
    exit(nextStarted("b"), "crash");
    awaitRestarting(sup);
    expect(states(sup)).toEqual(["up", "restarting", "up"]);
    expect(sup.countChildren()).toEqual({ specs: 3, active: 2, supervisors: 0, workers: 3 });
    expect(reasonOf(() => sup.startChild(child("b")))).toBe("already_present");
    expect(reasonOf(() => sup.restartChild("b"))).toBe("restarting");
    const error = thrown(() => sup.deleteChild("b"));
    expect(SupervisorError.is(error)).toBe(true);
    expect(error.reason).toBe("restarting");
    sup.terminateChild("b");
    expect(states(sup)).toEqual(["up", undefined, "up"]);
    sup.deleteChild("b");
    expect(sup.countChildren().specs).toBe(2);
    expect(pidOf(sup, "a")).toBe(a);
  });

  // hanging_restart_loop: the supervisor can be shut down
  processTest(`J15 a supervisor whose restarts fail can be stopped (${place})`, () => {
    processFlag("trapExit", true);
    const sup = failing(place, "one_for_one", Script.startLink({ b: ["ok", FAIL] }));
    exit(nextStarted("b"), "crash");
    exit(sup.pid, "shutdown");
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
  });

  // hanging_restart_loop_rest_for_one, rest_for_one_other_child_fails_restart
  processTest(`J16 rest_for_one: a later sibling that fails is retried alone with those after it (${place})`, () => {
    const script = Script.startLink({ b: ["ok", FAIL] });
    const sup = failing(place, "rest_for_one", script);
    exit(nextStarted("a"), "crash");
    const a = nextStarted("a");
    awaitRestarting(sup);
    expect(states(sup)).toEqual(["up", "restarting", undefined]);
    expect(reasonOf(() => sup.restartChild("b"))).toBe("restarting");
    script.set("b", ["ok"]);
    nextStarted("b");
    nextStarted("c");
    expect(states(sup)).toEqual(["up", "up", "up"]);
    expect(pidOf(sup, "a")).toBe(a);
  });

  // one_for_all_other_child_fails_restart
  processTest(`J16 one_for_all: a sibling that fails is retried with all others (${place})`, () => {
    const script = Script.startLink({ b: ["ok", FAIL, "ok"] });
    const sup = failing(place, "one_for_all", script);
    const a = nextStarted("a");
    nextStarted("b");
    nextStarted("c");
    exit(a, "crash");
    expect(nextStarted("c")).toBe(pidOf(sup, "c"));
    expect(states(sup)).toEqual(["up", "up", "up"]);
    settled();
    expect(journal(taken())).toEqual(["-a", "-c", "-b", "+a", "-a", "+a", "+b"]);
  });

  // one_for_all_escalation, rest_for_one_escalation
  for (const strategy of ["one_for_one", "one_for_all", "rest_for_one"] as const) {
    processTest(`J13 J16 ${strategy}: a child that never starts again is the end of the supervisor (${place})`, () => {
      processFlag("trapExit", true);
      const sup = failing(place, strategy, Script.startLink({ b: ["ok", FAIL] }), 4);
      exit(nextStarted("b"), "crash");
      expect(exitFrom(sup.pid).reason).toBe("shutdown");
      settled();
      const ends = journal(taken()).slice(-2);
      if (strategy === "one_for_one") expect(ends).toEqual(["-c", "-a"]);
      else expect(ends[1]).toBe("-a");
    });
  }

  // hanging_restart_loop_simple
  processTest(`J15 simple_one_for_one: requests are served while restarts fail (${place})`, () => {
    const child = childrenAt(place);
    const script = Script.startLink({});
    const sup = Simple.startLink({ intensity: 1_000_000, children: [child("s", { script })] });
    const [one, two] = [sup.startChild() as Pid, sup.startChild() as Pid];
    script.set("s", [FAIL]);
    exit(one, "crash");
    awaitRestarting(sup);
    expect(sup.countChildren()).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 2 });
    expect(sup.whichChildren()).toContainEqual({ id: undefined, pid: "restarting", type: "worker", modules: ["startWorker"] });
    expect(reasonOf(() => sup.startChild())).toBe("not now");
    sup.terminateChild(one);
    expect(sup.whichChildren().map(({ pid }) => pid)).toEqual([two]);
    script.set("s", ["ok"]);
    expect(isAlive(sup.startChild() as Pid)).toBe(true);
  });

  // simple_one_for_one_restart_ignore
  processTest(`J6 simple_one_for_one: a restart that is ignored drops the child (${place})`, () => {
    const child = childrenAt(place);
    const script = Script.startLink({ s: ["ok", "ignore"] });
    const sup = Simple.startLink({ children: [child("s", { script, restart: "transient" })] });
    const pid = sup.startChild() as Pid;
    const ref = monitor(pid);
    end(pid, "crash");
    downOf(ref);
    settled();
    expect(sup.countChildren()).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 0 });
  });

  // count_restarting_children
  processTest(`J24 children that wait for a restart are counted, and are not active (${place})`, () => {
    const child = childrenAt(place);
    const script = Script.startLink({ a: ["ok", FAIL], b: ["ok", FAIL] });
    const sup = Any.startLink({
      intensity: 1_000_000,
      children: ["a", "b"].map((id) => child(id, { script, backoffMs: { min: 2, max: 2 } })),
    });
    expect(sup.countChildren()).toMatchObject({ active: 2, workers: 2 });
    exit(pidOf(sup, "a"), "kill");
    awaitRestarting(sup);
    expect(sup.countChildren()).toMatchObject({ active: 1, workers: 2 });
    exit(pidOf(sup, "b"), "kill");
    while (sup.countChildren().active > 0) breathe();
    expect(sup.countChildren()).toMatchObject({ specs: 2, active: 0, workers: 2 });
    sup.terminateChild("a");
    script.set("b", ["ok"]);
    while (sup.countChildren().active === 0) breathe();
    expect(sup.whichChildren().map(({ id, pid }) => [id, pid === undefined])).toEqual([
      ["b", false],
      ["a", true],
    ]);
  });
}

/** Returns when a child waits for its restart. */
function awaitRestarting(sup: SupervisorHandle | SimpleSupervisorHandle): void {
  while (!sup.whichChildren().some(({ pid }) => pid === "restarting")) breathe();
}

/** Lets timers come due. */
function breathe(): void {
  receive(() => false, 1);
}

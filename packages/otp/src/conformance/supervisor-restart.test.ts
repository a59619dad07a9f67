/** Group J: who is restarted, and how often (J9 to J14, J17, J18). */
import { expect, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, monitor, processFlag, send, spawn, type Pid } from "@agner/vm";
import type { ChildSpec, Restart, SupervisorHandle } from "../index.ts";
import { countAt, lastRestarts, noRestarts } from "../supervisor/intensity.ts";
import { Any, childrenAt, end, journal, nextStarted, pidOf, Simple } from "./testing/children.ts";
import { PLACES, type Place } from "./testing/place.ts";
import { endOf, exitFrom, isGone, settled, taken } from "./testing/watch.ts";

/** A supervisor with children a, b and c, and their pids. */
function three(
  place: Place,
  flags: { readonly strategy: "one_for_one" | "one_for_all" | "rest_for_one"; readonly intensity?: number },
): { readonly sup: SupervisorHandle; readonly a: Pid; readonly b: Pid; readonly c: Pid } {
  const child = childrenAt(place);
  const children = ["a", "b", "c"].map((id) => child(id, { onShutdown: "obey" }));
  const sup = Any.startLink({ ...flags, children });
  return { sup, a: nextStarted("a"), b: nextStarted("b"), c: nextStarted("c") };
}

/** Ends a child and returns its specification's state: its new pid, or undefined; `"gone"` if it was forgotten. */
function afterEnd(sup: SupervisorHandle, spec: ChildSpec, reason: unknown): unknown {
  const pid = sup.startChild(spec)!;
  end(pid, reason);
  endOf(pid);
  settled();
  const child = sup.whichChildren().find(({ id }) => id === spec.id);
  return child === undefined ? "gone" : child.pid === undefined ? undefined : child.pid === pid ? "same" : "new";
}

const REASONS = ["normal", "shutdown", { shutdown: "enough" }, "crash"] as const;

// permanent_*, transient_*, temporary_* (normal, shutdown, abnormal)
const EXPECTED: Readonly<Record<Restart, readonly unknown[]>> = {
  permanent: ["new", "new", "new", "new"],
  transient: [undefined, undefined, undefined, "new"],
  temporary: ["gone", "gone", "gone", "gone"],
};

for (const place of PLACES) {
  for (const restart of ["permanent", "transient", "temporary"] as const) {
    processTest(`J9 J10 a ${restart} child that ends for every kind of reason (${place})`, () => {
      const child = childrenAt(place);
      const sup = Any.startLink({ intensity: 10, children: [] });
      const seen = REASONS.map((reason, i) => afterEnd(sup, child(`${restart} ${i}`, { restart }), reason));
      expect(seen).toEqual(EXPECTED[restart]);
    });
  }

  // one_for_one
  processTest(`J11 one_for_one restarts only the child that failed (${place})`, () => {
    const { sup, a, b, c } = three(place, { strategy: "one_for_one" });
    exit(b, "kill");
    const again = nextStarted("b");
    expect(again).not.toBe(b);
    expect([pidOf(sup, "a"), pidOf(sup, "b"), pidOf(sup, "c")]).toEqual([a, again, c]);
    expect(journal(taken())).toEqual([]);
  });

  // rest_for_one
  processTest(`J12 rest_for_one: the later ones stop in reverse order, then all of them start in order (${place})`, () => {
    const { sup, a, b } = three(place, { strategy: "rest_for_one" });
    exit(b, "kill");
    endOf(b);
    settled();
    expect(pidOf(sup, "a")).toBe(a);
    expect(journal(taken())).toEqual(["-c", "+b", "+c"]);
    const last = pidOf(sup, "c");
    sup.stop();
    settled();
    expect(journal(taken())).toEqual(["-c", "-b", "-a"]);
    expect(isAlive(last)).toBe(false);
  });

  // one_for_all
  processTest(`J11 one_for_all: all others stop in reverse order, then all start in order (${place})`, () => {
    const { sup, b } = three(place, { strategy: "one_for_all" });
    exit(b, "kill");
    endOf(b);
    settled();
    expect(sup.countChildren().active).toBe(3);
    expect(journal(taken())).toEqual(["-c", "-a", "+a", "+b", "+c"]);
    expect(sup.whichChildren().map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  // temporary_bystander
  for (const strategy of ["one_for_all", "rest_for_one"] as const) {
    processTest(`J9 ${strategy}: a temporary sibling ends with the others, and is not started again (${place})`, () => {
      const child = childrenAt(place);
      const sup = Any.startLink({
        strategy,
        children: [child("a"), child("t", { restart: "temporary", onShutdown: "obey" }), child("c", { restart: "transient" })],
      });
      const a = nextStarted("a");
      nextStarted("c");
      exit(a, "crash");
      nextStarted("c");
      expect(sup.whichChildren().map(({ id }) => id)).toEqual(["c", "a"]);
      settled();
      expect(journal(taken())).toEqual(["+t", "-t", "+a"]);
    });
  }

  // one_for_one_escalation and its like for the other strategies
  for (const strategy of ["one_for_one", "one_for_all", "rest_for_one"] as const) {
    processTest(`J13 J14 ${strategy}: one failure counts one, and one too many is the end (${place})`, () => {
      processFlag("trapExit", true);
      const { sup, a } = three(place, { strategy, intensity: 2 });
      exit(a, "kill");
      exit(nextStarted("a"), "kill");
      const last = nextStarted("a");
      expect(sup.countChildren().active).toBe(3);
      exit(last, "kill");
      expect(exitFrom(sup.pid).reason).toBe("shutdown");
    });
  }

  // simple_one_for_one_escalation
  processTest(`J13 simple_one_for_one: one restart too many is the end of all (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const sup = Simple.startLink({ intensity: 1, children: [child("a")] });
    const [first, second] = [sup.startChild()!, sup.startChild()!];
    nextStarted();
    nextStarted();
    exit(first, "kill");
    const again = nextStarted();
    exit(second, "kill");
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
    expect(isGone(again)).toBe(true);
  });

  // multiple_restarts
  processTest(`J13 many failures within the intensity are all repaired (${place})`, () => {
    const { sup, a } = three(place, { strategy: "one_for_one", intensity: 100 });
    let pid = a;
    for (let i = 0; i < 100; i++) {
      exit(pid, "kill");
      pid = nextStarted("a");
    }
    expect(pidOf(sup, "a")).toBe(pid);
    expect(sup.countChildren().active).toBe(3);
  });

  // tree
  processTest(`J17 a supervisor that gives up is restarted by the one above; its dynamic children are lost (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const below = { children: [child("a")], intensity: 0 };
    const top = Any.startLink({
      intensity: 1,
      children: [
        { id: "permanent", type: "supervisor", start: [Any, below] },
        { id: "transient", type: "supervisor", restart: "transient", start: [Any, below] },
      ],
    });
    const first = Any.ref(pidOf(top, "permanent"));
    const [a] = [nextStarted("a"), nextStarted("a")];
    first.startChild(child("dynamic"));
    exit(a, "crash");
    endOf(first.pid);
    const again = Any.ref(pidOf(top, "permanent"));
    expect(again.pid).not.toBe(first.pid);
    expect(again.whichChildren().map(({ id }) => id)).toEqual(["a"]);
    const second = Any.ref(pidOf(top, "transient"));
    exit(pidOf(second, "a"), "crash");
    endOf(second.pid);
    expect(top.whichChildren().find(({ id }) => id === "transient")!.pid).toBeUndefined();
    expect(top.countChildren()).toEqual({ specs: 2, active: 1, supervisors: 2, workers: 0 });
    exit(pidOf(again, "a"), "crash");
    expect(exitFrom(top.pid).reason).toBe("shutdown");
  });
}

for (const place of PLACES) {
  // tree: a supervisor that was stopped comes back with the others
  processTest(`J10 J11 one_for_all starts those, too, that had ended in order before (${place})`, () => {
    const child = childrenAt(place);
    const below = (id: string, restart: Restart): ChildSpec => ({
      id,
      restart,
      type: "supervisor",
      start: [Any, { children: [child(`child of ${id}`)] }],
    });
    const top = Any.startLink({ strategy: "one_for_all", children: [below("t", "transient"), below("p", "permanent")] });
    Any.ref(pidOf(top, "t")).stop("shutdown");
    settled();
    expect(top.countChildren()).toEqual({ specs: 2, active: 1, supervisors: 2, workers: 0 });
    taken();
    exit(pidOf(top, "p"), "kill");
    nextStarted("child of p");
    expect(top.countChildren().active).toBe(2);
    expect(Any.ref(pidOf(top, "t")).countChildren().active).toBe(1);
  });
}

test("J13 a restart that is as old as the period counts, an older one does not", () => {
  const restarts = noRestarts();
  const count = (at: number) => countAt(restarts, 2, 1_000, { id: 1, reason: at, time: at, at });
  expect([0, 500, 1_001, 1_501].map(count)).toEqual([true, true, true, true]);
  expect(lastRestarts(restarts, 10).map(({ time }) => time)).toEqual([1_001, 1_501]);
  expect(count(2_001)).toBe(false);
  expect(lastRestarts(restarts, 3).map(({ time }) => time)).toEqual([1_001, 1_501, 2_001]);
  expect(count(2_502)).toBe(true);
});

processTest("J13 intensity 0: the first failure is the end", () => {
  processFlag("trapExit", true);
  const child = childrenAt("other core");
  const sup = Any.startLink({ intensity: 0, children: [child("a")] });
  exit(nextStarted("a"), "kill");
  expect(exitFrom(sup.pid).reason).toBe("shutdown");
});

// faulty_application_shutdown: exits of others and unknown messages
processTest("J18 exit signals of others and unknown messages change nothing", () => {
  const child = childrenAt("same core");
  const sup = Any.startLink({ intensity: 0, children: [child("a")] });
  const a = nextStarted("a");
  const { pid } = sup;
  endOf(spawn(() => exit(pid, "not from a child")));
  send(sup.pid, "hello");
  send(sup.pid, { type: "$cast", name: "unknown", args: [] });
  send(sup.pid, { type: "$call", name: "unknown", args: [], pid: a, ref: monitor(a) });
  expect(pidOf(sup, "a")).toBe(a);
});

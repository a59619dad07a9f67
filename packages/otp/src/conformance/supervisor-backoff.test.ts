/** Restarts that wait: `backoffMs`. OTP has nothing like it. */
import { expect, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, processFlag, receive, type Pid } from "@agner/vm";
import type { SupervisorHandle } from "../index.ts";
import { beginWait, nextWait, waitOf } from "../supervisor/backoff.ts";
import { checkSpec, type CheckedSpec } from "../supervisor/check-spec.ts";
import { newChild } from "../supervisor/child.ts";
import { Any, childrenAt, journal, nextStarted, pidOf, Script, Simple } from "./testing/children.ts";
import { PLACES } from "./testing/place.ts";
import { endOf, exitFrom, reasonOf, settled, taken } from "./testing/watch.ts";

const FAIL = { fail: "not now" };

test("a wait grows by its factor up to its limit, and a share of it is random", () => {
  const backoff = { min: 100, max: 1_000, factor: 2, jitter: 0 };
  expect([0, 1, 2, 3, 4, 50, 5_000].map((count) => waitOf(backoff, count, 0.5))).toEqual([
    100, 200, 400, 800, 1_000, 1_000, 1_000,
  ]);
  expect([0, 0.5, 1].map((random) => waitOf({ ...backoff, jitter: 0.5 }, 1, random))).toEqual([200, 150, 100]);
  expect(waitOf({ ...backoff, factor: 1, jitter: 1 }, 9, 1)).toBe(0);
});

test("a child that ran for the longest wait begins anew", () => {
  const start = [() => undefined] as const;
  const spec = checkSpec({ id: 1, start, backoffMs: { min: 100, max: 1_000, factor: 3 } }, "never") as CheckedSpec;
  const child = newChild(spec);
  beginWait(child);
  expect([nextWait(child), nextWait(child)]).toEqual([100, 300]);
  child.wait!.since = performance.now() - 900;
  expect(nextWait(child)).toBe(900);
  child.wait!.since = performance.now() - 1_000;
  expect(nextWait(child)).toBe(100);
});

/** A supervisor with children a, b and c, of which b waits for its restart. */
function waiting(place: (typeof PLACES)[number], strategy: "one_for_one" | "one_for_all" | "rest_for_one", ms: number) {
  const child = childrenAt(place);
  const backoffMs = { min: ms, max: 100_000 };
  const children = [
    child("a", { onShutdown: "obey" }),
    child("b", { backoffMs }),
    child("t", { restart: "temporary" }),
    child("c", { onShutdown: "obey" }),
  ];
  const sup: SupervisorHandle = Any.startLink({ strategy, intensity: 10, children });
  const [a, b, c] = [nextStarted("a"), nextStarted("b"), nextStarted("c")];
  const began = performance.now();
  exit(b, "crash");
  endOf(b);
  settled();
  return { sup, a, b, c, began };
}

for (const place of PLACES) {
  for (const strategy of ["one_for_one", "rest_for_one", "one_for_all"] as const) {
    processTest(`${strategy}: while a child waits, what stops with it is stopped (${place})`, () => {
      const { sup } = waiting(place, strategy, 100_000);
      const [active, specs] = { one_for_one: [3, 4], rest_for_one: [1, 3], one_for_all: [0, 3] }[strategy];
      expect(sup.countChildren()).toMatchObject({ active, specs });
      expect(sup.whichChildren().find(({ id }) => id === "b")!.pid).toBe("restarting");
    });

    processTest(`${strategy}: when a child has waited, all start again that stopped with it (${place})`, () => {
      const { sup, a, began } = waiting(place, strategy, 20);
      nextStarted("b");
      expect(performance.now() - began).toBeGreaterThanOrEqual(19);
      if (strategy !== "one_for_one") nextStarted("c");
      expect(sup.countChildren().active).toBe(strategy === "one_for_one" ? 4 : 3);
      expect(pidOf(sup, "a") === a).toBe(strategy !== "one_for_all");
    });
  }

  processTest(`requests are served while a child waits (${place})`, () => {
    const { sup } = waiting(place, "one_for_one", 100_000);
    const child = childrenAt(place);
    expect(reasonOf(() => sup.restartChild("b"))).toBe("restarting");
    expect(reasonOf(() => sup.deleteChild("b"))).toBe("restarting");
    expect(reasonOf(() => sup.startChild(child("b")))).toBe("already_present");
    sup.terminateChild("b");
    expect(sup.whichChildren().find(({ id }) => id === "b")!.pid).toBeUndefined();
    expect(isAlive(sup.restartChild("b")!)).toBe(true);
    sup.stop();
  });

  processTest(`a restart that was called off does not come (${place})`, () => {
    const { sup } = waiting(place, "one_for_one", 5);
    sup.terminateChild("b");
    taken();
    receive(() => false, 10);
    expect(sup.whichChildren().find(({ id }) => id === "b")!.pid).toBeUndefined();
    expect(journal(taken())).toEqual([]);
  });

  processTest(`each attempt counts when it is made, and waits longer than the one before (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const script = Script.startLink({ b: ["ok", FAIL] });
    const backoffMs = { min: 5, max: 1_000, factor: 3 };
    const sup = Any.startLink({ intensity: 2, children: [child("b", { script, backoffMs })] });
    const began = performance.now();
    exit(nextStarted("b"), "crash");
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
    expect(performance.now() - began).toBeGreaterThanOrEqual(5 + 15 + 45 - 3);
  });

  processTest(`simple_one_for_one: each child waits on its own (${place})`, () => {
    const child = childrenAt(place);
    const waits = (ms: number) => [child("s", { backoffMs: { min: ms, max: ms } })];
    const sup = Simple.startLink({ children: waits(100_000) });
    const [one, two] = [sup.startChild() as Pid, sup.startChild() as Pid];
    exit(one, "crash");
    endOf(one);
    settled();
    expect(sup.countChildren()).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 2 });
    expect(sup.whichChildren().map(({ pid }) => pid)).toContain("restarting");
    sup.terminateChild(one);
    expect(sup.whichChildren().map(({ pid }) => pid)).toEqual([two]);
    taken();
    const soon = Simple.startLink({ children: waits(2) });
    exit(soon.startChild() as Pid, "crash");
    nextStarted("s");
    expect(soon.whichChildren().length).toBe(1);
    expect(nextStarted("s")).toBe(soon.whichChildren()[0]!.pid);
  });
}

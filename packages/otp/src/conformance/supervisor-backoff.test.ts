/** Restarts that wait: `backoffMs`. OTP has nothing like it. */
import { expect, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, processFlag, receive, type Pid } from "@agner/vm";
import type { SupervisorHandle } from "../index.ts";
import { waitOf } from "../supervisor/backoff.ts";
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
    processTest(`${strategy}: a child waits for its restart, and its group with it (${place})`, () => {
      const { sup, a, began } = waiting(place, strategy, 40);
      const expected = { one_for_one: [3, 4], rest_for_one: [1, 3], one_for_all: [0, 3] }[strategy];
      expect(sup.countChildren()).toMatchObject({ active: expected[0], specs: expected[1] });
      expect(sup.whichChildren().find(({ id }) => id === "b")!.pid).toBe("restarting");
      nextStarted("b");
      expect(performance.now() - began).toBeGreaterThanOrEqual(39);
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

  processTest(`a child that ran for the longest wait begins anew (${place})`, () => {
    const child = childrenAt(place);
    const backoffMs = { min: 1, max: 30, factor: 30 };
    const sup = Any.startLink({ intensity: 100, children: [child("b", { backoffMs })] });
    exit(nextStarted("b"), "crash"); // waits 1 ms
    const second = nextStarted("b");
    const began = performance.now();
    exit(second, "crash"); // waits 30 ms
    const third = nextStarted("b");
    expect(performance.now() - began).toBeGreaterThanOrEqual(29);
    receive(() => false, 32);
    exit(third, "crash");
    endOf(third);
    settled();
    receive(() => false, 15);
    expect(sup.countChildren().active).toBe(1); // has waited 1 ms
  });

  processTest(`simple_one_for_one: each child waits on its own (${place})`, () => {
    const child = childrenAt(place);
    const sup = Simple.startLink({ intensity: 10, children: [child("s", { backoffMs: { min: 20, max: 20 } })] });
    const [one, two] = [sup.startChild() as Pid, sup.startChild() as Pid];
    exit(one, "crash");
    endOf(one);
    settled();
    expect(sup.countChildren()).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 2 });
    expect(sup.whichChildren().map(({ pid }) => pid)).toContain("restarting");
    taken();
    const again = nextStarted("s");
    expect(new Set(sup.whichChildren().map(({ pid }) => pid))).toEqual(new Set([two, again]));
  });
}

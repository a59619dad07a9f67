/** Group J: children whose end is the end of their supervisor (J29, J30). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, processFlag, type Pid } from "@agner/vm";
import type { AutoShutdown, SupervisorHandle } from "../index.ts";
import { Any, childrenAt, end, nextStarted, pidOf, Simple } from "./testing/children.ts";
import { PLACES } from "./testing/place.ts";
import { endOf, exitFrom, reasonOf, settled } from "./testing/watch.ts";

const ORDERLY = ["normal", "shutdown", { shutdown: "enough" }] as const;

/** Ends a child and lets its supervisor take notice. */
function endAndSettle(pid: Pid, reason: unknown): void {
  end(pid, reason);
  endOf(pid);
  settled();
}

for (const place of PLACES) {
  // significant_transient
  for (const reason of ORDERLY) {
    processTest(
      `J29 any_significant: a transient child that ends in order is the end, ${JSON.stringify(reason)} (${place})`,
      () => {
        processFlag("trapExit", true);
        const child = childrenAt(place);
        const sup = Any.startLink({
          autoShutdown: "any_significant",
          children: [child("s", { restart: "transient", significant: true }), child("b")],
        });
        const [s, b] = [nextStarted("s"), nextStarted("b")];
        exit(s, "crash"); // that is no order
        end(nextStarted("s"), reason);
        expect(exitFrom(sup.pid).reason).toBe("shutdown");
        expect(isAlive(b)).toBe(false);
      },
    );
  }

  // significant_temporary
  for (const reason of [...ORDERLY, "crash"]) {
    processTest(`J29 any_significant: a temporary child that ends is the end, ${JSON.stringify(reason)} (${place})`, () => {
      processFlag("trapExit", true);
      const child = childrenAt(place);
      const children = [child("s", { restart: "temporary", significant: true }), child("t", { restart: "temporary" })];
      const sup = Any.startLink({ autoShutdown: "any_significant", children });
      const s = nextStarted("s");
      endAndSettle(nextStarted("t"), reason); // nonsignificant_temporary
      expect(sup.countChildren().specs).toBe(1);
      end(s, reason);
      expect(exitFrom(sup.pid).reason).toBe("shutdown");
    });
  }

  // significant_temporary, significant_transient: all_significant
  processTest(`J29 all_significant: the last one that ends is the end (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const sup = Any.startLink({
      autoShutdown: "all_significant",
      children: [
        child("p"),
        child("n", { restart: "transient" }),
        child("a", { restart: "transient", significant: true }),
        child("b", { restart: "temporary", significant: true }),
      ],
    });
    const late = sup.startChild(child("late", { restart: "temporary", significant: true })) as Pid;
    endAndSettle(pidOf(sup, "n"), "normal");
    endAndSettle(pidOf(sup, "a"), "normal");
    endAndSettle(pidOf(sup, "b"), "crash");
    expect(sup.whichChildren().map(({ id }) => id)).toEqual(["late", "a", "n", "p"]);
    expect(sup.restartChild("a")).toBe(pidOf(sup, "a"));
    endAndSettle(late, "normal");
    expect(sup.countChildren().active).toBe(2);
    end(pidOf(sup, "a"), "normal");
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
  });

  // significant_bystander
  for (const autoShutdown of ["any_significant", "all_significant"] as const) {
    processTest(`J29 ${autoShutdown}: what the supervisor itself ends does not count (${place})`, () => {
      const child = childrenAt(place);
      const sup = Any.startLink({
        strategy: "one_for_all",
        intensity: 10,
        autoShutdown,
        children: [
          child("p"),
          child("a", { restart: "transient", significant: true }),
          child("b", { restart: "temporary", significant: true }),
        ],
      });
      exit(nextStarted("p"), "crash");
      nextStarted("p");
      settled();
      expect(sup.whichChildren().map(({ id }) => id)).toEqual(["a", "p"]);
      sup.terminateChild("a");
      expect(sup.countChildren()).toMatchObject({ specs: 2, active: 1 });
      sup.deleteChild("a");
    });
  }

  // nonsignificant_transient, nonsignificant_temporary
  processTest(`J29 children that are not significant end without an end (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.startLink({
      autoShutdown: "any_significant",
      children: [child("a", { restart: "transient" }), child("b", { restart: "temporary" })],
    });
    endAndSettle(pidOf(sup, "a"), "normal");
    endAndSettle(pidOf(sup, "b"), "normal");
    expect(sup.countChildren()).toMatchObject({ specs: 1, active: 0 });
  });

  // significant_simple
  processTest(`J29 simple_one_for_one: any and all significant children (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const start = (autoShutdown: AutoShutdown) =>
      Simple.startLink({ autoShutdown, children: [child("s", { restart: "transient", significant: true })] });
    const any = start("any_significant");
    const [, one] = [any.startChild(), any.startChild() as Pid];
    end(one, "normal");
    expect(exitFrom(any.pid).reason).toBe("shutdown");
    const all = start("all_significant");
    const [a, b] = [all.startChild() as Pid, all.startChild() as Pid];
    endAndSettle(a, "normal");
    expect(all.countChildren().active).toBe(1);
    end(b, "normal");
    expect(exitFrom(all.pid).reason).toBe("shutdown");
  });

  // significant_escalation
  processTest(`J17 J29 a significant supervisor that gives up takes the one above along (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const below = { intensity: 0, children: [child("a")] };
    const top = Any.startLink({
      autoShutdown: "any_significant",
      children: [{ id: "below", type: "supervisor", restart: "transient", significant: true, start: [Any, below] }],
    });
    exit(nextStarted("a"), "crash");
    expect(exitFrom(top.pid).reason).toBe("shutdown");
  });
}

// child_specs_map: significant
processTest("J30 significance needs a supervisor that heeds it, and a child that can end", () => {
  const child = childrenAt("same core");
  const never: SupervisorHandle = Any.startLink({ children: [] });
  expect(reasonOf(() => never.startChild(child("a", { restart: "transient", significant: true })))).toEqual({
    badCombination: { autoShutdown: "never", significant: true },
  });
  const any = Any.startLink({ autoShutdown: "any_significant", children: [] });
  expect(reasonOf(() => any.startChild(child("a", { significant: true })))).toEqual({
    badCombination: { restart: "permanent", significant: true },
  });
  expect(any.startChild(child("a", { restart: "temporary", significant: true }))).toBe(nextStarted("a"));
});

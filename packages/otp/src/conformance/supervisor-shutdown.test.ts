/** Group J: how children are ended (J19 to J22). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, isAlive, monitor, send, self, receive, type Pid } from "@agner/vm";
import { sys } from "../index.ts";
import { Any, childrenAt, end, journal, nextStarted, Simple } from "./testing/children.ts";
import { PLACES } from "./testing/place.ts";
import { collecting, type Logged } from "./testing/reports.ts";
import { downOf, numbers, settled, taken } from "./testing/watch.ts";

/** What supervisors reported of children that did not end as ordered: the reasons, by id. */
function shutdownErrors(logged: readonly Logged[]): unknown[] {
  return logged
    .map(({ report }) => report)
    .filter((report) => report.event === "shutdown_error")
    .map((report) => [report.offender.id, report.reason, report.offender.count]);
}

/** Unlinks a child from its supervisor. */
function unlinkFromAbove(pid: Pid): void {
  send(pid, { unlink: true, to: self() });
  receive((m) => m === "unlinked");
}

for (const place of PLACES) {
  // sup_stop_infinity, sup_stop_timeout, sup_stop_brutal_kill
  processTest(`J19 J22 a child ends in its time, or is killed; one after the other, the last first (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.start({
      children: [
        child("patient", { shutdown: Infinity, onShutdown: "obey" }),
        child("slow", { shutdown: 10, onShutdown: "hang" }),
        child("brutal", { shutdown: "brutal_kill", onShutdown: "obey" }),
        child("plain"),
      ],
    });
    const pids = numbers(4).map(() => nextStarted());
    const refs = pids.map((pid) => monitor(pid));
    sup.stop("shutdown");
    expect(refs.map((ref) => downOf(ref).reason)).toEqual(["shutdown", "killed", "killed", "shutdown"]);
    expect(journal(taken())).toEqual(["-slow", "-patient"]);
  });

  // child_unlink
  processTest(`J19 a child that has unlinked itself does not hang its supervisor (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.start({ children: [child("a", { shutdown: 10 }), child("b", { shutdown: 10, onShutdown: "hang" })] });
    const [a, b] = [nextStarted("a"), nextStarted("b")];
    unlinkFromAbove(a);
    unlinkFromAbove(b);
    exit(a, "kill");
    settled();
    expect(sup.countChildren()).toMatchObject({ active: 1 });
    sup.terminateChild("a");
    sup.stop();
    expect(isAlive(b)).toBe(false);
  });

  // sup_stop_race
  processTest(`J20 a child that ends otherwise than it was told is reported, once (${place})`, () => {
    collecting((logged) => {
      const child = childrenAt(place);
      const sup = Any.start({
        children: [
          child("permanent normal", { onShutdown: "normal" }),
          child("permanent shutdown", { onShutdown: "obey" }),
          child("transient normal", { onShutdown: "normal", restart: "transient" }),
          child("temporary shut", { onShutdown: { shutdown: 1 }, restart: "temporary" }),
          child("transient crash", { onShutdown: "crash", restart: "transient" }),
          child("slow", { shutdown: 5, onShutdown: "hang" }),
          child("brutal", { shutdown: "brutal_kill" }),
        ],
      });
      sup.stop();
      expect(shutdownErrors(logged())).toEqual([
        ["slow", "killed", undefined],
        ["transient crash", "crash", undefined],
        ["permanent normal", "normal", undefined],
      ]);
    });
  });

  processTest(`J20 a child that had ended when it was told to end is reported with its own reason (${place})`, () => {
    collecting((logged) => {
      const child = childrenAt(place);
      const sup = Any.start({ strategy: "one_for_all", intensity: 10, children: ["a", "b", "c"].map((id) => child(id)) });
      const pids = numbers(3).map(() => nextStarted());
      sys.suspend(sup); // it learns of all of them at once, in this order
      for (const pid of pids) {
        const ref = monitor(pid);
        exit(pid, "crash");
        downOf(ref);
        settled();
      }
      sys.resume(sup);
      nextStarted("c");
      expect(sup.countChildren().active).toBe(3);
      const seen = logged().map(({ report }) => [report.event, report.offender?.id, report.reason]);
      const failures = seen.filter(([event]) => event === "child_terminated" || event === "shutdown_error");
      expect(failures[0]).toEqual(["child_terminated", "a", "crash"]);
      expect(failures.map(([, , reason]) => reason)).toEqual(["crash", "crash", "crash"]);
    });
  });

  // simple_one_for_one_shutdown, sup_stop_timeout_dynamic, sup_stop_brutal_kill_dynamic, sup_stop_non_shutdown_exit_dynamic
  for (const [shutdown, onShutdown, reason, reported] of [
    [Infinity, "obey", "shutdown", []],
    [200, "hang", "killed", [["s", "killed", 10]]],
    ["brutal_kill", "obey", "killed", []],
    [1_000, "crash", "crash", [["s", "crash", 10]]],
    [1_000, undefined, "shutdown", []],
  ] as const) {
    processTest(`J21 all children of one kind end together: ${String(shutdown)}, ${String(onShutdown)} (${place})`, () => {
      collecting((logged) => {
        const child = childrenAt(place);
        const sup = Simple.start({ children: [child("s", { shutdown, onShutdown })] });
        const refs = numbers(10).map(() => monitor(sup.startChild() as Pid));
        const began = performance.now();
        sup.stop();
        expect(refs.map((ref) => downOf(ref).reason)).toEqual(numbers(10).map(() => reason));
        expect(performance.now() - began).toBeLessThan(1_500); // one after the other: 2,000 ms
        expect(shutdownErrors(logged())).toEqual(reported);
      });
    });
  }

  // simple_one_for_one_corruption
  processTest(`J21 exit signals and messages on the way do not disturb the end (${place})`, () => {
    const child = childrenAt(place);
    const sup = Simple.start({ intensity: 0, children: [child("s", { restart: "temporary" })] });
    const pids = numbers(20).map(() => sup.startChild() as Pid);
    sys.suspend(sup);
    for (const pid of pids.slice(0, 10)) end(pid, "crash");
    send(sup.pid, "unexpected");
    send(sup.pid, { type: "EXIT", from: pids[15], reason: "lie" });
    sup.stop();
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
  });
}

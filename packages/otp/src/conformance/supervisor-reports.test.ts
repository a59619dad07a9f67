/** Group J: what supervisors report (J31). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, processFlag, send } from "@agner/vm";
import { logger } from "../logger/index.ts";
import type { SupervisorEvent } from "../logger/report.ts";
import { Any, childrenAt, nextStarted, pidOf, Script, Simple } from "./testing/children.ts";
import { PLACES } from "./testing/place.ts";
import { collecting, type Logged } from "./testing/reports.ts";
import { exitFrom, reasonOf, settled } from "./testing/watch.ts";

function events(logged: readonly Logged[], sup: unknown): (SupervisorEvent & { level: string })[] {
  return logged
    .filter(({ report }) => report.type === "supervisor" && report.supervisorPid === sup)
    .map(({ level, report }) => ({ level, ...report }));
}

for (const place of PLACES) {
  processTest(`J31 progress of static children is reported, of many of a kind it is not (${place})`, () => {
    collecting((logged) => {
      logger.setLevel("info");
      const child = childrenAt(place);
      const sup = Any.startLink({ children: [child("a")] }, { name: `progress ${place}` });
      const simple = Simple.startLink({ children: [child("s")] });
      simple.startChild();
      const a = pidOf(sup, "a");
      const seen = logged().filter(({ report }) => report.type === "progress" && report.started.pid === a);
      expect(seen).toEqual([
        {
          level: "info",
          report: {
            type: "progress",
            supervisor: `progress ${place}`,
            started: {
              pid: a,
              id: "a",
              start: "startWorker",
              restart: "permanent",
              significant: false,
              shutdown: 5_000,
              type: "worker",
            },
          },
        },
      ]);
      expect(logged().filter(({ report }) => report.type === "progress" && report.supervisor === simple.pid)).toEqual([]);
      logger.setLevel("notice");
    });
  });

  processTest(`J31 a child that fails, a restart that fails, and giving up are errors (${place})`, () => {
    processFlag("trapExit", true);
    collecting((logged) => {
      const child = childrenAt(place);
      const script = Script.startLink({ a: ["ok", { fail: "no" }] });
      const sup = Any.startLink({ intensity: 2, periodMs: 10_000, children: [child("a", { script })] });
      const a = nextStarted("a");
      exit(a, "crash");
      exitFrom(sup.pid);
      settled();
      const offender = { id: "a", start: "startWorker", restart: "permanent", type: "worker" };
      const seen = events(logged(), sup.pid);
      expect(seen.map(({ event, reason }) => [event, reason])).toEqual([
        ["child_terminated", "crash"],
        ["start_error", "no"],
        ["start_error", "no"],
        ["shutdown", "reached_max_restart_intensity"],
      ]);
      expect(seen[0]).toMatchObject({ level: "error", supervisor: sup.pid, offender: { ...offender, pid: a } });
      expect(seen[2]).toMatchObject({ offender: { ...offender, pid: "restarting" } });
      expect(seen[3]).toMatchObject({ limits: { intensity: 2, periodMs: 10_000 } });
      expect(seen[3]!.restarts!.map(({ id, reason }) => [id, reason])).toEqual([
        ["a", "crash"],
        ["a", "no"],
        ["a", "no"],
      ]);
      for (const { time } of seen[3]!.restarts!) expect(Date.now() - time).toBeLessThan(10_000);
    });
  });

  processTest(`J31 a start that fails is reported at the start, and not when startChild asks for it (${place})`, () => {
    collecting((logged) => {
      const child = childrenAt(place);
      const script = Script.startLink({ bad: [{ fail: "no" }] });
      const spec = child("bad", { script });
      reasonOf(() => Any.start({ children: [spec] }, { name: "failing" }));
      const sup = Any.startLink({ children: [] });
      reasonOf(() => sup.startChild(spec));
      expect(events(logged(), sup.pid)).toEqual([]);
      const failed = logged().filter(({ report }) => report.supervisor === "failing");
      expect(failed).toMatchObject([{ level: "error", report: { event: "start_error", reason: "no", offender: { id: "bad" } } }]);
    });
  });

  processTest(`J31 orderly ends are not reported, those of permanent children are (${place})`, () => {
    collecting((logged) => {
      const child = childrenAt(place);
      const sup = Any.startLink({ children: [child("p"), child("tr", { restart: "transient" })] });
      const [p, tr] = [nextStarted("p"), nextStarted("tr")];
      send(tr, { exit: "normal" });
      send(p, { exit: "normal" });
      nextStarted("p");
      settled();
      const seen = events(logged(), sup.pid);
      expect(seen.map(({ event, reason, offender }) => [event, reason, offender.pid])).toEqual([
        ["child_terminated", "normal", p],
      ]);
    });
  });

  processTest(`J18 an unexpected message is reported (${place})`, () => {
    collecting((logged) => {
      const sup = Any.startLink({ children: [] });
      send(sup.pid, { hello: 1 });
      sup.countChildren();
      const seen = logged().filter(({ report }) => report.type === "unexpected" && report.pid === sup.pid);
      expect(seen).toMatchObject([{ level: "error", report: { module: "Any", message: { hello: 1 } } }]);
    });
  });
}

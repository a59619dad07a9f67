/** Crashes of processes that are none of this library's: the VM tells of them, outside any process. */
import { onCrash, type CrashReport, type Pid } from "@agner/vm";
import { dispatcher } from "./core.ts";
import { dispatch } from "./log.ts";
import type { LogEvent } from "./event.ts";
import type { UncaughtEvent } from "./report.ts";

/** From now on this core's crashes are logged, and the VM need not print them. */
export function logCrashes(): void {
  onCrash((crash) => !dispatcher.accepts("error") || dispatch(() => eventOf(crash)));
}

function eventOf({ pid, name, time, logged: _never, ...crash }: CrashReport): LogEvent {
  const origin = { level: "error", time, pid: pid as Pid, name, scheduler: crash.scheduler } as const;
  const report: UncaughtEvent = {
    ...crash,
    type: "crash",
    pid: pid as Pid,
    name,
    ancestors: crash.ancestors as readonly Pid[],
    links: (crash.links ?? []) as readonly Pid[],
  };
  return { ...origin, message: undefined, report, fields: {}, domain: ["vm", "crash"] };
}

/** What supervisors report of their children. */
import { self, type Pid } from "@agner/vm";
import { report } from "../logger/log.ts";
import type { Offender, SupervisorEvent } from "../logger/report.ts";
import type { Child, Supervisor } from "./child.ts";
import { lastRestarts } from "./intensity.ts";
import { startName } from "./start-child.ts";

/** A child was started. */
export function reportProgress(supervisor: Supervisor, child: Child): void {
  report("info", { type: "progress", supervisor: nameOf(supervisor), started: offenderOf(child) });
}

/** A child failed. */
export function reportChild(supervisor: Supervisor, event: Failure, reason: unknown, child: Child): void {
  report("error", eventOf(supervisor, event, reason, offenderOf(child)));
}

/** Many children of one kind did not end as ordered, for the same reason. */
export function reportMany(supervisor: Supervisor, reason: unknown, child: Child, count: number): void {
  report("error", eventOf(supervisor, "shutdown_error", reason, { ...offenderOf(child), pid: undefined, count }));
}

/** The supervisor gives up. */
export function reportGivingUp(supervisor: Supervisor, child: Child): void {
  const { intensity, periodMs } = supervisor.flags;
  report("error", {
    ...eventOf(supervisor, "shutdown", "reached_max_restart_intensity", offenderOf(child)),
    limits: { intensity, periodMs },
    restarts: lastRestarts(supervisor.restarts, intensity + 1),
  });
}

type Failure = SupervisorEvent["event"];

function eventOf(supervisor: Supervisor, event: Failure, reason: unknown, offender: Offender): SupervisorEvent {
  return { type: "supervisor", event, supervisor: nameOf(supervisor), supervisorPid: self(), reason, offender };
}

function nameOf({ name }: Supervisor): Pid | string {
  return name ?? self();
}

function offenderOf({ spec, start, pid, retry }: Child): Offender {
  const { id, restart, significant, shutdown, type } = spec;
  return { pid: retry === undefined ? pid : "restarting", id, start: startName(start), restart, significant, shutdown, type };
}

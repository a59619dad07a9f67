/** What a supervisor does when a child has ended: nothing, a restart by its strategy, or its own end. */
import { self, sendAfter, sendSignal, type Pid } from "@agner/vm";
import { isOrderly } from "../gen/reason.ts";
import type { Termination } from "../gen/system.ts";
import { beginWait, nextWait } from "./backoff.ts";
import { setEnded, setRestarting, setRunning, setStopped, type Child, type Supervisor } from "./child.ts";
import { countRestart } from "./intensity.ts";
import { reportChild, reportGivingUp, reportProgress } from "./report-child.ts";
import { startProcessOf } from "./start-child.ts";
import { stopChildren } from "./stop-child.ts";

/** Name of the message by which a supervisor reminds itself of a child that waits for a restart; other requests are served in between. */
export const TRY_AGAIN = "tryAgainRestart";

/** A linked process has ended: a child, or somebody else. */
export function onExit(supervisor: Supervisor, pid: Pid, reason: unknown): Termination | undefined {
  const { children } = supervisor;
  const child = children.byPid.get(pid);
  if (child === undefined || child.retry !== undefined) return undefined;
  const { restart } = child.spec;
  const failed = restart === "permanent" || !isOrderly(reason);
  if (failed) reportChild(supervisor, "child_terminated", reason, child);
  if (failed && restart !== "temporary") return restartOrWait(supervisor, child, reason);
  setEnded(children, child);
  return autoShutdown(supervisor, child);
}

/** A child that waits for a restart is due, unless the restart was called off meanwhile. */
export function onTryAgain(supervisor: Supervisor, number: number): Termination | undefined {
  const child = supervisor.children.waiting.get(number);
  return child === undefined ? undefined : restartNow(supervisor, child, child.retry!.reason);
}

/** Starts a child, and notes what became of it; returns why it failed. */
export function startAndReport(supervisor: Supervisor, child: Child): { readonly failure: unknown } | undefined {
  const result = startProcessOf(child.start);
  const { children } = supervisor;
  switch (result.kind) {
    case "ok":
      beginWait(child);
      setRunning(children, child, result.pid);
      reportProgress(supervisor, child);
      return undefined;
    case "ignore":
      setEnded(children, child);
      return undefined;
    case "error":
      reportChild(supervisor, "start_error", result.reason, child);
      return { failure: result.reason };
  }
}

function autoShutdown({ flags, children }: Supervisor, { spec }: Child): Termination | undefined {
  if (!spec.significant || flags.autoShutdown === "never") return undefined;
  return flags.autoShutdown === "any_significant" || children.significant === 0 ? { reason: "shutdown" } : undefined;
}

function restartOrWait(supervisor: Supervisor, child: Child, reason: unknown): Termination | undefined {
  const ms = nextWait(child);
  if (ms === undefined) return restartNow(supervisor, child, reason);
  if (supervisor.children.template === undefined) {
    setStopped(supervisor.children, child);
    stopChildren(
      supervisor,
      groupOf(supervisor, child).filter((other) => other !== child),
    );
  }
  retryIn(supervisor, child, ms, reason);
  return undefined;
}

function restartNow(supervisor: Supervisor, child: Child, reason: unknown): Termination | undefined {
  const { flags, restarts, children } = supervisor;
  if (!countRestart(restarts, flags, child.spec.id, reason)) {
    reportGivingUp(supervisor, child);
    setEnded(children, child);
    return { reason: "shutdown" };
  }
  const failed = children.template === undefined ? restartGroup(supervisor, child) : restartOne(supervisor, child);
  if (failed !== undefined) retryIn(supervisor, failed.child, nextWait(failed.child), failed.failure);
  return undefined;
}

/** A child whose restart failed. */
interface Failed {
  readonly child: Child;
  readonly failure: unknown;
}

/** Restarts one of many children of a kind. */
function restartOne(supervisor: Supervisor, child: Child): Failed | undefined {
  const { children } = supervisor;
  const result = startProcessOf(child.start);
  switch (result.kind) {
    case "ok":
      beginWait(child);
      setRunning(children, child, result.pid);
      return undefined;
    case "ignore":
      setStopped(children, child);
      return undefined;
    case "error":
      reportChild(supervisor, "start_error", result.reason, child);
      return { child, failure: result.reason };
  }
}

/** Restarts a child and those that its end takes down, until one cannot be started: those after it do not run then. */
function restartGroup(supervisor: Supervisor, child: Child): Failed | undefined {
  const group = groupOf(supervisor, child);
  if (group.length > 1) {
    setStopped(supervisor.children, child);
    stopChildren(supervisor, group);
  }
  for (const member of group) {
    if (member.spec.restart === "temporary") continue;
    const failed = startAndReport(supervisor, member);
    if (failed !== undefined) return { child: member, failure: failed.failure };
  }
  return undefined;
}

/** The children that are restarted with one, in start order. */
function groupOf({ flags, children }: Supervisor, child: Child): Child[] {
  if (flags.strategy === "one_for_one") return [child];
  const all = [...children.byKey.values()];
  return flags.strategy === "one_for_all" ? all : all.slice(all.indexOf(child));
}

function retryIn(supervisor: Supervisor, child: Child, ms: number | undefined, reason: unknown): void {
  const message = { type: "$cast", name: TRY_AGAIN, args: [setRestarting(supervisor.children, child, reason)] };
  if (ms === undefined) sendSignal(self(), message);
  else child.wait!.timer = sendAfter(ms, self(), message);
}

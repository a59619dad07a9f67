/**
 * Makes crash reports, on the scheduler where the process lived or, for a `main` that ended by an exit, on the main thread.
 */
import {
  AgnerError,
  ancestorsOf,
  copyTerm,
  currentFunctionOf,
  ExitError,
  initialCallOf,
  linksOf,
  local,
  type Pid,
  type Process,
} from "@agner/scheduler";
import type { CrashReport } from "./crash.ts";

/** Everything known of `p`, which is about to end. Consists of terms. */
export function crashReportOf(p: Process, reason: unknown): CrashReport {
  const { rare } = p;
  return {
    pid: p.pid,
    ...(rare?.name === undefined ? {} : { name: rare.name }),
    initialCall: initialCallOf(p),
    currentFunction: currentFunctionOf(p),
    reason,
    ancestors: ancestorsOf(p),
    mailboxLength: p.mailbox?.length ?? 0,
    ...(local.lastReceiver === p ? lastMessage() : {}),
    links: linksOf(p),
    scheduler: local.thread,
    time: Date.now(),
  };
}

/** The message was the process's own, so it may have put anything into it since. */
function lastMessage(): { lastMessage?: unknown } {
  try {
    return { lastMessage: copyTerm(local.lastMessage) };
  } catch {
    return {};
  }
}

/** The report of an app's first process that ended by an exit on core `scheduler`. */
export function mainReport(pid: Pid, initialCall: "main" | "application", error: unknown, scheduler: number): CrashReport {
  // A process that ended by an exit, or with its scheduler, has a reason; an error that it threw is the reason.
  const exited = ExitError.is(error) || (AgnerError.is(error) && error.code === "AGNER_SCHEDULER_LOST");
  const reason = exited ? (error as { readonly reason?: unknown }).reason : error;
  return { pid, initialCall, reason, ancestors: [], mailboxLength: 0, scheduler, time: Date.now() };
}

/** Whether `error` stands for an exit that is no failure: `"shutdown"` or `{ shutdown: term }`. A normal exit makes no error. */
export function isShutdown(error: unknown): boolean {
  if (!ExitError.is(error)) return false;
  const { reason } = error;
  return reason === "shutdown" || (typeof reason === "object" && reason !== null && Object.keys(reason).join() === "shutdown");
}

/** Crash reports on their way from a scheduler thread to the main thread, past a handler that may have logged them already. */
import { copyTerm, send, type Pid } from "@agner/scheduler";
import type { CrashReport } from "./crash.ts";
import { formatReason } from "./reason.ts";

/** Told of a crash on its own core; true if it has logged the report. */
export type CrashHandler = (report: CrashReport) => boolean;

let handler: CrashHandler | undefined;
let reporter: Pid | undefined;

/** Sets or takes away this core's handler. */
export function setCrashHandler(next: CrashHandler | undefined): void {
  handler = next;
}

/** Says to which inbox of the main thread this core's reports go. */
export function setReporter(inbox: Pid): void {
  reporter = inbox;
}

/** Shows a report to the handler, then sends it to the main thread. Throws nothing. */
export function announceCrash(report: CrashReport): void {
  sendReport(wasLogged(report) ? { ...report, logged: true } : report);
}

/**
 * A handler that throws has not logged the report, and must not bring the core down. It gets a copy: what it does to the reason must not reach
 * those who are told of the exit.
 */
function wasLogged(report: CrashReport): boolean {
  if (handler === undefined) return false;
  try {
    return handler(copyTerm(report)) === true;
  } catch {
    return false;
  }
}

/** Sends a report; nothing happens on a thread that belongs to no VM. */
export function sendReport(report: CrashReport): void {
  if (reporter === undefined) return;
  try {
    send(reporter, report);
  } catch {
    const { lastMessage: _unsendable, ...rest } = report;
    send(reporter, { ...rest, reason: formatReason(report.reason) });
  }
}

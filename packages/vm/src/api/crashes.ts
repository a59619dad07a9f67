/**
 * Crashes, for libraries that log them.
 */
import { callingProcess, isStarted } from "@agner/scheduler";
import type { CrashReport } from "../report/crash.ts";
import { crashReportOf } from "../report/crash-report.ts";
import { sendReport, setCrashHandler, type CrashHandler } from "../report/reporter.ts";

export type { CrashHandler } from "../report/reporter.ts";

/**
 * Sets this core's crash handler, or takes it away. It is called for every process of this core that ends by an uncaught error, outside any process: it may
 * send and spawn, not suspend. If it returns true it has logged the report, which then reaches `vm.on("crash")` with `logged: true` and is not printed by
 * `agner run`; if it throws, the report goes on as if there were no handler. Where no VM runs it is never called.
 *
 * @example
 * onCrash((report) => {
 *   const logger = whereis("logger");
 *   if (logger !== undefined) send(logger, report);
 *   return logger !== undefined;
 * });
 */
export function onCrash(handler: CrashHandler | undefined): void {
  setCrashHandler(handler);
}

/** What a library says of a crash; what it leaves out is taken from the calling process. */
export type CrashDetails = Partial<Omit<CrashReport, "logged">> & Pick<CrashReport, "reason">;

/**
 * Announces a crash of the calling process that a library has caught and logged itself, before it ends the process by `exit(reason)`: the report reaches
 * `vm.on("crash")` with `logged: true`. Where no VM runs nothing happens.
 *
 * @throws {AgnerError} `AGNER_NOT_A_PROCESS` outside a process.
 * @example
 * reportCrash({ reason: error, initialCall: "Counter.init" });
 */
export function reportCrash(details: CrashDetails): void {
  if (!isStarted()) return;
  const p = callingProcess("reportCrash");
  sendReport({ ...crashReportOf(p, details.reason), ...details, logged: true });
}

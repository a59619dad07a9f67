/** From the result of a start to what a program sees: a pid, nothing, or an error. */
import { type Pid } from "@agner/vm";
import { StartError } from "../errors.ts";
import { formatReason } from "./format.ts";
import type { StartResult } from "./message.ts";

/** The process; undefined if its `init` said `ignore()`. Throws {@link StartError}. */
export function startedPid(what: string, result: StartResult): Pid | undefined {
  switch (result.kind) {
    case "ok":
      return result.pid;
    case "ignore":
      return undefined;
    case "error":
      throw startError(what, result.reason);
  }
}

/** The error for a start that failed. */
export function startError(what: string, reason: unknown): StartError {
  return new StartError(`${what} could not be started: ${explain(reason)}`, { reason });
}

function explain(reason: unknown): string {
  if (typeof reason === "object" && reason !== null) {
    if ("alreadyStarted" in reason) return `its name is taken by ${String(reason.alreadyStarted)}, which runs already`;
    if ("badReturnValue" in reason) return `init returned what it must not: ${formatReason(reason.badReturnValue)}`;
  }
  return reason === "timeout" ? "init took longer than its time" : formatReason(reason);
}

/** What goes wrong between a task and its owner. */
import { AgnerError, type Pid } from "@agner/vm";
import { describeSelf } from "../gen/describe.ts";
import type { Task } from "./types.ts";

/** The `code` of a {@link TaskError}: no result in time, the task ended without one, or somebody asked who is not the owner. */
export type TaskErrorCode = "AGNER_TIMEOUT" | "AGNER_TASK" | "AGNER_NOT_OWNER";

/** A task that gave no result. `reason` (also the `cause`) is `"timeout"`, `"not_owner"` or the reason for which the task ended; `task` is its pid. */
export class TaskError extends AgnerError {
  declare readonly reason: unknown;
  declare readonly task: Pid;
  constructor(code: TaskErrorCode, message: string, reason: unknown, task: Pid) {
    super(code, message, { cause: reason, details: { reason, task } });
  }
  static override is(e: unknown): e is TaskError {
    return AgnerError.is(e) && e.name === "TaskError";
  }
}
Object.defineProperty(TaskError.prototype, "name", { value: "TaskError", writable: true, configurable: true });

/** The error for a task that gave no result. */
export function taskError(what: string, task: Task<unknown>, code: TaskErrorCode, reason: unknown, why: string): TaskError {
  return new TaskError(code, `${what}: the task ${task.pid} (${task.initialCall}) of ${describeSelf()} ${why}`, reason, task.pid);
}

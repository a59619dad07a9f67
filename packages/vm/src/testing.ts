/**
 * What tests of process code ask of the VM itself. The test kit `@agner/otp/test` is made of this; see docs/testing.md.
 */
import { matcher, settle as settleFor, suspendableProcess } from "@agner/scheduler";
import { badArgument } from "./api/context.ts";

/**
 * Returns when every core is idle but for the caller, and no signal is on its way. Timers, promises and the dirty pool are not waited for.
 *
 * @param withinMs how long to wait at most, in milliseconds of real time.
 * @throws {AgnerError} `AGNER_NOT_SETTLED` past `withinMs`; `AGNER_NOT_A_PROCESS` outside a process.
 * @example
 * send(worker, "go");
 * settle(5_000); // the worker, and whoever it told, have done what they had to do
 */
export function settle(withinMs: number): void {
  const p = suspendableProcess("settle");
  if (typeof withinMs !== "number" || !(withinMs >= 0))
    throw badArgument("settle: the limit must be a number of milliseconds from 0");
  return settleFor(p, withinMs);
}

/** Whether a value matches what `receive` takes as a pattern: a predicate, or a `ts-pattern` pattern. */
export function isMatch(pattern: unknown, value: unknown): boolean {
  return matcher(pattern)(value);
}

/**
 * Time: messages later, and waiting.
 */
import {
  cancelTimer as cancel,
  checkMs,
  clock,
  describeValue,
  isPid,
  isRef,
  local,
  park,
  readTimer as read,
  sendAfter as sendLater,
  sleepWait,
  suspendableProcess,
  type Dest,
  type Ref,
} from "@agner/scheduler";
import { badArgument, requireScheduler } from "./context.ts";

/**
 * Sends a copy of `msg` to `dest` in `ms` milliseconds, never earlier. A name is looked up when the time has come; that nobody has it is no error then.
 *
 * @returns the timer, for {@link cancelTimer} and {@link readTimer}.
 */
export function sendAfter(ms: number, dest: Dest, msg: unknown): Ref {
  if (local.current === null) requireScheduler("sendAfter");
  if (!isPid(dest) && typeof dest !== "string" && !isRef(dest)) {
    throw badArgument(`sendAfter: the destination must be a pid, a registered name or an alias, not ${describeValue(dest)}`);
  }
  if (checkMs("sendAfter", ms) === Infinity) throw badArgument("sendAfter: the time must be finite");
  return sendLater(ms, dest, msg);
}

/** Cancels a timer, on whichever core: the milliseconds that were left, or false if it had fired, was cancelled or never was. */
export function cancelTimer(ref: Ref): number | false {
  return cancel(checkTimer("cancelTimer", ref));
}

/** The milliseconds that are left of a timer, or false if it has fired, was cancelled or never was. */
export function readTimer(ref: Ref): number | false {
  return read(checkTimer("readTimer", ref));
}

function checkTimer(what: string, ref: Ref): Ref {
  if (local.current === null) requireScheduler(what);
  if (isRef(ref)) return ref;
  throw badArgument(`${what}: the argument must be a timer's reference, not ${describeValue(ref)}`);
}

/** Waits `ms` milliseconds, never less; `Infinity` for ever. Messages that arrive meanwhile stay in the mailbox. */
export function sleep(ms: number): void {
  const time = checkMs("sleep", ms);
  const p = suspendableProcess("sleep");
  return park(p, sleepWait(p, time));
}

/**
 * Milliseconds, with fractions, since the VM was booted, or where none runs since the process began: never less than before, and the same on all cores. Unlike
 * `performance.now()` it follows the clock of a test, by which timers go.
 *
 * @example
 * const begun = monotonicTime();
 * receive(undefined, 1_000);
 * const passed = monotonicTime() - begun;
 */
export function monotonicTime(): number {
  return clock.now();
}

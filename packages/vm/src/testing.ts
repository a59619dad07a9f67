/**
 * What tests of process code ask of the VM itself. The test kit `@agner/otp/test` is made of this; see docs/testing.md.
 */
import {
  advanceClock as advance,
  AgnerError,
  checkMs,
  clock,
  matcher,
  settle as settleFor,
  startClock as start,
  stopClock as stop,
  suspendableProcess,
} from "@agner/scheduler";
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
  return settleFor(suspendableProcess("settle"), checkMs("settle", withinMs));
}

/** Whether a value matches what `receive` takes as a pattern: a predicate, or a `ts-pattern` pattern. */
export function isMatch(pattern: unknown, value: unknown): boolean {
  return matcher(pattern)(value);
}

/**
 * Stops the clock of the VM: on all cores, timers, time-outs of `receive`, `sleep` and limits of `wait` go by a time that stands still until {@link advanceClock}.
 *
 * @param withinMs how long the cores may take to notice, in milliseconds of real time.
 * @throws {AgnerError} `AGNER_CLOCK` if it stands already; `AGNER_NOT_SETTLED` if a core does not notice.
 */
export function stopClock(withinMs: number): void {
  const p = suspendableProcess("stopClock");
  checkMs("stopClock", withinMs);
  if (clockTime() !== undefined) throw new AgnerError("AGNER_CLOCK", "the clock of the VM stands already; let it go on first");
  return stop(p, withinMs);
}

/** Lets the clock go on from where it stands; nothing happens if it goes. Arguments and errors are those of {@link stopClock}. */
export function startClock(withinMs: number): void {
  const p = suspendableProcess("startClock");
  checkMs("startClock", withinMs);
  if (clockTime() === undefined) return undefined;
  return start(p, withinMs);
}

/**
 * Moves the clock, which stands, by `ms` milliseconds: from timer to timer in the order of time, whichever core they are on, and after each waits for the VM to
 * come to rest, as {@link settle}. Timers that are set meanwhile count, too.
 *
 * @param withinMs how long the VM may take to come to rest each time, in milliseconds of real time.
 * @throws {AgnerError} `AGNER_CLOCK` if the clock does not stand; `AGNER_NOT_SETTLED`.
 */
export function advanceClock(ms: number, withinMs: number): void {
  const p = suspendableProcess("advanceClock");
  checkMs("advanceClock", withinMs);
  if (checkMs("advanceClock", ms) === Infinity) throw badArgument("advanceClock: the time must be finite");
  if (clockTime() === undefined) throw new AgnerError("AGNER_CLOCK", "the clock of the VM goes by itself; stop it first");
  return advance(p, ms, withinMs);
}

/** The time of the clock that stands, as `monotonicTime` has it, in milliseconds; undefined while it goes by itself. */
export function clockTime(): number | undefined {
  return (clock.shared.generation & 1) === 1 ? clock.shared.time : undefined;
}

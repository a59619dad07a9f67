/**
 * Where a signal to a process on another thread goes; and signals that wait, because their receiver may change its thread at any moment (steal.ts). They are few, and
 * wait for no more than some turns. What is sent to the same process meanwhile waits behind them.
 */
import { local } from "../local.ts";
import { ON_THE_MOVE } from "../memory/directory.ts";
import { HELD_SIGNALS } from "../process/process.ts";
import type { Pid } from "../process/pid.ts";
import { copyTerm } from "../terms/copy.ts";

/** Writes a signal for the thread on which its receiver lives. `term` is what the signal carries. */
export type Write = (thread: number, term: unknown) => void;

interface Held {
  readonly write: Write;
  readonly term: unknown;
}

const held = new Map<Pid, Held[]>();

/**
 * Where a signal to `pid` goes now: see `Directory.route`. To be asked for each signal anew, and before anything of it is written: from here on this thread
 * counts as having something to send.
 */
export function routeOf(pid: Pid): number {
  if (!local.inTurn) local.requestTurn();
  return local.directory.route(pid.slot, pid.serial);
}

/** As {@link routeOf}, for a message: see `Directory.routeOfMessage`. */
export function routeOfMessage(pid: Pid): number {
  if (!local.inTurn) local.requestTurn();
  return local.directory.routeOfMessage(pid.slot, pid.serial);
}

/** Whether signals wait for receivers. */
export function isHolding(): boolean {
  return held.size > 0;
}

/** Whether signals for receivers that have ended wait, too. */
let postponed = false;

/**
 * While a thread was lost and is not recovered, signals wait whose receivers have ended: it may be that they were lost as they were about to leave that
 * thread, and then who has sent the signals is to hear that, and not that there is nobody.
 */
export function postponeEnded(yes: boolean): void {
  postponed = yes;
}

/** Sends a signal to a process on another thread, now or when it has arrived where it is going. Returns false if it has ended. */
export function toProcess(pid: Pid, term: unknown, write: Write): boolean {
  if (held.size > 0) {
    const waiting = held.get(pid);
    if (waiting !== undefined) {
      hold(waiting, term, write);
      return true;
    }
  }
  const thread = routeOf(pid);
  if (thread >= 0) write(thread, term);
  else if (thread === ON_THE_MOVE) {
    const waiting: Held[] = [];
    hold(waiting, term, write);
    held.set(pid, waiting);
  } else return false;
  return true;
}

function hold(waiting: Held[], term: unknown, write: Write): void {
  waiting.push({ write, term: copyTerm(term) });
  if (local.current !== null) local.current.sentTo |= HELD_SIGNALS;
}

/** Sends what has waited for receivers that are not on the move any more. Returns whether others still wait. */
export function flushHeld(): boolean {
  for (const pid of held.keys()) releaseHeld(pid);
  return held.size > 0;
}

/** Sends what has waited for `pid`, unless that is on the move. */
export function releaseHeld(pid: Pid): void {
  const waiting = held.get(pid);
  if (waiting === undefined) return;
  const thread = routeOf(pid);
  if (thread === ON_THE_MOVE || (thread === -1 && postponed)) return;
  held.delete(pid);
  // What becomes of a signal whose receiver has ended is known where signals are received: here as well as anywhere.
  for (const { write, term } of waiting) write(thread < 0 ? local.thread : thread, term);
}

/** Forgets everything, with the VM. */
export function forgetHeld(): void {
  held.clear();
  postponed = false;
}

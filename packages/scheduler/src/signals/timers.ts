/**
 * HOT PATH (benchmarks: timer-set-cancel, timer-fire). Timers that send a message. One lives on the core that set it; its reference says which.
 */
import { local } from "../local.ts";
import { suspendableProcess } from "../process/boundary.ts";
import { S } from "../process/frames.ts";
import { Pid } from "../process/pid.ts";
import { newRef, newRefOf, Ref } from "../process/ref.ts";
import { copyTerm } from "../terms/copy.ts";
import { sendAs, type Dest } from "./message.ts";
import { lookupName } from "./names.ts";
import { NOBODY, PROMISED } from "./origin.ts";
import { threadOf } from "./remote.ts";
import { askThread, onRequest } from "./requests.ts";

/** What a timer costs who sets it, in reductions: a slice sets fewer than can fire before the next one. */
const SET_COST = 4;

/** See the public `sendAfter`. */
export function sendAfter(ms: number, dest: Dest, message: unknown): Ref {
  S.r -= SET_COST;
  const ref = local.current === null ? newRef() : newRefOf(local.current);
  const copied = copyTerm(message);
  // What a process has set for itself it must get, or a process that ticks would stop for ever.
  const origin = local.current !== null && dest === local.current.pid ? PROMISED : NOBODY;
  const timer = local.timers.set(ms, () => {
    Ref.setTimer(ref, undefined);
    fire(dest, copied, origin);
  });
  Ref.setTimer(ref, { timer, dest });
  if (!local.inTurn) local.requestTurn();
  return ref;
}

/** The name is looked up when the timer fires; that nobody has it is no error then. */
function fire(dest: Dest, message: unknown, origin: typeof NOBODY | typeof PROMISED): void {
  const target = typeof dest === "string" ? lookupName(dest) : dest;
  if (target !== undefined) sendAs(target, message, origin);
}

/** Milliseconds left, or false if the timer has fired, was cancelled, or was to send to a process that has ended. */
function leftOf(ref: Ref, cancel: boolean): number | false {
  const found = Ref.timer(ref);
  if (found === undefined) return false;
  const left = local.timers.remaining(found.timer);
  const deadEnd = found.dest instanceof Pid && threadOf(found.dest) < 0;
  if (cancel || deadEnd) {
    local.timers.cancel(found.timer);
    Ref.setTimer(ref, undefined);
  }
  return deadEnd || left === undefined ? false : left;
}

/** See the public `cancelTimer`. */
export function cancelTimer(ref: Ref): number | false {
  if (ref.scheduler === local.thread) return leftOf(ref, true);
  return askThread(suspendableProcess("cancelTimer"), ref.scheduler, "cancelTimer", ref);
}

/** See the public `readTimer`. */
export function readTimer(ref: Ref): number | false {
  if (ref.scheduler === local.thread) return leftOf(ref, false);
  return askThread(suspendableProcess("readTimer"), ref.scheduler, "readTimer", ref);
}

onRequest("cancelTimer", (_p, ref) => leftOf(ref as Ref, true));
onRequest("readTimer", (_p, ref) => leftOf(ref as Ref, false));

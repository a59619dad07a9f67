/**
 * HOT PATH (benchmarks: timer-set-cancel, timer-fire). Timers that send a message. One lives on the core that set it; its reference says which.
 */
import { local } from "../local.ts";
import { suspendableProcess } from "../process/boundary.ts";
import { S } from "../process/frames.ts";
import { Pid } from "../process/pid.ts";
import { newRef, newRefOf, Ref } from "../process/ref.ts";
import type { Slot, Timer } from "../timers.ts";
import { copyTerm } from "../terms/copy.ts";
import { sendAs, type Dest } from "./message.ts";
import { lookupName } from "./names.ts";
import { NOBODY, PROMISED } from "./origin.ts";
import { threadOf } from "./remote.ts";
import { askThread, onRequest } from "./requests.ts";

/** What a timer costs who sets it, in reductions: a slice sets fewer than can fire before the next one. */
const SET_COST = 4;

/** A timer that sends a message. */
export class SendTimer implements Timer {
  tick = 0;
  prev: Timer | undefined = undefined;
  next: Timer | undefined = undefined;
  slot: Slot | undefined = undefined;
  readonly dest: Dest;
  readonly #origin: typeof NOBODY | typeof PROMISED;
  #message: unknown;
  /** Its reference, if that has left this thread: a copy that comes back must find the timer, whoever keeps the reference here. */
  exported: Ref | undefined;

  constructor(dest: Dest, message: unknown, origin: typeof NOBODY | typeof PROMISED) {
    this.dest = dest;
    this.#origin = origin;
    this.#message = message;
    this.exported = undefined;
  }

  /** See {@link exportRef}. */
  keep(ref: Ref): void {
    if (this.slot !== undefined) this.exported = ref;
  }

  /** The name is looked up when the timer fires; that nobody has it is no error then. */
  fire(): void {
    const { dest } = this;
    const target = typeof dest === "string" ? lookupName(dest) : dest;
    if (target !== undefined) sendAs(target, this.#message, this.#origin);
    this.#forget();
  }

  cancel(): void {
    local.timers.cancel(this);
    this.#forget();
  }

  /** Whoever keeps the reference does not keep the message. */
  #forget(): void {
    this.#message = undefined;
    this.exported = undefined;
  }
}

/** See the public `sendAfter`. */
export function sendAfter(ms: number, dest: Dest, message: unknown): Ref {
  S.r -= SET_COST;
  const { current } = local;
  const ref = current === null ? newRef() : newRefOf(current);
  // What a process has set for itself it must get, or a process that ticks would stop for ever.
  const origin = current !== null && dest === current.pid ? PROMISED : NOBODY;
  Ref.setTimer(ref, local.timers.set(ms, new SendTimer(dest, copyTerm(message), origin)));
  if (!local.inTurn) local.requestTurn();
  return ref;
}

/** Milliseconds left, or false if the timer has fired, was cancelled, or was to send to a process that has ended. */
function leftOf(ref: Ref, cancel: boolean): number | false {
  const timer = Ref.timer(ref);
  if (timer === undefined) return false;
  const left = local.timers.remaining(timer);
  if (left === undefined) return false;
  const deadEnd = timer.dest instanceof Pid && threadOf(timer.dest) < 0;
  if (cancel || deadEnd) timer.cancel();
  return deadEnd ? false : left;
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

/**
 * HOT PATH (benchmarks: ping-pong, counting, ring). Receiving: the first message, or the first that matches.
 */
import { isMatching } from "ts-pattern";
import { AgnerError } from "../errors.ts";
import { enqueue, local } from "../local.ts";
import { finishWait } from "../signals/message.ts";
import { describeValue } from "../terms/bad-term.ts";
import { restoreLimit } from "./bound.ts";
import { Mailbox } from "./mailbox.ts";
import { park, suspendableProcess } from "./boundary.ts";
import { chargeDebt, S, suspend } from "./frames.ts";
import { isRef, sinceRef, type Ref } from "./ref.ts";
import type { Screen } from "./screening.ts";
import { Callback, type Slot, type Timer } from "../timers.ts";
import { ANY_MESSAGE, EXITING, HANDED, RUNNABLE, RUNNING, WAITING, type Process, Wait } from "./process.ts";

/** What a `receive` returns when its time is over. A registered symbol, so that it is the same on every core. */
export const TIMEOUT: unique symbol = Symbol.for("agner.timeout") as never;
export type Timeout = typeof TIMEOUT;

/** The largest time that may be waited for: 2^53 ms; `Infinity` waits for ever. */
const MAX_MS = Number.MAX_SAFE_INTEGER;

let screenedPredicate: unknown;
let screenOfIt: Screen | undefined;

/** Says that `screen` is that of `predicate`, which `receive` is about to be called with. Returns the predicate. Not by a property of it, which would go wherever it goes. */
export function withScreen<T>(predicate: T, screen: Screen): T {
  screenedPredicate = predicate;
  screenOfIt = screen;
  return predicate;
}

/** See the public `receive`. */
export function receive(pattern?: unknown, ms?: number): unknown {
  if (pattern === undefined && ms === undefined) {
    const p = local.current;
    if (p !== null) {
      const mailbox = p.mailbox;
      if (mailbox !== null && mailbox.length > 0) {
        S.r--;
        return received(p, mailbox.shift());
      }
    }
    return park(suspendableProcess("receive"), ANY_MESSAGE);
  }
  return receiveMatching(pattern, ms);
}

function receiveMatching(pattern: unknown, ms: number | undefined): unknown {
  const p = local.current ?? suspendableProcess("receive");
  const screen = pattern !== undefined && pattern === screenedPredicate ? screenOfIt : undefined;
  screenedPredicate = undefined;
  return receiveFrom("receive", p, 0, pattern === undefined ? undefined : matcher(pattern), undefined, screen, ms);
}

/** See the public `receiveSince`. */
export function receiveSince(ref: Ref, pattern?: unknown, ms?: number): unknown {
  const p = local.current ?? suspendableProcess("receiveSince");
  if (!isRef(ref)) {
    throw new AgnerError("AGNER_BAD_ARGUMENT", `receiveSince: the first argument must be a reference, not ${describeValue(ref)}`);
  }
  const from = p.mailbox === null ? 0 : sinceRef(p.mailbox, ref);
  if (pattern === undefined) return receiveFrom("receiveSince", p, from, undefined, ref, undefined, ms);
  return receiveFrom("receiveSince", p, from, matcher(pattern), undefined, undefined, ms);
}

/** Receives the first message from index `from` on that matches, or carries `ref`. */
function receiveFrom(
  what: string,
  p: Process,
  from: number,
  matches: Wait["matches"],
  ref: Ref | undefined,
  screen: Screen | undefined,
  ms: number | undefined,
): unknown {
  const time = ms === undefined ? Infinity : checkMs(what, ms);
  const found = scan(p, matches, ref, screen, from, S.nat === 0 ? S.r : Infinity);
  if (found >= 0) return received(p, taken(p.mailbox!, found));
  if (time === 0 && !stopped) return TIMEOUT;
  suspendableProcess(what);
  if (matches === undefined && ref === undefined && time === Infinity) return park(p, ANY_MESSAGE);
  const wait = new Wait("receive", matches, ref, screen, tried);
  if (time === 0) setExpired(p, wait);
  else if (time !== Infinity) wait.timer = local.timers.set(time, new ReceiveTimer(p, wait));
  const suspended = park(p, wait);
  wakeForUntried(p, wait);
  return suspended;
}

/** In place of a timer that has fired while there were messages to try: they were there before the time was over. */
const EXPIRED: Timer = Object.freeze(new Callback(() => {}));

/** The time that a receive waits. */
class ReceiveTimer implements Timer {
  tick = 0;
  prev: Timer | undefined = undefined;
  next: Timer | undefined = undefined;
  slot: Slot | undefined = undefined;
  readonly #process: Process;
  readonly #wait: Wait;

  constructor(p: Process, wait: Wait) {
    this.#process = p;
    this.#wait = wait;
  }

  fire(): void {
    const p = this.#process;
    const wait = this.#wait;
    if (p.wait === wait && p.status === RUNNABLE) setExpired(p, wait);
    else finishWait(p, wait, TIMEOUT, 0);
  }
}

function setExpired(p: Process, wait: Wait): void {
  wait.timer = EXPIRED;
  wait.last = p.mailbox?.length ?? 0;
}

/**
 * Called when a process that waits for a message is about to run: true if it goes on, false if nothing matched and it waits again or has more messages to try,
 * or if a predicate has ended it. `S.r` says for how many tries there are reductions.
 */
export function resumeReceive(p: Process): boolean {
  const wait = p.wait!;
  if (wait === HANDED) {
    p.wait = null;
    received(p, p.value);
    return true;
  }
  let found = -1;
  let failed = false;
  try {
    found = scan(p, wait.matches, wait.ref, wait.screen, wait.scanned, S.r);
  } catch (e) {
    failed = true;
    p.value = e;
  }
  if ((p.status as number) === EXITING) return false;
  const over = wait.timer === EXPIRED && (!stopped || tried >= wait.last!);
  if (found < 0 && !failed && !over) {
    wait.scanned = tried;
    p.status = WAITING;
    wakeForUntried(p, wait);
    return false;
  }
  if (found >= 0) p.value = received(p, taken(p.mailbox!, found));
  else if (!failed) p.value = TIMEOUT;
  p.threw = failed ? 1 : 0;
  if (wait.timer !== undefined) local.timers.cancel(wait.timer);
  p.wait = null;
  return true;
}

/** Messages beyond the reductions of the slice, and those that a predicate has sent to its own process, were not tried yet: the process looks at them in its next slice. */
function wakeForUntried(p: Process, wait: Wait): void {
  if (p.status !== WAITING || (p.mailbox?.length ?? 0) === wait.scanned) return;
  p.status = RUNNABLE;
  enqueue(p);
}

/** Remembers what was received last on this thread, for a crash report. */
function received(p: Process, message: unknown): unknown {
  local.lastReceiver = p;
  local.lastMessage = message;
  return message;
}

/** How many messages the last scan without success has tried, from the oldest; and whether it stopped before the last one. */
let tried = 0;
let stopped = false;

/** Takes the message at `index` out; others have to move. */
function taken(mailbox: Mailbox, index: number): unknown {
  S.r -= Math.min(index, mailbox.length - index) >> MOVES_SHIFT;
  return mailbox.remove(index);
}

/** Messages that move for one reduction, as a power of two. */
const MOVES_SHIFT = 6;

/**
 * Index of the first message from `from` on that matches, or carries `ref`, or -1. Each try costs a reduction, and after `tries` of them, or one, it stops. While predicates run the process has no mailbox,
 * so that they cannot take messages out of it; what they send to their own process comes after all others.
 */
function scan(
  p: Process,
  matches: Wait["matches"],
  ref: Ref | undefined,
  screen: Screen | undefined,
  from: number,
  tries: number,
): number {
  const mailbox = p.mailbox;
  tried = 0;
  stopped = false;
  if (mailbox === null || mailbox.length === 0) return -1;
  if (matches === undefined && ref === undefined) return 0;
  const first = screen === undefined ? from : mailbox.unscreened(screen, from);
  const length = Math.min(mailbox.length, first + Math.max(1, tries));
  const { nat, debt } = S;
  const current = local.current;
  local.current = p;
  p.mailbox = null;
  S.nat = nat + 1; // a predicate may not suspend, and runs unpreempted
  try {
    const found = findIn(mailbox, matches, ref, screen, from, length);
    S.r -= Math.max(0, (found < 0 ? length : found + 1) - first);
    if (found < 0) {
      tried = length;
      stopped = length < mailbox.length;
    }
    return found;
  } finally {
    S.nat = nat;
    if (S.debt !== debt) chargeDebt(debt);
    local.current = current;
    giveBack(p, mailbox);
  }
}

function findIn(
  mailbox: Mailbox,
  matches: Wait["matches"],
  ref: Ref | undefined,
  screen: Screen | undefined,
  from: number,
  to: number,
): number {
  if (ref !== undefined) return mailbox.findCarrying(ref, from, to);
  return screen === undefined ? mailbox.find(matches!, from, to) : mailbox.findScreened(matches!, screen, from, to);
}

function giveBack(p: Process, mailbox: Mailbox): void {
  const sent = p.mailbox;
  p.mailbox = mailbox;
  if (sent === null) return;
  while (sent.length > 0) mailbox.push(sent.shift());
  restoreLimit(p, mailbox);
}

/** The predicate that a pattern of `receive` stands for. */
export function matcher(pattern: unknown): (message: unknown) => boolean {
  return typeof pattern === "function" ? (pattern as (message: unknown) => boolean) : isMatching(pattern as never);
}

/** A time in milliseconds: 0 or more, `Infinity` allowed. */
export function checkMs(what: string, ms: unknown): number {
  if (typeof ms === "number" && ms >= 0 && (ms <= MAX_MS || ms === Infinity)) return ms;
  throw new AgnerError(
    "AGNER_BAD_ARGUMENT",
    `${what}: the time must be a number of milliseconds from 0 to Infinity, not ${describeValue(ms)}`,
  );
}

/** Calls off a wait whose suspension could not be completed. What it was handed already is the oldest message again. */
export function abandonWait(): void {
  const p = local.current;
  if (p === null || p.wait === null) return;
  if (p.status === RUNNABLE) local.runQueue.takeOut(p); // there are messages that it has not tried yet
  else if (p.status !== WAITING) return;
  if (p.wait.timer !== undefined) local.timers.cancel(p.wait.timer);
  if (p.wait === HANDED) {
    (p.mailbox ??= new Mailbox()).unshift(p.value);
    p.value = undefined;
  }
  p.wait = null;
  p.status = RUNNING;
}

/** A wait that time alone ends; `Infinity` never ends. */
export function sleepWait(p: Process, ms: number): Wait {
  const wait = new Wait("sleep");
  if (ms !== Infinity) wait.timer = local.timers.set(ms, new Callback(() => finishWait(p, wait, undefined, 0)));
  return wait;
}

/** Ends the slice of the running process; it stays runnable. The caller returns what this returns. */
export function yieldNow(): object {
  return suspend();
}

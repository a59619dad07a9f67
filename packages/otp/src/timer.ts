/**
 * Doing things later, and again and again. The counterpart of OTP's timer module; every time is in milliseconds, and nothing happens early.
 *
 * A timer is a process of its own, which waits: nobody else is held up, on whichever core, and any number of them may run. What is done once and only sends
 * a message needs none: `sendAfter` and `sleep` are those of `@agner/vm`.
 */
import {
  cancelTimer,
  exit,
  isPid,
  isRef,
  monitor,
  monotonicTime,
  receive,
  self,
  sleep,
  send,
  sendOrDrop,
  spawn,
  spawnMonitor,
  TIMEOUT,
  whereis,
  type Down,
  type Pid,
  type Ref,
} from "@agner/vm";
import { badArgument } from "./errors.ts";
import { resolveDest } from "./gen/names.ts";

export { sendAfter, sleep } from "@agner/vm";

/** A timer that `cancel` takes. A term. */
export interface Timer {
  readonly type: "$timer";
  readonly pid: Pid;
}

type Fn<A extends readonly unknown[]> = (...args: A) => unknown;

/**
 * Sends a copy of `message` to `dest` every `ms` milliseconds, first in `ms` milliseconds, until it is cancelled or `dest` ends. The times do not drift: what
 * comes late makes nothing after it late.
 *
 * @param dest a process; a name stands for the process that has it now.
 * @throws {AgnerError} `AGNER_NOPROC` if nobody has the name.
 * @example
 * const t = timer.sendInterval(1_000, self(), "tick");
 * receive((m) => m === "tick");
 * timer.cancel(t);
 */
export function sendInterval(ms: number, dest: Pid | string, message: unknown): Timer {
  checkInterval("sendInterval", ms);
  if (!isPid(dest) && typeof dest !== "string")
    throw badArgument("sendInterval: the destination must be a pid or a registered name");
  const pid = resolveDest(dest);
  if (pid === undefined) {
    send(dest, message); // throws, and says which name is meant
    throw badArgument(`sendInterval: ${String(dest)} has just ended`);
  }
  return timerOf(spawn(sendEvery, ms, monotonicTime(), pid, message));
}

/** Runs `fn(...args)` in `ms` milliseconds, in a process of its own. */
export function applyAfter<A extends readonly unknown[]>(ms: number, fn: Fn<A>, ...args: A): Timer {
  checkApply("applyAfter", ms, fn);
  return timerOf(
    spawn(() => {
      sleep(ms);
      spawn(fn, ...args);
    }),
  );
}

/**
 * Runs `fn(...args)` every `ms` milliseconds, each time in a new process, whether or not the one before has ended; until it is cancelled, or the caller ends.
 */
export function applyInterval<A extends readonly unknown[]>(ms: number, fn: Fn<A>, ...args: A): Timer {
  checkInterval("applyInterval", ms);
  checkApply("applyInterval", ms, fn);
  const owner = self();
  const begin = monotonicTime();
  return timerOf(spawn(() => every(ms, begin, owner, () => void spawn(fn, ...args))));
}

/** As {@link applyInterval}, but waits for the end of one process before the next begins: at once if that took longer than `ms`. */
export function applyRepeatedly<A extends readonly unknown[]>(ms: number, fn: Fn<A>, ...args: A): Timer {
  checkInterval("applyRepeatedly", ms);
  checkApply("applyRepeatedly", ms, fn);
  const owner = self();
  const begin = monotonicTime();
  return timerOf(
    spawn(() =>
      every(ms, begin, owner, (ownerRef) => {
        const [, ref] = spawnMonitor(fn, ...args);
        return receive<Down>((m: any) => m?.ref === ref || m?.ref === ownerRef).ref === ownerRef;
      }),
    ),
  );
}

/** Sends an exit signal with `reason` to a process in `ms` milliseconds. A name is looked up when the time has come. */
export function exitAfter(ms: number, dest: Pid | string, reason: unknown): Timer {
  checkTime("exitAfter", ms);
  if (!isPid(dest) && typeof dest !== "string")
    throw badArgument("exitAfter: the destination must be a pid or a registered name");
  return timerOf(spawn(exitLater, ms, dest, reason));
}

/** Kills a process, by default the caller, in `ms` milliseconds. */
export function killAfter(ms: number, dest: Pid | string = self()): Timer {
  checkTime("killAfter", ms);
  return exitAfter(ms, dest, "kill");
}

/**
 * Ends a timer, from any process: true if it was still to do something. Nothing comes from it afterwards; what it has sent is in the mailbox, and what it has
 * begun goes on.
 *
 * @param timer what the functions above have returned, or a reference from `sendAfter`.
 */
export function cancel(timer: Timer | Ref): boolean {
  if (isRef(timer)) return cancelTimer(timer) !== false;
  if (timer?.type !== "$timer") throw badArgument("cancel: the argument must be a timer");
  const ref = monitor(timer.pid);
  exit(timer.pid, "kill");
  return receive<Down>((m: any) => m?.ref === ref).reason === "killed";
}

/** What `fn(...args)` returns, and how long it took, in microseconds. */
export function tc<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  ...args: A
): { readonly microseconds: number; readonly value: R } {
  const begin = performance.now();
  const value = fn(...args);
  return { microseconds: Math.round((performance.now() - begin) * 1_000), value };
}

/** `n` seconds in milliseconds. */
export function seconds(n: number): number {
  return n * 1_000;
}

/** `n` minutes in milliseconds. */
export function minutes(n: number): number {
  return n * 60_000;
}

/** `n` hours in milliseconds. */
export function hours(n: number): number {
  return n * 3_600_000;
}

/** Hours, minutes and seconds in milliseconds. */
export function hms(h: number, m: number, s: number): number {
  return hours(h) + minutes(m) + seconds(s);
}

function timerOf(pid: Pid): Timer {
  return { type: "$timer", pid };
}

function sendEvery(ms: number, begin: number, pid: Pid, message: unknown): void {
  every(ms, begin, pid, () => sendOrDrop(pid, message));
}

function exitLater(ms: number, dest: Pid | string, reason: unknown): void {
  sleep(ms);
  const pid = isPid(dest) ? dest : whereis(dest);
  if (pid !== undefined) exit(pid, reason);
}

/** Acts every `ms` milliseconds until `owner` has ended, or `act`, which gets the reference of the owner's `Down`, returns true. */
function every(ms: number, begin: number, owner: Pid, act: (ownerRef: Ref) => boolean | void): void {
  const ref = monitor(owner);
  for (let n = 1; ; n++) {
    const wait = Math.max(0, begin + n * ms - monotonicTime());
    if (receive((m: any) => m?.ref === ref, wait) !== TIMEOUT) return;
    if (act(ref) === true) return;
  }
}

function checkTime(what: string, ms: unknown): void {
  if (!(typeof ms === "number" && ms >= 0 && ms < Infinity))
    throw badArgument(`${what}: the time must be a finite number of milliseconds from 0`);
}

function checkInterval(what: string, ms: unknown): void {
  checkTime(what, ms);
  if (ms === 0) throw badArgument(`${what}: the interval must be longer than 0 ms`);
}

function checkApply(what: string, ms: unknown, fn: unknown): void {
  checkTime(what, ms);
  if (typeof fn !== "function") throw badArgument(`${what}: the second argument must be a function`);
}

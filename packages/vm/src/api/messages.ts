/**
 * Sending and receiving.
 */
import {
  addAlias,
  callingProcess,
  copyTerm,
  describeValue,
  isRef,
  local,
  newRef,
  newRefOf,
  NOBODY,
  PROMISED,
  receive as receiveAny,
  receiveSince as receiveSinceAny,
  send as sendAny,
  sendAs,
  sendFresh as sendFreshAny,
  unalias as endAlias,
  type Dest,
  type Ref,
  type Timeout,
} from "@agner/scheduler";
import type { P } from "ts-pattern";
import { requireScheduler, badArgument } from "./context.ts";

/**
 * Sends a copy of `msg` to a process, a registered name or an alias. Never waits; nothing happens if the process has ended.
 *
 * @throws {NoProcError} if nobody is registered under the name; the message names the nearest.
 * @throws {MailboxFullError} if the receiver's mailbox is full and its `maxMailbox` has the policy `"error"`: nothing was sent.
 * @throws {BadTermError} if `msg` holds something that cannot be copied, with the path to it.
 * @example
 * send("logger", { level: "info", text: "ready" });
 */
export function send(dest: Dest, msg: unknown): void {
  if (local.current === null) requireScheduler("send");
  sendAny(dest, msg);
}

/** What compiled code calls for a `send` of a literal that it has just made: nobody else can hold it, so no copy is made. */
export function sendFresh(dest: Dest, msg: unknown): void {
  if (local.current === null) requireScheduler("send");
  sendFreshAny(dest, msg);
}

/**
 * As {@link send}, for libraries that publish and have nobody to whom an error is of use: what a full mailbox refuses is dropped, and counted and told as a timer's message
 * is (docs/mailboxes.md). One full subscriber does not keep the news from the others.
 *
 * @throws {NoProcError} {@link BadTermError} as `send`.
 */
export function sendOrDrop(dest: Dest, msg: unknown): void {
  if (local.current === null) requireScheduler("sendOrDrop");
  sendAs(dest, copyTerm(msg), NOBODY);
}

/**
 * As {@link send}, for libraries that make signals of their own: what, like a `Down`, tells once of something that the receiver has asked to know. No bound of a mailbox
 * refuses or drops it; it counts in the length.
 *
 * @throws {NoProcError} {@link BadTermError} as `send`.
 */
export function sendSignal(dest: Dest, msg: unknown): void {
  if (local.current === null) requireScheduler("sendSignal");
  sendAs(dest, copyTerm(msg), PROMISED);
}

/** A test of a message that narrows its type. One signature, not a union, so that the parameter of an arrow function gets its type from here. */
export type Guard<T> = (message: any) => message is T;

/**
 * Takes the first message out of the mailbox, or the first that matches; waits until there is one. Messages that do not match keep their order.
 *
 * @param pattern a type guard, a predicate, or a `ts-pattern` pattern (`Pid` and `Ref` in it match by identity). It runs unpreempted, must not
 *   suspend, and may run more than once for a message; if it throws, the mailbox is as it was.
 * @param ms how long to wait at most, in milliseconds from now; `0` only looks. Then the value is {@link TIMEOUT}.
 * @throws {AgnerError} `AGNER_NOT_A_PROCESS` outside a process; `AGNER_NATIVE_FRAME` if it would have to wait under a native frame.
 * @example
 * const [from, n] = receive<[Pid, number]>();
 * const reply = receive({ ref, value: P.any }, 5_000);
 */
export function receive<T = unknown>(): T;
export function receive<T = unknown>(pattern: undefined, ms: number): T | Timeout;
export function receive<T>(pattern: Guard<T>): T;
export function receive<T>(pattern: Guard<T>, ms: number): T | Timeout;
export function receive<T = any>(pattern: (message: any) => boolean): T;
export function receive<T = any>(pattern: (message: any) => boolean, ms: number): T | Timeout;
export function receive<const Pt extends P.Pattern<unknown>>(pattern: Pt): P.infer<Pt>;
export function receive<const Pt extends P.Pattern<unknown>>(pattern: Pt, ms: number): P.infer<Pt> | Timeout;
export function receive(pattern?: unknown, ms?: number): unknown {
  return receiveAny(pattern, ms);
}

/**
 * As {@link receive}, but looks only at messages that came after the calling process made `ref`, so that the time it takes does not grow with what was
 * there before: how the answer to a question is received. The mailbox remembers the places of a few references; for one whose place it has
 * forgotten, older messages are looked at as well, so a pattern should ask for something that only the answer has.
 *
 * @param ref from `makeRef`, `alias`, `monitor`, `spawnMonitor`, `spawnOpt` or `sendAfter`, called by this process; for any other, older messages are looked at as well.
 * @param pattern as in {@link receive}; without one, an object whose property `ref` is `ref`, which a `Down` is, too.
 * @param ms how long to wait at most, in milliseconds from now; `0` only looks. Then the value is {@link TIMEOUT}.
 * @throws {AgnerError} as {@link receive}, and `AGNER_BAD_ARGUMENT` if `ref` is no reference.
 * @example
 * const ref = monitor(server, { alias: "replyDemonitor" });
 * send(server, { replyTo: ref, question: 1 });
 * const answer = receiveSince(ref, undefined, 5_000); // { ref, … } from the server, or the Down
 */
export function receiveSince<T = any>(ref: Ref): T;
export function receiveSince<T = any>(ref: Ref, pattern: undefined, ms: number): T | Timeout;
export function receiveSince<T>(ref: Ref, pattern: Guard<T>): T;
export function receiveSince<T>(ref: Ref, pattern: Guard<T>, ms: number): T | Timeout;
export function receiveSince<T = any>(ref: Ref, pattern: (message: any) => boolean): T;
export function receiveSince<T = any>(ref: Ref, pattern: (message: any) => boolean, ms: number): T | Timeout;
export function receiveSince<const Pt extends P.Pattern<unknown>>(ref: Ref, pattern: Pt): P.infer<Pt>;
export function receiveSince<const Pt extends P.Pattern<unknown>>(ref: Ref, pattern: Pt, ms: number): P.infer<Pt> | Timeout;
export function receiveSince(ref: Ref, pattern?: unknown, ms?: number): unknown {
  return receiveSinceAny(ref, pattern, ms);
}

/** A new reference, unique for the life of the VM. */
export function makeRef(): Ref {
  if (local.current === null) requireScheduler("makeRef");
  return local.current === null ? newRef() : newRefOf(local.current);
}

/**
 * A reference that is also an address of the calling process, until {@link unalias}: messages to it after that vanish.
 *
 * @param mode `"reply"`: the alias ends with the first message that is sent to it, too, and that message is never refused or dropped for want of room.
 * @throws {AgnerError} `AGNER_NOT_A_PROCESS` outside a process; `AGNER_BAD_ARGUMENT` for another mode.
 * @example
 * const replyTo = alias();
 * send(server, { replyTo, question: 1 });
 * const answer = receive(undefined, 100);
 * unalias(replyTo); // a late answer goes nowhere
 */
export function alias(mode: "explicitUnalias" | "reply" = "explicitUnalias"): Ref {
  const p = callingProcess("alias");
  if (mode !== "explicitUnalias" && mode !== "reply")
    throw badArgument(`alias: the mode must be "explicitUnalias" or "reply", not ${describeValue(mode)}`);
  const ref = newRefOf(p);
  addAlias(p, ref, mode);
  return ref;
}

/** Ends an alias of the calling process: true if it was active. A monitor with the same reference stays. */
export function unalias(ref: Ref): boolean {
  const p = callingProcess("unalias");
  if (!isRef(ref)) throw badArgument("unalias: the argument must be a reference from alias()");
  return endAlias(p, ref);
}

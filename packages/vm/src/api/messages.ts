/**
 * Sending and receiving.
 */
import {
  addAlias,
  callingProcess,
  isRef,
  local,
  newRef,
  receive as receiveAny,
  send as sendAny,
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

/** A new reference, unique for the life of the VM. */
export function makeRef(): Ref {
  if (local.current === null) requireScheduler("makeRef");
  return newRef();
}

/**
 * A reference that is also an address of the calling process, until {@link unalias}: messages to it after that vanish.
 *
 * @example
 * const replyTo = alias();
 * send(server, { replyTo, question: 1 });
 * const answer = receive(undefined, 100);
 * unalias(replyTo); // a late answer goes nowhere
 */
export function alias(): Ref {
  const p = callingProcess("alias");
  const ref = newRef();
  addAlias(p, ref);
  return ref;
}

/** Ends an alias of the calling process: true if it was active. A monitor with the same reference stays. */
export function unalias(ref: Ref): boolean {
  const p = callingProcess("unalias");
  if (!isRef(ref)) throw badArgument("unalias: the argument must be a reference from alias()");
  return endAlias(p, ref);
}

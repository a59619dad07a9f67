/**
 * What the callbacks of a server return: a reply, no reply, an end, or, from `init`, how to begin.
 */

import { ACTION, type Ignore, type Stop } from "../gen/action.ts";

/** What a server does after a callback, before it takes the next message; at most one of them. */
export interface Next<C = unknown> {
  /** Milliseconds without a message after which `info` gets `TIMEOUT`. 0: at once, unless a message waits. */
  readonly timeout?: number;
  /** Waits for the next message in hibernation. */
  readonly hibernate?: boolean;
  /** Calls `continue` with this value before any message. */
  readonly continue?: C;
}

/** See {@link reply}. */
export interface Reply<V, S> {
  readonly [ACTION]: "reply";
  readonly value: V;
  readonly state: S;
  readonly next: Next | undefined;
}

/** See {@link noreply}. */
export interface NoReply<S> {
  readonly [ACTION]: "noreply";
  readonly state: S;
  readonly next: Next | undefined;
}

/** See {@link withContinue}. */
export interface Begin<S> {
  readonly [ACTION]: "begin";
  readonly state: S;
  readonly next: Next;
}

export type Action = Reply<unknown, unknown> | NoReply<unknown> | Stop<unknown, unknown> | Ignore | Begin<unknown>;

/** Answers the call with `value`; the server goes on with `state`. */
export function reply<V, S>(value: V, state: S, next?: Next): Reply<V, S> {
  return { [ACTION]: "reply", value, state, next };
}

/** Goes on with `state`. From a call: somebody answers later, with `replyTo`. */
export function noreply<S>(state: S, next?: Next): NoReply<S> {
  return { [ACTION]: "noreply", state, next };
}

/** From `init`: begins with `state`, and calls `continue` with `value` before any message. */
export function withContinue<S>(state: S, value: unknown): Begin<S> {
  return { [ACTION]: "begin", state, next: { continue: value } };
}

/** From `init`: begins with `state`; `info` gets `TIMEOUT` if no message comes for `ms` milliseconds. */
export function withTimeout<S>(state: S, ms: number): Begin<S> {
  return { [ACTION]: "begin", state, next: { timeout: ms } };
}

/** From `init`: begins with `state`, in hibernation. */
export function withHibernate<S>(state: S): Begin<S> {
  return { [ACTION]: "begin", state, next: { hibernate: true } };
}

/**
 * What the callbacks of a state machine return: the next state, and actions to do on the way into it.
 */
import { ACTION } from "../gen/action.ts";
import type { From } from "../gen/message.ts";
import type { Caller } from "../gen-server.ts";
import type { AnyEvent } from "./event.ts";
import type { StatemModule } from "./types.ts";

/** See {@link postpone} and {@link hibernate}. */
export interface Switch {
  readonly [ACTION]: "postpone" | "hibernate";
  readonly on: boolean;
}

/** See {@link answer}. */
export interface Answer {
  readonly [ACTION]: "answer";
  readonly from: From;
  readonly value: unknown;
}

/** See {@link nextEvent}. */
export interface NextEvent<V = AnyEvent> {
  readonly [ACTION]: "nextEvent";
  readonly event: V;
}

/** Milliseconds, or what else to do with a time-out. */
type Time = number | "cancel" | "update";

/** A time-out to start, cancel or update. */
export interface SetTimeout<K extends "event" | "state" | "generic", N, C> {
  readonly [ACTION]: "timeout";
  readonly kind: K;
  readonly name: N;
  readonly time: Time;
  readonly content: C;
  readonly abs: boolean;
}

/** See {@link timeout}. */
export type EventTimeout<C> = SetTimeout<"event", undefined, C>;
/** See {@link stateTimeout}. */
export type StateTimeout<C> = SetTimeout<"state", undefined, C>;
/** See {@link genericTimeout}. */
export type GenericTimeout<N, C> = SetTimeout<"generic", N, C>;

/** See {@link changeCallbackModule}, {@link pushCallbackModule} and {@link popCallbackModule}. */
export interface SwitchModule {
  readonly [ACTION]: "changeCallbackModule" | "pushCallbackModule" | "popCallbackModule";
  readonly module: StatemModule | undefined;
}

/** An action of any kind; a number is an event time-out of so many milliseconds whose content is that number. */
export type AnyAction = Switch | Answer | NextEvent<any> | SetTimeout<any, any, any> | SwitchModule | number;

/** None, one, or many, which are done in their order. */
export type Actions<X> = X | readonly X[] | undefined;

/** See {@link startIn}. */
export interface StartIn<S, D> {
  readonly [ACTION]: "startIn";
  readonly state: S;
  readonly data: D;
  readonly actions: Actions<AnyAction>;
}

/** See {@link nextState}. */
export interface NextState<S, D, X> {
  readonly [ACTION]: "nextState";
  readonly state: S;
  readonly data: D;
  readonly actions: Actions<X>;
}

/** See {@link keepState} and {@link repeatState}. */
export interface SameState<D, X> {
  readonly [ACTION]: "keepState" | "repeatState";
  readonly data: D;
  readonly actions: Actions<X>;
}

/** See {@link keepStateAndData} and {@link repeatStateAndData}. */
export interface SameStateAndData<X> {
  readonly [ACTION]: "keepStateAndData" | "repeatStateAndData";
  readonly actions: Actions<X>;
}

/** See {@link stopAndReply}. */
export interface StopAndReply<D> {
  readonly [ACTION]: "stopAndReply";
  readonly reason: unknown;
  readonly replies: Answer | readonly Answer[];
  /** Whether there is `data`. */
  readonly given: boolean;
  readonly data: D;
}

/** From `init`: begins in `state`, with `data`, after the actions. In a machine with `handleEvent`, write the types: `startIn<State, Data>(…)`. */
export function startIn<const S, D>(state: S, data: D, actions?: AnyAction | readonly AnyAction[]): StartIn<S, D> {
  return { [ACTION]: "startIn", state, data, actions };
}

/**
 * Goes on in `state`. If that is another one than before, postponed events are handled again, and the state time-out ends; if it is the same, this is
 * {@link keepState}.
 */
export function nextState<const S, D, X extends AnyAction = never>(
  state: S,
  data: D,
  actions?: X | readonly X[],
): NextState<S, D, X> {
  return { [ACTION]: "nextState", state, data, actions };
}

/** Stays in its state, with new data. */
export function keepState<D, X extends AnyAction = never>(data: D, actions?: X | readonly X[]): SameState<D, X> {
  return { [ACTION]: "keepState", data, actions };
}

/** Stays as it is. */
export function keepStateAndData<X extends AnyAction = never>(actions?: X | readonly X[]): SameStateAndData<X> {
  return { [ACTION]: "keepStateAndData", actions };
}

/** As {@link keepState}, but a machine with `stateEnter` enters its state again. */
export function repeatState<D, X extends AnyAction = never>(data: D, actions?: X | readonly X[]): SameState<D, X> {
  return { [ACTION]: "repeatState", data, actions };
}

/** As {@link keepStateAndData}, but a machine with `stateEnter` enters its state again. */
export function repeatStateAndData<X extends AnyAction = never>(actions?: X | readonly X[]): SameStateAndData<X> {
  return { [ACTION]: "repeatStateAndData", actions };
}

/** Answers calls, then ends with `reason`, after `terminate`. */
export function stopAndReply(reason: unknown, replies: Answer | readonly Answer[]): StopAndReply<never>;
export function stopAndReply<D>(reason: unknown, replies: Answer | readonly Answer[], data: D): StopAndReply<D>;
export function stopAndReply(
  ...args: [reason: unknown, replies: Answer | readonly Answer[], data?: unknown]
): StopAndReply<unknown> {
  return { [ACTION]: "stopAndReply", reason: args[0], replies: args[1], given: args.length > 2, data: args[2] };
}

/** Action: answers a call, at once. Outside a callback's result, and later, it is `replyTo(from, value)`. */
export function answer<V>(from: Caller<V>, value: NoInfer<V>): Answer {
  return { [ACTION]: "answer", from, value };
}

/** Action: keeps the event until the state changes; then it is handled again, before any later one. */
export function postpone(on = true): Switch {
  return { [ACTION]: "postpone", on };
}

/** Action: waits for the next message in hibernation. */
export function hibernate(on = true): Switch {
  return { [ACTION]: "hibernate", on };
}

/** Action: handles this event next, before all that wait. Several are handled in their order. */
export function nextEvent<const V extends AnyEvent>(event: V): NextEvent<V> {
  return { [ACTION]: "nextEvent", event };
}

/** How a time-out counts. */
export interface TimeoutOptions {
  /** Whether the time is a point in time, in milliseconds since 1970 as `Date.now()` counts them. Default false: from now on. */
  readonly abs?: boolean;
}

/**
 * Action: an event `timeout` with this content if no other event comes for `ms` milliseconds; 0: after what is in the machine already, before the mailbox.
 * A new one takes the place of the old; `Infinity` or `"cancel"` ends it, `"update"` changes the content of the one that runs.
 */
export function timeout(time: "cancel"): EventTimeout<never>;
export function timeout(ms: number): EventTimeout<undefined>;
export function timeout<const C>(ms: number | "update", content: C, options?: TimeoutOptions): EventTimeout<C>;
export function timeout(time: Time, content?: unknown, options?: TimeoutOptions): EventTimeout<unknown> {
  return { [ACTION]: "timeout", kind: "event", name: undefined, time, content, abs: options?.abs === true };
}

/** Action: an event `stateTimeout` if the state has not changed in `ms` milliseconds. Otherwise as {@link timeout}. */
export function stateTimeout(time: "cancel"): StateTimeout<never>;
export function stateTimeout(ms: number): StateTimeout<undefined>;
export function stateTimeout<const C>(ms: number | "update", content: C, options?: TimeoutOptions): StateTimeout<C>;
export function stateTimeout(time: Time, content?: unknown, options?: TimeoutOptions): StateTimeout<unknown> {
  return { [ACTION]: "timeout", kind: "state", name: undefined, time, content, abs: options?.abs === true };
}

/** Action: an event `genericTimeout` with this name in `ms` milliseconds, whatever happens until then. Otherwise as {@link timeout}. */
export function genericTimeout<const N>(name: N, time: "cancel"): GenericTimeout<N, never>;
export function genericTimeout<const N>(name: N, ms: number): GenericTimeout<N, undefined>;
export function genericTimeout<const N, const C>(
  name: N,
  ms: number | "update",
  content: C,
  options?: TimeoutOptions,
): GenericTimeout<N, C>;
export function genericTimeout(
  name: unknown,
  time: Time,
  content?: unknown,
  options?: TimeoutOptions,
): GenericTimeout<unknown, unknown> {
  return { [ACTION]: "timeout", kind: "generic", name, time, content, abs: options?.abs === true };
}

/** Action: from now on the callbacks are those of another definition, which must know the states and the data of this one. */
export function changeCallbackModule(module: StatemModule): SwitchModule {
  return { [ACTION]: "changeCallbackModule", module };
}

/** Action: as {@link changeCallbackModule}, until {@link popCallbackModule}. */
export function pushCallbackModule(module: StatemModule): SwitchModule {
  return { [ACTION]: "pushCallbackModule", module };
}

/** Action: the callbacks are again those of the definition before the last {@link pushCallbackModule}. */
export function popCallbackModule(): SwitchModule {
  return { [ACTION]: "popCallbackModule", module: undefined };
}

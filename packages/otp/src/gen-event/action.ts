/**
 * What the callbacks of an event handler return beside `noreply(state)` and, from a call, `reply(value, state)`: its removal, or another handler in its place.
 */
import { ACTION } from "../gen/action.ts";
import type { AnyHandler, HandlerRef, InitArgs } from "./types.ts";

/** Whether a value of type `V` is there: never means that none was given. */
type Given<V> = [V] extends [never] ? false : true;

/** See {@link removeHandler}. */
export interface RemoveHandler<V = never> {
  readonly [ACTION]: "removeHandler";
  /** Whether there is a `value`. */
  readonly answered: Given<V>;
  readonly value: V;
}

/** See {@link swapHandler}. */
export interface SwapHandler<S, V = never> {
  readonly [ACTION]: "swapHandler";
  /** For the `terminate` of the handler that goes. */
  readonly reason: unknown;
  readonly state: S;
  readonly handler: HandlerRef<AnyHandler<never>>;
  /** For the `init` of the handler that comes. */
  readonly argument: unknown;
  /** Whether there is a `value`. */
  readonly answered: Given<V>;
  readonly value: V;
}

/** Removes the handler, after its `terminate` with the reason `"remove_handler"`. From a call, `value` is the answer, and must be there. */
export function removeHandler(): RemoveHandler;
export function removeHandler<V>(value: V): RemoveHandler<V>;
export function removeHandler(...args: [value?: unknown]): RemoveHandler<any> {
  return { [ACTION]: "removeHandler", answered: (args.length > 0) as true, value: args[0] };
}

/**
 * Puts another handler in the place of this one: `terminate(state, reason)` of this one, then `init(argument, { term })` of the other with what that has
 * returned. From a call, a last argument is the answer, and must be there.
 */
export function swapHandler<S, H extends AnyHandler<never>>(
  reason: unknown,
  state: S,
  handler: HandlerRef<H>,
  argument: InitArgs<H>[0],
): SwapHandler<S>;
export function swapHandler<S, H extends AnyHandler<never>, V>(
  reason: unknown,
  state: S,
  handler: HandlerRef<H>,
  argument: InitArgs<H>[0],
  value: V,
): SwapHandler<S, V>;
export function swapHandler(
  ...args: [reason: unknown, state: unknown, handler: HandlerRef<AnyHandler<never>>, argument: unknown, value?: unknown]
): SwapHandler<any, any> {
  const [reason, state, handler, argument, value] = args;
  return { [ACTION]: "swapHandler", reason, state, handler, argument, answered: (args.length > 4) as true, value };
}

/**
 * What callbacks of every behaviour may return: the mark of such values, and the two that are the same for all, `stop` and `ignore`.
 */

/** Marks what the functions make that callbacks return. */
export const ACTION: unique symbol = Symbol.for("agner.action");

/** See {@link stop}. */
export interface Stop<S = never, V = never> {
  readonly [ACTION]: "stop";
  readonly reason: unknown;
  /** Whether there is a `state`. */
  readonly given: boolean;
  readonly state: S;
  /** Whether there is a `value`. */
  readonly answered: boolean;
  readonly value: V;
}

/** See {@link ignore}. */
export interface Ignore {
  readonly [ACTION]: "ignore";
}

/**
 * Ends the process with `reason`, after `terminate`. From a server's call, a third argument is the answer, which is sent when `terminate` has run. From a state
 * machine, the second argument is the data, which may be left out. From `init`, only the reason is given: the start fails with it.
 */
export function stop(reason: unknown): Stop;
export function stop<S>(reason: unknown, state: S): Stop<S>;
export function stop<S, V>(reason: unknown, state: S, value: V): Stop<S, V>;
export function stop(...args: [reason: unknown, state?: unknown, value?: unknown]): Stop<unknown, unknown> {
  return { [ACTION]: "stop", reason: args[0], given: args.length > 1, state: args[1], answered: args.length > 2, value: args[2] };
}

/** From `init`: nothing is started, and that is no error; the start returns undefined. */
export function ignore(): Ignore {
  return { [ACTION]: "ignore" };
}

/** Whether a value was made to be returned from a callback, of whichever behaviour. */
export function isAction<A extends { readonly [ACTION]: string }>(value: unknown): value is A {
  return typeof value === "object" && value !== null && ACTION in value;
}

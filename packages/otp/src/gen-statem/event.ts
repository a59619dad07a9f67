/** Events: what a state machine is called with, and how a definition declares their types. */
import type { From } from "../gen/message.ts";
import type { Caller } from "../gen-server.ts";

/** What {@link event} makes. */
export interface Declared<T> {
  /** Only for the type checker. */
  readonly of?: T;
}

/**
 * Declares the type of an event: of a call or a cast as a function, of everything else as the type of its content. Costs nothing at run time.
 *
 * @example
 * genStatem({
 *   events: {
 *     calls: { open: event<(code: string) => boolean>() },
 *     casts: { lock: event<() => void>() },
 *     stateTimeout: event<"relock">(),
 *   },
 *   …
 * });
 */
export function event<T>(): Declared<T> {
  return {};
}

/** The events of a state machine, as its definition declares them. What is not declared is `any`. */
export interface EventTypes {
  /** Requests with an answer, by name. */
  readonly calls?: Readonly<Record<string, Declared<any>>> & ReservedNames;
  /** Requests without an answer, by name. */
  readonly casts?: Readonly<Record<string, Declared<any>>>;
  /** Plain messages. */
  readonly info?: Declared<any>;
  /** What the machine tells itself by `nextEvent`. */
  readonly internal?: Declared<any>;
  readonly timeout?: Declared<any>;
  readonly stateTimeout?: Declared<any>;
  /** By name; if they are declared, there are no others. */
  readonly genericTimeouts?: Readonly<Record<string, Declared<any>>>;
}

/** Names that clients have for other things. */
export interface ReservedNames {
  readonly cast?: never;
  readonly with?: never;
  readonly pid?: never;
  readonly ref?: never;
  // oxlint-disable-next-line unicorn/no-thenable
  readonly then?: never;
}

type AnyFunction = (...args: any[]) => unknown;

/** The part `K` of a definition's events; never if there is none. */
export type PartOf<E, K extends string> = E extends { readonly [P in K]: infer X } ? X : never;
/** The function that a declared call or cast stands for. */
export type FunctionOf<X> = X extends Declared<infer F> ? (F extends AnyFunction ? F : never) : never;
/** The content of a declared event; any if it is not declared. */
export type ContentOf<E, K extends string> = E extends { readonly [P in K]: Declared<infer X> } ? X : any;

type Calls<C> = {
  [N in keyof C & string]: {
    readonly type: "call";
    readonly name: N;
    readonly args: Parameters<FunctionOf<C[N]>>;
    /** Who waits for the answer: for `answer` or `replyTo`, now or later. */
    readonly from: Caller<ReturnType<FunctionOf<C[N]>>>;
  };
}[keyof C & string];

type Casts<C> = {
  [N in keyof C & string]: { readonly type: "cast"; readonly name: N; readonly args: Parameters<FunctionOf<C[N]>> };
}[keyof C & string];

type GenericTimeouts<G> = [G] extends [never]
  ? { readonly type: "genericTimeout"; readonly name: any; readonly content: any }
  : {
      [N in keyof G & string]: {
        readonly type: "genericTimeout";
        readonly name: N;
        readonly content: G[N] extends Declared<infer X> ? X : any;
      };
    }[keyof G & string];

/** The events of a machine that declares `E`. */
export type EventOf<E> =
  | Calls<PartOf<E, "calls">>
  | Casts<PartOf<E, "casts">>
  | { readonly type: "info"; readonly message: ContentOf<E, "info"> }
  | { readonly type: "internal"; readonly content: ContentOf<E, "internal"> }
  | { readonly type: "timeout"; readonly content: ContentOf<E, "timeout"> }
  | { readonly type: "stateTimeout"; readonly content: ContentOf<E, "stateTimeout"> }
  | GenericTimeouts<PartOf<E, "genericTimeouts">>;

/** What a machine with `stateEnter` is called with when it has come into a state, or begins in it, or repeats it. */
export interface Enter<S> {
  readonly type: "enter";
  /** The state before; the same one at the start and for a repetition. */
  readonly from: S;
}

/** An event as the engine sees it. */
export type AnyEvent =
  | { readonly type: "call"; readonly name: string; readonly args: readonly any[]; readonly from: From }
  | { readonly type: "cast"; readonly name: string; readonly args: readonly any[] }
  | { readonly type: "info"; readonly message: unknown }
  | { readonly type: "internal" | "timeout" | "stateTimeout"; readonly content: unknown }
  | { readonly type: "genericTimeout"; readonly name: unknown; readonly content: unknown };

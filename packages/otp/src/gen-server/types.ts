/** The types of a server's definition and of its clients. */
import type { Pid, Ref } from "@agner/vm";
import type { DebugOption } from "../gen/debug.ts";
import type { ServerDest } from "../gen/names.ts";
import type { StartOptions } from "../gen/start.ts";
import type { ChildOptions, ChildSpec, Startable } from "../supervisor/child-spec.ts";
import type { Ignore, Stop } from "../gen/action.ts";
import type { Begin, NoReply, Reply } from "./action.ts";

/** The state, from what `init` returns. */
export type StateOf<I> = I extends Begin<infer S> ? S : I extends Ignore | Stop<any, any> ? never : I;

/** What a call returns. */
export type CallResult<S> = Reply<any, S> | NoReply<S> | Stop<S, any>;
/** What every other callback returns. */
export type CastResult<S> = NoReply<S> | Stop<S>;

export type CallHandlers<S> = Readonly<Record<string, (state: S, ...args: any[]) => CallResult<S>>> & ReservedNames;
export type CastHandlers<S> = Readonly<Record<string, (state: S, ...args: any[]) => CastResult<S>>>;

/** Names that clients have for other things. */
export interface ReservedNames {
  readonly cast?: never;
  readonly with?: never;
  readonly pid?: never;
  readonly ref?: never;
  // oxlint-disable-next-line unicorn/no-thenable
  readonly then?: never;
}

/** What `formatStatus` gets, and returns changed: what is shown of a server. */
export interface ServerStatus<S = unknown> {
  readonly state: S;
  /** The message that it was handling, in a report. */
  readonly message?: unknown;
  /** Why it terminates, in a report. */
  readonly reason?: unknown;
  /** Events that `sys.log` has kept. */
  readonly log?: readonly unknown[];
}

/** The callbacks of a server. Only `init` must be there. */
export interface ServerSpec<A extends readonly unknown[], I, C, K> {
  /** Makes the first state from the argument of the start; or returns `ignore()`, `stop(reason)`, `withContinue(state, value)`, `withTimeout`, `withHibernate`. */
  readonly init: (...args: A) => I;
  /** Requests with an answer: `reply(value, state)`, `noreply(state)`, `stop(reason, state, value?)`. */
  readonly calls?: C & CallHandlers<StateOf<I>>;
  /** Requests without an answer: `noreply(state)`, `stop(reason, state)`. */
  readonly casts?: K & CastHandlers<StateOf<I>>;
  /** Every other message, exit signals if the server traps them, and `TIMEOUT`. Without it such messages are logged and dropped. */
  readonly info?: (state: StateOf<I>, message: any) => CastResult<StateOf<I>>;
  /** What `{ continue: value }` asks for. */
  readonly continue?: (state: StateOf<I>, value: any) => CastResult<StateOf<I>>;
  /** Runs before the server ends by a stop, a crash, `genServer.stop`, or its parent's exit signal if it traps exits. */
  readonly terminate?: (state: StateOf<I>, reason: unknown) => void;
  /** Adapts the state to new code; throws if it cannot. */
  readonly codeChange?: (state: any, oldVersion: any, extra: any) => StateOf<I>;
  /** Changes what status and reports show, for instance to hide a password. */
  readonly formatStatus?: (status: ServerStatus<any>) => ServerStatus<any>;
}

/** How a server is started. */
export interface ServerOptions extends StartOptions {
  /** Idle milliseconds after which the server hibernates. Default: never. */
  readonly hibernateAfter?: number;
  /** What of `sys`'s debugging is on from the start. */
  readonly debug?: readonly DebugOption[];
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown?, ...infer R] ? R : never;
type ValueOf<R> = R extends Reply<infer V, any> ? V : R extends Stop<any, infer V> ? V : never;
/** A call that is only ever answered later says so with a return type, or is unknown. */
type AnswerOf<R> = [ValueOf<R>] extends [never] ? unknown : ValueOf<R>;

type Handler = (...args: any[]) => unknown;

/** How a client is called. */
export interface ClientOptions {
  /** How long a call waits for its answer, in milliseconds; default 5,000; `Infinity` allowed. */
  readonly timeout?: number;
}

/** What a program holds of a server: its calls as methods, its casts under `cast`. A term. */
export type Client<C, K> = {
  readonly [N in keyof C]: C[N] extends Handler ? (...args: Tail<Parameters<C[N]>>) => AnswerOf<ReturnType<C[N]>> : never;
} & {
  /** The process; the one that has the name now, for a client by name. Throws `CallError` if nobody has it. */
  readonly pid: Pid;
  readonly cast: { readonly [N in keyof K]: K[N] extends Handler ? (...args: Tail<Parameters<K[N]>>) => void : never };
  /** The same client with other options. */
  with(options: ClientOptions): Client<C, K>;
};

/** The argument of a start, which may be left out where `init` does not use it. */
export type StartArgs<A extends readonly unknown[], O> = A extends readonly []
  ? [argument?: undefined, options?: O]
  : A extends readonly [infer X]
    ? [argument: X, options?: O]
    : [argument?: A[0], options?: O];

/** What a start returns: undefined only if `init` may return `ignore()`. */
export type Started<I, X> = Extract<I, Ignore> extends never ? X : X | undefined;

/** A server: what `genServer` makes. A term if its module exports it. */
export interface ServerDefinition<A extends readonly unknown[], I, C, K> extends Startable {
  /** Starts a server linked with the caller; returns its client when `init` is done. Throws `StartError`. */
  startLink(...args: StartArgs<A, ServerOptions>): Started<I, Client<C, K>>;
  /** As `startLink`, without the link. */
  start(...args: StartArgs<A, ServerOptions>): Started<I, Client<C, K>>;
  /** As `start`, and monitors the server from its first moment: the client, and the monitor's reference. */
  startMonitor(...args: StartArgs<A, ServerOptions>): Started<I, [client: Client<C, K>, ref: Ref]>;
  /** A client of a server that runs, or will. */
  ref(dest: ServerDest): Client<C, K>;
  /** How a supervisor starts one. The default `id` is the name, or that under which the module exports the definition. */
  child(...args: StartArgs<A, ServerOptions & ChildOptions>): ChildSpec;
}

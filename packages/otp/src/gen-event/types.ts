/** The types of event managers and their handlers. */
import type { Pid, Ref } from "@agner/vm";
import type { DebugOption } from "../gen/debug.ts";
import type { ServerDest } from "../gen/names.ts";
import type { RequestId } from "../gen/requests.ts";
import type { StartOptions } from "../gen/start.ts";
import type { NoReply, Reply } from "../gen-server/action.ts";
import type { ClientOptions, StateOf } from "../gen-server/types.ts";
import type { ChildOptions, ChildSpec, Startable } from "../supervisor/child-spec.ts";
import type { RemoveHandler, SwapHandler } from "./action.ts";

/** What `init` gets of the handler that the new one replaces. */
export interface Swapped<T = any> {
  /** What its `terminate` has returned. */
  readonly term?: T;
  /** Why there is nothing: `"module_not_found"` if it was not installed, else the reason for which its `terminate` failed. */
  readonly error?: unknown;
}

/** What `event` and `info` return. */
export type HandlerResult<S> = NoReply<S> | RemoveHandler | SwapHandler<S>;
/** What a handler's call returns: it has to answer. */
export type HandlerCallResult<S> = Reply<any, S> | ((RemoveHandler<any> | SwapHandler<S, any>) & { readonly answered: true });

export type HandlerCalls<S> = Readonly<Record<string, (state: S, ...args: any[]) => HandlerCallResult<S>>>;

/** What `formatStatus` gets, and returns changed: what is shown of a handler. */
export interface HandlerStatus<S = unknown> {
  readonly state: S;
  /** The event, call or message that it was handling, in a report. */
  readonly message?: unknown;
  /** Why it is removed, in a report. */
  readonly reason?: unknown;
}

/** The callbacks of an event handler. `init` and `event` must be there. */
export interface EventHandlerSpec<A extends readonly unknown[], I, V, C, R> {
  /**
   * Makes the first state from the argument of `addHandler`; or returns `withHibernate(state)`, or `stop(reason)`: then it is not installed. In a swap, the
   * second argument is what the handler has left that it replaces.
   */
  readonly init: (...args: A) => I;
  /** Every event: `noreply(state)`, `removeHandler()`, `swapHandler(reason, state, handler, argument)`. */
  readonly event: V & ((state: StateOf<I>, event: any) => HandlerResult<StateOf<I>>);
  /** Requests to this handler: `reply(value, state)`, `removeHandler(value)`, `swapHandler(reason, state, handler, argument, value)`. */
  readonly calls?: C & HandlerCalls<StateOf<I>>;
  /** Every other message that the manager gets, with the exit signals of linked processes. Without it such messages are logged and dropped. */
  readonly info?: (state: StateOf<I>, message: any) => HandlerResult<StateOf<I>>;
  /**
   * Runs when the handler is removed. `reason` is what `deleteHandler` or a swap gave; `"remove_handler"`; `"stop"` if the manager ends; `{ stop: reason }` if
   * the process that added it has ended; or `{ error: reason }` if a callback has failed. What it returns is the result of `deleteHandler`.
   */
  readonly terminate?: (state: StateOf<I>, reason: any) => R;
  /** Adapts the state to new code; throws if it cannot. */
  readonly codeChange?: (state: any, oldVersion: any, extra: any) => StateOf<I>;
  /** Changes what status and reports show, for instance to hide a password. */
  readonly formatStatus?: (status: HandlerStatus<any>) => HandlerStatus<any>;
}

/** An event handler: what `eventHandler` makes. A term if its module exports it. */
export interface EventHandler<A extends readonly unknown[], V, C, R> {
  readonly spec: {
    readonly init: (...args: A) => unknown;
    readonly event: V;
    readonly calls?: C;
    readonly terminate?: (state: any, reason: any) => R;
  };
}

/** Any handler that takes the events `E`. */
export interface AnyHandler<E> {
  readonly spec: {
    readonly init: (...args: any[]) => unknown;
    readonly event: (state: any, event: E) => unknown;
    readonly calls?: object;
    readonly terminate?: (state: any, reason: any) => unknown;
  };
}

/** Names an installed handler: by its definition, or with an id where a manager has several of that definition. */
export type HandlerRef<H = AnyHandler<never>> = H | readonly [handler: H, id: unknown];

/** What `init` of a handler takes. */
export type InitArgs<H extends AnyHandler<never>> = Parameters<H["spec"]["init"]>;
type CallsOf<H extends AnyHandler<never>> = NonNullable<H["spec"]["calls"]>;
type CallNames<H extends AnyHandler<never>> = string & keyof CallsOf<H>;
type ResultOf<H extends AnyHandler<never>> = ReturnType<NonNullable<H["spec"]["terminate"]>>;

/** The argument of `init`, which may be left out where it is not used. */
type Argument<A extends readonly unknown[]> = A extends readonly []
  ? [argument?: undefined]
  : A extends readonly [infer X, ...unknown[]]
    ? [argument: X]
    : [argument?: A[0]];

type Callback = (...args: any[]) => unknown;
type CallArgs<F> = F extends (state: any, ...args: infer X) => unknown ? X : never;
type CallAnswer<F> = F extends Callback ? ValueOf<ReturnType<F>> : never;
type ValueOf<R> =
  R extends Reply<infer V, any> ? V : R extends RemoveHandler<infer V> ? V : R extends SwapHandler<any, infer V> ? V : never;

/** Sent to the process that added a handler with `addSupHandler`, when the handler is removed. */
export interface EventExit {
  readonly type: "EVENT_EXIT";
  readonly handler: HandlerRef;
  /** `"normal"` if it was deleted or has removed itself, `"shutdown"` if the manager ends, {@link HandlerSwapped}, or why a callback has failed. */
  readonly reason: unknown;
}

/** Reason of an {@link EventExit} for a handler that was replaced. */
export interface HandlerSwapped {
  readonly swapped: {
    /** The one that has replaced it. */
    readonly handler: HandlerRef;
    /** Who is told when that one is removed. */
    readonly supervisor: Pid | undefined;
  };
}

/** How an event manager is started. */
export interface EventOptions extends StartOptions {
  /** Idle milliseconds after which the manager hibernates. Default: never. */
  readonly hibernateAfter?: number;
  /** What of `sys` is switched on from the start. */
  readonly debug?: readonly DebugOption[];
}

/**
 * What a program holds of an event manager. A term. Its methods wait until the manager has done what they ask, except `notify` and `sendRequest`; only `call` has
 * a limit of time. All throw `CallError` if the manager is not there or ends meanwhile.
 */
export interface EventManager<E> {
  /** The process; the one that has the name now, for a manager by name. Throws `CallError` if nobody has it. */
  readonly pid: Pid;
  /** Sends an event to all handlers. Throws `NoProcError` if nobody has the manager's name. */
  notify(event: E): void;
  /** Sends an event, and returns when all handlers have handled it. */
  syncNotify(event: E): void;
  /** Installs a handler, as the first to get events. Throws `EventHandlerError` if its `init` fails. */
  addHandler<H extends AnyHandler<E>>(handler: HandlerRef<H>, ...argument: Argument<InitArgs<H>>): void;
  /** As `addHandler`, with a link: the caller gets an {@link EventExit} when the handler is removed, and when the caller ends, the handler is removed. */
  addSupHandler<H extends AnyHandler<E>>(handler: HandlerRef<H>, ...argument: Argument<InitArgs<H>>): void;
  /**
   * Removes a handler; returns what its `terminate` returns. Throws `EventHandlerError` with the reason `"module_not_found"` if it is not installed, or with that
   * for which its `terminate` has failed; it is removed then, too.
   */
  deleteHandler<H extends AnyHandler<never>>(handler: HandlerRef<H>, reason?: unknown): ResultOf<H>;
  /**
   * Replaces a handler: `terminate(state, reason)` of the old one, then `init(argument, swapped)` of the new one. That is installed even if the old one is not.
   * A process that has added the old one with `addSupHandler` is now the new one's. Throws `EventHandlerError` if `init` fails; the old one is gone then, too.
   */
  swapHandler<H extends AnyHandler<E>>(
    old: HandlerRef,
    reason: unknown,
    handler: HandlerRef<H>,
    ...argument: Argument<InitArgs<H>>
  ): void;
  /** As `swapHandler`, and the new handler is the caller's as by `addSupHandler`. */
  swapSupHandler<H extends AnyHandler<E>>(
    old: HandlerRef,
    reason: unknown,
    handler: HandlerRef<H>,
    ...argument: Argument<InitArgs<H>>
  ): void;
  /** The installed handlers, newest first: the order in which they get events. */
  whichHandlers(): HandlerRef[];
  /**
   * Calls one handler. Throws `EventHandlerError` with the reason `"bad_module"` if it is not installed, or with that for which it fails meanwhile; and `CallError`
   * if no answer comes within 5,000 ms, or the limit set by `with`.
   */
  call<H extends AnyHandler<never>, N extends CallNames<H>>(
    handler: HandlerRef<H>,
    name: N,
    ...args: CallArgs<CallsOf<H>[N]>
  ): CallAnswer<CallsOf<H>[N]>;
  /** Sends a call to one handler, and returns at once; the answer is received later, by `genEvent.receiveResponse` and its like. */
  sendRequest<H extends AnyHandler<never>, N extends CallNames<H>>(
    handler: HandlerRef<H>,
    name: N,
    ...args: CallArgs<CallsOf<H>[N]>
  ): RequestId<CallAnswer<CallsOf<H>[N]>>;
  /** The same manager with other options. */
  with(options: ClientOptions): EventManager<E>;
  /**
   * Has the manager terminate all handlers and end with `reason`, and returns when it is gone. Throws `CallError` if that takes longer than `timeout`
   * milliseconds.
   */
  stop(reason?: unknown, timeout?: number): void;
}

/** A kind of event managers: what `genEvent` makes. A term if its module exports it. */
export interface EventManagerDefinition<E> extends Startable {
  /** Starts a manager linked with the caller. Throws `StartError`. */
  startLink(options?: EventOptions): EventManager<E>;
  /** As `startLink`, without the link. */
  start(options?: EventOptions): EventManager<E>;
  /** As `start`, with a monitor of the manager that begins with it. */
  startMonitor(options?: EventOptions): readonly [manager: EventManager<E>, monitor: Ref];
  /** A manager that runs, or will. */
  ref(dest: ServerDest): EventManager<E>;
  /** How a supervisor starts one. The default `id` is the name, or that under which the module exports the definition. */
  child(options?: EventOptions & ChildOptions): ChildSpec;
}

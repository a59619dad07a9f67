/** The types of a state machine's definition and of its clients. */
import type { Pid, Ref } from "@agner/vm";
import type { Ignore, Stop } from "../gen/action.ts";
import type { DebugOption } from "../gen/debug.ts";
import type { ServerDest } from "../gen/names.ts";
import type { StartOptions } from "../gen/start.ts";
import type { StartArgs, Started } from "../gen-server/types.ts";
import type { ChildOptions, ChildSpec, Startable } from "../supervisor/child-spec.ts";
import type {
  Answer,
  EventTimeout,
  GenericTimeout,
  NextEvent,
  NextState,
  SameState,
  SameStateAndData,
  StartIn,
  StateTimeout,
  StopAndReply,
  Switch,
  SwitchModule,
} from "./action.ts";
import type { AnyEvent, ContentOf, Declared, Enter, EventOf, EventTypes, FunctionOf, PartOf } from "./event.ts";

/** What an event callback is called with. */
export type Incoming<E, S, SE> = EventOf<E> | (SE extends true ? Enter<S> : never);

type GenericTimeouts<G> = [G] extends [never]
  ? GenericTimeout<any, any>
  : { [N in keyof G & string]: GenericTimeout<N, G[N] extends Declared<infer X> ? X : any> }[keyof G & string];

/** The actions of a machine that declares `E`. */
export type ActionOf<E> =
  | Switch
  | Answer
  | NextEvent<EventOf<E>>
  | EventTimeout<ContentOf<E, "timeout">>
  | StateTimeout<ContentOf<E, "stateTimeout">>
  | GenericTimeouts<PartOf<E, "genericTimeouts">>
  | SwitchModule
  | number;

/** What an event callback returns. */
export type EventResult<S, D, E> =
  | NextState<S, D, ActionOf<E>>
  | SameState<D, ActionOf<E>>
  | SameStateAndData<ActionOf<E>>
  | Stop<D>
  | StopAndReply<D>;

type StateOf<I> = I extends StartIn<infer S, any> ? S : never;
type DataOf<I> = I extends StartIn<any, infer D> ? D : never;
/** The state is one of those with a function, or what `init` says. */
type StateIn<N extends string, I> = [N] extends [never] ? StateOf<I> : N;
type FirstIn<N extends string> = [N] extends [never] ? unknown : StartIn<NoInfer<N>, any> | Stop | Ignore;

/** What `formatStatus` gets, and returns changed: what is shown of a state machine. */
export interface StatemStatus<S = unknown, D = unknown> {
  readonly state: S;
  readonly data: D;
  /** Events that wait for another state, oldest first. */
  readonly postponed: readonly AnyEvent[];
  /** The time-outs that run, as the events that they will be. */
  readonly timeouts: readonly AnyEvent[];
  /** In a report: the event that it was handling, and those that would have been next. */
  readonly queue?: readonly AnyEvent[];
  /** In a report: why it terminates. */
  readonly reason?: unknown;
  /** Events that `sys.log` has kept. */
  readonly log?: readonly unknown[];
}

/** What `sys.getState` shows and `sys.replaceState` replaces, and what `codeChange` returns. */
export interface StateAndData<S, D> {
  readonly state: S;
  readonly data: D;
}

/** The callbacks of a state machine: `init`, and either `states` or `handleEvent`. */
export interface StatemSpec<A extends readonly unknown[], I, E, SE, N extends string> {
  /** The types of events, and the names of the calls and casts. */
  readonly events?: E & EventTypes;
  /** Whether a state's callback is called with `{ type: "enter" }` first. Default false. */
  readonly stateEnter?: SE;
  /** `startIn(state, data, actions?)`, `stop(reason)` or `ignore()`. */
  readonly init: (...args: A) => I & FirstIn<N>;
  /** One callback for each state, which is its name: gets the event and the data. */
  readonly states?: {
    readonly [K in N]: (event: Incoming<E, N, SE>, data: DataOf<I>) => EventResult<NoInfer<N>, DataOf<I>, E>;
  };
  /** One callback for all states, which are any terms: gets the event, the state and the data. */
  readonly handleEvent?: (
    event: Incoming<E, StateOf<I>, SE>,
    state: StateOf<I>,
    data: DataOf<I>,
  ) => EventResult<StateOf<I>, DataOf<I>, E>;
  /** Runs before the machine ends by a stop, a crash, or its parent's exit signal if it traps exits. */
  readonly terminate?: (reason: unknown, state: StateIn<N, I>, data: DataOf<I>) => void;
  /** Adapts state and data to new code; throws if it cannot. */
  readonly codeChange?: (oldVersion: any, state: any, data: any, extra: any) => StateAndData<StateIn<N, I>, DataOf<I>>;
  /** Changes what status and reports show, for instance to hide a password. */
  readonly formatStatus?: (status: StatemStatus<any, any>) => StatemStatus<any, any>;
}

/** How a state machine is started. */
export interface StatemOptions extends StartOptions {
  /** Idle milliseconds after which the machine hibernates. Default: never. */
  readonly hibernateAfter?: number;
  /** What of `sys`'s debugging is on from the start. */
  readonly debug?: readonly DebugOption[];
}

/** How a client calls. */
export interface StatemClientOptions {
  /**
   * How long a call waits for its answer, in milliseconds; default `Infinity`. An answer that comes later vanishes, so OTP's two ways to wait, `cleanTimeout`
   * and `dirtyTimeout`, are the same here.
   */
  readonly timeout?: number;
  readonly cleanTimeout?: number;
  readonly dirtyTimeout?: number;
}

type Functions<T> = [T] extends [never] ? {} : { readonly [K in keyof T]: FunctionOf<T[K]> };

/** What a program holds of a state machine: its calls as methods, its casts under `cast`. A term. */
export type StatemClient<E> = Functions<PartOf<E, "calls">> & {
  /** The process; the one that has the name now, for a client by name. Throws `CallError` if nobody has it. */
  readonly pid: Pid;
  readonly cast: Functions<PartOf<E, "casts">>;
  /** The same client with other options. */
  with(options: StatemClientOptions): StatemClient<E>;
};

/** A definition whose callbacks another machine may take: see `changeCallbackModule`. */
export interface StatemModule {
  ref(dest: ServerDest): { readonly pid: Pid };
  child(...args: any[]): ChildSpec;
}

/** A state machine: what `genStatem` makes. A term if its module exports it. */
export interface StatemDefinition<A extends readonly unknown[], I, E> extends Startable, StatemModule {
  /** Starts a machine linked with the caller; returns its client when `init` is done. Throws `StartError`. */
  startLink(...args: StartArgs<A, StatemOptions>): Started<I, StatemClient<E>>;
  /** As `startLink`, without the link. */
  start(...args: StartArgs<A, StatemOptions>): Started<I, StatemClient<E>>;
  /** As `start`, and monitors the machine from its first moment: the client, and the monitor's reference. */
  startMonitor(...args: StartArgs<A, StatemOptions>): Started<I, [client: StatemClient<E>, ref: Ref]>;
  /** A client of a machine that runs, or will. */
  ref(dest: ServerDest): StatemClient<E>;
  /** How a supervisor starts one. The default `id` is the name, or that under which the module exports the definition. */
  child(...args: StartArgs<A, StatemOptions & ChildOptions>): ChildSpec;
}

/** The types of agents. */
import type { Pid } from "@agner/vm";
import type { ServerDest } from "../gen/names.ts";
import type { ClientOptions, ServerOptions } from "../gen-server/types.ts";
import type { ChildOptions, ChildSpec, Startable } from "../supervisor/child-spec.ts";

/**
 * What a program holds of an agent. A term. Every function runs in the agent's process, one after the other: it gets a copy of the arguments, and if it is a
 * closure, copies of what it has captured. One that throws ends the agent.
 */
export interface Agent<S> {
  /** The process; the one that has the name now, for an agent by name. Throws `CallError` if nobody has it. */
  readonly pid: Pid;
  /** What `fn` makes of the state; without `fn`, a copy of the whole state. Waits 5,000 ms at most; see `with`. */
  get(): S;
  get<A extends readonly unknown[], R>(fn: (state: S, ...args: A) => R, ...args: A): R;
  /** Replaces the state by what `fn` makes of it, and waits until that is done. */
  update<A extends readonly unknown[]>(fn: (state: S, ...args: A) => S, ...args: A): void;
  /** `fn` returns `[value, state]`: the value is the result, the state the next one. */
  getAndUpdate<A extends readonly unknown[], R>(fn: (state: S, ...args: A) => readonly [value: R, state: S], ...args: A): R;
  /** As `update`, without waiting; nothing happens if the agent is not there. */
  cast<A extends readonly unknown[]>(fn: (state: S, ...args: A) => S, ...args: A): void;
  /**
   * Ends the agent and returns when it has ended. Throws `CallError` if it is not there, ends for another reason, or not within `timeout` ms.
   *
   * @param reason default `"normal"`.
   * @param timeout in milliseconds; default `Infinity`.
   */
  stop(reason?: unknown, timeout?: number): void;
  /** The same agent with another limit of time for its answers. */
  with(options: ClientOptions): Agent<S>;
}

/** Starts agents and finds them. */
export interface Agents extends Startable {
  /** Starts an agent linked with the caller; `init` makes its first state, in the agent's process. Throws `StartError`. */
  startLink<S>(init: () => S, options?: ServerOptions): Agent<S>;
  /** As `startLink`, without the link. */
  start<S>(init: () => S, options?: ServerOptions): Agent<S>;
  /** An agent that runs, or will. What its state is, the caller must know. */
  ref<S>(dest: ServerDest): Agent<S>;
  /** How a supervisor starts an agent. The default `id` is the name, or `"agent"`. */
  child<S>(init: () => S, options?: ServerOptions & ChildOptions): ChildSpec;
}

/** The types of a supervisor's definition and of its handles. */
import type { Pid } from "@agner/vm";
import type { Ignore } from "../gen/action.ts";
import type { ServerDest } from "../gen/names.ts";
import type { StartOptions } from "../gen/start.ts";
import type { StartArgs } from "../gen-server/types.ts";
import type { ChildOptions, ChildSpec, Startable } from "./child-spec.ts";

/** Which children are restarted when one fails: it alone, all, it and those that were started after it; or, with any number of children of one kind, it alone. */
export type Strategy = "one_for_one" | "one_for_all" | "rest_for_one" | "simple_one_for_one";

/** Whether a supervisor ends when significant children have ended in order: never, at the first, or at the last of them. */
export type AutoShutdown = "never" | "any_significant" | "all_significant";

/** How a supervisor deals with children that fail. */
export interface SupervisorFlags {
  /** Default `"one_for_one"`. */
  readonly strategy?: Strategy;
  /** How many restarts within `periodMs` a supervisor makes; at one more it ends all children and then itself with `"shutdown"`. Default 1. */
  readonly intensity?: number;
  /** In milliseconds. Default 5,000. */
  readonly periodMs?: number;
  /** Default `"never"`. */
  readonly autoShutdown?: AutoShutdown;
}

/** What an `init` function of a supervisor returns. */
export interface SupervisorInit extends SupervisorFlags {
  /** In the order in which they are started. `"simple_one_for_one"`: exactly one, of which no child is started yet. */
  readonly children: readonly ChildSpec[];
}

/** A child, as `whichChildren` shows it. */
export interface ChildInfo {
  /** undefined under a simple_one_for_one supervisor. */
  readonly id: unknown;
  /** undefined: not running. */
  readonly pid: Pid | "restarting" | undefined;
  readonly type: "worker" | "supervisor";
  readonly modules: readonly string[] | "dynamic";
}

/** How many children a supervisor has. */
export interface ChildCounts {
  /** Child specifications. */
  readonly specs: number;
  /** Children that run. */
  readonly active: number;
  /** Children of type `"supervisor"`, running or not. */
  readonly supervisors: number;
  /** Children of type `"worker"`, running or not. */
  readonly workers: number;
}

/** What every supervisor's handle can do. Requests wait without limit for their answer, and throw `SupervisorError` if the supervisor refuses. */
interface CommonHandle {
  /** The process; the one that has the name now, for a handle by name. Throws `CallError` if nobody has it. */
  readonly pid: Pid;
  /** The children, newest first. */
  whichChildren(): ChildInfo[];
  countChildren(): ChildCounts;
  /** The specification of a child, complete; by pid, too, under a simple_one_for_one supervisor. Throws with `"not_found"`. */
  childSpec(id: unknown): ChildSpec;
  /**
   * Ends the supervisor and all its children, and returns when they have ended. Throws `CallError` if it ends for another reason, or not within `timeout` ms.
   *
   * @param reason default `"normal"`.
   * @param timeout in milliseconds; default `Infinity`.
   */
  stop(reason?: unknown, timeout?: number): void;
}

/** What a program holds of a supervisor. A term. */
export interface SupervisorHandle extends CommonHandle {
  /**
   * Adds a child and starts it; undefined if its start ignored it, which keeps the specification unless the child is temporary. Throws with the reason of the
   * start, `{ alreadyStarted: pid }`, `"already_present"`, or what is wrong with the specification.
   */
  startChild(spec: ChildSpec): Pid | undefined;
  /** As `startChild`, with what the start function has returned beside the child. */
  startChildExtra(spec: ChildSpec): readonly [pid: Pid | undefined, extra: unknown];
  /** Ends a child and keeps its specification, unless it is temporary. Throws with `"not_found"`. */
  terminateChild(id: unknown): void;
  /** Starts a child that does not run. Throws with `"running"`, `"restarting"`, `"not_found"`, or the reason of the start. */
  restartChild(id: unknown): Pid | undefined;
  /** Forgets a child that does not run. Throws with `"running"`, `"restarting"` or `"not_found"`. */
  deleteChild(id: unknown): void;
}

/** What a program holds of a simple_one_for_one supervisor. A term. */
export interface SimpleSupervisorHandle extends CommonHandle {
  /** Starts a child: `extraArgs` follow the arguments in the specification. undefined if the start ignored it. Throws with the reason of the start. */
  startChild(...extraArgs: unknown[]): Pid | undefined;
  /** As `startChild`, with what the start function has returned beside the child. */
  startChildExtra(...extraArgs: unknown[]): readonly [pid: Pid | undefined, extra: unknown];
  /** Ends a child and forgets it. Throws with `"not_found"` for a process that is alive and no child. */
  terminateChild(pid: Pid): void;
}

/** The handle for a strategy, or for what an `init` returns. */
export type HandleOf<S, I> = [I] extends [never]
  ? HandleFor<S>
  : HandleFor<Exclude<I, Ignore> extends { readonly strategy: infer T } ? T : "one_for_one">;
type HandleFor<S> = [S] extends ["simple_one_for_one"] ? SimpleSupervisorHandle : SupervisorHandle;

/** What a start returns: undefined only if the children may be `ignore()`. */
export type StartedSupervisor<R, H> = Extract<R, Ignore> extends never ? H : H | undefined;

/** A supervisor: what `supervisor` makes. A term if its module exports it. */
export interface SupervisorDefinition<A extends readonly unknown[], R, H> extends Startable {
  /** Starts a supervisor linked with the caller; returns its handle when all children have been started. Throws `StartError`. */
  startLink(...args: StartArgs<A, StartOptions>): StartedSupervisor<R, H>;
  /** As `startLink`, without the link. */
  start(...args: StartArgs<A, StartOptions>): StartedSupervisor<R, H>;
  /** A handle of a supervisor that runs, or will. */
  ref(dest: ServerDest): H;
  /** How another supervisor starts one: of type `"supervisor"`, with all the time it needs to end. */
  child(...args: StartArgs<A, StartOptions & ChildOptions>): ChildSpec;
}

/** A supervisor's definition in two parts: flags, and the children or what makes them of the argument of the start. */
export interface SupervisorSpec<A extends readonly unknown[], R, S extends Strategy> extends SupervisorFlags {
  readonly strategy?: S;
  readonly children: readonly ChildSpec[] | ((...args: A) => R);
}

/** A supervisor's definition as one function of the argument of the start. */
export interface InitSpec<A extends readonly unknown[], R extends SupervisorInit | Ignore> {
  readonly init: (...args: A) => R;
}

/** Any definition, as the supervisor itself sees it. */
export type AnySpec = SupervisorSpec<any[], unknown, Strategy> | InitSpec<any[], any>;

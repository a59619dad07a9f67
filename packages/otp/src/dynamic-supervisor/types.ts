/** The types of dynamic supervisors. */
import type { Pid } from "@agner/vm";
import type { ServerDest } from "../gen/names.ts";
import type { StartOptions } from "../gen/start.ts";
import type { ChildOptions, ChildSpec, Startable } from "../supervisor/child-spec.ts";
import type { ChildCounts, ChildInfo } from "../supervisor/types.ts";

/** How a dynamic supervisor deals with its children. */
export interface DynamicSupervisorSpec {
  /** How many restarts within `periodMs` it makes; at one more it ends all children and then itself with `"shutdown"`. Default 3. */
  readonly intensity?: number;
  /** In milliseconds. Default 5,000. */
  readonly periodMs?: number;
  /** How many children it may have, those that wait for a restart among them. Default `Infinity`. */
  readonly maxChildren?: number;
  /** What starts a child gets these before the arguments of its specification. Default: none. */
  readonly extraArguments?: readonly unknown[];
  /**
   * Where children run that are started from a definition and whose options do not name a scheduler: on the supervisor's core, or on one core after the
   * other. Default `"supervisor"`.
   */
  readonly placement?: "supervisor" | "spread";
}

/** A specification of a child: its `id` is not needed, and not looked at. */
export type DynamicChildSpec = Omit<ChildSpec, "id"> & { readonly id?: unknown };

/** What a program holds of a dynamic supervisor. A term. Requests wait without limit for their answer, and throw `SupervisorError` if they are refused. */
export interface DynamicSupervisorHandle {
  /** The process; the one that has the name now, for a handle by name. Throws `CallError` if nobody has it. */
  readonly pid: Pid;
  /**
   * Starts a child; undefined if its start ignored it: then there is no child. Throws with the reason of the start, `"max_children"`, or what is wrong with the
   * specification.
   */
  startChild(spec: DynamicChildSpec): Pid | undefined;
  /** As `startChild`, with what the start function has returned beside the child. */
  startChildExtra(spec: DynamicChildSpec): readonly [pid: Pid | undefined, extra: unknown];
  /** Ends a child and forgets it. Throws with `"not_found"`. */
  terminateChild(pid: Pid): void;
  /** The children, newest first. */
  whichChildren(): ChildInfo[];
  countChildren(): ChildCounts;
  /**
   * Ends the supervisor and all its children, and returns when they have ended. Throws `CallError` if it ends for another reason, or not within `timeout` ms.
   *
   * @param reason default `"normal"`.
   * @param timeout in milliseconds; default `Infinity`.
   */
  stop(reason?: unknown, timeout?: number): void;
}

/** A dynamic supervisor: what `dynamicSupervisor` makes. A term if its module exports it. */
export interface DynamicSupervisorDefinition extends Startable {
  /** Starts a supervisor linked with the caller, without children. Throws `StartError`. */
  startLink(argument?: undefined, options?: StartOptions): DynamicSupervisorHandle;
  /** As `startLink`, without the link. */
  start(argument?: undefined, options?: StartOptions): DynamicSupervisorHandle;
  /** A handle of a supervisor that runs, or will. */
  ref(dest: ServerDest): DynamicSupervisorHandle;
  /** How another supervisor starts one: of type `"supervisor"`, with all the time it needs to end. */
  child(argument?: undefined, options?: StartOptions & ChildOptions): ChildSpec;
}

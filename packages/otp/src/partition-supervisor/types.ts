/** The types of partition supervisors. */
import type { Pid } from "@agner/vm";
import type { NameServer, Via } from "../gen/names.ts";
import type { StartOptions } from "../gen/start.ts";
import type { ChildOptions, ChildSpec, Startable } from "../supervisor/child-spec.ts";
import type { ChildCounts, ChildInfo, SupervisorFlags } from "../supervisor/types.ts";

/** What a partition supervisor starts, how often, and how it deals with failures. */
export interface PartitionSupervisorSpec extends Pick<SupervisorFlags, "intensity" | "periodMs"> {
  /**
   * Makes the specification of a partition's child. Its id is the partition; it has no name of its own, since the partition is its name. A child that is
   * started from a definition is bound to the partition's core, unless its options name another.
   */
  readonly child: (partition: number) => ChildSpec;
  /** How many; a function is called when it is needed, and must return the same on every core. Default: one for each core. */
  readonly partitions?: number | (() => number);
  /** Which partitions are restarted when one fails. Default `"one_for_one"`. */
  readonly strategy?: "one_for_one" | "one_for_all" | "rest_for_one";
}

/** What can be done with a partition supervisor. */
export interface Partitions extends NameServer {
  /** A partition's child as the destination of a client or a handle: that of partition `abs(key) % n` for a whole number, else of one that depends on the key. */
  via(key: unknown): Via;
  /** How many partitions there are. */
  partitions(): number;
  /** The partitions, in order; their ids are their numbers. */
  whichChildren(): ChildInfo[];
  countChildren(): ChildCounts;
}

/** A running partition supervisor, by its name. A term. */
export interface PartitionSupervisorHandle extends Partitions {
  /** The process. Throws `CallError` if nobody has the name. */
  readonly pid: Pid;
  /**
   * Ends the supervisor and all partitions, and returns when they have ended. Throws `CallError` if it ends for another reason, or not within `timeout` ms.
   *
   * @param reason default `"normal"`.
   * @param timeout in milliseconds; default `Infinity`.
   */
  stop(reason?: unknown, timeout?: number): void;
}

/** How a partition supervisor is started. */
export interface PartitionSupervisorOptions extends Omit<StartOptions, "name"> {
  /** Its registered name. Default: the name under which its module exports the definition. */
  readonly name?: string;
}

/** A partition supervisor: its operations, for the one that runs under the name that its module exports it by. A term if its module exports it. */
export interface PartitionSupervisorDefinition extends Partitions, Startable {
  /** Starts a supervisor linked with the caller; returns its handle when all partitions have been started. Throws `StartError`. */
  startLink(argument?: undefined, options?: PartitionSupervisorOptions): PartitionSupervisorHandle;
  /** As `startLink`, without the link. */
  start(argument?: undefined, options?: PartitionSupervisorOptions): PartitionSupervisorHandle;
  /** The same operations for a supervisor that runs under another name. */
  ref(name: string): PartitionSupervisorHandle;
  /** How another supervisor starts one: of type `"supervisor"`, with all the time it needs to end. */
  child(argument?: undefined, options?: PartitionSupervisorOptions & ChildOptions): ChildSpec;
}

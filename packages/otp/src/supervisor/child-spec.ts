/** Child specifications: what a supervisor has to know of a child. */
import type { Pid } from "@agner/vm";
import type { StartResult } from "../gen/message.ts";

/** Method of a definition by which a supervisor starts a child, linked with itself. */
export const START_CHILD: unique symbol = Symbol.for("agner.start-child");

/** A definition of which a supervisor can start children. */
export interface Startable {
  [START_CHILD](...args: any[]): StartResult;
}

/** A process, or a client or handle of one. */
export type HasPid = Pid | { readonly pid: Pid };

/** What a start function may return: what it has started; that and something that only `startChildExtra` shows; or undefined: nothing was started, and that is no error. */
export type StartedChild = HasPid | readonly [child: HasPid, extra: unknown] | undefined;

/** When a child that has ended is started again: always, unless it ended in order, or never. */
export type Restart = "permanent" | "transient" | "temporary";

/** How long a supervisor waits before a restart, in milliseconds: `min`, then by `factor` more each time, at most `max`. A child that ran for `max` begins at `min` again. */
export interface Backoff {
  readonly min: number;
  readonly max: number;
  /** Default 2. */
  readonly factor?: number;
  /** Share of the wait that is random, from 0 to 1. Default 0. */
  readonly jitter?: number;
}

/** What a child specification says beside how the child is started. */
export interface ChildOptions {
  /** Names the child within its supervisor. */
  readonly id?: unknown;
  /** Default `"permanent"`. */
  readonly restart?: Restart;
  /** Milliseconds that the child has to end in order before it is killed, `Infinity`, or `"brutal_kill"`. Default 5,000; a supervisor: `Infinity`. */
  readonly shutdown?: number | "brutal_kill";
  /** Default `"worker"`. */
  readonly type?: "worker" | "supervisor";
  /** Whether its orderly end counts for `autoShutdown`. Default false. */
  readonly significant?: boolean;
  /** What `whichChildren` shows of the code that the child runs. Default: what starts it. */
  readonly modules?: readonly string[] | "dynamic";
  /** Default: restarts are immediate, as in OTP. Waiting or not, each restart counts against the intensity when it is made. */
  readonly backoffMs?: Backoff;
}

/** How a supervisor starts, restarts and ends a child. A term, if what starts the child is. */
export interface ChildSpec extends ChildOptions {
  readonly id: unknown;
  /** A definition, or a function that links what it starts with its caller and returns it (undefined: ignored); and the arguments. */
  readonly start: readonly [start: Startable | ((...args: any[]) => StartedChild), ...args: unknown[]];
}

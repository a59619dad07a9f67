/** The types of tasks. */
import type { MaxMailbox, Pid, Priority, Ref } from "@agner/vm";
import type { ServerDest } from "../gen/names.ts";
import type { StartOptions } from "../gen/start.ts";
import type { ChildOptions, ChildSpec, Restart, Startable } from "../supervisor/child-spec.ts";

/** A task that its owner awaits: what `task.async` returns. A term, but only the owner may ask it. */
export interface Task<R> {
  readonly pid: Pid;
  /** Tags its answer and its `Down`; an alias of the owner. */
  readonly ref: Ref;
  readonly owner: Pid;
  /** What it runs, for error messages. */
  readonly initialCall: string;
  /** Only for the type checker: what the result is. */
  readonly result?: () => R;
}

/** How a task ended: with a result, or for a reason without one. */
export type Outcome<R> = { readonly ok: R } | { readonly exit: unknown };

/** How the processes of tasks are made. */
export interface TaskOptions {
  /** Index of the core to which the task is bound. Default: any. */
  readonly scheduler?: number;
  readonly priority?: Priority;
  readonly maxMailbox?: MaxMailbox;
}

/** How `task.yieldMany` waits. */
export interface YieldManyOptions {
  /** Milliseconds to wait for all of them together; default 5,000. */
  readonly timeout?: number;
  /** How many outcomes are enough; default all. */
  readonly limit?: number;
  /** What becomes of those that have none in time: they go on (default), are ignored, or are killed. */
  readonly onTimeout?: "nothing" | "ignore" | "killTask";
}

/** How `task.asyncStream` goes through its items. */
export interface StreamOptions {
  /** How many tasks run at once; default the number of cores. */
  readonly maxConcurrency?: number;
  /** Whether results come in the order of the items; default true. */
  readonly ordered?: boolean;
  /** Milliseconds that each task has; default 5,000. */
  readonly timeout?: number;
  /** What happens past that: the stream throws (default), or the task is killed and its outcome is `{ exit: "timeout" }`. */
  readonly onTimeout?: "exit" | "killTask";
}

/** Outcomes of tasks, made as they are asked for. It belongs to the process that made it. */
export interface TaskStream<R> {
  /** The next outcome; waits for it. */
  next(): IteratorResult<Outcome<R>, undefined>;
  /** Stops: kills the tasks that still run. `break` in a `for … of` does it. */
  return(): IteratorResult<Outcome<R>, undefined>;
  /** Calls `fn` with each outcome. */
  forEach(fn: (outcome: Outcome<R>) => void): void;
  /** All outcomes that are left. */
  toArray(): Outcome<R>[];
  [Symbol.iterator](): TaskStream<R>;
}

/** What a task sends to its owner. */
export interface TaskReply {
  readonly type: "TASK";
  readonly ref: Ref;
  readonly value: unknown;
}

/** How a supervisor of tasks is started. */
export interface TaskSupervisorOptions extends StartOptions {
  /** How many tasks it has at once; one more is refused with `"max_children"`. Default `Infinity`. */
  readonly maxChildren?: number;
  /** How many restarts within `periodMs` it makes before it gives up. Default 3; it counts only tasks that are restarted. */
  readonly intensity?: number;
  /** In milliseconds. Default 5,000. */
  readonly periodMs?: number;
}

/** How a supervised task is started. */
export interface SupervisedTaskOptions extends TaskOptions {
  /** Whether a task of `startChild` that has ended is started again, with the same arguments. Default `"temporary"`: it is not. */
  readonly restart?: Restart;
  /** Milliseconds that the task has to end in order when its supervisor ends it, `Infinity`, or `"brutal_kill"`. Default 5,000. */
  readonly shutdown?: number | "brutal_kill";
}

/**
 * What a program holds of a supervisor of tasks. A term. Functions travel through the supervisor: a closure must have captured nothing but terms.
 * Every start throws `SupervisorError` with `"max_children"` if there is no room.
 */
export interface TaskSupervisor {
  /** The process; the one that has the name now, for a handle by name. Throws `CallError` if nobody has it. */
  readonly pid: Pid;
  /** As `task.async`: the task is the supervisor's child, and linked with the caller, who awaits it. */
  async<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Task<R>;
  /** As `async`, without the link with the caller, who learns of a crash by `task.await` or by a `Down`. */
  asyncNolink<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Task<R>;
  /** As `task.asyncStream`, with tasks that are the supervisor's children as well. */
  asyncStream<T, R>(items: Iterable<T>, fn: (item: T) => R, options?: StreamOptions): TaskStream<R>;
  /** As `asyncStream`, with tasks that are not linked with the caller: one that crashes is an outcome `{ exit }`. */
  asyncStreamNolink<T, R>(items: Iterable<T>, fn: (item: T) => R, options?: StreamOptions): TaskStream<R>;
  /** Starts a task for which nobody waits. */
  startChild<A extends readonly unknown[]>(fn: (...args: A) => unknown, ...args: A): Pid;
  /** The tasks that run. */
  children(): Pid[];
  /** Ends a task, and returns when it has ended. Throws `SupervisorError` with `"not_found"` if it is none of its tasks. */
  terminateChild(pid: Pid): void;
  /** Ends all tasks, and the supervisor. */
  stop(reason?: unknown, timeout?: number): void;
  /** The same supervisor, with other options for the tasks that are started through it. */
  with(options: SupervisedTaskOptions): TaskSupervisor;
}

/** Starts supervisors of tasks, and finds them. */
export interface TaskSupervisors extends Startable {
  /** Starts one, linked with the caller. Throws `StartError`. */
  startLink(options?: TaskSupervisorOptions): TaskSupervisor;
  /** As `startLink`, without the link. */
  start(options?: TaskSupervisorOptions): TaskSupervisor;
  /** One that runs, or will. */
  ref(dest: ServerDest): TaskSupervisor;
  /** How a supervisor starts one. The default `id` is the name, or `"taskSupervisor"`. */
  child(options?: TaskSupervisorOptions & ChildOptions): ChildSpec;
}

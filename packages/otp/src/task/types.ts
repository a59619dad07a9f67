/** The types of tasks. */
import type { MaxMailbox, Pid, Priority, Ref } from "@agner/vm";

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

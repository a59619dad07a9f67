/**
 * Tasks: processes that do one thing, mostly to compute while the caller does something else. The counterpart of Elixir's Task.
 */
import { unpackFunction, type PackedFunction, type Pid } from "@agner/vm";
import { packIfPossible } from "./gen/functions.ts";
import type { ChildSpec } from "./supervisor/child-spec.ts";
import { awaitMany, awaitTask, ignoreTask, shutdownTask, yieldMany, yieldTask } from "./task/await.ts";
import { checkFunction, describeFunction, spawnAwaited, spawnTask } from "./task/spawn.ts";
import { makeStream } from "./task/stream.ts";
import type { StreamOptions, Task, TaskOptions, TaskStream } from "./task/types.ts";

/** Starts tasks, all in the same way. */
export interface TaskStarter {
  /**
   * Starts a task that runs `fn(...args)`, linked with the caller, who is its owner and awaits it or gives it up. A closure gets copies of what it has captured.
   *
   * @throws {BadTermError} for an argument that cannot be copied.
   * @example
   * const t = task.async(() => fib(30));
   * const n = task.await(t);
   */
  async<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Task<R>;
  /** Starts a task for which nobody waits. */
  start<A extends readonly unknown[]>(fn: (...args: A) => unknown, ...args: A): Pid;
  /** As `start`, linked with the caller. */
  startLink<A extends readonly unknown[]>(fn: (...args: A) => unknown, ...args: A): Pid;
  /**
   * A task for each item, `maxConcurrency` at a time, linked with the caller; the outcomes come as they are asked for.
   *
   * @throws {TaskError} from `next`, if a task takes longer than `timeout` milliseconds.
   * @example
   * for (const outcome of task.asyncStream(urls, size, { maxConcurrency: 4 })) if ("ok" in outcome) total += outcome.ok;
   */
  asyncStream<T, R>(items: Iterable<T>, fn: (item: T) => R, options?: StreamOptions): TaskStream<R>;
}

function starter(options: TaskOptions): TaskStarter {
  return {
    async: (fn, ...args) => spawnAwaited("task.async", options, fn, args),
    start: (fn, ...args) => spawnTask("task.start", options, fn, args),
    startLink: (fn, ...args) => spawnTask("task.startLink", { ...options, link: true }, fn, args),
    asyncStream: (items, fn, stream) => {
      checkFunction("task.asyncStream", fn);
      return makeStream("task.asyncStream", items, (item) => spawnAwaited("task.asyncStream", options, fn, [item]), stream);
    },
  };
}

/** How a supervisor starts a task: with the function as a term. */
export function startSupervised(fn: PackedFunction<(...args: any[]) => unknown>, ...args: unknown[]): Pid {
  return spawnTask("task.child", { link: true }, unpackFunction(fn), args);
}

/**
 * Starting tasks, and what their owner does with them. Every `timeout` is in milliseconds, 5,000 by default; `Infinity` waits for ever.
 *
 * @example
 * const tasks = [3, 4].map((n) => task.async(square, n));
 * task.awaitMany(tasks); // [9, 16]
 */
export const task = {
  ...starter({}),
  /** Starts tasks with options: the core on which they run, their priority, their mailbox bound. */
  with: (options: TaskOptions): TaskStarter => starter(options),
  /**
   * The result of a task. Each task is awaited once at most.
   *
   * @throws {TaskError} `AGNER_TASK` if it ended without a result (`cause` is its exit reason), `AGNER_TIMEOUT`, `AGNER_NOT_OWNER`.
   */
  await: awaitTask,
  /** The results of tasks in their order. Throws as `await` does for the first that fails; the others are no longer waited for, and go on. */
  awaitMany,
  /** `{ ok }` or `{ exit }`, or undefined if the task is not done yet: then it may be asked again. */
  yield: yieldTask,
  /** As `yield` for many, with one limit of time for all: each task with its outcome, in order. */
  yieldMany,
  /** Ends a task in order, and by force after `timeout`, or at once with `"brutal_kill"`. What it had to say before that is returned. */
  shutdown: shutdownTask,
  /** Gives a task up: it goes on, without link, and its result is dropped. If it is there already, it is returned. */
  ignore: ignoreTask,
  /** How a supervisor starts a task; its restart is `"temporary"`. Spread it to change `id` or `restart`. */
  child: <A extends readonly unknown[]>(fn: (...args: A) => unknown, ...args: A): ChildSpec => {
    checkFunction("task.child", fn);
    return { id: describeFunction(fn), restart: "temporary", start: [startSupervised, packIfPossible(fn), ...args] };
  },
} as const;

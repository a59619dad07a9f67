/** Many items, a task for each, so many at a time. */
import { exit, monotonicTime, receiveSince, schedulers, TIMEOUT, unlink, type Down, type Pid, type Ref } from "@agner/vm";
import { badArgument } from "../errors.ts";
import { CALL_TIMEOUT_MS, checkTimeout } from "../gen/call.ts";
import { taskError } from "./error.ts";
import type { Outcome, StreamOptions, Task, TaskReply, TaskStream } from "./types.ts";

/** The place of an item's outcome. */
interface Slot {
  outcome: Outcome<any> | undefined;
}

interface Running {
  readonly task: Task<any>;
  readonly slot: Slot;
  readonly deadline: number;
}

interface Stream {
  readonly items: Iterator<unknown>;
  /** Begins the task of an item. */
  readonly begin: (item: any) => Task<any>;
  readonly max: number;
  readonly ordered: boolean;
  readonly timeout: number;
  readonly kills: boolean;
  /** Oldest first, so the first has the least time left. */
  readonly running: Map<Ref, Running>;
  /** Ordered: of items whose outcome is not delivered; else: that have one. */
  readonly slots: Slot[];
  /** Whether there are no more items. */
  exhausted: boolean;
}

/** Makes a stream; `begin` starts the task of an item. */
export function makeStream<T, R>(
  what: string,
  items: Iterable<T>,
  begin: (item: T) => Task<R>,
  options: StreamOptions = {},
): TaskStream<R> {
  const { maxConcurrency = schedulers(), ordered = true, timeout = CALL_TIMEOUT_MS, onTimeout = "exit" } = options;
  if (maxConcurrency !== Infinity && !(Number.isInteger(maxConcurrency) && maxConcurrency > 0))
    throw badArgument(`${what}: maxConcurrency must be a whole number above 0, or Infinity`);
  if (onTimeout !== "exit" && onTimeout !== "killTask") throw badArgument(`${what}: onTimeout must be "exit" or "killTask"`);
  const stream: Stream = {
    items: items[Symbol.iterator](),
    begin,
    max: maxConcurrency,
    ordered,
    timeout: checkTimeout(what, timeout),
    kills: onTimeout === "killTask",
    running: new Map(),
    slots: [],
    exhausted: false,
  };
  const self: TaskStream<R> = {
    next: () => next(stream),
    return: () => close(stream),
    forEach: (fn) => forEach(stream, fn),
    toArray: () => toArray(stream),
    [Symbol.iterator]: () => self,
  };
  return self;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

function next(stream: Stream): IteratorResult<Outcome<any>, undefined> {
  try {
    for (;;) {
      fill(stream);
      const first = stream.slots[0];
      if (first?.outcome !== undefined) {
        stream.slots.shift();
        return { done: false, value: first.outcome };
      }
      if (stream.running.size === 0) return DONE;
      waitForOne(stream);
    }
  } catch (e) {
    close(stream);
    throw e;
  }
}

/** Begins tasks while there are items and room. */
function fill(stream: Stream): void {
  const { running, slots } = stream;
  while (!stream.exhausted && running.size < stream.max) {
    const step = stream.items.next();
    if (step.done === true) {
      stream.exhausted = true;
      return;
    }
    const task = stream.begin(step.value);
    const slot: Slot = { outcome: undefined };
    running.set(task.ref, { task, slot, deadline: monotonicTime() + stream.timeout });
    if (stream.ordered) slots.push(slot);
  }
}

function waitForOne(stream: Stream): void {
  const { running } = stream;
  const oldest = first(running);
  const message = receiveSince<TaskReply | Down>(
    oldest.task.ref,
    (m: any) => running.has(m?.ref),
    Math.max(0, oldest.deadline - monotonicTime()),
  );
  if (message !== TIMEOUT) {
    const done = running.get(message.ref)!;
    part(done.task.pid, done.task.ref);
    settle(stream, done, message.type === "TASK" ? { ok: message.value } : { exit: message.reason });
  } else if (stream.kills) {
    const late = kill(oldest);
    settle(
      stream,
      oldest,
      late.type === "TASK" ? { ok: late.value } : { exit: late.reason === "killed" ? "timeout" : late.reason },
    );
  } else {
    throw taskError(
      "asyncStream",
      oldest.task,
      "AGNER_TIMEOUT",
      "timeout",
      `gave no result within ${stream.timeout} ms; give them more { timeout }, or let { onTimeout: "killTask" } go on without it`,
    );
  }
}

function first(running: ReadonlyMap<Ref, Running>): Running {
  for (const each of running.values()) return each;
  throw new Error("no task runs");
}

function settle(stream: Stream, { task, slot }: Running, outcome: Outcome<any>): void {
  stream.running.delete(task.ref);
  slot.outcome = outcome;
  if (!stream.ordered) stream.slots.push(slot);
}

/** Kills a task and returns its last message: the result, if it was faster. */
function kill({ task: { pid, ref } }: Running): TaskReply | Down {
  unlink(pid);
  exit(pid, "kill");
  const last = receiveSince<TaskReply | Down>(ref);
  part(pid, ref);
  return last;
}

/** Nothing more comes from a task. */
function part(pid: Pid, ref: Ref): void {
  unlink(pid);
  receiveSince(ref, (m: any) => m?.type === "EXIT" && m.from === pid, 0);
}

function close(stream: Stream): IteratorReturnResult<undefined> {
  const { running, slots } = stream;
  for (const each of running.values()) kill(each);
  running.clear();
  slots.length = 0;
  if (!stream.exhausted) {
    stream.exhausted = true;
    stream.items.return?.();
  }
  return DONE;
}

function forEach(stream: Stream, fn: (outcome: Outcome<any>) => void): void {
  try {
    for (let step = next(stream); step.done !== true; step = next(stream)) fn(step.value);
  } finally {
    close(stream);
  }
}

function toArray(stream: Stream): Outcome<any>[] {
  const outcomes: Outcome<any>[] = [];
  forEach(stream, (outcome) => outcomes.push(outcome));
  return outcomes;
}

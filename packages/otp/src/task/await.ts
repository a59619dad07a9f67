/** What the owner of tasks does with them: waits for results, looks for them, gives them up. */
import {
  demonitor,
  exit,
  monitor,
  monotonicTime,
  receive,
  receiveSince,
  self,
  TIMEOUT,
  unalias,
  unlink,
  type Down,
} from "@agner/vm";
import { badArgument } from "../errors.ts";
import { CALL_TIMEOUT_MS, checkTimeout } from "../gen/call.ts";
import { describeActivity } from "../gen/describe.ts";
import { formatReason } from "../gen/format.ts";
import { taskError } from "./error.ts";
import type { Outcome, Task, TaskReply, YieldManyOptions } from "./types.ts";

type Message = TaskReply | Down;
type ResultOf<T> = T extends Task<infer R> ? R : never;

/** See `task.await`. */
export function awaitTask<R>(task: Task<R>, timeout: number = CALL_TIMEOUT_MS): R {
  checkOwner("await", task);
  checkTimeout("await", timeout);
  let message = receiveSince<Message>(task.ref, undefined, timeout);
  if (message === TIMEOUT) message = lastLook(task);
  if (message === TIMEOUT) throw tooLate("await", task, timeout);
  return resultOf("await", task, message);
}

/** See `task.awaitMany`. */
export function awaitMany<const T extends readonly Task<any>[]>(
  tasks: T,
  timeout: number = CALL_TIMEOUT_MS,
): { -readonly [K in keyof T]: ResultOf<T[K]> } {
  checkAll("awaitMany", tasks, timeout);
  const deadline = monotonicTime() + timeout;
  const waiting = new Map(tasks.map((task) => [task.ref, task]));
  const values = new Map<unknown, unknown>();
  while (waiting.size > 0) {
    const message = receive<Message>((m: any) => waiting.has(m?.ref), left(deadline));
    if (message === TIMEOUT) {
      const [[, late]] = [...waiting] as [[unknown, Task<unknown>]];
      for (const task of waiting.values()) forget(task);
      throw tooLate("awaitMany", late, timeout);
    }
    const task = waiting.get(message.ref)!;
    waiting.delete(message.ref);
    if (message.type === "DOWN") for (const other of waiting.values()) forget(other);
    values.set(task.ref, resultOf("awaitMany", task, message));
  }
  return tasks.map(({ ref }) => values.get(ref)) as never;
}

/** See `task.yield`. */
export function yieldTask<R>(task: Task<R>, timeout: number = CALL_TIMEOUT_MS): Outcome<R> | undefined {
  checkOwner("yield", task);
  checkTimeout("yield", timeout);
  const message = receiveSince<Message>(task.ref, undefined, timeout);
  return message === TIMEOUT ? undefined : outcomeOf(message);
}

/** See `task.yieldMany`. */
export function yieldMany<const T extends readonly Task<any>[]>(
  tasks: T,
  options: number | YieldManyOptions = {},
): { -readonly [K in keyof T]: [task: T[K], outcome: Outcome<ResultOf<T[K]>> | undefined] } {
  const {
    timeout = CALL_TIMEOUT_MS,
    limit = tasks.length,
    onTimeout = "nothing",
  } = typeof options === "number" ? { timeout: options } : options;
  checkAll("yieldMany", tasks, timeout);
  if (!["nothing", "ignore", "killTask"].includes(onTimeout))
    throw badArgument('yieldMany: onTimeout must be "nothing", "ignore" or "killTask"');
  const deadline = monotonicTime() + timeout;
  const outcomes = new Map<unknown, Outcome<unknown>>();
  const waiting = new Set<unknown>(tasks.map(({ ref }) => ref));
  while (waiting.size > 0 && outcomes.size < limit) {
    const message = receive<Message>((m: any) => waiting.has(m?.ref), left(deadline));
    if (message === TIMEOUT) break;
    waiting.delete(message.ref);
    outcomes.set(message.ref, outcomeOf(message));
  }
  return tasks.map((task) => [task, outcomes.get(task.ref) ?? giveUp(task, onTimeout)]) as never;
}

function giveUp<R>(task: Task<R>, how: YieldManyOptions["onTimeout"]): Outcome<R> | undefined {
  if (how === "ignore") return ignoreTask(task);
  return how === "killTask" ? shutdownTask(task, "brutal_kill") : undefined;
}

/** See `task.shutdown`. */
export function shutdownTask<R>(task: Task<R>, timeout: number | "brutal_kill" = CALL_TIMEOUT_MS): Outcome<R> | undefined {
  checkOwner("shutdown", task);
  const brutal = timeout === "brutal_kill";
  if (!brutal) checkTimeout("shutdown", timeout);
  const { pid, ref } = task;
  const there = receiveSince<Message>(ref, undefined, 0);
  unlink(pid);
  if (there !== TIMEOUT) return isEndBy(brutal ? "killed" : "shutdown", there) ? undefined : outcomeOf(there);
  // One that was awaited in vain is no longer watched.
  const watch = unalias(ref) ? ref : monitor(pid);
  exit(pid, brutal ? "kill" : "shutdown");
  const message = receiveSince<Message>(watch, undefined, brutal ? Infinity : timeout);
  if (message !== TIMEOUT) return endOf(task, message, brutal ? "killed" : "shutdown");
  exit(pid, "kill");
  return endOf(task, receiveSince<Message>(watch), "killed");
}

/** What a task that was told to end had to say: nothing if it did so for `reason`. */
function endOf<R>(task: Task<R>, message: Message, reason: "shutdown" | "killed"): Outcome<R> | undefined {
  const own = message.ref === task.ref ? TIMEOUT : lastLook(task);
  const last = own === TIMEOUT ? message : own;
  return isEndBy(reason, last) ? undefined : outcomeOf(last);
}

function isEndBy(reason: "shutdown" | "killed", message: Message): boolean {
  return message.type === "DOWN" && message.reason === reason;
}

/** See `task.ignore`. */
export function ignoreTask<R>(task: Task<R>): Outcome<R> | undefined {
  checkOwner("ignore", task);
  unlink(task.pid);
  const message = lastLook(task);
  return message === TIMEOUT ? undefined : outcomeOf(message);
}

/** Ends the watch over a task, and with it the way of its answer; what has come until then is returned. */
function lastLook(task: Task<unknown>): Message | typeof TIMEOUT {
  demonitor(task.ref);
  return receiveSince<Message>(task.ref, undefined, 0);
}

/** As {@link lastLook}; what has come is dropped. */
function forget(task: Task<unknown>): void {
  lastLook(task);
}

function resultOf<R>(what: string, task: Task<R>, message: Message): R {
  if (message.type === "TASK") return message.value as R;
  const { reason } = message;
  throw taskError(what, task, "AGNER_TASK", reason, `ended without a result: ${formatReason(reason)}`);
}

function outcomeOf<R>(message: Message): Outcome<R> {
  return message.type === "TASK" ? { ok: message.value as R } : { exit: message.reason };
}

function tooLate(what: string, task: Task<unknown>, timeout: number): Error {
  const why = `gave no result within ${timeout} ms: ${describeActivity(task.pid)}; give it more time, or look for the result with task.yield`;
  return taskError(what, task, "AGNER_TIMEOUT", "timeout", why);
}

function left(deadline: number): number {
  return Math.max(0, deadline - monotonicTime());
}

function checkAll(what: string, tasks: readonly Task<unknown>[], timeout: number): void {
  checkTimeout(what, timeout);
  for (const task of tasks) checkOwner(what, task);
}

function checkOwner(what: string, task: Task<unknown>): void {
  if (task.owner === self()) return;
  throw taskError(what, task, "AGNER_NOT_OWNER", "not_owner", `can be asked only by its owner, ${task.owner}`);
}

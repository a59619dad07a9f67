/** Processes that run a task: how they begin, whom they have to thank for it, and how they answer. */
import {
  demonitor,
  dictionary,
  exit,
  monitor,
  receive,
  self,
  send,
  spawnOpt,
  type Down,
  type Pid,
  type Ref,
  type SpawnOptions,
} from "@agner/vm";
import { badArgument } from "../errors.ts";
import { ancestorsOfChild } from "../gen/ancestors.ts";
import { runProcess } from "../gen/process.ts";
import type { Task, TaskOptions, TaskReply } from "./types.ts";

/** Key of the list of those on whose behalf a process works, nearest first: who has begun its task, and for whom that one works. */
const CALLERS = "$callers";

/** The callers of a task of the calling process. */
export function callersOfTask(): readonly Pid[] {
  return [self(), ...((dictionary.get(CALLERS) as readonly Pid[] | undefined) ?? [])];
}

/** Tells a task that somebody waits for its result. */
interface Go {
  readonly type: "$task";
  readonly ref: Ref;
}

/** How reports call what a task runs. */
export function describeFunction(fn: Function): string {
  return fn.name === "" ? "a function" : fn.name;
}

/** Throws unless `fn` is a function. */
export function checkFunction(what: string, fn: unknown): void {
  if (typeof fn !== "function")
    throw badArgument(`${what}: a task runs a function, and its arguments follow: ${what}(fn, ...args)`);
}

/** Spawns a process that runs `fn(...args)` for nobody in particular. */
export function spawnTask(what: string, options: SpawnOptions, fn: (...args: any[]) => unknown, args: readonly unknown[]): Pid {
  checkFunction(what, fn);
  const member = { ancestors: ancestorsOfChild(), initialCall: describeFunction(fn), name: undefined };
  const callers = callersOfTask();
  return spawnOpt(options, () => runProcess(member, () => workFor(callers, fn, args)));
}

/** Spawns a process that runs `fn(...args)` for the caller, who watches it, and is linked with it. */
export function spawnAwaited<R>(
  what: string,
  options: TaskOptions,
  fn: (...args: any[]) => R,
  args: readonly unknown[],
): Task<R> {
  checkFunction(what, fn);
  const initialCall = describeFunction(fn);
  const member = { ancestors: ancestorsOfChild(), initialCall, name: undefined };
  const callers = callersOfTask();
  const [pid, ref] = spawnOpt({ ...options, link: true, monitor: ANSWER }, () =>
    runProcess(member, () => answerWith(callers, fn, args)),
  );
  beginTask(pid, ref);
  return { pid, ref, owner: self(), initialCall };
}

/** Options of the monitor of a task: its reference takes the answer, and then there is no `Down`. */
export const ANSWER = { alias: "replyDemonitor" } as const;

/** Lets a task begin: it learns where its answer goes. */
export function beginTask(pid: Pid, ref: Ref): void {
  send(pid, { type: "$task", ref } satisfies Go);
}

/** In a task: runs the function on behalf of `callers`. */
export function workFor(callers: readonly Pid[], fn: (...args: any[]) => unknown, args: readonly unknown[]): unknown {
  dictionary.put(CALLERS, callers);
  return fn(...args);
}

/** In a task: runs the function and sends its result to whoever waits for it. */
export function answerWith(callers: readonly Pid[], fn: (...args: any[]) => unknown, args: readonly unknown[]): void {
  answer(
    receive<Go>((m: any) => m?.type === "$task"),
    callers,
    fn,
    args,
  );
}

/** As {@link answerWith}, in a task that is not linked with its owner: if that one ends before it has said where the answer goes, there is nothing to do. */
export function answerOwner(
  owner: Pid,
  callers: readonly Pid[],
  fn: (...args: any[]) => unknown,
  args: readonly unknown[],
): void {
  const ref = monitor(owner);
  const first = receive<Go | Down>((m: any) => m?.type === "$task" || m?.ref === ref);
  if (first.type === "DOWN") exit({ shutdown: "owner_ended" });
  demonitor(ref, { flush: true });
  answer(first, callers, fn, args);
}

function answer({ ref }: Go, callers: readonly Pid[], fn: (...args: any[]) => unknown, args: readonly unknown[]): void {
  const value = workFor(callers, fn, args);
  send(ref, { type: "TASK", ref, value } satisfies TaskReply);
}

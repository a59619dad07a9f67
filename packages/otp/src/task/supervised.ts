/** Tasks that are children of a supervisor: the owner asks it to start them, and then deals with them itself. */
import { link, monitor, packFunction, self, spawnOpt, unpackFunction, type PackedFunction, type Pid } from "@agner/vm";
import { ancestorsOfChild } from "../gen/ancestors.ts";
import { runProcess } from "../gen/process.ts";
import type { DynamicSupervisorHandle } from "../dynamic-supervisor/types.ts";
import { ANSWER, answerOwner, beginTask, callersOfTask, checkFunction, describeFunction, workFor } from "./spawn.ts";
import type { SupervisedTaskOptions, Task, TaskOptions } from "./types.ts";

type Fn = (...args: any[]) => unknown;

/** What a supervised task is to do. A term. */
interface Order {
  readonly fn: PackedFunction<Fn>;
  readonly args: readonly unknown[];
  readonly callers: readonly Pid[];
  readonly initialCall: string;
  readonly options: TaskOptions;
  /** Who waits for the result; undefined: nobody. */
  readonly owner: Pid | undefined;
}

/** Has a supervisor start a task for which nobody waits. */
export function startFree(
  what: string,
  supervisor: DynamicSupervisorHandle,
  options: SupervisedTaskOptions,
  fn: Fn,
  args: readonly unknown[],
): Pid {
  return order(what, supervisor, options, fn, args, undefined);
}

/** Has a supervisor start a task for whose result the caller waits. */
export function startAwaited<R>(
  what: string,
  supervisor: DynamicSupervisorHandle,
  linked: boolean,
  options: SupervisedTaskOptions,
  fn: (...args: any[]) => R,
  args: readonly unknown[],
): Task<R> {
  const owner = self();
  const pid = order(what, supervisor, { ...options, restart: "temporary" }, fn, args, owner);
  if (linked) link(pid);
  const ref = monitor(pid, ANSWER);
  beginTask(pid, ref);
  return { pid, ref, owner, initialCall: describeFunction(fn) };
}

function order(
  what: string,
  supervisor: DynamicSupervisorHandle,
  { restart = "temporary", shutdown = 5_000, ...options }: SupervisedTaskOptions,
  fn: Fn,
  args: readonly unknown[],
  owner: Pid | undefined,
): Pid {
  checkFunction(what, fn);
  const initialCall = describeFunction(fn);
  const task: Order = { fn: packFunction(fn), args, callers: callersOfTask(), initialCall, options, owner };
  return supervisor.startChild({ restart, shutdown, start: [startTask, task] })!;
}

/** In a supervisor: starts a task. */
export function startTask({ fn, args, callers, initialCall, options, owner }: Order): Pid {
  const member = { ancestors: ancestorsOfChild(), initialCall, name: undefined };
  return spawnOpt({ ...options, link: true }, () =>
    runProcess(member, () => {
      if (owner === undefined) workFor(callers, unpackFunction(fn), args);
      else answerOwner(owner, callers, unpackFunction(fn), args);
    }),
  );
}

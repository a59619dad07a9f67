/** The children of a supervisor: found by id and by pid, in the order in which they start. */
import { cancelTimer, monotonicTime, type Pid, type Ref } from "@agner/vm";
import type { SystemProcess } from "../gen/system.ts";
import type { Answer } from "./answer.ts";
import type { CheckedSpec, Flags } from "./check-spec.ts";
import type { Restarts } from "./intensity.ts";
import { keyOf } from "../gen/key.ts";
import type { AnySpec } from "./types.ts";

/** A definition as its supervisors see it. */
export interface SupervisorCode {
  readonly spec: AnySpec;
  /** Answers requests in its own way; undefined for one that it does not know. */
  readonly answer?: (supervisor: Supervisor, name: string, args: readonly unknown[]) => Answer | undefined;
}

/** A running supervisor. */
export interface Supervisor extends SystemProcess {
  code: SupervisorCode;
  readonly argument: unknown;
  flags: Flags;
  children: Children;
  restarts: Restarts;
}

/** A child. */
export interface Child {
  /** Under a simple_one_for_one supervisor: that of all children. Under a dynamic one, each has its own. */
  spec: CheckedSpec;
  /** What starts it, and all arguments. */
  start: readonly unknown[];
  /** Running; or, where `retry` is set, that which ran before. */
  pid: Pid | undefined;
  /** The restart that it waits for. */
  retry: Retry | undefined;
  /** Only of a child whose restarts wait. */
  wait: Wait | undefined;
}

/** A restart that is still to come. */
export interface Retry {
  /** Tells one that was called off from the next. */
  readonly number: number;
  /** Why it is necessary. */
  readonly reason: unknown;
}

/** What back-off knows of a child. */
export interface Wait {
  /** Restarts that waited since it last ran for long enough. */
  count: number;
  /** When it was started, in monotonic milliseconds; undefined: it could not be started. */
  since: number | undefined;
  timer: Ref | undefined;
}

/** The children of a supervisor. */
export interface Children {
  /** Under a simple_one_for_one supervisor: what its children are made of. */
  readonly template: CheckedSpec | undefined;
  /** By the key of their id, in start order. Empty under a simple_one_for_one supervisor. */
  readonly byKey: Map<unknown, Child>;
  /** Those that run; under a simple_one_for_one supervisor also those that wait for a restart, by their old pid. */
  readonly byPid: Map<Pid, Child>;
  /** How many significant children run or wait for a restart. */
  significant: number;
  /** Those that wait for a restart, by its number. */
  readonly waiting: Map<number, Child>;
  /** How many restarts have had to wait so far. */
  retries: number;
  /** Where the next child starts whose place is not given, if they are spread: its supervisor's own core comes first, and that may change. */
  nextCore: number | undefined;
}

/** The children that specifications describe; none of them runs. */
export function childrenOf(specs: readonly CheckedSpec[], flags: Flags): Children {
  const simple = flags.strategy === "simple_one_for_one";
  const children: Children = {
    template: simple ? specs[0] : undefined,
    byKey: new Map(),
    byPid: new Map(),
    significant: 0,
    waiting: new Map(),
    retries: 0,
    nextCore: undefined,
  };
  if (!simple) for (const spec of specs) children.byKey.set(keyOf(spec.id), newChild(spec));
  return children;
}

/** A child that does not run. */
export function newChild(spec: CheckedSpec, start: readonly unknown[] = spec.start): Child {
  return { spec, start, pid: undefined, retry: undefined, wait: undefined };
}

/** Whether a child runs. */
export function isRunning(child: Child): boolean {
  return child.pid !== undefined && child.retry === undefined;
}

/** Whether a child runs, or will. */
export function isKept(child: Child): boolean {
  return child.pid !== undefined || child.retry !== undefined;
}

/** The child runs. */
export function setRunning(children: Children, child: Child, pid: Pid): void {
  leave(children, child);
  child.pid = pid;
  children.byPid.set(pid, child);
  if (child.spec.significant) children.significant++;
  const { wait } = child;
  if (wait !== undefined) wait.since = monotonicTime();
}

/** The child does not run, and is not going to. */
export function setStopped(children: Children, child: Child): void {
  leave(children, child);
}

/** The child waits for a restart; returns its number. */
export function setRestarting(children: Children, child: Child, reason: unknown): number {
  const { pid } = child;
  const number = children.retries++;
  leave(children, child);
  child.retry = { number, reason };
  children.waiting.set(number, child);
  if (child.spec.significant) children.significant++;
  if (children.template !== undefined && pid !== undefined) {
    child.pid = pid;
    children.byPid.set(pid, child);
  }
  return number;
}

function leave(children: Children, child: Child): void {
  const { pid, retry, wait } = child;
  if (child.spec.significant && isKept(child)) children.significant--;
  if (pid !== undefined) children.byPid.delete(pid);
  if (retry !== undefined) children.waiting.delete(retry.number);
  child.pid = undefined;
  child.retry = undefined;
  if (wait?.timer === undefined) return;
  cancelTimer(wait.timer);
  wait.timer = undefined;
}

/** The child does not run any more: it is forgotten if it is temporary or one of many, else its specification stays. */
export function setEnded(children: Children, child: Child): void {
  setStopped(children, child);
  if (child.spec.restart === "temporary") removeChild(children, child);
}

/** Forgets a child that does not run. */
export function removeChild(children: Children, child: Child): void {
  if (children.template === undefined) children.byKey.delete(keyOf(child.spec.id));
}

/** The child of an id that a request names. */
export function childById(children: Children, id: unknown): Child | undefined {
  return children.byKey.get(keyOf(id));
}

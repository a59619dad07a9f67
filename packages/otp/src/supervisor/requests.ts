/** What a supervisor answers to the requests of its handles. */
import { isAlive, isPid, type Pid } from "@agner/vm";
import { ok, refuse, type Answer } from "./answer.ts";
import { checkSpec, isFault, type CheckedSpec } from "./check-spec.ts";
import {
  childById,
  isRunning,
  newChild,
  removeChild,
  setEnded,
  setRunning,
  type Child,
  type Children,
  type Supervisor,
} from "./child.ts";
import type { ChildSpec } from "./child-spec.ts";
import { keyOf } from "../gen/key.ts";
import { reportProgress } from "./report-child.ts";
import { startProcessOf } from "./start-child.ts";
import { beginWait } from "./backoff.ts";
import { stopChild } from "./stop-child.ts";
import type { ChildCounts, ChildInfo } from "./types.ts";

/** What a start answers: the process, unless it was ignored, and what the start function returned beside it. */
export type StartAnswer = readonly [pid: Pid | undefined, extra: unknown];

/** Does what a request asks for; undefined if there is no such request. */
export function answerRequest(supervisor: Supervisor, name: string, args: readonly unknown[]): Answer | undefined {
  const simple = supervisor.children.template !== undefined;
  switch (name) {
    case "startChild":
      return simple ? startSimple(supervisor, args) : startStatic(supervisor, args[0]);
    case "terminateChild":
      return simple ? terminateSimple(supervisor, args[0]) : terminateStatic(supervisor, args[0]);
    case "restartChild":
      return simple ? refuse("simple_one_for_one") : restartChild(supervisor, args[0]);
    case "deleteChild":
      return simple ? refuse("simple_one_for_one") : deleteChild(supervisor, args[0]);
    case "childSpec":
      return specOf(supervisor, args[0]);
    case "whichChildren":
      return ok(infosOf(supervisor.children));
    case "countChildren":
      return ok(countsOf(supervisor.children));
    default:
      return undefined;
  }
}

function startStatic(supervisor: Supervisor, given: unknown): Answer {
  const { children, flags } = supervisor;
  const spec = checkSpec(given, flags.autoShutdown);
  if (isFault(spec)) return refuse(spec.fault);
  const present = childById(children, spec.id);
  if (present !== undefined) return refuse(isRunning(present) ? { alreadyStarted: present.pid } : "already_present");
  const child = newChild(spec);
  return startAndAnswer(supervisor, child, () => {
    // What starts a temporary child is not needed again, and its arguments may be large.
    if (spec.restart === "temporary") child.start = spec.start.slice(0, 1);
    children.byKey.set(keyOf(spec.id), child);
  });
}

/** Starts a child; `keep` adds it to the others unless its start failed. */
export function startAndAnswer(supervisor: Supervisor, child: Child, keep: () => void): Answer {
  const { children } = supervisor;
  const result = startProcessOf(child.start);
  switch (result.kind) {
    case "error":
      return { kind: "error", reason: result.reason, start: true };
    case "ignore":
      keep();
      setEnded(children, child);
      return ok([undefined, undefined] satisfies StartAnswer);
    case "ok":
      keep();
      beginWait(child);
      setRunning(children, child, result.pid);
      if (children.template === undefined) reportProgress(supervisor, child);
      return ok([result.pid, result.extra] satisfies StartAnswer);
  }
}

function startSimple(supervisor: Supervisor, extraArgs: readonly unknown[]): Answer {
  const template = supervisor.children.template!;
  const child = newChild(template, extraArgs.length === 0 ? template.start : [...template.start, ...extraArgs]);
  return startAndAnswer(supervisor, child, () => {
    if (template.restart === "temporary") child.start = template.start;
  });
}

function terminateSimple(supervisor: Supervisor, pid: unknown): Answer {
  if (!isPid(pid)) return refuse("simple_one_for_one");
  const { children } = supervisor;
  const child = children.byPid.get(pid);
  if (child === undefined) return isAlive(pid) ? refuse("not_found") : ok(undefined);
  stopChild(supervisor, child);
  setEnded(children, child);
  return ok(undefined);
}

function terminateStatic(supervisor: Supervisor, id: unknown): Answer {
  const { children } = supervisor;
  const child = childById(children, id);
  if (child === undefined) return refuse("not_found");
  stopChild(supervisor, child);
  setEnded(children, child);
  return ok(undefined);
}

function restartChild(supervisor: Supervisor, id: unknown): Answer {
  const child = childById(supervisor.children, id);
  return whyNotStopped(child) ?? startAndAnswer(supervisor, child!, () => {});
}

function deleteChild({ children }: Supervisor, id: unknown): Answer {
  const child = childById(children, id);
  const refusal = whyNotStopped(child);
  if (refusal !== undefined) return refusal;
  removeChild(children, child!);
  return ok(undefined);
}

function whyNotStopped(child: Child | undefined): Answer | undefined {
  if (child === undefined) return refuse("not_found");
  if (child.retry !== undefined) return refuse("restarting");
  return child.pid === undefined ? undefined : refuse("running");
}

function specOf({ children }: Supervisor, id: unknown): Answer {
  const { template } = children;
  if (template === undefined) {
    const child = childById(children, id);
    return child === undefined ? refuse("not_found") : ok(asSpec(child.spec, child.start));
  }
  const known = isPid(id) ? children.byPid.has(id) || !isAlive(id) : keyOf(id) === keyOf(template.id);
  return known ? ok(asSpec(template, template.start)) : refuse("not_found");
}

function asSpec({ backoffMs, ...spec }: CheckedSpec, start: readonly unknown[]): ChildSpec {
  return { ...spec, start: start as ChildSpec["start"], ...(backoffMs === undefined ? {} : { backoffMs }) };
}

/** The children, newest first. */
export function infosOf(children: Children): ChildInfo[] {
  const { template, byKey, byPid } = children;
  const all = template === undefined ? [...byKey.values()] : [...byPid.values()];
  return all.reverse().map(({ spec, pid, retry }) => ({
    id: template === undefined ? spec.id : undefined,
    pid: retry === undefined ? pid : "restarting",
    type: spec.type,
    modules: spec.modules,
  }));
}

function countsOf({ template, byKey, byPid, waiting }: Children): ChildCounts {
  if (template !== undefined) {
    const all = byPid.size;
    const supervisors = template.type === "supervisor" ? all : 0;
    return { specs: 1, active: all - waiting.size, supervisors, workers: all - supervisors };
  }
  let active = 0;
  let supervisors = 0;
  for (const child of byKey.values()) {
    if (isRunning(child) && isAlive(child.pid!)) active++;
    if (child.spec.type === "supervisor") supervisors++;
  }
  return { specs: byKey.size, active, supervisors, workers: byKey.size - supervisors };
}

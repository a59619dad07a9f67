/** Ending children: in order if they can, by force if they must. */
import {
  dictionary,
  exit,
  isAlive,
  monitor,
  monotonicTime,
  receive,
  receiveSince,
  TIMEOUT,
  unlink,
  type Down,
  type Exit,
  type Pid,
  type Ref,
} from "@agner/vm";
import { isShutdown } from "../gen/reason.ts";
import { isRunning, setEnded, type Child, type Supervisor } from "./child.ts";
import type { CheckedSpec } from "./check-spec.ts";
import { keyOf } from "../gen/key.ts";
import { reportChild, reportMany } from "./report-child.ts";

/** Ends the process of a child, if it has one. */
export function stopChild(supervisor: Supervisor, child: Child): void {
  if (!isRunning(child)) return;
  settle(supervisor, child, endProcessOf(child.pid!, child.spec.shutdown));
}

/** Ends children of a supervisor that goes on, the youngest first. Temporary ones are forgotten. */
export function stopChildren(supervisor: Supervisor, startOrder: readonly Child[]): void {
  for (const child of startOrder.toReversed()) {
    stopChild(supervisor, child);
    setEnded(supervisor.children, child);
  }
}

/** Ends all children of a supervisor that ends: one after the other, the youngest first; under a simple_one_for_one supervisor all at once. */
export function stopAll(supervisor: Supervisor): void {
  // Nobody else is going to look at what waits in the mailbox, and to search it for each child would take a long time when all have crashed together.
  const exits = takeExits();
  if (supervisor.children.template !== undefined) return stopTogether(supervisor, exits);
  for (const child of [...supervisor.children.byKey.values()].reverse()) {
    if (!isRunning(child)) continue;
    if (hasEnded(exits, child.pid!)) settle(supervisor, child, exits.get(child.pid!));
    else stopChild(supervisor, child);
  }
}

function takeExits(): Map<Pid, unknown> {
  const exits = new Map<Pid, unknown>();
  for (;;) {
    const message = receive<any>(undefined, 0);
    if (message === TIMEOUT) return exits;
    if (message?.type === "EXIT") exits.set(message.from, message.reason);
  }
}

/** Whether an exit signal was one: anybody can send a message that looks like it. */
function hasEnded(exits: ReadonlyMap<Pid, unknown>, pid: Pid): boolean {
  return exits.has(pid) && !isAlive(pid);
}

/** Reports a child that did not end as ordered. */
function settle(supervisor: Supervisor, child: Child, reason: unknown): void {
  if (!isAsOrdered(child.spec, reason)) reportChild(supervisor, "shutdown_error", reason, child);
}

function isAsOrdered({ shutdown, restart }: CheckedSpec, reason: unknown): boolean {
  if (reason === (shutdown === "brutal_kill" ? "killed" : "shutdown")) return true;
  return restart !== "permanent" && (reason === "normal" || reason === "shutdown" || isShutdown(reason));
}

/** Key of the process dictionary under which a supervisor keeps the child whose end it waits for, or how many end together. */
export const STOPPING = "$stopping";

/** Returns why the process ended. A monitor tells, because a child may have unlinked itself. */
function endProcessOf(pid: Pid, shutdown: number | "brutal_kill"): unknown {
  dictionary.put(STOPPING, pid);
  const ref = monitor(pid);
  let down: Down | typeof TIMEOUT = TIMEOUT;
  if (shutdown !== "brutal_kill") {
    exit(pid, "shutdown");
    down = receiveSince<Down>(ref, undefined, shutdown);
  }
  if (down === TIMEOUT) {
    exit(pid, "kill");
    down = receiveSince<Down>(ref);
  }
  dictionary.erase(STOPPING);
  unlink(pid);
  const isExit = (m: any) => m?.type === "EXIT" && m.from === pid;
  // If it had ended before it was watched, its exit signal is older than the monitor.
  const last = down.reason === "noproc" ? receive<Exit>(isExit, 0) : receiveSince<Exit>(ref, isExit, 0);
  return last === TIMEOUT ? down.reason : last.reason;
}

/** Children that did not end as ordered, by their reason. */
type Failures = Map<unknown, { readonly reason: unknown; readonly child: Child; count: number }>;

function stopTogether(supervisor: Supervisor, exits: Map<Pid, unknown>): void {
  const { byPid } = supervisor.children;
  const begun = monotonicTime();
  const limitOf = ({ spec: { shutdown } }: Child) => (shutdown === "brutal_kill" ? Infinity : begun + shutdown);
  let deadline = Infinity;
  const failures: Failures = new Map();
  const waiting = new Map<Ref, Child>();
  for (const child of byPid.values()) {
    if (!isRunning(child)) continue;
    const pid = child.pid!;
    if (hasEnded(exits, pid)) {
      tally(supervisor, failures, child, exits.get(pid));
      continue;
    }
    waiting.set(monitor(pid), child);
    exit(pid, child.spec.shutdown === "brutal_kill" ? "kill" : "shutdown");
    deadline = Math.min(deadline, limitOf(child));
  }
  dictionary.put(STOPPING, waiting.size);
  while (waiting.size > 0) {
    const message = receive<any>(undefined, Math.max(0, deadline - monotonicTime()));
    if (message === TIMEOUT) {
      const now = monotonicTime();
      deadline = Infinity;
      for (const child of waiting.values()) {
        const limit = limitOf(child);
        if (limit <= now) exit(child.pid!, "kill");
        else deadline = Math.min(deadline, limit);
      }
    } else if (message?.type === "EXIT") {
      exits.set(message.from, message.reason);
    } else if (message?.type === "DOWN" && waiting.has(message.ref)) {
      const child = waiting.get(message.ref)!;
      waiting.delete(message.ref);
      tally(supervisor, failures, child, exits.has(message.pid) ? exits.get(message.pid) : message.reason);
    }
  }
  dictionary.erase(STOPPING);
  for (const { reason, child, count } of failures.values()) reportMany(supervisor, reason, child, count);
}

function tally(supervisor: Supervisor, failures: Failures, child: Child, reason: unknown): void {
  if (isAsOrdered(child.spec, reason)) return;
  if (child.spec !== supervisor.children.template) return reportChild(supervisor, "shutdown_error", reason, child);
  const key = reason instanceof Error ? `${reason.name}: ${reason.message}` : keyOf(reason);
  const failure = failures.get(key);
  if (failure === undefined) failures.set(key, { reason, child, count: 1 });
  else failure.count++;
}

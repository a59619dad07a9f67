/**
 * Process groups: names that any number of processes share. The counterpart of OTP's pg. A group belongs to a scope, which is a registered process; the scope
 * may be left out, and is `"pg"` then. A group is any term; equal ones are the same group.
 */
import { isPid, isRef, receive, TIMEOUT, whereis, type Pid, type Ref } from "@agner/vm";
import { badArgument } from "./errors.ts";
import { call } from "./gen/call.ts";
import { termKey } from "./gen/term-key.ts";
import { Scope, type GroupEvent } from "./pg/scope.ts";
import type { ChildOptions, ChildSpec } from "./supervisor/child-spec.ts";

export type { GroupEvent };

/** The scope that is meant where none is named. */
const DEFAULT_SCOPE = "pg";

/** What `monitor` returns: the tag of the events to come, and the members there were before them. */
export interface GroupMonitor {
  readonly ref: Ref;
  readonly snapshot: Pid[];
}

/** What `monitorScope` returns: the tag of the events to come, and all groups with their members before them. */
export interface ScopeMonitor<G = unknown> {
  readonly ref: Ref;
  readonly snapshot: [group: G, members: Pid[]][];
}

/** Starts a scope; it is not linked with the caller. Throws `StartError`, for instance with `{ alreadyStarted: pid }`. */
export function start(scope: string = DEFAULT_SCOPE): Pid {
  return Scope.start(undefined, { name: checkScope("start", scope) }).pid;
}

/** As {@link start}, linked with the caller. */
export function startLink(scope: string = DEFAULT_SCOPE): Pid {
  return Scope.startLink(undefined, { name: checkScope("startLink", scope) }).pid;
}

/**
 * How a supervisor starts a scope.
 *
 * @example
 * export const Root = supervisor({ children: () => [pg.child("chat"), …] });
 */
export function child(scope: string = DEFAULT_SCOPE, options?: ChildOptions): ChildSpec {
  return Scope.child(undefined, { ...options, name: checkScope("child", scope) });
}

/**
 * Makes one or several processes members of a group. Who joins n times is in it n times.
 *
 * @throws {CallError} if the scope does not run.
 * @example
 * pg.join("chat", "lobby", self());
 * for (const pid of pg.getMembers("chat", "lobby")) send(pid, "hello");
 */
export function join(group: unknown, pids: Pid | readonly Pid[]): void;
export function join(scope: string, group: unknown, pids: Pid | readonly Pid[]): void;
export function join(...args: unknown[]): void {
  const [scope, group, pids] = scoped("join", args, 2);
  ask(scope, "join", [termKey(group), group, checkPids("join", pids)]);
}

/** Takes each process out of a group once; `"not_joined"` if none of them was a member. */
export function leave(group: unknown, pids: Pid | readonly Pid[]): "ok" | "not_joined";
export function leave(scope: string, group: unknown, pids: Pid | readonly Pid[]): "ok" | "not_joined";
export function leave(...args: unknown[]): "ok" | "not_joined" {
  const [scope, group, pids] = scoped("leave", args, 2);
  return ask(scope, "leave", [termKey(group), checkPids("leave", pids)]) ? "ok" : "not_joined";
}

/** The members of a group, on all cores; none if the group, or the scope, does not exist. */
export function getMembers(group: unknown): Pid[];
export function getMembers(scope: string, group: unknown): Pid[];
export function getMembers(...args: unknown[]): Pid[] {
  const [scope, group] = scoped("getMembers", args, 1);
  return whereis(scope) === undefined ? [] : (ask(scope, "members", [termKey(group)]) as Pid[]);
}

/** The members of a group in this VM: the same, since all cores are one VM. */
export const getLocalMembers: typeof getMembers = getMembers;

/** All groups, none of which is empty. */
export function whichGroups(scope: string = DEFAULT_SCOPE): unknown[] {
  return ask(checkScope("whichGroups", scope), "groups", []) as unknown[];
}

/**
 * Watches a group: the caller gets a {@link GroupEvent} for every join and leave from now on.
 *
 * @example
 * const { ref, snapshot } = pg.monitor("chat", "lobby");
 * receive({ type: "pg", ref }); // { type: "pg", ref, event: "join", group: "lobby", pids: [pid] }
 */
export function monitor(group: unknown): GroupMonitor;
export function monitor(scope: string, group: unknown): GroupMonitor;
export function monitor(...args: unknown[]): GroupMonitor {
  const [scope, group] = scoped("monitor", args, 1);
  return ask(scope, "watch", [termKey(group)]) as GroupMonitor;
}

/** Watches all groups of a scope. */
export function monitorScope(scope: string = DEFAULT_SCOPE): ScopeMonitor {
  return ask(checkScope("monitorScope", scope), "watchScope", []) as ScopeMonitor;
}

/** Ends a watch, and removes its events from the caller's mailbox; false if there is no such watch. */
export function demonitor(ref: Ref): boolean;
export function demonitor(scope: string, ref: Ref): boolean;
export function demonitor(...args: unknown[]): boolean {
  const [scope, ref] = scoped("demonitor", args, 1);
  if (!isRef(ref)) throw badArgument("pg.demonitor: the reference must be one that monitor or monitorScope has returned");
  if (ask(scope, "unwatch", [ref]) === false) return false;
  while (receive((m) => m?.type === "pg" && m.ref === ref, 0) !== TIMEOUT);
  return true;
}

function ask(scope: string, request: string, args: readonly unknown[]): unknown {
  return call({ dest: scope, timeout: Infinity, module: "pg" }, "$call", request, args);
}

/** Puts the default scope before arguments that do not begin with one. */
function scoped(what: string, args: readonly unknown[], count: number): [scope: string, ...unknown[]] {
  if (args.length <= count) return [DEFAULT_SCOPE, ...args];
  const [scope, ...rest] = args;
  return [checkScope(what, scope), ...rest];
}

function checkScope(what: string, scope: unknown): string {
  if (typeof scope === "string") return scope;
  throw badArgument(`pg.${what}: the scope must be a registered name`);
}

function checkPids(what: string, pids: unknown): readonly Pid[] {
  const all: readonly unknown[] = Array.isArray(pids) ? pids : [pids];
  if (all.every(isPid)) return all as readonly Pid[];
  throw badArgument(`pg.${what}: the members must be a pid, or an array of pids`);
}

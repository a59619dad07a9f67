/** The process of a scope: it owns the groups, watches their members, and tells those who watch groups. */
import { demonitor, monitor, sendOrDrop, type Down, type Pid, type Ref } from "@agner/vm";
import { caller, genServer } from "../gen-server.ts";
import { noreply, reply } from "../gen-server/action.ts";

/** What a process gets that watches groups, or a whole scope. */
export interface GroupEvent<G = unknown> {
  readonly type: "pg";
  readonly ref: Ref;
  readonly event: "join" | "leave";
  readonly group: G;
  readonly pids: readonly Pid[];
}

interface Group {
  readonly name: unknown;
  /** How often each member has joined. */
  readonly members: Map<Pid, number>;
}

interface Member {
  /** Watches it. */
  readonly ref: Ref;
  /** The groups that it has joined, once for each time. */
  groups: unknown[];
}

interface Watcher {
  readonly pid: Pid;
  /** The group that it watches; undefined: all. */
  readonly group: { readonly index: unknown } | undefined;
}

interface State {
  /** By the key of their names. None is empty. */
  readonly groups: Map<unknown, Group>;
  readonly members: Map<Pid, Member>;
  readonly watchers: Map<Ref, Watcher>;
  /** Watchers of single groups, by the keys of those. */
  readonly byGroup: Map<unknown, Set<Ref>>;
  readonly ofScope: Set<Ref>;
}

export const Scope = genServer({
  init: (): State => ({
    groups: new Map(),
    members: new Map(),
    watchers: new Map(),
    byGroup: new Map(),
    ofScope: new Set(),
  }),
  calls: {
    join: (state, index: unknown, name: unknown, pids: readonly Pid[]) => {
      for (const pid of pids) join(state, index, name, pid);
      announce(state, "join", index, name, pids);
      return reply(undefined, state);
    },
    /** Removes each process once; true if any was a member. */
    leave: (state, index: unknown, pids: readonly Pid[]) => {
      const name = state.groups.get(index)?.name;
      const left = pids.filter((pid) => leave(state, index, pid));
      announce(state, "leave", index, name, left);
      return reply(left.length > 0, state);
    },
    members: (state, index: unknown) => reply(membersOf(state.groups.get(index)), state),
    groups: (state) =>
      reply(
        [...state.groups.values()].map(({ name }) => name),
        state,
      ),
    watch: (state, index: unknown) => {
      const ref = watch(state, { index });
      return reply({ ref, snapshot: membersOf(state.groups.get(index)) }, state);
    },
    watchScope: (state) => {
      const ref = watch(state, undefined);
      const snapshot = [...state.groups.values()].map((group) => [group.name, membersOf(group)] as const);
      return reply({ ref, snapshot }, state);
    },
    unwatch: (state, ref: Ref) => {
      if (!state.watchers.has(ref)) return reply(false, state);
      demonitor(ref, { flush: true });
      unwatch(state, ref);
      return reply(true, state);
    },
  },
  info: (state, message: Down | undefined) => {
    if (message?.type === "DOWN") {
      // A scope watches pids only.
      const pid = message.pid as Pid;
      if (state.watchers.has(message.ref)) unwatch(state, message.ref);
      else if (state.members.has(pid) && state.members.get(pid)!.ref === message.ref) forget(state, pid);
    }
    return noreply(state);
  },
});

function join(state: State, index: unknown, name: unknown, pid: Pid): void {
  let group = state.groups.get(index);
  if (group === undefined) state.groups.set(index, (group = { name, members: new Map() }));
  group.members.set(pid, (group.members.get(pid) ?? 0) + 1);
  const member = state.members.get(pid);
  if (member === undefined) state.members.set(pid, { ref: monitor(pid), groups: [index] });
  else member.groups.push(index);
}

/** False if it is no member. */
function leave(state: State, index: unknown, pid: Pid): boolean {
  if (!drop(state, index, pid)) return false;
  const member = state.members.get(pid)!;
  member.groups = member.groups.toSpliced(member.groups.indexOf(index), 1);
  if (member.groups.length > 0) return true;
  demonitor(member.ref, { flush: true });
  state.members.delete(pid);
  return true;
}

/** A member has ended: it leaves every group as often as it has joined it. */
function forget(state: State, pid: Pid): void {
  const { groups } = state.members.get(pid)!;
  state.members.delete(pid);
  for (const index of groups) {
    const { name } = state.groups.get(index)!;
    drop(state, index, pid);
    announce(state, "leave", index, name, [pid]);
  }
}

/** Takes one entry out of a group. */
function drop({ groups }: State, index: unknown, pid: Pid): boolean {
  const group = groups.get(index);
  const count = group?.members.get(pid);
  if (group === undefined || count === undefined) return false;
  if (count > 1) group.members.set(pid, count - 1);
  else group.members.delete(pid);
  if (group.members.size === 0) groups.delete(index);
  return true;
}

function membersOf(group: Group | undefined): Pid[] {
  return group === undefined ? [] : [...group.members].flatMap(([pid, count]) => new Array<Pid>(count).fill(pid));
}

function watch(state: State, group: Watcher["group"]): Ref {
  const { pid } = caller();
  const ref = monitor(pid);
  state.watchers.set(ref, { pid, group });
  if (group === undefined) state.ofScope.add(ref);
  else {
    const refs = state.byGroup.get(group.index);
    if (refs === undefined) state.byGroup.set(group.index, new Set([ref]));
    else refs.add(ref);
  }
  return ref;
}

function unwatch(state: State, ref: Ref): void {
  const { group } = state.watchers.get(ref)!;
  state.watchers.delete(ref);
  if (group === undefined) {
    state.ofScope.delete(ref);
    return;
  }
  const refs = state.byGroup.get(group.index)!;
  refs.delete(ref);
  if (refs.size === 0) state.byGroup.delete(group.index);
}

function announce(state: State, event: GroupEvent["event"], index: unknown, group: unknown, pids: readonly Pid[]): void {
  if (pids.length === 0) return;
  const refs = [...state.ofScope, ...(state.byGroup.get(index) ?? [])];
  for (const ref of refs) sendOrDrop(state.watchers.get(ref)!.pid, { type: "pg", ref, event, group, pids } satisfies GroupEvent);
}

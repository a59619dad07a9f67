/** A partition of a registry: the process that owns the entries of its share of the keys, linked with everyone who has one. */
import { isAlive, link, NoProcError, processFlag, sendOrDrop, unlink, type Down, type Exit, type Pid } from "@agner/vm";
import { caller, genServer } from "../gen-server.ts";
import { noreply, reply } from "../gen-server/action.ts";
import { acquire, noLocks, release, releaseOf, type Locks } from "./locks.ts";
import { addEntry, entriesOfBoth, entriesOfIndex, entriesOfPid, newTable, removeEntry, type Entry, type Table } from "./table.ts";
import type { RegistryEvent } from "./types.ts";

/** What a partition knows of its registry. */
export interface PartitionArgument {
  /** Its registered name. */
  readonly registry: string;
  readonly unique: boolean;
  readonly listeners: readonly string[];
}

interface PartitionState extends PartitionArgument {
  readonly table: Table;
  readonly meta: Map<unknown, unknown>;
  readonly locks: Locks;
}

export const Partition = genServer({
  init: (argument: PartitionArgument): PartitionState => {
    processFlag("trapExit", true);
    return { ...argument, table: newTable(), meta: new Map(), locks: noLocks() };
  },
  calls: {
    /** Registers the caller; or returns who has the key. */
    register: (state, index: unknown, key: unknown, value: unknown) => {
      const { table, unique } = state;
      const { pid } = caller();
      const holder = unique ? holderOf(state, index) : undefined;
      if (holder !== undefined) return reply(holder.pid, state);
      if (!table.byPid.has(pid)) link(pid);
      addEntry(table, index, key, pid, value);
      announce(state, "register", { index, key, pid, value });
      return reply(undefined, state);
    },
    /** Removes the caller's entries of a key; or those of them that have one of the ids. */
    unregister: (state, index: unknown, ids?: readonly number[]) => {
      const { pid } = caller();
      const own = entriesOfBoth(state.table, index, pid);
      for (const entry of ids === undefined ? own : own.filter(({ id }) => ids.includes(id))) remove(state, entry);
      if (own.length > 0 && !state.table.byPid.has(pid)) unlink(pid);
      return reply(undefined, state);
    },
    lookup: (state, index: unknown) =>
      reply(
        living(entriesOfIndex(state.table, index)).map(({ pid, value }) => [pid, value] as const),
        state,
      ),
    holder: (state, index: unknown) => reply(holderOf(state, index)?.pid, state),
    own: (state, index: unknown) =>
      reply(
        entriesOfBoth(state.table, index, caller().pid).map(({ id, value }) => ({ id, value })),
        state,
      ),
    keys: (state, pid: Pid) =>
      reply(
        living(entriesOfPid(state.table, pid)).map(({ key }) => key),
        state,
      ),
    values: (state, index: unknown, pid: Pid) =>
      reply(
        living(entriesOfBoth(state.table, index, pid)).map(({ value }) => value),
        state,
      ),
    /** Everything. */
    entries: (state) => {
      const all = [...state.table.byIndex.values()].flatMap((entries) => living([...entries]));
      return reply(
        all.map(({ key, pid, value }) => ({ key, pid, value })),
        state,
      );
    },
    count: (state) => reply(state.table.size, state),
    /** Changes the value of the caller's own entry. */
    setValue: (state, index: unknown, value: unknown) => {
      for (const entry of entriesOfBoth(state.table, index, caller().pid)) entry.value = value;
      return reply(undefined, state);
    },
    putMeta: (state, index: unknown, value: unknown) => {
      state.meta.set(index, value);
      return reply(undefined, state);
    },
    getMeta: (state, index: unknown) => reply(state.meta.get(index), state),
    deleteMeta: (state, index: unknown) => {
      state.meta.delete(index);
      return reply(undefined, state);
    },
    /** Returns true when the caller has the lock; false at once if it had it before. */
    lock: (state, index: unknown) => (acquire(state.locks, index, caller()) ? noreply(state) : reply(false, state)),
    unlock: (state, index: unknown) => {
      release(state.locks, index, caller().pid);
      return reply(undefined, state);
    },
  },
  info: (state, message: Exit | Down | undefined) => {
    if (message?.type === "EXIT") forget(state, message.from);
    else if (message?.type === "DOWN") releaseOf(state.locks, message.ref);
    return noreply(state);
  },
});

/** Who has a key of a registry of unique keys. One that has ended has it no more, even if its exit signal is still on its way. */
function holderOf(state: PartitionState, index: unknown): Entry | undefined {
  const [entry] = entriesOfIndex(state.table, index);
  if (entry === undefined || isAlive(entry.pid)) return entry;
  forget(state, entry.pid);
  return undefined;
}

function living(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ pid }) => isAlive(pid));
}

/** A process has ended. */
function forget(state: PartitionState, pid: Pid): void {
  for (const entry of entriesOfPid(state.table, pid)) remove(state, entry);
}

function remove(state: PartitionState, entry: Entry): void {
  removeEntry(state.table, entry);
  announce(state, "unregister", entry);
}

function announce(state: PartitionState, type: RegistryEvent["type"], { key, pid, value }: Omit<Entry, "id">): void {
  for (const listener of state.listeners) {
    const event: RegistryEvent = { type, registry: state.registry, key, pid, value };
    try {
      sendOrDrop(listener, event);
    } catch (e) {
      // A listener that is not there, or not yet, misses what happens.
      if (!NoProcError.is(e)) throw e;
    }
  }
}

/** The entries of a partition: found by key, and by the process that has made them. */
import type { Pid } from "@agner/vm";

/** One registration. */
export interface Entry {
  /** Tells the entries of a partition apart. */
  readonly id: number;
  /** See `termKey`. */
  readonly index: unknown;
  readonly key: unknown;
  readonly pid: Pid;
  value: unknown;
}

export interface Table {
  readonly byIndex: Map<unknown, Set<Entry>>;
  readonly byPid: Map<Pid, Set<Entry>>;
  /** How many entries there have been. */
  made: number;
  /** How many there are. */
  size: number;
}

export function newTable(): Table {
  return { byIndex: new Map(), byPid: new Map(), made: 0, size: 0 };
}

export function addEntry(table: Table, index: unknown, key: unknown, pid: Pid, value: unknown): void {
  const entry: Entry = { id: table.made++, index, key, pid, value };
  addTo(table.byIndex, index, entry);
  addTo(table.byPid, pid, entry);
  table.size++;
}

export function removeEntry(table: Table, entry: Entry): void {
  removeFrom(table.byIndex, entry.index, entry);
  removeFrom(table.byPid, entry.pid, entry);
  table.size--;
}

/** The entries of a key, oldest first. */
export function entriesOfIndex({ byIndex }: Table, index: unknown): Entry[] {
  return [...(byIndex.get(index) ?? [])];
}

/** The entries of a process, oldest first. */
export function entriesOfPid({ byPid }: Table, pid: Pid): Entry[] {
  return [...(byPid.get(pid) ?? [])];
}

/** Those of a process under a key, oldest first. A key may have very many processes, and a process very many keys: the smaller set is searched. */
export function entriesOfBoth({ byIndex, byPid }: Table, index: unknown, pid: Pid): Entry[] {
  const ofIndex = byIndex.get(index);
  const ofPid = byPid.get(pid);
  if (ofIndex === undefined || ofPid === undefined) return [];
  const [few, many] = ofIndex.size < ofPid.size ? [ofIndex, ofPid] : [ofPid, ofIndex];
  return [...few].filter((entry) => many.has(entry));
}

function addTo<K>(map: Map<K, Set<Entry>>, key: K, entry: Entry): void {
  const entries = map.get(key);
  if (entries === undefined) map.set(key, new Set([entry]));
  else entries.add(entry);
}

function removeFrom<K>(map: Map<K, Set<Entry>>, key: K, entry: Entry): void {
  const entries = map.get(key)!;
  entries.delete(entry);
  if (entries.size === 0) map.delete(key);
}

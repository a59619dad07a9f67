/**
 * What crosses with every process, whether it has started or not: its place in the scheduling, and what others know of it.
 */
import { boundMailbox, type Since } from "./process/bound.ts";
import type { Pid } from "./process/pid.ts";
import {
  ancestorsOf,
  lineageFrom,
  rareOf,
  type Lineage,
  type MaxMailbox,
  type Process,
  type ResultTarget,
} from "./process/process.ts";
import type { Ref } from "./process/ref.ts";
import { itemsOf } from "./process/ring.ts";
import { addLink, linksOf } from "./process/links.ts";
import { addWatcher } from "./signals/watchers.ts";

/** All of it is terms: who spawned it, nearest first, its priority, and what {@link Bonds} says, if it has any of that. */
export type Standing = readonly [lineage: readonly Pid[], priority: number, bonds?: Bonds];

/** What few processes have. */
interface Bonds {
  readonly links: readonly Pid[];
  readonly watchers: readonly { ref: Ref; pid: Pid; name: string | undefined }[];
  readonly name: string | undefined;
  readonly maxMailbox: MaxMailbox | undefined;
  /** Messages that its bound has dropped. */
  readonly dropped: number;
  readonly resultTo: ResultTarget | undefined;
}

export function standingOf(p: Process): Standing {
  const { rare } = p;
  if (rare === null && p.links === null) return [ancestorsOf(p), p.priority];
  const bonds: Bonds = {
    links: linksOf(p),
    watchers: itemsOf(rare?.watchers).map(({ ref, pid, name }) => ({ ref, pid, name })),
    name: rare?.name,
    maxMailbox: rare?.maxMailbox,
    dropped: rare?.dropped ?? 0,
    resultTo: rare?.resultTo,
  };
  return [ancestorsOf(p), p.priority, bonds];
}

/** The line of those who spawned it. */
export function lineageOf([ancestors]: Standing): Lineage | null {
  return lineageFrom(ancestors);
}

/** Gives a process that has just been made here, with its lineage and its mailbox, the rest of its standing. `since`: see {@link boundMailbox}. */
export function giveStanding(p: Process, [, priority, bonds]: Standing, since: Since): void {
  p.priority = priority;
  p.exported = true;
  if (bonds === undefined) return;
  for (const other of bonds.links) addLink(p, other);
  for (const { ref, pid, name } of bonds.watchers) addWatcher(p, ref, pid, name);
  if (bonds.name !== undefined) rareOf(p).name = bonds.name;
  if (bonds.dropped > 0) rareOf(p).dropped = bonds.dropped;
  if (bonds.maxMailbox !== undefined) boundMailbox(p, bonds.maxMailbox, since);
  if (bonds.resultTo !== undefined) rareOf(p).resultTo = bonds.resultTo;
}

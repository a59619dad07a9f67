/**
 * What crosses with every process, whether it has started or not: its place in the scheduling, and what others know of it.
 */
import { boundMailbox, type Since } from "./process/bound.ts";
import type { Pid } from "./process/pid.ts";
import { ancestorsOf, rareOf, type MaxMailbox, type Process, type ResultTarget } from "./process/process.ts";
import type { Ref } from "./process/ref.ts";
import { itemsOf } from "./process/ring.ts";
import { addLink, linksOf } from "./process/links.ts";
import { addWatcher } from "./signals/watchers.ts";

/** All of it is terms. */
export interface Standing {
  /** Who spawned it, nearest first. */
  readonly lineage: readonly Pid[];
  readonly priority: number;
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
  return {
    lineage: ancestorsOf(p),
    priority: p.priority,
    links: linksOf(p),
    watchers: itemsOf(rare?.watchers).map(({ ref, pid, name }) => ({ ref, pid, name })),
    name: rare?.name,
    maxMailbox: rare?.maxMailbox,
    dropped: rare?.dropped ?? 0,
    resultTo: rare?.resultTo,
  };
}

/** Gives a process that has just been made here, with its lineage and its mailbox, the rest of its standing. `since`: see {@link boundMailbox}. */
export function giveStanding(p: Process, standing: Standing, since: Since): void {
  p.priority = standing.priority;
  p.exported = true;
  for (const other of standing.links) addLink(p, other);
  for (const { ref, pid, name } of standing.watchers) addWatcher(p, ref, pid, name);
  if (standing.name !== undefined) rareOf(p).name = standing.name;
  if (standing.dropped > 0) rareOf(p).dropped = standing.dropped;
  if (standing.maxMailbox !== undefined) boundMailbox(p, standing.maxMailbox, since);
  if (standing.resultTo !== undefined) rareOf(p).resultTo = standing.resultTo;
}

/**
 * HOT PATH (benchmarks: link-storm, exit-storm). With whom a process is linked: nobody, one other, as most that are linked at all, a few in a list, or many in a
 * set, which would be the largest object that belongs to a process with one link.
 */
import { Pid } from "./pid.ts";
import type { Process } from "./process.ts";

export type Links = Pid | Pid[] | Set<Pid> | null;

/** With more a search takes longer than a look-up. */
const LONGEST_LIST = 8;

export function isLinked({ links }: Process, other: Pid): boolean {
  if (links === null || links instanceof Pid) return links === other;
  return links instanceof Set ? links.has(other) : links.includes(other);
}

/** Makes `p` know of a link with `other`; again is no change. */
export function addLink(p: Process, other: Pid): void {
  const { links } = p;
  if (links === null) p.links = other;
  else if (links instanceof Pid) {
    if (links !== other) p.links = [links, other];
  } else if (links instanceof Set) links.add(other);
  else if (!links.includes(other)) {
    if (links.length < LONGEST_LIST) links.push(other);
    else p.links = new Set(links).add(other);
  }
}

/** Makes `p` forget its link with `other`. Returns whether there was one. */
export function removeLink(p: Process, other: Pid): boolean {
  const { links } = p;
  if (links instanceof Set) return links.delete(other);
  if (links === other) {
    p.links = null;
    return true;
  }
  if (links === null || links instanceof Pid) return false;
  const at = links.indexOf(other);
  if (at < 0) return false;
  if (at === links.length - 1) links.pop();
  else links.splice(at, 1);
  return true;
}

/** Those with whom `p` is linked, in the order in which it was. */
export function linksOf({ links }: Process): Pid[] {
  if (links === null) return [];
  return links instanceof Pid ? [links] : [...links];
}

/**
 * Bounded mailboxes, once a turn: other threads are told what their processes have taken out of them, and the ends of bursts are seen. Who takes a message out of a
 * mailbox knows nothing of bounds.
 */
import { local } from "../local.ts";
import type { Bound } from "../process/bound.ts";
import { EXITING, type Process } from "../process/process.ts";

/** Bounded processes with messages of which other threads were told, or in the middle of a burst. */
const watched: Process[] = [];
/** Most of them that are looked at in one turn. A guess: a tenth of a turn at most. */
const MAX_LOOKS = 1_000;
let next = 0;

/** Looks at `p` once a turn from now on, until there is nothing to see. */
export function watch(p: Process, bound: Bound): void {
  if (bound.watched) return;
  bound.watched = true;
  watched.push(p);
}

/** Whether {@link lookAtBounds} has something to do. */
export function isWatching(): boolean {
  return watched.length > 0;
}

/** How many have not been looked at since processes ran. */
let unseen = 0;

/**
 * Tells other threads what processes have taken out of their mailboxes, once a turn, and sees the ends of bursts. `anew`: processes have run since the last
 * call. Returns whether there are some left to be looked at.
 */
export function lookAtBounds(anew: boolean): boolean {
  if (anew || unseen > watched.length) unseen = watched.length;
  const most = Math.min(MAX_LOOKS, watched.length);
  unseen = Math.max(0, unseen - most);
  for (let looks = most; looks > 0; looks--) {
    if (next >= watched.length) next = 0;
    if (mustStay(watched[next]!)) next++;
    else {
      const last = watched.pop()!;
      if (next < watched.length) watched[next] = last;
    }
  }
  return unseen > 0;
}

/** Tells other threads at once what was taken out of the mailbox of `p`. */
export function lookAtBoundOf(p: Process): void {
  const bound = p.rare?.bound;
  if (bound?.watched === true) tellTaken(p, bound);
}

function mustStay(p: Process): boolean {
  const bound = p.rare?.bound;
  if (p.status === EXITING || bound === undefined || !bound.watched) return false;
  const length = tellTaken(p, bound);
  if (length * 2 < bound.limit) bound.calm = true;
  bound.watched = !bound.calm || (bound.policy === "error" && length > 0);
  return bound.watched;
}

/** Returns how many messages there are. */
function tellTaken(p: Process, bound: Bound): number {
  const length = p.mailbox?.length ?? 0;
  if (bound.policy === "error" && bound.told !== length) {
    local.bounds.add(p.pid.slot, bound.generation, length - bound.told);
    bound.told = length;
  }
  return length;
}

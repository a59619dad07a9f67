/**
 * How long a process stays where it is, in a VM in which all move all the time, for tests: how many slices it has there before it is made to leave again.
 *
 * One slice, where that is affordable; a move costs as much as hundreds of slices of one reduction do. So who has moved very often has eleven (an odd number: in a loop
 * other slices are meant each time), who is heavy has more, and who could not leave is tried again more and more seldom. All move again and again.
 */
import type { Pid } from "./process/pid.ts";
import type { Process } from "./process/process.ts";

/** How often a process comes to a core until it stays longer there: with two cores it has moved twice as often. A guess: more than tests do, but for their loops. */
const VISITS = 50;
const MANY_VISITS_SLICES = 11;
/** Bytes for which one stays a slice longer. A guess: 20 to 50 µs of work. */
const BYTES_A_SLICE = 1_024;
/** After so many slices anyone is tried again. A guess: what is as large as may be just not carried costs some ms a try. */
const MOST_SLICES = 16_384;

/** The slices that are left to those that stay, and how often in a row they could not leave. */
const stays = new WeakMap<Process, { slices: number; failures: number }>();
const visits = new WeakMap<Pid, number>();

/** `p` has come to this core, encoded in so many bytes. */
export function hasCome(p: Process, bytes: number): void {
  const count = (visits.get(p.pid) ?? 0) + 1;
  visits.set(p.pid, count);
  const slices = (count > VISITS ? MANY_VISITS_SLICES : 1) + Math.floor(bytes / BYTES_A_SLICE);
  stays.set(p, { slices: Math.min(slices, MOST_SLICES), failures: 0 });
}

/** `p` was to leave this core, and could not. */
export function hasStayed(p: Process): void {
  const failures = (stays.get(p)?.failures ?? 0) + 1;
  stays.set(p, { slices: Math.min(2 ** failures, MOST_SLICES), failures });
}

/** Whether `p`, which is about to run, has this slice here. */
export function staysForSlice(p: Process): boolean {
  const stay = stays.get(p);
  return stay !== undefined && stay.slices-- > 0;
}

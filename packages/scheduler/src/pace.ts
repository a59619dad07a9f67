/**
 * How many reductions a slice has, and after how many a scheduler looks around. A reduction of compiled code that computes takes some nanoseconds; one that makes objects or calls what
 * is not compiled takes hundreds, and a slice of those would keep all others waiting as many times longer (benchmark: mixed-load-latency). So what a slice took decides how long
 * the next one is: where reductions are slow it has fewer, in steps of two. Not of a process that sends: its messages are published at the end of its slice, and few at a time cost more each (benchmark: cross-flood).
 */
import type { Process } from "./process/process.ts";

/** A slice that takes longer than this, in milliseconds, is halved; one below half of it is doubled. To suspend a process and to resume another takes about a microsecond. */
const LONG_SLICE_MS = 0.1;
/** A slice is halved so often at most: enough for reductions of a microsecond. */
const MAX_HALVINGS = 5;
/** No slice becomes shorter than this, in reductions: what it costs to suspend a process with many frames does not become less with its slice. */
const LEAST_SLICE = 100;

/** Reductions between two looks around, while they are quick: short slices must not pay for one each. */
const LOOK_REDUCTIONS = 4_000;
/** Looks that are further apart than this, in milliseconds, are made more often, down to after each slice. */
const LATE_LOOK_MS = 0.4;

/** Reductions of the next slice of a process, where a whole one has so many. */
export function sliceOf(p: Process, quota: number): number {
  return p.halvings === 0 ? quota : Math.max(Math.min(quota, LEAST_SLICE), quota >> p.halvings);
}

/** Measures slices, and what lies between two looks around. */
export class Pace {
  #since = 0;
  /** When the last slice began, where that is known. */
  #sliceSince = 0;
  #reductions = LOOK_REDUCTIONS;
  #left = 0;
  #slices = 0;

  /** A look around is over, or a turn begins. What that took is nobody's slice. */
  begin(): void {
    this.#since = this.#sliceSince = performance.now();
    this.#left = this.#reductions;
    this.#slices = 0;
  }

  /** `p` is about to have a slice. A shortened one is measured by itself: those of others before it must not keep it short. */
  beginSlice(p: Process): void {
    if (p.halvings > 0 && this.#slices > 0) this.#sliceSince = performance.now();
  }

  /** `p` has had a slice, with so many reductions. Returns whether it is time to look around. */
  spend(p: Process, used: number): boolean {
    this.#slices++;
    this.#left -= used * (1 << p.halvings);
    return this.#left <= 0;
  }

  /** It is time to look around; `p` was the last to run. */
  adapt(p: Process, now: number): void {
    if (this.#slices === 1 || p.halvings > 0) {
      const took = now - this.#sliceSince;
      if (took > LONG_SLICE_MS && p.computes) p.halvings = Math.min(MAX_HALVINGS, p.halvings + 1);
      else if (took < LONG_SLICE_MS / 2 && p.halvings > 0) p.halvings--;
    }
    const took = now - this.#since;
    if (this.#slices > 1 && took > LATE_LOOK_MS) this.#reductions = Math.max(1, this.#reductions >> 1);
    else if (took < LATE_LOOK_MS / 4 && this.#reductions < LOOK_REDUCTIONS) this.#reductions *= 2;
  }
}

/**
 * What a thread is doing, in a few shared words of its own that it stores plainly, at every slice, and that the watchdog looks at from time to
 * time: if they stay the same, the thread is stuck in what they say. No clock is read for that.
 *
 * The thread makes these words and hands them to the main thread, not the other way round: what a module makes in a constant is one for V8 as
 * well, and a store to it takes a third of the time (docs/scheduler.md).
 */

/**
 * Indices of the words.
 *
 * | word | written by | read by |
 * | --- | --- | --- |
 * | `TURNS`, `DOING` | the thread, plainly, several times a turn | the watchdog |
 * | `SLICES` | the thread, plainly, after `SLOT`, `SITE` and `MODULE` of the slice that begins, 1 more each | the watchdog, before those |
 * | `EXCUSED` | the thread: above 0 while modules are loaded | the watchdog |
 * | `NOTICED_…` | the watchdog, before `NOTICED` | the thread |
 * | `NOTICED` | the watchdog: 1; the thread, when it has taken notice: 0 | the thread, after every slice |
 */
export const ActivityWord = {
  TURNS: 0,
  DOING: 1,
  SLICES: 2,
  SLOT: 3,
  /** Where the slice began; -1 - index for the function of `MODULE` with that index. */
  SITE: 4,
  MODULE: 5,
  EXCUSED: 6,
  NOTICED: 7,
  NOTICED_DOING: 8,
  NOTICED_SLICE: 9,
  /** Float64: a time of the machine's clock. */
  NOTICED_SINCE: 10,
} as const;

/** Bytes of the words: a cache line. */
export const ACTIVITY_BYTES = 64;

/** What a thread may be doing. */
export const Doing = {
  /** Sleeping, or running callbacks. */
  EVENT_LOOP: 0,
  /** Reading what other threads have sent, and expiring timers. */
  SIGNALS: 1,
  PROCESSES: 2,
  /** Sharing work with other cores, and sending. */
  SENDING: 3,
} as const;

/** `MODULE` of a function that belongs to none, as far as is known. */
export const NO_MODULE = -1;

/** What a thread is doing, as the watchdog sees it. */
export interface Activity {
  readonly turns: number;
  readonly doing: number;
  readonly slices: number;
  /** Slot of the process whose slice it is, or was the last one. */
  readonly slot: number;
  /** Where that slice began; -1 - index for a function of `module`. */
  readonly site: number;
  readonly module: number;
  /** Whether modules are being loaded. */
  readonly excused: boolean;
}

/** What a thread says of itself. */
export function readActivity(words: Int32Array): Activity {
  return {
    turns: Atomics.load(words, ActivityWord.TURNS),
    doing: Atomics.load(words, ActivityWord.DOING),
    slices: Atomics.load(words, ActivityWord.SLICES),
    slot: Atomics.load(words, ActivityWord.SLOT),
    site: Atomics.load(words, ActivityWord.SITE),
    module: Atomics.load(words, ActivityWord.MODULE),
    excused: Atomics.load(words, ActivityWord.EXCUSED) > 0,
  };
}

/** The watchdog lets the thread know that it was seen stuck, since a time of the machine's clock: when it gets free, it tells for how long. */
export function notice(words: Int32Array, seen: Activity, since: number): void {
  sinceOf(words)[0] = since;
  words[ActivityWord.NOTICED_DOING] = seen.doing;
  words[ActivityWord.NOTICED_SLICE] = seen.slices;
  Atomics.store(words, ActivityWord.NOTICED, 1);
}

/** The thread takes notice: what it was doing, since when, and whether that was the slice that it has begun last. */
export function takeNotice(words: Int32Array): { doing: number; since: number; ofThisSlice: boolean } {
  Atomics.store(words, ActivityWord.NOTICED, 0);
  return {
    doing: words[ActivityWord.NOTICED_DOING]!,
    since: sinceOf(words)[0]!,
    ofThisSlice: words[ActivityWord.NOTICED_SLICE] === words[ActivityWord.SLICES],
  };
}

function sinceOf(words: Int32Array): Float64Array {
  return new Float64Array(words.buffer, ActivityWord.NOTICED_SINCE * 4, 1);
}

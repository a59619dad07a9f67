/**
 * Looks at the scheduler threads from the main thread, and tells of one that is stuck: that does the same thing for longer than it should, and so
 * keeps everything else on its core from running.
 *
 * The threads say what they do in shared memory (activity.ts), so that they pay nothing for being watched. What does not change from one look to
 * the next is either stuck or asleep; Node knows how long the thread's event loop has slept, also while the thread is busy. Only time in
 * which the watchdog itself ran when it wanted to counts, so that a machine that gives the program no time makes nobody look stuck.
 */
import {
  controlWords,
  restOf,
  type Activity,
  countLongSchedule,
  Doing,
  doingName,
  internPid,
  local,
  lowestThreshold,
  machineTime,
  nameOf,
  notice,
  raise,
  readActivity,
  type LongSchedule,
  type Pid,
  type SharedMemory,
} from "@agner/scheduler";
import type { Places } from "./code/places.ts";
import type { SchedulerThread } from "./schedulers/thread.ts";

/** Looks within the time after which a thread counts as stuck. */
const LOOKS = 4;
/** A look that comes later than so many times the time between two shows that this thread had to wait itself: what it sees says nothing. A guess. */
const IN_TIME = 1.6;
/** Most and least time between two looks, in milliseconds. */
const SLOWEST_MS = 250;
const FASTEST_MS = 10;
/** Time between two looks at a VM that rests, in milliseconds: four times as many took half a percent of a core. */
const RESTING_MS = 500;
/** When those who were told that a thread is stuck are told again, in milliseconds; then ten times later each. */
const AGAIN_MS = 1_000;

export interface Watched {
  readonly memory: SharedMemory;
  readonly places: Places;
  readonly thread: (index: number) => Pick<SchedulerThread, "worker" | "activity" | "isGone">;
  /** A thread that is stuck for so many milliseconds is replaced; Infinity for never. */
  readonly stuckLimitMs: number;
  readonly replace: (index: number, why: string) => void;
}

/** What was seen of one thread. */
interface Seen {
  /** The words of the thread. */
  readonly words: Int32Array;
  activity: Activity;
  /** Milliseconds for which its event loop has slept since it began. */
  slept: number;
  /** Time of the machine's clock when this was seen first. */
  since: number;
  /** Milliseconds for which it was watched meanwhile. */
  watched: number;
  /** For how long it was stuck when somebody was told last; 0 if nobody was. */
  told: number;
  againAt: number;
  /** Whether the thread is being replaced. */
  givenUp: boolean;
}

/** Watches from the constructor to {@link Watchdog.stop}. */
export class Watchdog {
  readonly #parts: Watched;
  readonly #seen: (Seen | undefined)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastLook = machineTime();
  #stopped = false;

  constructor(parts: Watched) {
    this.#parts = parts;
    this.#wait();
  }

  /** Whether a scheduler thread was stuck at the last look, for so long that somebody was told. */
  isStuck(thread: number): boolean {
    return (this.#seen[thread]?.told ?? 0) > 0;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const least = Math.min(lowestThreshold("longSchedule"), this.#parts.stuckLimitMs);
    // A VM that rests is looked at seldom: looks would be all that it does.
    const period = this.#allRest() ? RESTING_MS : Math.min(SLOWEST_MS, Math.max(FASTEST_MS, least / LOOKS));
    this.#timer = setTimeout(() => {
      try {
        this.#look(period); // which calls listeners of the embedding program
      } finally {
        if (!this.#stopped) this.#wait();
      }
    }, period);
    this.#timer.unref();
  }

  #allRest(): boolean {
    const { memory } = this.#parts;
    const words = controlWords(memory);
    for (let thread = 0; thread < memory.schedulers; thread++) if ((restOf(words, thread) & 1) === 0) return false;
    return true;
  }

  #look(period: number): void {
    const now = machineTime();
    const sinceLast = now - this.#lastLook;
    const watched = sinceLast <= period * IN_TIME ? sinceLast : 0;
    this.#lastLook = now;
    for (let thread = 0; thread < this.#parts.memory.schedulers; thread++) this.#lookAt(thread, now, watched);
  }

  #lookAt(index: number, now: number, watched: number): void {
    const { worker, activity: words, isGone } = this.#parts.thread(index);
    if (isGone || words === undefined) {
      this.#seen[index] = undefined;
      return;
    }
    const activity = readActivity(words);
    const slept = worker.performance.eventLoopUtilization().idle;
    const seen = this.#seen[index];
    if (seen === undefined || seen.words !== words || this.#goesOn(seen, activity, slept)) {
      this.#seen[index] = { words, activity, slept, since: now, watched: 0, told: 0, againAt: AGAIN_MS, givenUp: false };
      return;
    }
    // A turn shows that the event loop is not stuck in one callback, but busy with many.
    if (activity.doing === Doing.EVENT_LOOP) local.doorbell.ring(index);
    seen.watched += watched;
    if (seen.watched >= lowestThreshold("longSchedule")) this.#tell(index, seen, now);
    const { stuckLimitMs, replace } = this.#parts;
    if (seen.watched < stuckLimitMs || seen.givenUp) return;
    seen.givenUp = true;
    replace(index, reasonFor(this.#eventOf(index, seen.activity, now - seen.since), stuckLimitMs));
  }

  #goesOn(seen: Seen, activity: Activity, slept: number): boolean {
    const before = seen.activity;
    if (activity.turns !== before.turns || activity.slices !== before.slices || activity.doing !== before.doing) return true;
    return activity.doing === Doing.EVENT_LOOP && (activity.excused || slept !== seen.slept);
  }

  #tell(thread: number, seen: Seen, now: number): void {
    const durationMs = now - seen.since;
    const event = this.#eventOf(thread, seen.activity, durationMs);
    if (seen.told === 0) {
      countLongSchedule(this.#parts.memory, thread);
      notice(seen.words, seen.activity, seen.since);
    }
    const again = durationMs >= seen.againAt;
    while (durationMs >= seen.againAt) seen.againAt *= 10;
    raise(event, again ? undefined : seen.told);
    seen.told = durationMs;
  }

  #eventOf(thread: number, activity: Activity, durationMs: number): LongSchedule {
    const event = { event: "longSchedule", scheduler: thread, durationMs, ended: false, gcMs: undefined } as const;
    const pid = activity.doing === Doing.PROCESSES ? pidOf(activity.slot) : undefined;
    if (pid === undefined)
      return { ...event, pid, registeredName: undefined, initialCall: undefined, function: doingName(activity.doing) };
    const { site, module } = activity;
    const { places } = this.#parts;
    const initialCall = site < 0 ? places.function(module, -1 - site) : undefined;
    const where = site < 0 ? initialCall : (places.site(site) ?? "a built-in method that calls back");
    return { ...event, pid, registeredName: nameOf(pid), initialCall, function: where ?? "its first function" };
  }
}

/** Why a thread is replaced, for people. */
function reasonFor({ durationMs, pid, registeredName, function: where }: LongSchedule, limitMs: number): string {
  const name = registeredName === undefined ? "" : ` ${JSON.stringify(registeredName)}`;
  const what = pid === undefined ? where : `${where}, run by process ${String(pid)}${name}`;
  return `it was stuck for ${Math.round(durationMs)} ms in ${what}; the limit is ${limitMs} ms`;
}

function pidOf(slot: number): Pid | undefined {
  const serial = local.directory.serialOf(slot);
  return serial === 0 || !local.directory.noteSeen(slot, serial) ? undefined : internPid(slot, serial);
}

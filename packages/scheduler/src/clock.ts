/**
 * HOT PATH (`now`). A thread's clock: the machine's monotonic time, or, while a test has stopped the clock of the VM, a time that only the test moves.
 *
 * The test stores a time and then a new generation, odd while the clock stands, and rings all threads. A thread compares generations once a turn; what it
 * reads then holds until its next turn. Its time never jumps: it stands still where it was, and goes on from where it stands.
 */
import { Control, controlWords, threadArea, ThreadWord, type SharedMemory } from "./memory/layout.ts";

/** What the threads share of a clock that can be stopped. */
export class SharedClock {
  private readonly words: Int32Array;
  private readonly memory: SharedMemory;
  private readonly ms: Float64Array;

  constructor(memory: SharedMemory) {
    this.memory = memory;
    this.words = controlWords(memory);
    this.ms = new Float64Array(memory.control, Control.CLOCK_MS * 4, 1);
  }

  /** Odd: the clock stands. */
  get generation(): number {
    return Atomics.load(this.words, Control.CLOCK);
  }

  /** How far the clock was moved in all the times that it stood, in milliseconds. */
  get time(): number {
    return this.ms[0]!;
  }

  /** Stops the clock, or lets it go on. */
  toggle(): void {
    Atomics.add(this.words, Control.CLOCK, 1);
  }

  /** Moves the clock, which stands, to a later time. */
  moveTo(ms: number): void {
    this.ms[0] = ms;
    Atomics.add(this.words, Control.CLOCK, 2);
  }

  /** The generation that a thread goes by. */
  seenBy(thread: number): number {
    return Atomics.load(this.words, threadArea(thread) + ThreadWord.CLOCK_SEEN);
  }

  /** For when the next timer of a thread that rests is set, by this clock; `Infinity` if none is. */
  nextOf(thread: number): number {
    return this.nextWord(thread)[0]!;
  }

  setSeen(thread: number, generation: number): void {
    Atomics.store(this.words, threadArea(thread) + ThreadWord.CLOCK_SEEN, generation);
  }

  /** The word in which a thread that is about to rest tells others its next timer. */
  nextWord(thread: number): Float64Array {
    return new Float64Array(this.memory.control, (threadArea(thread) + ThreadWord.NEXT_TIMER) * 4, 1);
  }
}

class Clock {
  /** Whether it stands. */
  stands = false;
  shared: SharedClock = undefined as unknown as SharedClock;
  private thread = -1;
  private generation = 0;
  /** Of the clock that stands: its time here. */
  private at = 0;
  /** Of the clock that stands: the difference between its time here and in shared memory. */
  private base = 0;
  /** Of the clock that goes: how much it is ahead of the machine's. */
  private ahead = 0;
  private next: Float64Array | undefined;

  /** The time in milliseconds, with fractions; only the difference of two has a meaning. */
  now(): number {
    return this.stands ? this.at : performance.now() + this.ahead;
  }

  join(memory: SharedMemory, thread: number): void {
    this.shared = new SharedClock(memory);
    this.thread = thread;
    this.next = this.shared.nextWord(thread);
  }

  /** Whether the clock was stopped, moved or let go since the last look. */
  isBehind(): boolean {
    return this.shared.generation !== this.generation;
  }

  /** Looks at what was done to the clock. To be called between the turns of processes only. */
  look(): void {
    const { generation } = this.shared;
    if (generation === this.generation) return;
    this.generation = generation;
    const { time } = this.shared;
    const stands = (generation & 1) === 1;
    if (stands && !this.stands) {
      // A whole number, so that what is set for whole milliseconds is due at whole milliseconds of the test's time.
      this.base = Math.floor(this.now()) + 1 - time;
    } else if (!stands && this.stands) {
      this.ahead = this.base + time - performance.now();
    }
    this.at = this.base + time;
    this.stands = stands;
    this.shared.setSeen(this.thread, generation);
  }

  /** By the shared clock: the time of a tick of this thread. */
  toShared(tick: number | undefined): number {
    return tick === undefined ? Infinity : tick - this.base;
  }

  /** Tells the others for when the next timer of this thread is set. */
  tellNext(tick: number | undefined): void {
    this.next![0] = this.toShared(tick);
  }
}

/** The clock of this thread. */
export const clock = new Clock();

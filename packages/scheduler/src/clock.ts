/**
 * HOT PATH (`now`). A thread's clock: milliseconds since the VM was booted, the same on all threads; or, while a test has stopped the clock of the VM, a time that
 * only the test moves.
 *
 * The test stores a time and then a new generation, odd while the clock stands, and rings all threads. A thread compares generations once a turn; what it
 * reads then holds until its next turn. Its time never goes back: it stands where it was, and goes on from where it stands.
 */
import { Control, controlWords, machineTime, threadArea, ThreadWord, type SharedMemory } from "./memory/layout.ts";

/** The machine's clock. The global of that name is an accessor, which costs a fifth of a look at it (benchmark: timer-set-cancel). */
const machine = performance;

/** What the threads share of a clock that can be stopped. */
export class SharedClock {
  private readonly words: Int32Array;
  private readonly memory: SharedMemory;

  constructor(memory: SharedMemory) {
    this.memory = memory;
    this.words = controlWords(memory);
  }

  /** Odd: the clock stands. */
  get generation(): number {
    return Atomics.load(this.words, Control.CLOCK);
  }

  /** The time of the clock that stands. */
  get time(): number {
    return this.float(Control.CLOCK_MS)[0]!;
  }

  /** How much the clock that goes is ahead of the machine's since the boot. */
  get ahead(): number {
    return this.float(Control.CLOCK_AHEAD)[0]!;
  }

  /** When the VM was booted, by the machine's clock. */
  get boot(): number {
    return this.float(Control.CLOCK_BOOT)[0]!;
  }

  /** Stops the clock, or lets it go on as if it had never stood. */
  toggle(): void {
    Atomics.add(this.words, Control.CLOCK, 1);
  }

  /** Lets the clock go on from where it stands. */
  goOn(): void {
    this.float(Control.CLOCK_AHEAD)[0] = this.time - (machineTime() - this.boot);
    this.toggle();
  }

  /** Moves the clock, which stands, to a later time. */
  moveTo(ms: number): void {
    this.float(Control.CLOCK_MS)[0] = ms;
    Atomics.add(this.words, Control.CLOCK, 2);
  }

  /** The generation that a thread goes by. */
  seenBy(thread: number): number {
    return Atomics.load(this.words, threadArea(thread) + ThreadWord.CLOCK_SEEN);
  }

  setSeen(thread: number, generation: number): void {
    Atomics.store(this.words, threadArea(thread) + ThreadWord.CLOCK_SEEN, generation);
  }

  /** Where a thread's clock stands. */
  placeOf(thread: number): number {
    return this.float(threadArea(thread) + ThreadWord.CLOCK_AT)[0]!;
  }

  setPlace(thread: number, ms: number): void {
    this.float(threadArea(thread) + ThreadWord.CLOCK_AT)[0] = ms;
  }

  /** For when the next timer of a thread that rests is set; `Infinity` if none is. */
  nextOf(thread: number): number {
    return this.float(threadArea(thread) + ThreadWord.NEXT_TIMER)[0]!;
  }

  setNext(thread: number, ms: number): void {
    this.float(threadArea(thread) + ThreadWord.NEXT_TIMER)[0] = ms;
  }

  private float(word: number): Float64Array {
    return new Float64Array(this.memory.control, word * 4, 1);
  }
}

class Clock {
  /** Whether it stands. */
  stands = false;
  shared: SharedClock = undefined as unknown as SharedClock;
  private thread = -1;
  private generation = 0;
  /** Where it stands. */
  private at = 0;
  /** Of a clock that goes: how much it is ahead of this thread's. */
  private ahead = 0;
  /** How much the machine's clock since the boot is ahead of this thread's. */
  private lack = 0;

  /** The time in milliseconds, with fractions. */
  now(): number {
    return this.stands ? this.at : machine.now() + this.ahead;
  }

  join(memory: SharedMemory, thread: number): void {
    this.shared = new SharedClock(memory);
    this.thread = thread;
    if (thread === memory.schedulers) return; // no process asks the main thread for the time
    this.lack = machineTime() - this.shared.boot - performance.now();
    this.ahead = this.lack + this.shared.ahead;
  }

  /** Whether the clock was stopped, moved or let go since the last look. */
  isBehind(): boolean {
    return this.shared.generation !== this.generation;
  }

  /** Looks at what was done to the clock. To be called between the turns of processes only. */
  look(): void {
    const { shared, thread } = this;
    const { generation } = shared;
    if (generation === this.generation) return;
    this.generation = generation;
    if ((generation & 1) === 0) {
      this.ahead = this.lack + shared.ahead;
      this.stands = false;
    } else {
      this.at = Math.max(this.now(), shared.time);
      this.stands = true;
      shared.setPlace(thread, this.at);
    }
    shared.setSeen(thread, generation);
  }

  /** Tells the others for when the next timer of this thread is set. */
  tellNext(tick: number | undefined): void {
    this.shared.setNext(this.thread, tick ?? Infinity);
  }
}

/** The clock of this thread. */
export const clock = new Clock();

/**
 * Wakes a thread that sleeps in its event loop, without a system call while it is awake.
 *
 * Why no wake-up is lost. The sleeper: (1) loads BELL, (2) stores ASLEEP = 1, (3) looks at all its sources once more, (4) waits on BELL with
 * the value of (1). The ringer: (a) publishes its data, (b) exchanges ASLEEP for 0 if it is 1, (c) adds 1 to BELL, (d) notifies. All these
 * are sequentially consistent, so they stand in one order:
 * - (b) before (2): the ringer saw 0 and went away. Then (a) is before (3) as well, and the sleeper finds the data in (3).
 * - (2) before (b): the ringer sees 1 and comes to (c). If (c) is before (4), the wait finds another value and does not begin;
 *   if after, the wait has begun and (d) ends it. (1) stands before (2), so no ring of this sleep is taken for an older one.
 * Of several ringers only one gets the 1 from the exchange; its (c) and (d) wake the sleeper for all of them, and their data was published
 * before they lost the exchange, so the sleeper, awake again, sees it.
 *
 * A thread that is awake learns from RUNG, one load however many others there are, that it is worth looking at its rings. It stores 0 there before it
 * looks; a ringer stores 1 after (a), or finds it there: then either the 0 comes later, and the look after it finds the data, or the 1 stays.
 */
import { controlWords, threadArea, ThreadWord, type SharedMemory } from "./layout.ts";

export class Doorbell {
  private readonly words: Int32Array;
  private readonly area: number;
  private heard = 0;
  private waiting = false;

  constructor(memory: SharedMemory, thread: number) {
    this.words = controlWords(memory);
    this.area = threadArea(thread);
  }

  /** Says that this thread is about to sleep. The caller then looks at all its sources again, and calls `wait` or `cancelSleep`. */
  announceSleep(): void {
    this.heard = Atomics.load(this.words, this.area + ThreadWord.BELL);
    Atomics.store(this.words, this.area + ThreadWord.ASLEEP, 1);
  }

  /**
   * Takes the announcement back: there is work, or the event loop has woken the thread. A wait that is left over is ended by ringing one's own
   * bell; were it kept for the next sleep, a thread that only its sockets wake would hang a callback on it each time.
   */
  cancelSleep(): void {
    Atomics.store(this.words, this.area + ThreadWord.ASLEEP, 0);
    if (!this.waiting) return;
    this.waiting = false;
    Atomics.add(this.words, this.area + ThreadWord.BELL, 1);
    Atomics.notify(this.words, this.area + ThreadWord.BELL);
  }

  /** A promise that settles when the bell rings; `undefined` if it has rung since `announceSleep`. It does not keep the thread alive. */
  wait(): Promise<void> | undefined {
    const result = Atomics.waitAsync(this.words, this.area + ThreadWord.BELL, this.heard);
    if (!result.async) return undefined;
    this.waiting = true;
    const { heard } = this;
    return result.value.then(() => {
      if (this.heard === heard) this.waiting = false;
    });
  }

  /** Blocks the thread after `announceSleep` until the bell rings, or for so many milliseconds. */
  block(ms: number): void {
    Atomics.wait(this.words, this.area + ThreadWord.BELL, this.heard, ms);
  }

  /** Whether a thread has announced that it sleeps and nobody has rung since. */
  isAsleep(thread: number): boolean {
    return Atomics.load(this.words, threadArea(thread) + ThreadWord.ASLEEP) === 1;
  }

  /** Whether anybody has rung since this was last asked. The caller then looks at its sources. */
  wasRung(): boolean {
    if (Atomics.load(this.words, this.area + ThreadWord.RUNG) === 0) return false;
    Atomics.store(this.words, this.area + ThreadWord.RUNG, 0);
    return true;
  }

  /** Wakes a thread, or tells it that there is news; two atomic loads if it is awake and has been told. To be called after what it should see has been published. */
  ring(thread: number): void {
    const area = threadArea(thread);
    if (Atomics.load(this.words, area + ThreadWord.RUNG) === 0) Atomics.store(this.words, area + ThreadWord.RUNG, 1);
    if (Atomics.load(this.words, area + ThreadWord.ASLEEP) === 0) return;
    if (Atomics.exchange(this.words, area + ThreadWord.ASLEEP, 0) === 0) return;
    Atomics.add(this.words, area + ThreadWord.BELL, 1);
    Atomics.notify(this.words, area + ThreadWord.BELL);
  }
}

/**
 * Says whether a thread rests: it sleeps, has nothing to run and nothing to send. Only the thread itself writes its word; who reads the same odd
 * number twice knows that it rested all the time in between.
 *
 * The word says more: it changes at each moment in which the thread has nothing to send, at the latest at the end of every turn. Who reads an odd number, or
 * another one than before, knows that all signals of before have been published (grace.ts). So a thread that wakes stops resting before it decides where
 * its next signal goes.
 */
import { controlWords, threadArea, ThreadWord, type SharedMemory } from "./layout.ts";

export class Rest {
  private readonly words: Int32Array;
  private readonly at: number;
  private value: number;

  constructor(memory: SharedMemory, thread: number) {
    this.words = controlWords(memory);
    this.at = threadArea(thread) + ThreadWord.REST;
    const last = Atomics.load(this.words, this.at);
    this.value = last + (last & 1);
    Atomics.store(this.words, this.at, this.value);
  }

  begin(): void {
    if ((this.value & 1) === 0) this.change(1);
  }

  end(): void {
    if ((this.value & 1) === 1) this.change(1);
  }

  /** Everything that was written has been published; the thread goes on. */
  pass(): void {
    if ((this.value & 1) === 0) this.change(2);
  }

  private change(by: 1 | 2): void {
    this.value = (this.value + by) | 0;
    Atomics.store(this.words, this.at, this.value);
  }
}

/** What the word of a thread says; odd: it rests. */
export function restOf(words: Int32Array, thread: number): number {
  return Atomics.load(words, threadArea(thread) + ThreadWord.REST);
}

/** The thread was lost: it does not rest, and what it had not published never will be. Its successor goes on from here. */
export function endRest(words: Int32Array, lost: number): void {
  const at = threadArea(lost) + ThreadWord.REST;
  Atomics.add(words, at, (Atomics.load(words, at) & 1) === 1 ? 1 : 2);
}

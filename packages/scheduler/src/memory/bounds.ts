/**
 * Bounds of mailboxes as senders on other threads see them: two words a slot, for processes that refuse messages while their mailbox is full. Who sends to
 * one reserves a place first, so the bound is kept however many send at once and however much is on its way.
 *
 * - `LIMIT`: how many messages it takes. Written by the owner before the directory says that the process is bounded, or while it is.
 * - `COUNT`: the messages in the mailbox and the places reserved for those on their way (24 bits), and above them a generation (8 bits). Every writer uses
 *   `compareExchange`. A sender adds one; the owner adds what came, and takes off what left and the places of what has arrived.
 *
 * A new generation begins whenever the owner counts afresh: reservations of earlier ones are void, and what was sent under them counts when it arrives.
 */
import type { SharedMemory } from "./layout.ts";

/** The number of messages in the word `COUNT`, which stops there: of a mailbox with a higher limit other threads never know that it is full. Memory ends before. */
const MAX_COUNT = 0xff_ffff;
const GENERATION = 0x100_0000;

/** What {@link Bounds.reserve} says of a full mailbox. */
export const FULL = -1;

export class Bounds {
  private readonly words: Int32Array;

  constructor(memory: SharedMemory) {
    this.words = new Int32Array(memory.bounds);
  }

  /** Begins a generation with so many messages in the mailbox, and returns it. By the owner. */
  open(slot: number, limit: number, length: number): number {
    Atomics.store(this.words, slot * 2, Math.min(limit, MAX_COUNT + 1));
    for (;;) {
      const word = Atomics.load(this.words, slot * 2 + 1);
      const next = ((word & ~MAX_COUNT) + GENERATION) | Math.min(length, MAX_COUNT) | 0;
      if (Atomics.compareExchange(this.words, slot * 2 + 1, word, next) === word) return next >>> 24;
    }
  }

  /** The generation that is open. */
  generationOf(slot: number): number {
    return Atomics.load(this.words, slot * 2 + 1) >>> 24;
  }

  /** How many messages the mailbox takes. */
  limitOf(slot: number): number {
    return Atomics.load(this.words, slot * 2);
  }

  /** Messages in the mailbox and on their way to it. */
  countOf(slot: number): number {
    return Atomics.load(this.words, slot * 2 + 1) & MAX_COUNT;
  }

  /** Takes a place for a message that is about to be sent. Returns the generation to which it belongs, or {@link FULL}. By any thread. */
  reserve(slot: number): number {
    const limit = Atomics.load(this.words, slot * 2);
    for (;;) {
      const word = Atomics.load(this.words, slot * 2 + 1);
      if ((word & MAX_COUNT) >= limit) return FULL;
      if (this.count(slot, word, 1)) return word >>> 24;
    }
  }

  /** Counts so many messages more, or fewer, in a generation; nothing happens if it is over. By the owner, and by who gives back a place that it has reserved. */
  add(slot: number, generation: number, change: number): void {
    for (;;) {
      const word = Atomics.load(this.words, slot * 2 + 1);
      if (word >>> 24 !== generation || this.count(slot, word, change)) return;
    }
  }

  /**
   * As {@link add}, and takes a place for a message that comes now. Returns whether there was one; in a generation that is over there is. By the owner.
   */
  enter(slot: number, generation: number, change: number): boolean {
    const limit = Atomics.load(this.words, slot * 2);
    for (;;) {
      const word = Atomics.load(this.words, slot * 2 + 1);
      if (word >>> 24 !== generation) return true;
      const admitted = (word & MAX_COUNT) + change < limit;
      if (this.count(slot, word, admitted ? change + 1 : change)) return admitted;
    }
  }

  private count(slot: number, word: number, change: number): boolean {
    const count = Math.min(MAX_COUNT, Math.max(0, (word & MAX_COUNT) + change));
    return Atomics.compareExchange(this.words, slot * 2 + 1, word, (word & ~MAX_COUNT) | count) === word;
  }
}

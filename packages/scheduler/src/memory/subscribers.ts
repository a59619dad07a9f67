/**
 * Who is told of system events, and from what on: a small table that a thread reads when it has an event to tell, and before that one word, the
 * lowest threshold of a kind that anybody has set.
 *
 * It lives in shared memory, so that a subscription holds on every core when the call that makes it returns, and on a core that takes the place
 * of a lost one.
 */
import { AgnerError } from "../errors.ts";
import { LINE, MAX_SUBSCRIBERS, SubscriberWord as Word, type SharedMemory } from "./layout.ts";

/** Kinds of threshold: an event whose size is below a subscriber's is not told to it. Infinity: none of that kind. */
export const Threshold = {
  /** Milliseconds. */
  LONG_SCHEDULE: 0,
  /** Messages. */
  LONG_MAILBOX: 1,
  /** Bytes. */
  LARGE_HEAP: 2,
  /** 0 or Infinity. */
  SCHEDULER_LOST: 3,
  /** 0 or Infinity. */
  MAILBOX_DROPPED: 4,
} as const;

export class Subscribers {
  /** The lowest thresholds, by kind: a plain read. */
  readonly lowest: Float64Array;
  private readonly words: Int32Array;
  private readonly floats: Float64Array;
  private readonly isAlive: (slot: number, serial: number) => boolean;

  /** `isAlive` is the directory's: who has ended is told nothing, and leaves the table as soon as somebody notices. */
  constructor(memory: SharedMemory, isAlive: (slot: number, serial: number) => boolean) {
    this.words = new Int32Array(memory.subscribers);
    this.floats = new Float64Array(memory.subscribers);
    this.lowest = new Float64Array(memory.subscribers, Word.LOWEST * 4, Word.KINDS);
    this.isAlive = isAlive;
  }

  /**
   * Subscribes a process with its thresholds by kind, or changes them; undefined takes it out. Called on the thread that runs it. Returns the
   * thresholds that it had. Throws {@link AgnerError} `AGNER_SYSTEM_LIMIT` when the table is full.
   */
  set(slot: number, serial: number, thresholds: readonly number[] | undefined): number[] | undefined {
    const { words } = this;
    const own = this.find(slot, serial);
    const old = own < 0 ? undefined : [...this.thresholdsAt(own)];
    if (thresholds === undefined) {
      if (own < 0) return undefined;
      Atomics.store(words, own + Word.SLOT, 0);
    } else {
      const entry = own < 0 ? this.take() : own;
      Atomics.store(words, entry + Word.SERIAL, serial);
      const least = this.thresholdsAt(entry);
      for (let kind = 0; kind < Word.KINDS; kind++) least[kind] = thresholds[kind] ?? Infinity;
      Atomics.store(words, entry + Word.SLOT, slot + 1);
    }
    this.changed();
    return old;
  }

  /** Those who live and whose threshold of this kind is above `above` and at most `size`. Cold. */
  interestedIn(kind: number, size: number, above: number): { slot: number; serial: number }[] {
    const { words } = this;
    const all: { slot: number; serial: number }[] = [];
    let ended = false;
    for (let entry = Word.ENTRIES; entry < words.length; entry += LINE) {
      const taken = Atomics.load(words, entry + Word.SLOT);
      if (taken <= 0) continue;
      const serial = Atomics.load(words, entry + Word.SERIAL);
      const least = this.thresholdsAt(entry)[kind]!;
      if (Atomics.load(words, entry + Word.SLOT) !== taken || Atomics.load(words, entry + Word.SERIAL) !== serial) continue; // it is somebody else's by now
      if (!this.isAlive(taken - 1, serial)) ended = true;
      else if (size >= least && least > above) all.push({ slot: taken - 1, serial });
    }
    if (ended) this.changed();
    return all;
  }

  private find(slot: number, serial: number): number {
    const { words } = this;
    for (let entry = Word.ENTRIES; entry < words.length; entry += LINE)
      if (Atomics.load(words, entry + Word.SLOT) === slot + 1 && Atomics.load(words, entry + Word.SERIAL) === serial)
        return entry;
    return -1;
  }

  private thresholdsAt(entry: number): Float64Array {
    return this.floats.subarray((entry + Word.LEAST) / 2, (entry + Word.LEAST) / 2 + Word.KINDS);
  }

  /** Takes a free entry, or that of a process that has ended. */
  private take(): number {
    const { words } = this;
    for (let entry = Word.ENTRIES; entry < words.length; entry += LINE) {
      const taken = Atomics.load(words, entry + Word.SLOT);
      if (taken < 0 || (taken > 0 && this.isAlive(taken - 1, Atomics.load(words, entry + Word.SERIAL)))) continue;
      if (Atomics.compareExchange(words, entry + Word.SLOT, taken, -1) === taken) return entry;
    }
    throw new AgnerError(
      "AGNER_SYSTEM_LIMIT",
      `systemMonitor: ${MAX_SUBSCRIBERS} subscribers are told of system events already, and there is no room for more; let one of them tell the others`,
    );
  }

  /** Cold: frees the entries of processes that have ended, and finds the lowest thresholds. */
  private changed(): void {
    const { words, lowest } = this;
    let changes = Atomics.add(words, Word.CHANGES, 1) + 1;
    for (;;) {
      const least = new Array<number>(Word.KINDS).fill(Infinity);
      for (let entry = Word.ENTRIES; entry < words.length; entry += LINE) {
        const taken = Atomics.load(words, entry + Word.SLOT);
        if (taken <= 0) continue;
        if (!this.isAlive(taken - 1, Atomics.load(words, entry + Word.SERIAL)))
          Atomics.compareExchange(words, entry + Word.SLOT, taken, 0);
        else this.thresholdsAt(entry).forEach((n, kind) => (least[kind] = Math.min(least[kind]!, n)));
      }
      lowest.set(least);
      const now = Atomics.load(words, Word.CHANGES);
      if (now === changes) return;
      changes = now;
    }
  }
}

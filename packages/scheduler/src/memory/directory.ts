/**
 * The directory: which thread owns a process. Two words a slot, read by every thread with one or two atomic loads.
 *
 * - The serial's word: above 0 the serial of the process that lives in the slot; below 0 the serial, negated, of the last one that did;
 *   0 if none ever did. So `isAlive` is one load. Written by the thread that allocates the slot and by the one that releases it.
 * - The owner's word: above 0 the owner + 1 and flags; in a free slot the next free slot of its chain, as -(slot + 1), or 0 at the end.
 *   While the slot is taken its owner, or the thief of its process, changes it (`compareExchange`); while it is free, whoever has the chain writes it.
 *   Flags: `MOVING` says that the process may change its thread at any moment, or is to run on one that has not started, and that signals from other threads wait until it
 *   no longer says so;
 *   `BOUNDED` says that the process refuses messages while its mailbox is full, and that senders look at its bound (bounds.ts) first;
 *   `ODD_GENERATION` says that the owner took the place of a thread that was lost, an odd number of times: so a process made for the successor of
 *   a lost thread is not taken for one that was lost with it (lost.ts);
 *   `SEEN` says that another thread has come across the process without having been told of it, and may have sent it signals.
 *
 * Free slots wait in chains through their own words, so they need no other memory. Each thread has a chain of its own, oldest first, and
 * takes a slot from it only while more than `quarantine` younger ones are behind it. What a thread releases beyond that goes, a segment at
 * a time, to the common pool, so that slots do not pile up where processes end but none begin.
 */
import { AgnerError } from "../errors.ts";
import { Control, controlWords, threadArea, ThreadWord, type SharedMemory } from "./layout.ts";
import { Patience, release, takeOver } from "./lock.ts";

/** The owner + 1 in an owner's word. */
const OWNER = 0xffff;
/** Flags of an owner's word. */
const MOVING = 0x1_0000;
const BOUNDED = 0x2_0000;
const ODD_GENERATION = 0x4_0000;
const SEEN = 0x8_0000;
/** What says of an owner's word whose it is. */
const WHOSE = OWNER | ODD_GENERATION;

/** What the owner's word says of a thread that has been lost so many times. */
function ownerWord(thread: number, generation: number): number {
  return (thread + 1) | ((generation & 1) === 0 ? 0 : ODD_GENERATION);
}

/** What {@link Directory.routeOfMessage} says of a process that may refuse messages, wherever it is. */
export const REFUSING = -3;

/** What {@link Directory.route} says of a process that may change its thread at any moment. */
export const ON_THE_MOVE = -2;

export class Directory {
  private readonly entries: Int32Array;
  private readonly words: Int32Array;
  private readonly area: number;
  private readonly thread: number;
  private readonly maxProcesses: number;
  private readonly quarantine: number;
  private readonly segment: number;
  private readonly threads: number;
  private readonly patience: Patience;
  /** By thread: the owner's word of its processes, as far as this thread knows. */
  private readonly owners: Int32Array;

  /**
   * The handle of one thread. A thread that takes a lost one's place goes on with its free slots. `generations`: how often each thread has been
   * lost so far; default never.
   */
  constructor(memory: SharedMemory, thread: number, generations?: readonly number[]) {
    this.entries = new Int32Array(memory.directory);
    this.words = controlWords(memory);
    this.area = threadArea(thread);
    this.thread = thread;
    this.maxProcesses = memory.maxProcesses;
    this.quarantine = memory.quarantine;
    this.segment = memory.segment;
    this.threads = memory.threads;
    this.patience = new Patience(thread === memory.schedulers);
    this.owners = Int32Array.from({ length: memory.threads }, (_, i) => ownerWord(i, generations?.[i] ?? 0));
  }

  /** Takes a free slot with a new serial for a process that `owner` will run. Throws {@link AgnerError} `AGNER_SYSTEM_LIMIT` when there is none. */
  allocate(owner: number): number {
    const slot = this.takeFree();
    const last = this.entries[slot * 2 + 1]!;
    const serial = last === -0x7fffffff ? 1 : 1 - last;
    // The owner first: who sees the serial, and with it a process that lives, must find its owner.
    Atomics.store(this.entries, slot * 2, this.owners[owner]! | (this.isLost(owner) ? MOVING : 0));
    Atomics.store(this.entries, slot * 2 + 1, serial);
    this.words[this.area + ThreadWord.ALLOCATED]!++;
    return slot;
  }

  /**
   * Whether the successor of a lost thread has not started. What is made for it counts as on the move until it has arrived there ({@link setMoving}): a thread that has not
   * parted with the lost one yet would send signals for it into the ring that is about to be emptied.
   */
  private isLost(owner: number): boolean {
    return owner !== this.thread && Atomics.load(this.words, threadArea(owner) + ThreadWord.LOST) === 1;
  }

  /** The serial of the process that lives in the slot; 0 if none does. */
  serialOf(slot: number): number {
    const serial = Atomics.load(this.entries, slot * 2 + 1);
    return serial > 0 ? serial : 0;
  }

  /** The thread that owns the slot; -1 if it is free. Between this and `isAlive` a process may end or move. */
  ownerOf(slot: number): number {
    const word = Atomics.load(this.entries, slot * 2);
    return word > 0 ? (word & OWNER) - 1 : -1;
  }

  /** Whether the process with this slot and serial is alive. */
  isAlive(slot: number, serial: number): boolean {
    return serial > 0 && slot < this.maxProcesses && Atomics.load(this.entries, slot * 2 + 1) === serial;
  }

  /** Where a signal to a process goes now: the thread that owns it, -1 if it has ended, {@link ON_THE_MOVE} if the signal has to wait. */
  route(slot: number, serial: number): number {
    if (!this.isAlive(slot, serial)) return -1;
    const word = Atomics.load(this.entries, slot * 2);
    if (word <= 0) return -1;
    return (word & MOVING) === 0 ? (word & OWNER) - 1 : ON_THE_MOVE;
  }

  /** Says that a process may change its thread at any moment, or no longer may: it has arrived, or stays. The caller owns it. */
  setMoving(slot: number, moving: boolean): void {
    this.setFlag(slot, MOVING, moving);
  }

  /** Notes that a thread has come across a process of another, of which nobody may have told it. Returns false if that has ended meanwhile. */
  noteSeen(slot: number, serial: number): boolean {
    if (!this.isAlive(slot, serial)) return false;
    this.setFlag(slot, SEEN, true);
    return this.isAlive(slot, serial);
  }

  /**
   * As `setMoving(slot, true)`, unless another thread has come across the process: then nothing happens, and it returns false. Whoever comes across it later looks where it lives after
   * that, and finds that it may move. The caller owns it.
   */
  setMovingUnseen(slot: number): boolean {
    for (;;) {
      const word = Atomics.load(this.entries, slot * 2);
      if ((word & SEEN) !== 0) return false;
      if (Atomics.compareExchange(this.entries, slot * 2, word, word | MOVING) === word) return true;
    }
  }

  /** As {@link route}, for a message: {@link REFUSING} if the process may refuse it. Then its bound is asked first. */
  routeOfMessage(slot: number, serial: number): number {
    if (!this.isAlive(slot, serial)) return -1;
    const word = Atomics.load(this.entries, slot * 2);
    if (word <= 0) return -1;
    if ((word & (MOVING | BOUNDED)) === 0) return (word & OWNER) - 1;
    return (word & BOUNDED) === 0 ? ON_THE_MOVE : REFUSING;
  }

  /** Whether the process in the slot may refuse messages. */
  isBounded(slot: number): boolean {
    const word = Atomics.load(this.entries, slot * 2);
    return word > 0 && (word & BOUNDED) !== 0;
  }

  /** Says whether a process may refuse messages. The caller owns it. */
  setBounded(slot: number, bounded: boolean): void {
    this.setFlag(slot, BOUNDED, bounded);
  }

  private setFlag(slot: number, flag: number, on: boolean): void {
    for (;;) {
      const word = Atomics.load(this.entries, slot * 2);
      const next = on ? word | flag : word & ~flag;
      if (next === word || word <= 0 || Atomics.compareExchange(this.entries, slot * 2, word, next) === word) return;
    }
  }

  /** Gives a slot to another thread, where signals may go from now on, if this process still lives in it and `from` still owns it. Returns whether it did. */
  moveIfOwner(slot: number, serial: number, from: number, to: number): boolean {
    for (;;) {
      if (!this.isAlive(slot, serial)) return false;
      const word = Atomics.load(this.entries, slot * 2);
      if (word <= 0 || (word & WHOSE) !== this.owners[from]) return false;
      const next = (word & ~(WHOSE | MOVING)) | this.owners[to]!;
      if (Atomics.compareExchange(this.entries, slot * 2, word, next) === word) return true;
    }
  }

  /** Frees the slot of a process that has ended; nothing happens if that was done before. Returns whether another thread had come across it: see {@link noteSeen}. */
  release(slot: number, serial: number): boolean {
    if (serial <= 0 || Atomics.compareExchange(this.entries, slot * 2 + 1, serial, -serial) !== serial) return false;
    this.words[this.area + ThreadWord.RELEASED]!++;
    const { words, area } = this;
    const word = Atomics.exchange(this.entries, slot * 2, 0);
    const tail = words[area + ThreadWord.FREE_TAIL]!;
    if (tail === 0) words[area + ThreadWord.FREE_HEAD] = slot + 1;
    else Atomics.store(this.entries, (tail - 1) * 2, -(slot + 1));
    words[area + ThreadWord.FREE_TAIL] = slot + 1;
    const count = ++words[area + ThreadWord.FREE_COUNT]!;
    if (count >= this.quarantine + 2 * this.segment) this.giveToPool();
    return (word & SEEN) !== 0;
  }

  /** How many processes live, about: threads allocate and release while it counts. */
  count(): number {
    let live = 0;
    for (let thread = 0; thread < this.threads; thread++) {
      const area = threadArea(thread);
      live += (Atomics.load(this.words, area + ThreadWord.ALLOCATED) - Atomics.load(this.words, area + ThreadWord.RELEASED)) | 0;
    }
    return live;
  }

  /**
   * From now on, what this thread allocates for `lost`, or takes over from it, is that thread's successor's, which has been lost `generation` times.
   * To be called when nothing more will be sent to the one that was lost.
   */
  setGeneration(lost: number, generation: number): void {
    this.owners[lost] = ownerWord(lost, generation);
  }

  /**
   * Calls `visit` for every process that `owner` has; with a `generation`, for those of the thread that has been lost so many times and not of its
   * predecessor or successor. Cold: it looks at every slot ever leased. `visit` may release the slot.
   */
  forEachOwned(owner: number, visit: (slot: number, serial: number) => void, generation?: number): void {
    const wanted = generation === undefined ? this.owners[owner]! : ownerWord(owner, generation);
    const end = Math.min(this.maxProcesses, Atomics.load(this.words, Control.LEASED));
    for (let slot = 0; slot < end; slot++) {
      const serial = this.serialOf(slot);
      const word = Atomics.load(this.entries, slot * 2);
      if (serial !== 0 && word > 0 && (word & WHOSE) === wanted) visit(slot, serial);
    }
  }

  /** Calls `visit` for every process that is alive, and for the inboxes of the main thread. Cold: it looks at every slot ever leased. */
  forEachAlive(visit: (slot: number, serial: number, owner: number) => void): void {
    const end = Math.min(this.maxProcesses, Atomics.load(this.words, Control.LEASED));
    for (let slot = 0; slot < end; slot++) {
      const serial = this.serialOf(slot);
      if (serial !== 0 && this.isAlive(slot, serial)) visit(slot, serial, this.ownerOf(slot));
    }
  }

  /**
   * Puts in order what a lost thread may have left half done: the chain of its free slots, with which its successor goes on, and the pool if it
   * died with the pool's lock. To be called before anybody waits for that lock in vain. Slots that it had in hand are lost with it: at most one, or one
   * segment.
   */
  repair(lost: number): void {
    const { words } = this;
    const area = threadArea(lost);
    const chain = this.walk(words[area + ThreadWord.FREE_HEAD]!);
    words[area + ThreadWord.FREE_TAIL] = chain.tail;
    words[area + ThreadWord.FREE_COUNT] = chain.count;
    if (!takeOver(words, Control.POOL_LOCK, lost, this.thread)) return;
    const pool = this.walk(words[Control.POOL_HEAD]!);
    words[Control.POOL_TAIL] = pool.tail;
    Atomics.store(words, Control.POOL_COUNT, pool.count);
    release(words, Control.POOL_LOCK);
  }

  /** The end of a chain of free slots (slot + 1), and how many there are. */
  private walk(head: number): { tail: number; count: number } {
    let tail = 0;
    let count = 0;
    for (let next = head; next > 0; next = -Atomics.load(this.entries, (next - 1) * 2)) {
      tail = next;
      count++;
    }
    return { tail, count };
  }

  private takeFree(): number {
    const { words, area } = this;
    if (words[area + ThreadWord.FREE_COUNT]! > this.quarantine) return this.takeOldest();
    const next = words[area + ThreadWord.LEASE_NEXT]!;
    if (next < words[area + ThreadWord.LEASE_END]!) {
      words[area + ThreadWord.LEASE_NEXT] = next + 1;
      return next;
    }
    if (words[area + ThreadWord.RIPE_HEAD] !== 0) return this.takeRipe();
    return this.takeFromOthers();
  }

  /** The next of the batch that came from the pool: it has been through its quarantine. */
  private takeRipe(): number {
    const slot = this.words[this.area + ThreadWord.RIPE_HEAD]! - 1;
    this.words[this.area + ThreadWord.RIPE_HEAD] = -Atomics.load(this.entries, slot * 2);
    return slot;
  }

  private takeOldest(): number {
    const { words, area } = this;
    const slot = words[area + ThreadWord.FREE_HEAD]! - 1;
    const next = -Atomics.load(this.entries, slot * 2);
    words[area + ThreadWord.FREE_HEAD] = next;
    if (next === 0) words[area + ThreadWord.FREE_TAIL] = 0;
    words[area + ThreadWord.FREE_COUNT]!--;
    return slot;
  }

  /** Cold: a batch of the pool if there is one, or a new segment. */
  private takeFromOthers(): number {
    if (Atomics.load(this.words, Control.POOL_COUNT) > 0 && this.takeFromPool()) return this.takeRipe();
    const { words, area } = this;
    for (;;) {
      const from = Atomics.load(words, Control.LEASED);
      if (from >= this.maxProcesses) break;
      const to = Math.min(this.maxProcesses, from + this.segment);
      if (Atomics.compareExchange(words, Control.LEASED, from, to) !== from) continue;
      words[area + ThreadWord.LEASE_NEXT] = from + 1;
      words[area + ThreadWord.LEASE_END] = to;
      return from;
    }
    if (this.takeFromPool()) return this.takeRipe();
    throw new AgnerError(
      "AGNER_SYSTEM_LIMIT",
      `the VM has no free slot for a process: ${this.count()} are alive and the limit is ${this.maxProcesses} ` +
        `(a slot is used again after ${this.quarantine} other processes have ended). Raise maxProcesses, or end processes that are no longer needed`,
    );
  }

  /** Makes a batch of the pool this thread's ripe chain, which is empty. Returns false if there is none, or it is not to be had. */
  private takeFromPool(): boolean {
    const { words, area, entries } = this;
    if (!this.patience.acquire(words, Control.POOL_LOCK, this.thread)) return false;
    const head = words[Control.POOL_HEAD]!;
    const count = Math.min(this.segment, words[Control.POOL_COUNT]!);
    if (count > 0) {
      let last = head;
      for (let i = 1; i < count; i++) last = -Atomics.load(entries, (last - 1) * 2);
      const rest = -Atomics.load(entries, (last - 1) * 2);
      // In this order a thread that is lost in between leaves a pool that is whole.
      words[Control.POOL_HEAD] = rest;
      if (rest === 0) words[Control.POOL_TAIL] = 0;
      Atomics.store(entries, (last - 1) * 2, 0);
      Atomics.store(words, Control.POOL_COUNT, words[Control.POOL_COUNT]! - count);
    }
    release(words, Control.POOL_LOCK);
    if (count === 0) return false;
    words[area + ThreadWord.RIPE_HEAD] = head;
    return true;
  }

  /** Cold: moves the oldest segment of this thread's chain to the end of the pool; if that is not to be had, the next release tries again. */
  private giveToPool(): void {
    const { words, area, entries } = this;
    const head = words[area + ThreadWord.FREE_HEAD]!;
    let last = head;
    // Before it has the lock, for which others may be waiting: nobody else has this chain.
    for (let i = 1; i < this.segment; i++) last = -Atomics.load(entries, (last - 1) * 2);
    if (!this.patience.acquire(words, Control.POOL_LOCK, this.thread)) return;
    words[area + ThreadWord.FREE_HEAD] = -Atomics.load(entries, (last - 1) * 2);
    words[area + ThreadWord.FREE_COUNT]! -= this.segment;
    Atomics.store(entries, (last - 1) * 2, 0);
    const tail = words[Control.POOL_TAIL]!;
    if (tail === 0) words[Control.POOL_HEAD] = head;
    else Atomics.store(entries, (tail - 1) * 2, -head);
    words[Control.POOL_TAIL] = last;
    Atomics.store(words, Control.POOL_COUNT, words[Control.POOL_COUNT]! + this.segment);
    release(words, Control.POOL_LOCK);
  }
}

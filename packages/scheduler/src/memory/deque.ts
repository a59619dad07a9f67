/**
 * The board of stealable work: what a scheduler offers to idle ones, oldest first. A bounded deque in shared memory whose entries are
 * claimed one by one with a compare-and-exchange, so that the owner can take any of them back, not only the last.
 *
 * An entry: FREE → AVAILABLE (owner) → TAKEN by a thief → DONE (thief, after copying the payload) → FREE (owner), or
 * AVAILABLE → WITHDRAWN → FREE (owner). Only AVAILABLE is fought for. Payloads stand in an arena that is given out and given back in the
 * order of the entries, so nothing is overwritten that a thief still copies.
 *
 * Source of the two ends and their names: D. Chase, Y. Lev, "Dynamic Circular Work-Stealing Deque" (2005).
 */
import { BoardWord, boardSize, type SharedMemory } from "./layout.ts";

const FREE = 0;
const AVAILABLE = 1;
const TAKEN = 2;
const DONE = 3;
const WITHDRAWN = 4;
const STATE_BITS = 4;
const STATE_MASK = (1 << STATE_BITS) - 1;

/** Largest payload in bytes. */
export const MAX_STEALABLE_BYTES = 1024 * 1024;

class Board {
  readonly words: Int32Array;
  readonly arena: Uint8Array;
  readonly capacity: number;

  constructor(memory: SharedMemory, owner: number) {
    const offset = owner * boardSize(memory.boardEntries, memory.boardBytes);
    const header = (BoardWord.ENTRIES + memory.boardEntries * BoardWord.ENTRY) * 4;
    this.words = new Int32Array(memory.boards, offset, header / 4);
    this.arena = new Uint8Array(memory.boards, offset + header, memory.boardBytes);
    this.capacity = memory.boardEntries;
  }
}

/** Where an entry's words begin. */
function entryBase(entry: number, capacity: number): number {
  return BoardWord.ENTRIES + (entry & (capacity - 1)) * BoardWord.ENTRY;
}

/**
 * The owner's end. Entry ids count up from 0. A stolen entry stays until the owner has asked who took it (`takenBy`, or the callback of
 * `reclaim`): were it freed before, a theft between the owner's last look and `reclaim` would go unnoticed.
 */
export class StealableDeque {
  private readonly words: Int32Array;
  private readonly arena: Uint8Array;
  private readonly capacity: number;
  /** Oldest entry that is not yet free, and the next to be published. */
  private top = 0;
  private bottom = 0;
  /** The used part of the arena is [arenaHead, arenaTail), around the end if the tail is not the larger; with no entries, nothing. */
  private arenaHead = 0;
  private arenaTail = 0;
  /** Entries, by place, of which the owner knows the thief. */
  private readonly known: boolean[];

  constructor(memory: SharedMemory, owner: number) {
    const board = new Board(memory, owner);
    this.words = board.words;
    this.arena = board.arena;
    this.capacity = board.capacity;
    this.known = new Array<boolean>(board.capacity).fill(false);
  }

  /** Offers a payload (a copy is made). Returns the entry's id, or -1 if there is no room: the owner then keeps the work. */
  publish(bytes: Uint8Array, length: number): number {
    if (this.bottom - this.top >= this.capacity) return -1;
    const offset = this.takeRoom(length);
    if (offset === -1) return -1;
    this.arena.set(length === bytes.length ? bytes : bytes.subarray(0, length), offset);
    const entry = this.bottom;
    const base = entryBase(entry, this.capacity);
    Atomics.store(this.words, base + BoardWord.OFFSET, offset);
    Atomics.store(this.words, base + BoardWord.LENGTH, length);
    Atomics.store(this.words, base + BoardWord.STATE, AVAILABLE);
    this.bottom = entry + 1;
    Atomics.store(this.words, BoardWord.BOTTOM, this.bottom | 0);
    return entry;
  }

  /** What has become of an entry. "taken" also when the thief has copied it; "free" when it was withdrawn or reclaimed. */
  stateOf(entry: number): "available" | "taken" | "free" {
    if (entry < this.top || entry >= this.bottom) return "free";
    const state = Atomics.load(this.words, entryBase(entry, this.capacity) + BoardWord.STATE) & STATE_MASK;
    return state === AVAILABLE ? "available" : state === TAKEN || state === DONE ? "taken" : "free";
  }

  /** The thief that took an entry; -1 if none did. The answer lets `reclaim` free the entry: then nobody can be told of the thief any more. */
  takenBy(entry: number): number {
    if (this.stateOf(entry) !== "taken") return -1;
    this.known[entry & (this.capacity - 1)] = true;
    return Atomics.load(this.words, entryBase(entry, this.capacity) + BoardWord.STATE) >> STATE_BITS;
  }

  /** Takes an entry back. Returns false if a thief was first. */
  withdraw(entry: number): boolean {
    if (entry < this.top || entry >= this.bottom) return false;
    return (
      Atomics.compareExchange(this.words, entryBase(entry, this.capacity) + BoardWord.STATE, AVAILABLE, WITHDRAWN) === AVAILABLE
    );
  }

  /** Frees the oldest entries as far as they are done with and their fate is known; `onTaken` hears of those that were stolen unknown to the owner. */
  reclaim(onTaken?: (entry: number, thief: number) => void): void {
    const before = this.top;
    while (this.top < this.bottom) {
      const entry = this.top;
      const base = entryBase(entry, this.capacity);
      const word = Atomics.load(this.words, base + BoardWord.STATE);
      const state = word & STATE_MASK;
      if (state !== DONE && state !== WITHDRAWN) break;
      const place = entry & (this.capacity - 1);
      const unknown = state === DONE && !this.known[place];
      if (unknown && onTaken === undefined) break;
      this.known[place] = false;
      this.arenaHead = this.words[base + BoardWord.OFFSET]! + roundUp(this.words[base + BoardWord.LENGTH]!);
      Atomics.store(this.words, base + BoardWord.STATE, FREE);
      this.top = entry + 1;
      if (unknown) onTaken?.(entry, word >> STATE_BITS);
    }
    if (this.top === before) return;
    if (this.top === this.bottom) {
      this.arenaHead = 0;
      this.arenaTail = 0;
    }
    Atomics.store(this.words, BoardWord.TOP, this.top | 0);
  }

  /** Marks as done what a thief, whose thread has died, took and never finished to copy. */
  forgive(thief: number): void {
    for (let entry = this.top; entry < this.bottom; entry++) {
      const at = entryBase(entry, this.capacity) + BoardWord.STATE;
      const taken = TAKEN | (thief << STATE_BITS);
      if (Atomics.load(this.words, at) === taken) Atomics.store(this.words, at, DONE | (thief << STATE_BITS));
    }
  }

  /** How many entries a thief could take now. */
  get size(): number {
    let available = 0;
    for (let entry = this.top; entry < this.bottom; entry++) if (this.stateOf(entry) === "available") available++;
    return available;
  }

  /** Room for `length` bytes in one piece, or -1. */
  private takeRoom(length: number): number {
    if (length > MAX_STEALABLE_BYTES) return -1;
    const need = roundUp(length);
    const empty = this.top === this.bottom;
    if (empty) {
      this.arenaHead = 0;
      this.arenaTail = 0;
      if (need > this.arena.length) return -1;
      this.arenaTail = need;
      return 0;
    }
    const { arenaHead: head, arenaTail: tail } = this;
    if (tail > head) {
      if (tail + need <= this.arena.length) {
        this.arenaTail = tail + need;
        return tail;
      }
      if (need > head) return -1;
      this.arenaTail = need;
      return 0;
    }
    if (tail + need > head) return -1;
    this.arenaTail = tail + need;
    return tail;
  }
}

/**
 * Takes everything off the board of a thread that was lost, for its successor. To be called when all other threads have stopped stealing from it:
 * what they have taken before is theirs.
 */
export function clearBoard(memory: SharedMemory, lost: number): void {
  const { words } = new Board(memory, lost);
  for (let at = 0; at < words.length; at++) Atomics.store(words, at, 0);
}

/** A thief's end of another scheduler's board. */
export class Thief {
  private readonly words: Int32Array;
  private readonly arena: Uint8Array;
  private readonly capacity: number;
  /** While many are taken in a row: no entry before this one can be taken any more, though the owner takes its time to free them. Each count begins anew, as does a board whose owner was lost. */
  private next = 0;

  constructor(memory: SharedMemory, victim: number) {
    const board = new Board(memory, victim);
    this.words = board.words;
    this.arena = board.arena;
    this.capacity = board.capacity;
  }

  /** How many entries could be taken now, about. */
  available(): number {
    // In this order: a top that was read later might lie beyond the bottom, and the loop would go around all numbers.
    const top = Atomics.load(this.words, BoardWord.TOP);
    const bottom = Atomics.load(this.words, BoardWord.BOTTOM);
    let count = 0;
    this.next = top;
    for (let entry = top; entry !== bottom; entry = (entry + 1) | 0) {
      if (Atomics.load(this.words, entryBase(entry, this.capacity) + BoardWord.STATE) === AVAILABLE) count++;
    }
    return count;
  }

  /**
   * Takes the oldest entry: its payload, "empty" if there was none, "retry" if another was faster.
   * Between the load of a state and the exchange the entry may have become another; then that one is taken, which is as good.
   */
  steal(thiefIndex: number): Uint8Array | "empty" | "retry" {
    const top = Atomics.load(this.words, BoardWord.TOP);
    const bottom = Atomics.load(this.words, BoardWord.BOTTOM);
    if (((this.next - top) | 0) < 0 || ((bottom - this.next) | 0) < 0) this.next = top;
    for (let entry = this.next; entry !== bottom; entry = (entry + 1) | 0) {
      const base = entryBase(entry, this.capacity);
      if (Atomics.load(this.words, base + BoardWord.STATE) !== AVAILABLE) continue;
      const mine = thiefIndex << STATE_BITS;
      if (Atomics.compareExchange(this.words, base + BoardWord.STATE, AVAILABLE, TAKEN | mine) !== AVAILABLE) return "retry";
      this.next = (entry + 1) | 0;
      const offset = Atomics.load(this.words, base + BoardWord.OFFSET);
      const payload = this.arena.slice(offset, offset + Atomics.load(this.words, base + BoardWord.LENGTH));
      Atomics.store(this.words, base + BoardWord.STATE, DONE | mine);
      return payload;
    }
    return "empty";
  }
}

/** Payloads begin at multiples of 8, and an empty one has a place of its own. */
function roundUp(length: number): number {
  return Math.max(8, (length + 7) & ~7);
}

/**
 * HOT PATH. The byte ring of an ordered pair of threads: one producer, one consumer, a stream of bytes without frames (channel.ts frames it).
 *
 * Two handles for one ring. Each keeps its own position in a private field and a cached copy of the other's, which it reads anew only when
 * the cached one says "full" or "empty". Positions count bytes since the start, modulo 2^32; their difference is never more than the
 * capacity. Source: the cached-index ring of L. Lamport's queue as in "A Lock-Free, Cache-Efficient Shared Ring Buffer" (Lee et al., 2009).
 */
import { LINE, RingWord, ringSize, type SharedMemory } from "./layout.ts";

/** Copies shorter than this go byte by byte: below it a `subarray` and a `set` cost more (docs/shared-memory.md). */
const SHORT_COPY = 32;

function ringOffset(memory: SharedMemory, from: number, to: number): number {
  return (from * memory.threads + to) * ringSize(memory.ringBytes);
}

/** The writing end of the ring `from` → `to`; lives on thread `from`. */
export class RingProducer {
  readonly capacity: number;
  private readonly words: Int32Array;
  private readonly data: Uint8Array;
  private tail: number;
  private knownHead: number;

  constructor(memory: SharedMemory, from: number, to: number) {
    const offset = ringOffset(memory, from, to);
    this.capacity = memory.ringBytes;
    this.words = new Int32Array(memory.rings, offset, 2 * LINE);
    this.data = new Uint8Array(memory.rings, offset + RingWord.HEADER_BYTES, memory.ringBytes);
    this.tail = Atomics.load(this.words, RingWord.TAIL);
    this.knownHead = Atomics.load(this.words, RingWord.HEAD);
  }

  /** Copies as much of `bytes[start, end)` as fits and returns how much that was; the consumer sees it after `publish`. */
  write(bytes: Uint8Array, start: number, end: number): number {
    let length = end - start;
    let room = this.capacity - ((this.tail - this.knownHead) | 0);
    if (room < length) {
      this.knownHead = Atomics.load(this.words, RingWord.HEAD);
      room = this.capacity - ((this.tail - this.knownHead) | 0);
      if (room < length) length = room;
      if (length === 0) return 0;
    }
    const at = this.tail & (this.capacity - 1);
    const first = Math.min(length, this.capacity - at);
    copy(bytes, start, start + first, this.data, at);
    if (first < length) copy(bytes, start + first, start + length, this.data, 0);
    this.tail = (this.tail + length) | 0;
    return length;
  }

  /** Makes everything written so far visible. The caller then rings the consumer's doorbell. */
  publish(): void {
    Atomics.store(this.words, RingWord.TAIL, this.tail);
  }

  /** Bytes written since the start, modulo 2^32. */
  position(): number {
    return this.tail;
  }

  /** Whether the consumer has acted on everything up to this position of the stream (less than 2 GiB away). */
  drained(position: number): boolean {
    return ((Atomics.load(this.words, RingWord.HANDLED) - position) | 0) >= 0;
  }
}

/** The reading end of the ring `from` → `to`; lives on thread `to`. */
export class RingConsumer {
  private readonly capacity: number;
  private readonly words: Int32Array;
  private readonly data: Uint8Array;
  private head: number;
  private knownTail: number;

  constructor(memory: SharedMemory, from: number, to: number) {
    const offset = ringOffset(memory, from, to);
    this.capacity = memory.ringBytes;
    this.words = new Int32Array(memory.rings, offset, 2 * LINE);
    this.data = new Uint8Array(memory.rings, offset + RingWord.HEADER_BYTES, memory.ringBytes);
    this.head = Atomics.load(this.words, RingWord.HEAD);
    this.knownTail = this.head;
  }

  /** Bytes that can be read now. */
  available(): number {
    this.knownTail = Atomics.load(this.words, RingWord.TAIL);
    return (this.knownTail - this.head) | 0;
  }

  /** Whether there is anything to read; looks at the producer's word only if it knew of nothing. */
  hasBytes(): boolean {
    return this.knownTail !== this.head || this.available() > 0;
  }

  /** Copies up to `max` bytes into `into` at `at`, gives their room back to the producer, and returns how many there were. */
  read(into: Uint8Array, at: number, max: number): number {
    let length = (this.knownTail - this.head) | 0;
    if (length < max) length = this.available();
    if (length > max) length = max;
    if (length === 0) return 0;
    const from = this.head & (this.capacity - 1);
    const first = Math.min(length, this.capacity - from);
    copy(this.data, from, from + first, into, at);
    if (first < length) copy(this.data, 0, length - first, into, at + first);
    this.head = (this.head + length) | 0;
    Atomics.store(this.words, RingWord.HEAD, this.head);
    return length;
  }

  /** Bytes read since the start, modulo 2^32. */
  consumed(): number {
    return this.head;
  }

  /** Tells the producer that everything up to this position has been acted on. */
  acknowledge(position: number): void {
    Atomics.store(this.words, RingWord.HANDLED, position);
  }
}

/**
 * Empties the ring `from` → `to`. One of its threads was lost, and the caller has the ring to itself: the other thread, which then makes a new
 * {@link RingProducer} or {@link RingConsumer}, or anyone if both were lost. Whoever comes to the other end begins where the ring now stands.
 */
export function resetRing(memory: SharedMemory, from: number, to: number): void {
  const words = new Int32Array(memory.rings, ringOffset(memory, from, to), 2 * LINE);
  const tail = Atomics.load(words, RingWord.TAIL);
  Atomics.store(words, RingWord.HEAD, tail);
  Atomics.store(words, RingWord.HANDLED, tail);
}

/** Any thread's look at a ring. */
export class RingView {
  private readonly words: Int32Array;

  constructor(memory: SharedMemory, from: number, to: number) {
    this.words = new Int32Array(memory.rings, ringOffset(memory, from, to), 2 * LINE);
  }

  /** The position up to which the producer has published. */
  published(): number {
    return Atomics.load(this.words, RingWord.TAIL);
  }

  /** Whether the consumer has acted on everything up to this position of the stream (less than 2 GiB away). */
  isHandled(position: number): boolean {
    return ((Atomics.load(this.words, RingWord.HANDLED) - position) | 0) >= 0;
  }

  /** Whether the consumer has acted on everything that the producer has published. */
  isDrained(): boolean {
    return Atomics.load(this.words, RingWord.TAIL) === Atomics.load(this.words, RingWord.HANDLED);
  }
}

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start >= SHORT_COPY) to.set(from.subarray(start, end), at);
  else while (start < end) to[at++] = from[start++]!;
}

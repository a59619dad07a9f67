/**
 * What is known of each place of the shared memory: who wrote it last, who has read it since, and what an atomic operation has published there.
 * From that the simulation tells a data race, a plain access that no chain of atomic operations orders against another thread's: on real
 * processors such a write becomes visible late, or out of order. A program without races behaves as if its operations ran one after another
 * (the memory model of JavaScript says so), so interleaving at the atomic operations and looking for races covers every order of visibility.
 *
 * Vector clocks as in C. Flanagan, S. N. Freund, "FastTrack: Efficient and Precise Dynamic Race Detection" (2009), without its compression.
 * An atomic read that reads from an atomic write is ordered after it. Nothing else orders two threads.
 */

/** More threads than any case has. */
export const MAX_THREADS = 8;
const SHIFT = 3;

/** The clocks of a thread: how far it knows each of the others to be. */
export type Clock = Int32Array;

/** What a typed array over shared memory carries in the simulation. */
export interface Track {
  readonly shadow: Shadow;
  /** Offset in bytes of the first element, and log2 of the size of each. */
  readonly base: number;
  readonly shift: number;
}

/** Two accesses that nothing orders. */
export interface Race {
  readonly shadow: Shadow;
  /** Offset in bytes. */
  readonly at: number;
  readonly what: string;
  readonly other: number;
}

const shadows = new Map<ArrayBufferLike, Shadow>();
/** Clocks are 32-bit numbers, and a run adds less than 2^30 to them. */
const MAX_CLOCK = 2 ** 30;

/** All clocks begin a run beyond all clocks of the runs before it, so that nothing has to be erased between two. */
let epoch = 1;

/** The shadow of a buffer; buffers are made once and used by all runs. */
export function shadowOf(buffer: ArrayBufferLike): Shadow {
  let shadow = shadows.get(buffer);
  if (shadow === undefined) shadows.set(buffer, (shadow = new Shadow(buffer.byteLength, shadows.size)));
  return shadow;
}

/** Makes the clocks of a new run in which `furthest` was the highest one of the last. */
export function startClocks(clocks: readonly Clock[], furthest: number): void {
  epoch = Math.max(epoch, furthest) + 1;
  if (epoch > MAX_CLOCK) {
    epoch = 1;
    for (const shadow of shadows.values()) shadow.clear();
  }
  for (const clock of clocks) clock.fill(epoch);
}

export class Shadow {
  readonly id: number;
  readonly bytes: number;
  /** By place: the thread and clock of the last write, and whether it was a plain one. */
  private readonly writer: Uint8Array;
  private readonly written: Int32Array;
  private readonly plain: Uint8Array;
  /** By place and thread: the clocks of the last plain read and of the last atomic operation. */
  private readonly reads: Int32Array;
  private readonly atomics: Int32Array;
  /** By place and thread: what the last atomic write has published. */
  private readonly published: Int32Array;
  /** Places where races are meant; 2: a read that races may also find what stood there before. */
  readonly lax: Uint8Array;
  private readonly before: Int32Array;

  constructor(bytes: number, id: number) {
    this.id = id;
    this.bytes = bytes;
    this.writer = new Uint8Array(bytes);
    this.written = new Int32Array(bytes);
    this.plain = new Uint8Array(bytes);
    this.reads = new Int32Array(bytes * MAX_THREADS);
    this.atomics = new Int32Array(bytes * MAX_THREADS);
    this.published = new Int32Array(bytes * MAX_THREADS);
    this.lax = new Uint8Array(bytes);
    this.before = new Int32Array(bytes);
  }

  /** Forgets all clocks. */
  clear(): void {
    this.written.fill(0);
    this.reads.fill(0);
    this.atomics.fill(0);
    this.published.fill(0);
  }

  /** Says that races from here to there are meant. */
  allow(from: number, to: number, kind: 1 | 2): void {
    this.lax.fill(kind, from, to);
  }

  /** A plain read of `me`. */
  read(at: number, me: number, clock: Clock): Race | undefined {
    if (this.lax[at] !== 0) return undefined;
    const writer = this.writer[at]!;
    if (writer !== me && this.written[at]! > clock[writer]!) return this.race(at, "reads", "wrote", writer);
    this.reads[(at << SHIFT) + me] = clock[me]!;
    return undefined;
  }

  /** Whether a plain read at a lax place races with the last write there. */
  isStaleFor(at: number, me: number, clock: Clock): boolean {
    const writer = this.writer[at]!;
    return writer !== me && this.written[at]! > clock[writer]!;
  }

  /** What stood at a lax place before the last write. */
  valueBefore(at: number): number {
    return this.before[at]!;
  }

  /** A plain write of `me` over `old`. */
  write(at: number, me: number, clock: Clock, old: number): Race | undefined {
    const writer = this.writer[at]!;
    const first = at << SHIFT;
    if (this.lax[at] !== 0) this.before[at] = old;
    else {
      if (writer !== me && this.written[at]! > clock[writer]!) return this.race(at, "writes", "wrote", writer);
      for (let other = 0; other < MAX_THREADS; other++) {
        if (other === me) continue;
        if (this.reads[first + other]! > clock[other]!) return this.race(at, "writes", "read", other);
        if (this.atomics[first + other]! > clock[other]!) return this.race(at, "writes", "used atomically", other);
      }
    }
    this.writer[at] = me;
    this.written[at] = clock[me]!;
    this.plain[at] = 1;
    for (let i = 0; i < MAX_THREADS; i++) this.published[first + i] = 0;
    return undefined;
  }

  /** An atomic read of `me`, which learns what was published there. */
  atomicRead(at: number, me: number, clock: Clock): Race | undefined {
    const first = at << SHIFT;
    this.atomics[first + me] = clock[me]!;
    if (this.plain[at] === 1 && this.lax[at] === 0) {
      const writer = this.writer[at]!;
      if (writer !== me && this.written[at]! > clock[writer]!) return this.race(at, "atomically reads", "plainly wrote", writer);
    }
    for (let i = 0; i < MAX_THREADS; i++) {
      const published = this.published[first + i]!;
      if (published > clock[i]!) clock[i] = published;
    }
    return undefined;
  }

  /** An atomic write of `me`, which publishes all that it has done and learnt so far. */
  atomicWrite(at: number, me: number, clock: Clock): Race | undefined {
    const first = at << SHIFT;
    this.atomics[first + me] = clock[me]!;
    const writer = this.writer[at]!;
    if (this.lax[at] === 0) {
      if (this.plain[at] === 1 && writer !== me && this.written[at]! > clock[writer]!)
        return this.race(at, "atomically writes", "plainly wrote", writer);
      for (let other = 0; other < MAX_THREADS; other++) {
        if (other !== me && this.reads[first + other]! > clock[other]!)
          return this.race(at, "atomically writes", "plainly read", other);
      }
    }
    this.writer[at] = me;
    this.written[at] = clock[me]!;
    this.plain[at] = 0;
    for (let i = 0; i < MAX_THREADS; i++) this.published[first + i] = clock[i]!;
    return undefined;
  }

  private race(at: number, mine: string, theirs: string, other: number): Race {
    return { shadow: this, at, what: `${mine} what thread ${other} ${theirs}, and nothing orders the two`, other };
  }
}

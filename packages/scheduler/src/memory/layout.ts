/**
 * The memory that the threads of a VM share: every word, who writes it, who reads it, and which load pairs with which store.
 *
 * A few buffers of fixed size. They are reserved at their maximum: a page that nobody touches costs address space and nothing else, and views
 * of fixed length are read two to three times faster than length-tracking ones (docs/shared-memory.md has the figures).
 *
 * Rules. Words that two threads may touch at the same time are read and written with `Atomics` only, which are sequentially consistent.
 * Plain reads and writes are for words with one user, or for data that an atomic store has published ("pairs with" below). Words that
 * different threads write stand on different cache lines (64 bytes, 16 words).
 */
import { AgnerError } from "../errors.ts";

/** What `createSharedMemory` makes: plain buffers and numbers, to be handed to every thread as it is. */
export interface SharedMemory {
  /** Number of scheduler threads. */
  readonly schedulers: number;
  /** Number of threads with rings: the schedulers, and last the main thread. */
  readonly threads: number;
  /** Slots of the directory. */
  readonly maxProcesses: number;
  /** How many other releases must follow before a slot is used again. */
  readonly quarantine: number;
  /** Slots per leased segment, and per batch moved to or from the common pool. */
  readonly segment: number;
  /** Capacity of one ring in bytes, a power of two. */
  readonly ringBytes: number;
  /** Most names registered at once. */
  readonly maxNames: number;
  /** Entries of one board of stealable work, a power of two. */
  readonly boardEntries: number;
  /** Bytes of one board's arena, a multiple of 8. */
  readonly boardBytes: number;
  control: SharedArrayBuffer;
  directory: SharedArrayBuffer;
  names: SharedArrayBuffer;
  rings: SharedArrayBuffer;
  boards: SharedArrayBuffer;
  subscribers: SharedArrayBuffer;
  bounds: SharedArrayBuffer;
}

/** Sizes of the shared memory. Tests make them tiny, so that everything wraps around at once. */
export interface SharedMemoryOptions {
  /** Number of scheduler threads, from 1 to 1,022. */
  readonly schedulers: number;
  /** Slots of the directory (default 2^24). */
  readonly maxProcesses?: number;
  /** Releases before a slot is used again (default 65,536). */
  readonly quarantine?: number;
  /** Slots leased or moved at once (default 1,024). */
  readonly segment?: number;
  /** Capacity of a ring in bytes, a power of two (default 256 KiB). */
  readonly ringBytes?: number;
  /** Most registered names (default 131,072). */
  readonly maxNames?: number;
  /** Entries of a board, a power of two (default 256). */
  readonly boardEntries?: number;
  /** Bytes of a board's arena (default 4 MiB). */
  readonly boardBytes?: number;
}

/** Int32 words in a cache line. */
export const LINE = 16;

/**
 * The control buffer, in Int32 words; each of these has a cache line to itself.
 *
 * | word | written by | read by |
 * | --- | --- | --- |
 * | `HUNGRY` | a scheduler that found nothing to run: `add` 1, and `sub` 1 when it has work again | any scheduler before it publishes work |
 * | `INCARNATIONS` | a starting thread, `add` 1: the number space of its references | the same thread |
 * | `HALTING` | whoever halts the VM, once: 1 + exit code | every scheduler, once a turn |
 * | `LEASED` | any thread that leases a segment of slots, `compareExchange` | all |
 * | `POOL_LOCK` | the lock of the four words beside it (lock.ts) | |
 * | `NAMES_LOCK` | the lock of the name table | |
 * | `CLOCK` | a test that stops, moves or lets go the clock, `add` | every scheduler, once a turn (clock.ts) |
 * | `CLOCK_BOOT`, `CLOCK_MS`, `CLOCK_AHEAD` | Float64: the maker of the memory; the same test, before `CLOCK` | every scheduler, after `CLOCK` |
 */
export const Control = {
  HUNGRY: 0 * LINE,
  INCARNATIONS: 1 * LINE,
  HALTING: 2 * LINE,
  LEASED: 3 * LINE,
  POOL_LOCK: 4 * LINE,
  /** Under `POOL_LOCK`: oldest and newest slot of the pool of free slots (slot + 1; 0: none), and how many there are. */
  POOL_HEAD: 4 * LINE + 1,
  POOL_TAIL: 4 * LINE + 2,
  POOL_COUNT: 4 * LINE + 3,
  NAMES_LOCK: 5 * LINE,
  CLOCK: 6 * LINE,
  CLOCK_BOOT: 6 * LINE + 2,
  CLOCK_MS: 6 * LINE + 4,
  CLOCK_AHEAD: 6 * LINE + 6,
  /** First word of the threads' own areas. */
  THREADS: 7 * LINE,
} as const;

/**
 * A thread's own area of the control buffer, in words from its start.
 *
 * | word | written by | read by |
 * | --- | --- | --- |
 * | `ASLEEP` | the thread: 1 before it sleeps; a ringing thread: `exchange` to 0 | ringing threads (doorbell.ts) |
 * | `RUNG` | ringing threads: 1, if it is 0; the thread: 0 before it looks at its rings | the thread, while it has processes to run (doorbell.ts) |
 * | `BELL` | ringing threads, `add` 1 | the thread, with `waitAsync` |
 * | `FREE_HEAD` … `RIPE_HEAD` | the thread alone (they outlive it: its successor goes on with them) | `RELEASED`, `ALLOCATED` by anyone |
 * | `STATISTICS` | the thread alone | anyone; each is one aligned Float64 |
 * | `REST` | the thread alone: odd while it sleeps and has nothing to do, one more at each change | who waits for the VM to come to rest |
 * | `LOST` | the main thread: 1 from the loss of the thread until its successor starts | the other threads, which do not wait for it (loss.ts) |
 * | `CLOCK_SEEN`, `CLOCK_AT`, `NEXT_TIMER` | the thread alone: the generation of the clock by which it goes, and two Float64, of a clock that stands | who moves the clock (clock.ts) |
 */
export const ThreadWord = {
  ASLEEP: 0,
  RUNG: 1,
  BELL: 1 * LINE,
  FREE_HEAD: 2 * LINE,
  FREE_TAIL: 2 * LINE + 1,
  FREE_COUNT: 2 * LINE + 2,
  LEASE_NEXT: 2 * LINE + 3,
  LEASE_END: 2 * LINE + 4,
  ALLOCATED: 2 * LINE + 5,
  RELEASED: 2 * LINE + 6,
  RIPE_HEAD: 2 * LINE + 7,
  /** 16 Float64. */
  STATISTICS: 3 * LINE,
  REST: 5 * LINE,
  CLOCK_SEEN: 5 * LINE + 1,
  CLOCK_AT: 5 * LINE + 2,
  NEXT_TIMER: 5 * LINE + 4,
  LOST: 5 * LINE + 8,
  SIZE: 6 * LINE,
} as const;

/**
 * One ring: a line that the consumer writes, a line that the producer writes, then the bytes.
 *
 * `TAIL`: stored by the producer after it has written bytes (`publish`), loaded by the consumer before it reads them.
 * `HEAD`: stored by the consumer after it has copied bytes out, loaded by the producer before it overwrites them.
 * `HANDLED`: stored by the consumer when it has acted on everything up to there, loaded by the producer (`drained`).
 * All three count bytes since the start, modulo 2^32.
 */
export const RingWord = { HEAD: 0, HANDLED: 1, TAIL: LINE, HEADER_BYTES: 2 * LINE * 4 } as const;

/**
 * One board of stealable work: `TOP` and `BOTTOM` (the owner writes, thieves read: where to look), then four words an entry, then the arena.
 *
 * `STATE` of an entry is the only word that two threads fight for. The owner stores AVAILABLE after it has written the payload and the
 * entry's other words; a thief's `compareExchange` to TAKEN pairs with that store, and after it the payload is the thief's to read. The
 * thief stores DONE when it has copied the payload; the owner's load of DONE pairs with that before it writes there again.
 */
export const BoardWord = { TOP: 0, BOTTOM: 1, ENTRIES: LINE, STATE: 0, OFFSET: 1, LENGTH: 2, ENTRY: 4 } as const;

/**
 * The name table: an index of buckets (record + 1; 0 empty; -1 removed), as many chains of records by holder (record + 1; 0 the end), and records. All are
 * written under `NAMES_LOCK`. Buckets and records are read by anyone without it: a reader takes a record for true if `VERSION` was even and the same
 * before and after. The chains are read under the lock only.
 */
export const NameWord = {
  /** Under the lock: first free record (record + 1), the number of records ever used (read by anyone), and of names now. */
  FREE: 0,
  USED: 1,
  COUNT: 2,
  BUCKETS: LINE,
  VERSION: 0,
  SLOT: 1,
  SERIAL: 2,
  HASH: 3,
  LENGTH: 4,
  /** Of a free record the next free one, of another the next in the chain of its holder. */
  NEXT: 5,
  CHARACTERS: 6,
  /** Words of a record: 6, and 255 UTF-16 units. */
  RECORD: 6 + 128,
} as const;

/**
 * The subscribers of system events (subscribers.ts): what is lowest of all, then a cache line an entry.
 *
 * | word | written by | read by |
 * | --- | --- | --- |
 * | `CHANGES` | whoever has changed an entry, `add` 1, before it looks for the lowest thresholds anew | the same |
 * | `LOWEST` | the same: Float64, plainly; who finds `CHANGES` different afterwards does it again, so that the last one is right | anyone, plainly |
 * | `SLOT` of an entry | 0: free. Who takes it: `compareExchange` to -1, then slot + 1 when the rest is written; to free it, 0 | anyone: the rest holds if slot and serial are the same afterwards |
 * | `SERIAL`, `LEAST` (Float64) | the thread that runs the subscriber | anyone |
 */
export const SubscriberWord = {
  CHANGES: 0,
  LOWEST: 2,
  ENTRIES: LINE,
  SLOT: 0,
  SERIAL: 1,
  LEAST: 2,
  /** How many kinds of threshold there is room for. */
  KINDS: 7,
} as const;

/** Most subscribers of a VM. A guess: each of them costs every event a look. */
export const MAX_SUBSCRIBERS = 64;

/** Longest registered name, in UTF-16 units. */
export const MAX_NAME_LENGTH = 255;

/** Int32 of one directory entry: the owner's word, and the serial's. */
export const DIRECTORY_ENTRY = 2;

/** Int32 of the bound of one slot's mailbox: the limit, and the count. bounds.ts says who writes and reads them. */
export const BOUNDS_ENTRY = 2;

/** Makes the memory of one VM. Throws {@link AgnerError} (`AGNER_BAD_ARGUMENT`) for sizes that cannot work. */
export function createSharedMemory(options: SharedMemoryOptions): SharedMemory {
  const { schedulers, maxProcesses = 2 ** 24, quarantine = 65_536, ringBytes = 256 * 1024 } = options;
  const { segment = 1_024, maxNames = 131_072, boardEntries = 256, boardBytes = 4 * 1024 * 1024 } = options;
  const threads = schedulers + 1;
  require(Number.isInteger(schedulers) && schedulers >= 1 && schedulers <= 1_022, "schedulers", "a whole number from 1 to 1,022");
  require(maxProcesses >= 1 && maxProcesses <= 2 ** 28, "maxProcesses", "from 1 to 2^28");
  require(isPowerOfTwo(ringBytes) && ringBytes >= 16, "ringBytes", "a power of two, at least 16");
  require(isPowerOfTwo(boardEntries), "boardEntries", "a power of two");
  require(boardBytes % 8 === 0, "boardBytes", "a multiple of 8");
  const buckets = bucketCount(maxNames);
  const control = new SharedArrayBuffer((Control.THREADS + threads * ThreadWord.SIZE) * 4);
  new Float64Array(control, Control.CLOCK_BOOT * 4, 1)[0] = machineTime();
  const subscribers = new SharedArrayBuffer((SubscriberWord.ENTRIES + MAX_SUBSCRIBERS * LINE) * 4);
  new Float64Array(subscribers, SubscriberWord.LOWEST * 4, SubscriberWord.KINDS).fill(Infinity);
  return {
    schedulers,
    threads,
    maxProcesses,
    quarantine,
    segment,
    ringBytes,
    maxNames,
    boardEntries,
    boardBytes,
    control,
    directory: new SharedArrayBuffer(maxProcesses * DIRECTORY_ENTRY * 4),
    names: new SharedArrayBuffer((NameWord.BUCKETS + 2 * buckets + maxNames * NameWord.RECORD) * 4),
    rings: new SharedArrayBuffer(threads * threads * ringSize(ringBytes)),
    boards: new SharedArrayBuffer(schedulers * boardSize(boardEntries, boardBytes)),
    subscribers,
    bounds: new SharedArrayBuffer(maxProcesses * BOUNDS_ENTRY * 4),
  };
}

/** Milliseconds, with fractions, of the clock that all threads of this machine share. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Bytes of one ring with its header. */
export function ringSize(ringBytes: number): number {
  return RingWord.HEADER_BYTES + Math.max(ringBytes, LINE * 4);
}

/** Bytes of one board with its entries and its arena. */
export function boardSize(entries: number, arenaBytes: number): number {
  return (BoardWord.ENTRIES + entries * BoardWord.ENTRY) * 4 + arenaBytes;
}

/** Buckets of the index for so many names: at most half of them are in use. */
export function bucketCount(maxNames: number): number {
  let n = 16;
  while (n < maxNames * 2) n *= 2;
  return n;
}

/** The control words. */
export function controlWords(memory: SharedMemory): Int32Array {
  return new Int32Array(memory.control);
}

/** Gives a starting thread the next number of the VM's count of threads that ever started, from 1. */
export function incarnate(memory: SharedMemory): number {
  return Atomics.add(controlWords(memory), Control.INCARNATIONS, 1) + 1;
}

/** Where the area of a thread begins in the control words. */
export function threadArea(thread: number): number {
  return Control.THREADS + thread * ThreadWord.SIZE;
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n > 0 && (n & (n - 1)) === 0;
}

function require(ok: boolean, name: string, rule: string): void {
  if (!ok) throw new AgnerError("AGNER_BAD_ARGUMENT", `createSharedMemory: ${name} must be ${rule}`);
}

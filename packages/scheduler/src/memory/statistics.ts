/**
 * What each thread tells about itself: numbers that their owner writes once a turn and anyone reads.
 *
 * They are Float64 words, so that counts and milliseconds have 53 bits. The owner writes them plainly: on the 64-bit machines that Node
 * runs on an aligned Float64 is written and read in one piece, and a statistic need not be newer than the last turn.
 */
import { ThreadWord, threadArea, type SharedMemory } from "./layout.ts";

/** The statistics of one thread. Counts are totals since the VM started, but for `runQueue` and `processes`. */
export interface ThreadStatistics {
  /** Processes that are ready to run. */
  runQueue: number;
  /** Processes that live on this scheduler. */
  processes: number;
  reductions: number;
  messagesIn: number;
  messagesOut: number;
  spawns: number;
  steals: number;
  migrations: number;
  /** How often a process could not leave, because of something that it holds. */
  pinned: number;
  /** Milliseconds spent running processes. */
  busyMs: number;
  /** Milliseconds since the thread started. */
  totalMs: number;
  /** How often the watchdog has seen it stuck; written by the watchdog, unlike the others. */
  longSchedules: number;
  /** Bytes in use on its heap after the last full collection. */
  heapBytes: number;
  /** Messages that bounds of mailboxes have dropped. */
  dropped: number;
}

const FIELDS: readonly (keyof ThreadStatistics)[] = [
  "runQueue",
  "processes",
  "reductions",
  "messagesIn",
  "messagesOut",
  "spawns",
  "steals",
  "migrations",
  "busyMs",
  "totalMs",
  "longSchedules",
  "dropped",
  "heapBytes",
  "pinned",
];

/** The writing end: the fields of {@link ThreadStatistics}, each a plain store to shared memory. One per thread, on that thread. */
export class Statistics implements Omit<ThreadStatistics, "longSchedules" | "heapBytes"> {
  private readonly words: Float64Array;

  constructor(memory: SharedMemory, thread: number) {
    this.words = statisticsWords(memory, thread);
  }

  get runQueue(): number {
    return this.words[0]!;
  }
  set runQueue(n: number) {
    this.words[0] = n;
  }
  get processes(): number {
    return this.words[1]!;
  }
  set processes(n: number) {
    this.words[1] = n;
  }
  get reductions(): number {
    return this.words[2]!;
  }
  set reductions(n: number) {
    this.words[2] = n;
  }
  get messagesIn(): number {
    return this.words[3]!;
  }
  set messagesIn(n: number) {
    this.words[3] = n;
  }
  get messagesOut(): number {
    return this.words[4]!;
  }
  set messagesOut(n: number) {
    this.words[4] = n;
  }
  get spawns(): number {
    return this.words[5]!;
  }
  set spawns(n: number) {
    this.words[5] = n;
  }
  get steals(): number {
    return this.words[6]!;
  }
  set steals(n: number) {
    this.words[6] = n;
  }
  get migrations(): number {
    return this.words[7]!;
  }
  set migrations(n: number) {
    this.words[7] = n;
  }
  get busyMs(): number {
    return this.words[8]!;
  }
  set busyMs(n: number) {
    this.words[8] = n;
  }
  get totalMs(): number {
    return this.words[9]!;
  }
  set totalMs(n: number) {
    this.words[9] = n;
  }
  get dropped(): number {
    return this.words[11]!;
  }
  set dropped(n: number) {
    this.words[11] = n;
  }
  get pinned(): number {
    return this.words[13]!;
  }
  set pinned(n: number) {
    this.words[13] = n;
  }
}

/** What a thread last said about itself. */
export function readStatistics(memory: SharedMemory, thread: number): ThreadStatistics {
  const words = statisticsWords(memory, thread);
  const read = {} as ThreadStatistics;
  FIELDS.forEach((name, i) => {
    read[name] = words[i]!;
  });
  return read;
}

/** So much is in use on the heap of a thread, after a full collection. By the thread. */
export function noteHeap(memory: SharedMemory, thread: number, bytes: number): void {
  statisticsWords(memory, thread)[FIELDS.indexOf("heapBytes")] = bytes;
}

/** The thread was lost: nothing runs on it. Its totals stay, and its successor goes on from them. */
export function clearStatistics(memory: SharedMemory, lost: number): void {
  const own = new Statistics(memory, lost);
  own.runQueue = 0;
  own.processes = 0;
  noteHeap(memory, lost, 0);
}

/** Counts that a thread was seen stuck. */
export function countLongSchedule(memory: SharedMemory, thread: number): void {
  statisticsWords(memory, thread)[FIELDS.indexOf("longSchedules")]!++;
}

function statisticsWords(memory: SharedMemory, thread: number): Float64Array {
  return new Float64Array(memory.control, (threadArea(thread) + ThreadWord.STATISTICS) * 4, 16);
}

/**
 * HOT PATH. The state of this thread: which process runs, and the tables and queues that only this thread touches. One object per thread,
 * filled once by {@link startLocal}; code keeps it in a constant and reads its fields.
 */
import { clock } from "./clock.ts";
import { Bounds } from "./memory/bounds.ts";
import { Directory } from "./memory/directory.ts";
import { Doorbell } from "./memory/doorbell.ts";
import type { SharedMemory } from "./memory/layout.ts";
import { NameTable } from "./memory/names.ts";
import { Subscribers, Threshold } from "./memory/subscribers.ts";
import { incarnate } from "./memory/layout.ts";
import { forgetPids, type Pid } from "./process/pid.ts";
import { setLongMailbox } from "./process/mailbox.ts";
import { startRefs, type Ref } from "./process/ref.ts";
import type { Process, Wait } from "./process/process.ts";
import { RunQueue } from "./run-queue.ts";
import { TimerWheel } from "./timers.ts";

/** A process that waits for an answer from another thread. */
export interface PendingReply {
  readonly process: Process;
  readonly wait: Wait;
  /** The process or the thread that was asked, and what. */
  readonly asked: Pid | number;
  readonly what: string;
  readonly argument: unknown;
}

/** Counters since the thread started; written to shared memory once a turn. */
export interface Counters {
  reductions: number;
  messagesIn: number;
  messagesOut: number;
  /** Messages that bounds of mailboxes have dropped. */
  dropped: number;
  spawns: number;
  steals: number;
  migrations: number;
  /** How often a process could not leave, because of something that it holds. */
  pinned: number;
  processes: number;
  busyMs: number;
}

export interface Local {
  /** The process that runs now; null while the event loop has the thread. */
  current: Process | null;
  /** Index of this thread; schedulers come first, the main thread last. */
  thread: number;
  schedulers: number;
  /** Reductions of one slice. */
  quota: number;
  memory: SharedMemory;
  directory: Directory;
  names: NameTable;
  bounds: Bounds;
  subscribers: Subscribers;
  doorbell: Doorbell;
  readonly runQueue: RunQueue;
  timers: TimerWheel;
  readonly pendingReplies: Map<Ref, PendingReply>;
  /** Processes of this thread that are on the board, oldest first. */
  published: Process[];
  readonly counters: Counters;
  /** Who received last on this thread, and what: shown if that process crashes. */
  lastReceiver: Process | null;
  lastMessage: unknown;
  /** Whether a turn is being run: outside one (a callback of the event loop, the main thread) whatever is written or made runnable needs one. */
  inTurn: boolean;
  /** For tests: every process moves to another core before each of its slices, if it can. */
  forceMoves: boolean;
  /** Sees to it that a turn is run soon. */
  requestTurn: () => void;
}

/** Reductions of a slice: the BEAM's own figure (`CONTEXT_REDS` in erl_vm.h). */
export const DEFAULT_QUOTA = 4_000;

export const local: Local = {
  current: null,
  thread: -1,
  schedulers: 0,
  quota: DEFAULT_QUOTA,
  memory: undefined as unknown as SharedMemory,
  directory: undefined as unknown as Directory,
  names: undefined as unknown as NameTable,
  bounds: undefined as unknown as Bounds,
  subscribers: undefined as unknown as Subscribers,
  doorbell: undefined as unknown as Doorbell,
  runQueue: new RunQueue(),
  timers: new TimerWheel(clock),
  pendingReplies: new Map(),
  published: [],
  counters: {
    reductions: 0,
    messagesIn: 0,
    messagesOut: 0,
    dropped: 0,
    spawns: 0,
    steals: 0,
    migrations: 0,
    pinned: 0,
    processes: 0,
    busyMs: 0,
  },
  lastReceiver: null,
  lastMessage: undefined,
  inTurn: false,
  forceMoves: false,
  requestTurn: () => {},
};

/** Whether this thread belongs to a running VM. */
export function isStarted(): boolean {
  return local.thread >= 0;
}

/** Joins this thread to the VM whose shared memory this is. `generations`: how often each thread has been lost so far; default never. */
export function startLocal(
  memory: SharedMemory,
  thread: number,
  quota: number = DEFAULT_QUOTA,
  generations?: readonly number[],
): void {
  local.memory = memory;
  local.thread = thread;
  local.schedulers = memory.schedulers;
  local.quota = quota;
  local.directory = new Directory(memory, thread, generations);
  local.names = new NameTable(memory, thread);
  local.bounds = new Bounds(memory);
  local.subscribers = new Subscribers(memory, (slot, serial) => local.directory.isAlive(slot, serial));
  setLongMailbox(local.subscribers.lowest.subarray(Threshold.LONG_MAILBOX));
  local.doorbell = new Doorbell(memory, thread);
  clock.join(memory, thread);
  if (thread < memory.schedulers) local.timers = new TimerWheel(clock);
  forgetPids();
  startRefs(thread, incarnate(memory));
}

/** Puts `p`, whose status says that it is runnable, into the run queue. */
export function enqueue(p: Process): void {
  local.runQueue.push(p);
  if (!local.inTurn) local.requestTurn();
}

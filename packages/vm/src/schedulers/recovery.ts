/**
 * What the main thread does when a scheduler thread was lost. The order of the steps, and why, is in the scheduler's memory/lost.ts; the main thread leads, and takes part
 * as the last of the VM's threads.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { transfer } from "comlink";
import {
  beginLoss,
  bringNews,
  clearHunger,
  Doing,
  endLoss,
  endProcesses,
  internPid,
  local,
  partWith,
  raise,
  readActivity,
  readStatistics,
  publishAll,
  takeStock,
  toErrorTerm,
  type LostProcess,
  type LostProcessInfo,
  type SchedulerLost,
  type SharedMemory,
} from "@agner/scheduler";
import { OUT_OF_MEMORY } from "./heap.ts";
import type { SchedulerThread } from "./thread.ts";

/** A scheduler thread that was lost. */
export interface Loss {
  readonly thread: SchedulerThread;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  readonly kind: SchedulerLost["kind"];
  /** Why, for people. */
  readonly cause: string;
  readonly error: Error | undefined;
  /** The process that was running. */
  readonly running: LostProcess | undefined;
}

/** Whoever else has to do with a recovery. */
export interface RecoveryContext {
  readonly memory: SharedMemory;
  /** How often this scheduler has been lost now. */
  readonly generation: number;
  /** The threads that are, or last were, each scheduler. */
  readonly threads: readonly SchedulerThread[];
  initialCall(slot: number, serial: number): string | undefined;
  /** Has a thread replaced that does not do its part. */
  replace(index: number, why: string): void;
  /** Whether the VM has ended meanwhile: then nothing of it may be touched any more, since this thread may belong to another. */
  isOver(): boolean;
}

/** So many of the lost processes are named in reports. */
const NAMED = 10;
/** How long a thread may take for one step, in milliseconds: longer than any slice should, short enough that the others' news does not wait for ever. */
const PATIENCE_MS = 30_000;

/** At once, when the thread has ended: what nobody must wait for. */
export function beginRecovery(memory: SharedMemory, thread: SchedulerThread, exitCode: number, heapMb: number): Loss {
  const { index, error, why } = thread;
  const activity = thread.activity === undefined ? undefined : readActivity(thread.activity);
  const { heapBytes } = readStatistics(memory, index);
  beginLoss(memory, index, local.directory, local.names);
  const running = activity?.doing === Doing.PROCESSES ? inSlot(activity.slot) : undefined;
  return { thread, at: Date.now(), error, running, ...causeOf(error, why, exitCode, heapMb, heapBytes) };
}

function inSlot(slot: number): LostProcess | undefined {
  const serial = local.directory.serialOf(slot);
  return serial === 0 ? undefined : { slot, serial, name: local.names.nameOf(slot, serial) };
}

function causeOf(
  error: Error | undefined,
  why: string | undefined,
  exitCode: number,
  heapMb: number,
  heapBytes: number,
): Pick<Loss, "kind" | "cause"> {
  if (why !== undefined) return { kind: "replaced", cause: why };
  if ((error as NodeJS.ErrnoException | undefined)?.code === OUT_OF_MEMORY)
    return { kind: "outOfMemory", cause: `its heap reached the limit of ${heapMb} MB${lastHeap(heapBytes)}` };
  if (error !== undefined) return { kind: "error", cause: `an error that no process caught: ${error.name}: ${error.message}` };
  return { kind: "exit", cause: `it ended by itself with exit code ${exitCode}` };
}

/** Of a heap that was filled within one turn no collection was heard of. */
function lastHeap(bytes: number): string {
  return bytes === 0 ? "" : ` (${Math.round(bytes / 2 ** 20)} MB were in use when it was last collected in full)`;
}

/** All steps but the start of the successor. Returns that one's ends of the ports to all others; undefined if the VM has ended meanwhile. */
export async function recover(loss: Loss, context: RecoveryContext): Promise<Map<number, MessagePort> | undefined> {
  const { memory, generation, threads } = context;
  const { index } = loss.thread;
  const survivors = threads.filter((thread) => !thread.isGone);
  const all = (step: (survivor: SchedulerThread) => PromiseLike<void>): Promise<unknown> =>
    Promise.all(survivors.map((survivor) => inTime(survivor, index, step, context)));
  const ports = new Map<number, MessagePort>();
  const newPort = (other: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(other, port1);
    return port2;
  };

  const own = newPort(memory.schedulers);
  own.unref();
  partWith(index, generation, own);
  await all((survivor) => {
    const port = newPort(survivor.index);
    return survivor.control.partWith(index, generation, transfer(port, [port]));
  });
  if (context.isOver()) return undefined;
  clearHunger(memory);
  const { count, first } = endProcesses(memory, index, generation - 1, local.directory, local.names, NAMED);
  takeStock();
  await all(({ control }) => control.takeStock());
  await Promise.all([publishAll(), all(({ control }) => control.publishAll())]);
  if (context.isOver()) return undefined;
  await all(({ control }) => control.bringNews(index));
  if (context.isOver()) return undefined;
  raise({
    event: "schedulerLost",
    scheduler: index,
    kind: loss.kind,
    cause: loss.cause,
    error: loss.error === undefined ? undefined : toErrorTerm(loss.error),
    processes: count,
    first: first.map((p) => infoOf(p, context)),
    running: loss.running === undefined ? undefined : infoOf(loss.running, context),
  });
  bringNews(index);
  endLoss(
    memory,
    index,
    threads.filter((thread) => thread.isGone && thread.index !== index).map((thread) => thread.index),
  );
  return ports;
}

/** One step of one thread; should it be lost before it is done, its own loss is dealt with later. */
async function inTime(
  survivor: SchedulerThread,
  lost: number,
  step: (survivor: SchedulerThread) => PromiseLike<void>,
  { replace }: RecoveryContext,
): Promise<void> {
  if (survivor.isGone) return;
  const { index } = survivor;
  const impatience = setTimeout(
    () => replace(index, `it did not answer within ${PATIENCE_MS} ms while the loss of scheduler ${lost} was dealt with`),
    PATIENCE_MS,
  );
  try {
    const done = Promise.resolve(step(survivor)).catch((e: unknown) =>
      replace(index, `it could not deal with the loss of scheduler ${lost}: ${String(e)}`),
    );
    await Promise.race([done, survivor.gone]);
    if (survivor.why !== undefined) await survivor.gone;
  } finally {
    clearTimeout(impatience);
  }
}

function infoOf({ slot, serial, name }: LostProcess, { initialCall }: RecoveryContext): LostProcessInfo {
  return { pid: internPid(slot, serial), registeredName: name, initialCall: initialCall(slot, serial) };
}

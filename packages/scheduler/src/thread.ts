/**
 * Makes this worker thread a scheduler.
 */
import type { MessagePort } from "node:worker_threads";
import { local, startLocal } from "./local.ts";
import type { SharedMemory } from "./memory/layout.ts";
import { setAbandonHook } from "./process/frames.ts";
import { abandonWait } from "./process/receive.ts";
import { watchKeepers } from "./process/keepers.ts";
import { startQuiet } from "./quiet.ts";
import { connect } from "./signals/remote.ts";
import { startMoving } from "./moving.ts";
import { startStealing } from "./steal.ts";
import { startTurns, stopTurns } from "./turn.ts";
import "./signals/messages-in.ts";

/** What a scheduler thread needs to know to start. */
export interface SchedulerStart {
  readonly memory: SharedMemory;
  /** Index of this scheduler, from 0. */
  readonly thread: number;
  /** This thread's ends of the ports for large binaries, by the other thread's index. */
  readonly ports: ReadonlyMap<number, MessagePort>;
  /** Reductions of a slice. */
  readonly quota: number;
  /** How often each thread has been lost so far; default never. */
  readonly generations?: readonly number[];
  /** For tests: makes every process move to another core before each of its slices; default false. */
  readonly forceMoves?: boolean;
}

/** Joins this thread to the VM as a scheduler. It reads no signals and runs nothing until {@link startTurns}. */
export function joinScheduler({ memory, thread, ports, quota, generations, forceMoves = false }: SchedulerStart): void {
  local.forceMoves = forceMoves;
  startLocal(memory, thread, quota, generations);
  setAbandonHook(abandonWait);
  connect(ports);
  watchKeepers();
  startStealing();
  startMoving();
  startQuiet();
}

/** Joins this thread to the VM as a scheduler; it runs in the event loop from now on. */
export function startScheduler(start: SchedulerStart): void {
  joinScheduler(start);
  startTurns();
}

/** Stops it at the end of the current turn. */
export function stopScheduler(): void {
  stopTurns();
}

/**
 * Makes this worker thread a scheduler.
 */
import type { MessagePort } from "node:worker_threads";
import { startLocal } from "./local.ts";
import type { SharedMemory } from "./memory/layout.ts";
import { setAbandonHook } from "./process/frames.ts";
import { abandonWait } from "./process/receive.ts";
import { startQuiet } from "./quiet.ts";
import { connect } from "./signals/remote.ts";
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
}

/** Starts the scheduler of this thread; it runs in the event loop from now on. */
export function startScheduler({ memory, thread, ports, quota }: SchedulerStart): void {
  startLocal(memory, thread, quota);
  setAbandonHook(abandonWait);
  connect(ports);
  startStealing();
  startQuiet();
  startTurns();
}

/** Stops it at the end of the current turn. */
export function stopScheduler(): void {
  stopTurns();
}

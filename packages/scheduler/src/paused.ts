/**
 * Processes that pause, although they could run, because another thread does not keep up with what they send there: one signal a millisecond each, until it
 * does. So what has been written and not read stays bounded, and nobody waits for a thread that is stuck.
 */
import { enqueue } from "./local.ts";
import type { Process } from "./process/process.ts";
import { isBehind } from "./signals/remote.ts";

/** How long a process pauses at most, in milliseconds. */
const PAUSE_MS = 1;

let paused: { readonly process: Process; readonly until: number }[] = [];

/** Lets a runnable process wait. */
export function pause(process: Process): void {
  paused.push({ process, until: performance.now() + PAUSE_MS });
}

/** Whether any process pauses. */
export function hasPaused(): boolean {
  return paused.length > 0;
}

/** Lets those go on who have paused for long enough, or all if the other thread has caught up. To be called at each look of the scheduler. */
export function resumePaused(now: number): void {
  if (paused.length === 0) return;
  const goOn = isBehind() ? paused.findIndex(({ until }) => until > now) : -1;
  const those = goOn < 0 ? paused : paused.slice(0, goOn);
  paused = goOn < 0 ? [] : paused.slice(goOn);
  for (const { process } of those) enqueue(process);
}

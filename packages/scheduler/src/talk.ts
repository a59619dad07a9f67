/**
 * Whether what this core does is worth doing elsewhere. Signals between processes of one core cost a twentieth of those that cross, so a core whose processes
 * mostly talk with each other, or are over as soon as they begin, is done sooner alone than with another's help, however many of them are ready at a moment (benchmarks on two
 * cores: counting, ring, spawn-parallel, restart-storm-rate). Processes that compute are told apart by what their last slice has done.
 */
import { local } from "./local.ts";
import type { Process } from "./process/process.ts";

/**
 * Work for each signal or slice from which on some of it is worth doing elsewhere: in reductions, of which one is some nanoseconds, and which neither cold code nor a
 * busy machine makes more; or in milliseconds, for code that is not compiled and counts none. What crosses costs both sides about a microsecond, and wakes a core that sleeps.
 */
const WORTH_REDUCTIONS = 500;
const WORTH_MS = 0.05;
/** With how many signals a whole slice still counts as computing: one for some ten microseconds. */
const FEW_SIGNALS = 4;

/**
 * How much of what was measured before still counts at the next look. A receiver that has its slice after many senders had theirs takes their messages without any signal of its own; a
 * core has changed what it does after ten looks or so.
 */
const MEMORY = 7 / 8;

let since = 0;
let reductions = 0;
let signals = 0;
let slices = 0;
/** What was measured, in milliseconds, reductions, and signals and slices; the older, the less it counts. */
let recentMs = 0;
let recentReductions = 0;
let recentEvents = 0;

/** How many signals of its processes this thread has handled so far. */
export function signalsSoFar(): number {
  const { messagesIn, messagesOut, spawns } = local.counters;
  return messagesIn + messagesOut + spawns;
}

/** What is done from `now` on, in milliseconds, is measured. */
export function beginMeasuring(now: number): void {
  since = now;
  reductions = local.counters.reductions;
  signals = signalsSoFar();
  slices = local.runQueue.shifted;
}

/** Adds what was done until `now` to what was measured, and goes on measuring. */
export function measureWork(now: number): void {
  recentMs = recentMs * MEMORY + (now - since);
  recentReductions = recentReductions * MEMORY + (local.counters.reductions - reductions);
  recentEvents = recentEvents * MEMORY + (signalsSoFar() - signals) + ((local.runQueue.shifted - slices) | 0);
  beginMeasuring(now);
}

/** Whether this core does little but pass signals on. */
export function isTalk(): boolean {
  const worth = Math.min(WORTH_REDUCTIONS, local.quota / 2);
  return recentReductions < recentEvents * worth && recentMs < recentEvents * WORTH_MS;
}

/** Whether `p`, whose slice has come to its end with so many signals, computes; not if there are messages for it. */
export function computes(p: Process, sent: number): boolean {
  return sent <= FEW_SIGNALS && (p.mailbox === null || p.mailbox.length === 0);
}

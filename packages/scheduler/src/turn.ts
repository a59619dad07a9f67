/**
 * HOT PATH (benchmarks: all). A scheduler's turn: read what has arrived, expire timers, run processes for about a millisecond, share work,
 * publish what was written, and give the event loop its turn. About every slice it looks around in between, so that neither signals nor timers wait
 * for the turn to end. With nothing to do: spin a little, try to steal, and sleep in the event loop.
 */
import { availableParallelism } from "node:os";
import { clock } from "./clock.ts";
import { startHeap } from "./heap.ts";
import { local } from "./local.ts";
import { sliceWasLong, workWasLong } from "./long-schedule.ts";
import { ACTIVITY_BYTES, ActivityWord, Doing, NO_MODULE } from "./memory/activity.ts";
import { Rest } from "./memory/rest.ts";
import { readStatistics, Statistics, type ThreadStatistics } from "./memory/statistics.ts";
import { runSlice, S } from "./process/frames.ts";
import { NO_ARGS, RUNNABLE, RUNNING, EXITING, type Process } from "./process/process.ts";
import { resumeReceive } from "./process/receive.ts";
import { isWatching, lookAtBounds } from "./signals/bound-watch.ts";
import { continueFarewells, ended, owesFarewells, terminateDoomed } from "./signals/exit.ts";
import { flushHeld, isHolding } from "./signals/held.ts";
import { drainAll, flushAll, hasArrived, hasUnpublished, isHeldUp, keepsForOthers } from "./signals/remote.ts";
import { forceAway, isBehind, leaving, lookForImbalance, shareWork, stayAll } from "./moving.ts";
import { Pace, sliceOf } from "./pace.ts";
import { beginMeasuring, computes, isTalk, measureWork, signalsSoFar } from "./talk.ts";
import { hasPaused, pause, resumePaused } from "./paused.ts";
import { hungryCount, isHungry, setHungry, steal, takeBack } from "./steal.ts";
import { host } from "./terms/host.ts";

/** How long processes run before the event loop has its turn, in milliseconds. */
const TURN_MS = 1;
/** Timers that are handled at one look: a millisecond or so at most, and more than a slice can set. */
const TIMERS_AT_ONCE = 2_000;
/**
 * How long an idle scheduler looks at its rings before it sleeps, in milliseconds: from a wake-up's worth to a few. It is longer while sleeps are short: two threads that wait for each other in turn would
 * otherwise both sleep each time, since each one's waking up takes longer than the other looks (benchmark: restart-storm-rate on two cores).
 */
const LEAST_SPIN_MS = 0.05;
const MOST_SPIN_MS = 0.4;
/** A sleep that was not worth it, in milliseconds. */
const SHORT_SLEEP_MS = 0.4;
/** How long a scheduler that waits for others gives way to them, in milliseconds: less than a wake-up takes. */
const NAP_MS = 0.05;
/** The longest time that a timer of Node takes, in milliseconds. */
const MAX_TIMER_WAIT_MS = 2 ** 31 - 1;

/** Not of the VM's shared memory: see activity.ts. */
const activity = new Int32Array(new SharedArrayBuffer(ACTIVITY_BYTES));

const pace = new Pace();
let statistics: Statistics;
let rest: Rest;
let scheduled = false;
let stopped = false;
let sleepTimer: NodeJS.Timeout | undefined;
let startedAt = 0;
/** When large signals are read again. */
let readLargeAt = 0;
let spins = false;
let spinMs = LEAST_SPIN_MS;
let asleepAt = 0;
let wakeUps = 0;

/** Starts this scheduler. It runs until {@link stopTurns}. */
export function startTurns(): void {
  statistics = new Statistics(local.memory, local.thread);
  rest = new Rest(local.memory, local.thread);
  startHeap();
  resumeCounting(readStatistics(local.memory, local.thread));
  spins = local.schedulers > 1 && local.schedulers <= availableParallelism();
  local.requestTurn = requestTurn;
  requestTurn();
}

/** Totals go on from those of a thread in whose place this one has come. */
function resumeCounting(before: ThreadStatistics): void {
  const { counters } = local;
  counters.reductions += before.reductions;
  counters.messagesIn += before.messagesIn;
  counters.messagesOut += before.messagesOut;
  counters.dropped += before.dropped;
  counters.spawns += before.spawns;
  counters.steals += before.steals;
  counters.migrations += before.migrations;
  counters.busyMs += before.busyMs;
  startedAt = performance.now() - before.totalMs;
}

/** No turn is run after this one. */
export function stopTurns(): void {
  stopped = true;
  if (sleepTimer !== undefined) clearTimeout(sleepTimer);
}

function requestTurn(): void {
  if (scheduled || stopped) return;
  scheduled = true;
  rest.end();
  setImmediate(turn);
}

function turn(): void {
  scheduled = false;
  if (stopped) return;
  rest.end();
  wakeUps++;
  activity[ActivityWord.TURNS]!++;
  if (activity[ActivityWord.NOTICED] !== 0) workWasLong(activity);
  activity[ActivityWord.DOING] = Doing.SIGNALS;
  local.doorbell.cancelSleep();
  clock.look();
  local.inTurn = true;
  const start = performance.now();
  if (asleepAt > 0) adaptSpin(start);
  let goOn: boolean;
  try {
    goOn = work(start);
    // What comes now need not wait for a round of the event loop, which has its turn as often as under load.
    while (!goOn && linger()) {
      activity[ActivityWord.DOING] = Doing.SIGNALS;
      const now = performance.now();
      goOn = now >= start + TURN_MS || work(now);
    }
  } finally {
    local.inTurn = false;
  }
  const now = performance.now();
  writeStatistics(now);
  activity[ActivityWord.DOING] = Doing.EVENT_LOOP;
  if (activity[ActivityWord.NOTICED] !== 0) workWasLong(activity);
  if (goOn) requestTurn();
  else sleep(now);
}

/** How long this thread slept, until `now`, tells whether it had better have looked on. */
function adaptSpin(now: number): void {
  spinMs = now - asleepAt < SHORT_SLEEP_MS ? Math.min(MOST_SPIN_MS, spinMs * 2) : Math.max(LEAST_SPIN_MS, spinMs / 2);
  asleepAt = 0;
}

/** One round of work. Returns whether there is more to do at once. */
function work(start: number): boolean {
  const end = read(start) + TURN_MS;
  local.timers.advance(TIMERS_AT_ONCE);
  continueFarewells();
  resumePaused(start);
  const runQueue = local.runQueue;
  let worked = false;
  if (hasWork()) {
    worked = true;
    activity[ActivityWord.DOING] = Doing.PROCESSES;
    beginMeasuring(start);
    pace.begin();
    while (runQueue.length > 0) {
      const p = runQueue.shift();
      if (p.computes && hasUnpublished()) flushAll(); // who gets that need not wait for the slice
      pace.beginSlice(p);
      if (!pace.spend(p, runProcess(p))) continue;
      const now = performance.now();
      pace.adapt(p, now);
      if (now >= end) break;
      lookAround(now);
      pace.begin();
    }
    const now = performance.now();
    local.counters.busyMs += now - start;
    measureWork(now);
    lookForImbalance();
  }
  activity[ActivityWord.DOING] = Doing.SENDING;
  shareWork();
  const unseen = isWatching() && lookAtBounds(worked);
  const flushed = flushAll();
  if (flushed && !keepsForOthers()) rest.pass();
  const offers = local.published.length > 0 && (worked || local.forceMoves);
  const behind = local.timers.isBehind || owesFarewells() || hasPaused() || unseen;
  if (runQueue.length > 0 || !flushed || behind) return true;
  const waits = offers || leaving() > 0;
  if (waits && local.forceMoves) nap();
  return waits;
}

/**
 * All that is here waits for other threads, which ring for nothing of that: gives them the core, on a machine that has not enough of them. Where moves are not forced there is
 * something else to run, or nobody waits for long.
 */
function nap(): void {
  const { doorbell } = local;
  doorbell.announceSleep();
  if (!hasArrived()) doorbell.block(NAP_MS);
  doorbell.cancelSleep();
}

/** Whether there is something to run: in the queue, on the own board, or taken from another's. */
function hasWork(): boolean {
  const { runQueue } = local;
  if (local.forceMoves) return steal() > 0 || runQueue.length > 0;
  if (runQueue.length > 0) {
    if (isHungry() && isBehind()) steal();
    else setHungry(false);
    return true;
  }
  if (!takeBack() && !stayAll() && steal() === 0) return false;
  setHungry(false);
  return true;
}

/**
 * Reads what has arrived. A large signal may take long; before the next one is read, the processes here have as long. Returns the time afterwards.
 */
function read(now: number): number {
  drainAll(now >= readLargeAt || local.runQueue.length === 0);
  const after = performance.now();
  if (after - now > TURN_MS) readLargeAt = after + (after - now);
  return after;
}

/** In the middle of a turn: reads and publishes signals, expires timers, and shares work, of which by the end of the turn all would have started here. */
function lookAround(now: number): void {
  activity[ActivityWord.DOING] = Doing.SIGNALS;
  if (local.doorbell.wasRung()) read(now);
  local.timers.advance(TIMERS_AT_ONCE);
  continueFarewells();
  resumePaused(now);
  measureWork(now);
  statistics.runQueue = local.runQueue.length;
  if (local.runQueue.length > 1 && hungryCount() > 0 && !isTalk()) shareWork();
  if (isWatching()) lookAtBounds(true);
  if (flushAll() && !keepsForOthers()) rest.pass();
  activity[ActivityWord.DOING] = Doing.PROCESSES;
}

/** Runs one slice of `p`. Returns the reductions that it used, at least 1. */
function runProcess(p: Process): number {
  if (p.status !== RUNNABLE) return 1;
  if (local.forceMoves && forceAway(p)) return 1;
  const { frames } = p;
  activity[ActivityWord.SLOT] = p.pid.slot;
  if (frames === null) sayEntry(p);
  else activity[ActivityWord.SITE] = frames[1];
  activity[ActivityWord.SLICES]!++;
  let tries = 0;
  if (p.wait !== null) {
    S.r = local.quota;
    S.debt = 0;
    const goesOn = resumeReceive(p);
    tries = local.quota - S.r + S.debt; // with what a predicate took beyond the slice
    if (!goesOn) {
      if (activity[ActivityWord.NOTICED] !== 0) sliceWasLong(activity, p); // its pattern took long
      return Math.max(1, tries);
    }
  }
  p.status = RUNNING;
  local.current = p;
  const quota = sliceOf(p, local.quota);
  const signals = signalsSoFar();
  let done: boolean;
  if (p.started) done = runSlice(p, quota, null, NO_ARGS);
  else {
    p.started = true;
    const args = p.args;
    p.args = null;
    done = args === null ? runSlice(p, quota, null, NO_ARGS) : runSlice(p, quota, p.entry, args);
  }
  local.current = null;
  if (activity[ActivityWord.NOTICED] !== 0) sliceWasLong(activity, p);
  const used = Math.max(1, quota - S.r + S.debt);
  p.reductions += used;
  local.counters.reductions += used;
  const status = p.status as number;
  if (status === EXITING) terminateDoomed();
  else if (done) ended(p);
  else if (status === RUNNING) {
    p.status = RUNNABLE;
    p.computes = computes(p, signalsSoFar() - signals);
    if (isHeldUp(p)) pause(p);
    else local.runQueue.push(p);
  } else p.computes = false;
  return used + tries;
}

let lastEntry: Process["entry"] = null;
let lastRef: ReturnType<typeof host.functionRef>;

/** Says which function of which module `p` begins with. Many in a row begin with the same. */
function sayEntry({ entry }: Process): void {
  if (entry !== lastEntry) {
    lastEntry = entry;
    lastRef = entry === null ? undefined : host.functionRef(entry);
  }
  activity[ActivityWord.MODULE] = lastRef?.module ?? NO_MODULE;
  activity[ActivityWord.SITE] = -1 - (lastRef?.index ?? 0);
}

/** The words in which this thread says what it is doing; for the watchdog. */
export function activityWords(): Int32Array {
  return activity;
}

/** While modules are loaded in this thread, which may take its time, nobody is told that it is stuck. */
export function excuseStuck(yes: boolean): void {
  activity[ActivityWord.EXCUSED]! += yes ? 1 : -1;
}

/** Nothing to run: looks around for a moment before it is worth sleeping. Returns whether something turned up. */
function linger(): boolean {
  setHungry(true);
  if (!spins) return false;
  const until = performance.now() + spinMs;
  do {
    if (hasArrived() || steal() > 0 || (isHolding() && !flushHeld())) return true;
  } while (performance.now() < until);
  return false;
}

function sleep(now: number): void {
  const { doorbell } = local;
  doorbell.announceSleep();
  // Look once more: who published before the announcement did not ring.
  if (hasArrived() || steal() > 0 || clock.isBehind()) {
    doorbell.cancelSleep();
    return requestTurn();
  }
  // What is set for now comes now, however short a time the clock stands.
  if (clock.stands && local.timers.isDue()) {
    doorbell.cancelSleep();
    return requestTurn();
  }
  const rung = doorbell.wait();
  if (rung === undefined) return requestTurn();
  const asleepSince = wakeUps;
  void rung.then(() => {
    if (asleepSince === wakeUps) requestTurn();
  });
  if (sleepTimer !== undefined) {
    clearTimeout(sleepTimer);
    sleepTimer = undefined;
  }
  if (isHolding()) {
    sleepTimer = setTimeout(requestTurn, 1);
    return;
  }
  if (clock.stands) clock.tellNext(local.timers.next());
  else {
    const ms = local.timers.untilNext();
    if (ms !== undefined) sleepTimer = setTimeout(requestTurn, Math.min(Math.max(1, Math.ceil(ms)), MAX_TIMER_WAIT_MS));
  }
  asleepAt = now;
  rest.begin();
}

function writeStatistics(now: number): void {
  const { counters, runQueue } = local;
  statistics.runQueue = runQueue.length;
  statistics.processes = counters.processes;
  statistics.reductions = counters.reductions;
  statistics.messagesIn = counters.messagesIn;
  statistics.messagesOut = counters.messagesOut;
  statistics.dropped = counters.dropped;
  statistics.spawns = counters.spawns;
  statistics.steals = counters.steals;
  statistics.migrations = counters.migrations;
  statistics.pinned = counters.pinned;
  statistics.busyMs = counters.busyMs;
  statistics.totalMs = now - startedAt;
}

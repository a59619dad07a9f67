/**
 * Who leaves this core for one that has nothing to run. While nobody wants work nothing here costs anything but one load a turn.
 *
 * A process that has not started goes onto the board at once, unless another thread has come across it (`processes`). One that has started goes when (1) nothing that was sent to it from other threads is on its way here any
 * more: it is marked in the directory, from then on others keep their signals for it, and a grace tells when those of before have been read (memory/grace.ts);
 * and (2) everything that it has sent from here has been acted on. Its signals after the move can then overtake none of before, and none to it can overtake another.
 */
import { BadTermError } from "./errors.ts";
import { staysForSlice } from "./forced.ts";
import { enqueue, local } from "./local.ts";
import { Grace } from "./memory/grace.ts";
import { Statistics } from "./memory/statistics.ts";
import { EXITING, HANDED, NORMAL, pin, RUNNABLE, type Process } from "./process/process.ts";
import { resumeReceive } from "./process/receive.ts";
import { PinnedStateError } from "./state/pinned.ts";
import { exported, hasBeenHeard } from "./signals/remote.ts";
import { isTalk } from "./talk.ts";
import { hungryCount, isPaused, MAX_PUBLISHED, publish, rest, setHungry, sweep, takeAllBack, wakeThieves } from "./steal.ts";

/** How long a process waits at most until it may leave, in milliseconds; then it goes on here. A guess: some turns of all others. */
const PATIENCE_MS = 20;
/** The same where all move all the time, on machines that may be very busy. */
const FORCED_PATIENCE_MS = 1_000;
/** How long what others know may lie on the board, in milliseconds: signals for it wait meanwhile. A guess: some turns of a thief. */
const OFFER_MS = 5;
/** Longest mailbox with which a process leaves: a longer one takes longer to carry than it is worth. A guess. */
const MAX_MESSAGES = 1_000;
/**
 * Reductions that a process has used before it is worth its move, which costs both cores together as much: some tenths of a millisecond. What has run for long is likely to run
 * for long yet (Harchol-Balter and Downey, "Exploiting process lifetime distributions for dynamic load balancing", 1997: the remaining life of a Unix process is about its age).
 */
const WORTH_A_MOVE = 100_000;

/**
 * How long somebody must have wanted work before one that has started moves, in milliseconds: about what the move of some costs. At the end of a computation that was split evenly one core is
 * done a little earlier than the other, which is then done sooner without it (benchmark: fork-join-fib on two cores). The ski rental problem: who waits as long as the other choice costs pays twice the least at most.
 */
const HUNGER_MS = 2;

/** Those that wait for the next grace, those in the present one, and those that wait for what they have sent to be acted on. */
let marked: Process[] = [];
let inGrace: Process[] = [];
let ready: Process[] = [];
let grace: Grace;
let others: Statistics[] = [];
let graceBegun = 0;
/** Since when others have wanted work at every turn, from the first time on that this core had some for them. */
let hungrySince = Infinity;
let oldestReady = 0;

/** Joins the others. */
export function startMoving(): void {
  grace = new Grace(local.memory, local.thread);
  others = [];
  for (let thread = 0; thread < local.schedulers; thread++)
    if (thread !== local.thread) others.push(new Statistics(local.memory, thread));
}

/** How many processes are about to leave; they are in no queue meanwhile. */
export function leaving(): number {
  return marked.length + inGrace.length + ready.length;
}

/** Lets go of what was stolen, and offers more if somebody is hungry. Called once a turn. */
export function shareWork(): void {
  if (local.published.length > 0) sweep(local.forceMoves ? FORCED_PATIENCE_MS : OFFER_MS);
  if (isPaused()) return;
  if (hungryCount() === 0 && !local.forceMoves) {
    hungrySince = Infinity;
    if (leaving() > 0) stayAll();
    return takeAllBack();
  }
  if (!local.forceMoves) {
    const surplus = surplusOfAll();
    if (surplus > 0) choose(surplus);
  }
  if (leaving() > 0) sendOff();
  if (local.published.length > 0) wakeThieves();
}

/** How many processes more than its equal share of all this scheduler has, those that are on the board or about to leave not counted. */
function surplusOfAll(): number {
  const queue = local.runQueue.length;
  if (queue < 2) return 0;
  const going = local.published.length + leaving();
  let all = queue + going;
  for (const other of others) all += other.runQueue;
  const share = Math.ceil(all / local.schedulers);
  return Math.min(MAX_PUBLISHED, queue + going - share) - going;
}

/** Looks between two turns whether another scheduler has far more to run, so that this one, although it has work itself, wants some of that. */
export function lookForImbalance(): void {
  if (--untilLook > 0) return;
  untilLook = LOOK_TURNS;
  let longest = 0;
  for (const other of others) longest = Math.max(longest, other.runQueue);
  const own = local.runQueue.length;
  if (longest <= own + own / 4 + MIN_DIFFERENCE / 2) {
    behind = 0;
    if (own > 0) setHungry(false);
  } else if (longest <= 2 * own + MIN_DIFFERENCE) behind = 0;
  else if (++behind >= LOOKS) setHungry(true);
}

/** Whether another scheduler has had far more to run for a while: this one wants some of that although it has work itself. */
export function isBehind(): boolean {
  return behind >= LOOKS;
}

/** Turns between two looks, how many looks in a row must find the same, and the least difference of two run queues that counts. Guesses. */
const LOOK_TURNS = 8;
const LOOKS = 2;
const MIN_DIFFERENCE = 4;
let untilLook = LOOK_TURNS;
let behind = 0;

/** In a VM in which all move all the time: makes `p`, which is about to run, leave first. Returns whether it does, or has nothing to run for after all. */
export function forceAway(p: Process): boolean {
  if (staysForSlice(p) || local.schedulers === 1 || isPaused()) return false;
  const now = performance.now();
  if (!p.started) return isFreshMovable(p, now) && offerFresh(p);
  if (!isMovable(p, now)) return false;
  depart(p);
  return true;
}

/** Those that compute may go at any time, the others only if this core does more than pass signals on, or gives them no turn. */
function choose(limit: number): void {
  const now = performance.now();
  const { runQueue } = local;
  const starve = doStarve();
  const talks = isTalk();
  hungrySince = Math.min(hungrySince, now);
  const isPatient = now - hungrySince >= HUNGER_MS;
  const mayGo = (p: Process): boolean => {
    const hasNoTurn = starve && p.priority <= NORMAL;
    if (!p.started) return (hasNoTurn || !talks) && isFreshMovable(p, now);
    const isWorthIt = isPatient && p.reductions > WORTH_A_MOVE >> p.halvings && (p.computes || !talks);
    return (hasNoTurn || isWorthIt) && isMovable(p, now);
  };
  const chosen = talks && !starve ? [] : runQueue.takeFresh(limit, mayGo);
  chosen.push(...runQueue.takeOthers(limit - chosen.length, mayGo));
  for (const p of chosen) {
    if (p.started) depart(p);
    else if (!offerFresh(p)) enqueue(p);
  }
}

/** How many times in a row this core would share and has run none of normal or low priority since the time before. */
let looksWithout = 0;
let shiftedBelow = 0;
/** From how many on those starve behind others. A guess: some turns, or some milliseconds of one. */
const STARVING_LOOKS = 50;

/** Whether processes of normal and low priority get no turn here, since those above never rest. */
function doStarve(): boolean {
  const now = local.runQueue.shiftedBelow;
  looksWithout = now === shiftedBelow ? looksWithout + 1 : 0;
  shiftedBelow = now;
  return looksWithout >= STARVING_LOOKS;
}

/** Of one that has not started. */
function isFreshMovable(p: Process, now: number): boolean {
  if (p.exported || p.status !== RUNNABLE) return false;
  return p.rare === null || (p.rare.pinned === undefined && p.rare.name === undefined && p.rare.staysUntil <= now);
}

/** One that has a message to look at has its turn first: patterns are code of the application. */
function isMovable(p: Process, now: number): boolean {
  if (p.status !== RUNNABLE || (p.wait !== null && p.wait !== HANDED)) return false;
  if (p.mailbox !== null && p.mailbox.length > MAX_MESSAGES) return false;
  return p.rare === null || (p.rare.pinned === undefined && p.rare.staysUntil <= now);
}

/** Makes `p`, which is in no queue, leave as soon as it may. */
function depart(p: Process): void {
  if (p.wait !== null) resumeReceive(p); // it has been handed what it waited for
  local.directory.setMoving(p.pid.slot, true);
  marked.push(p);
}

function sendOff(): void {
  const now = performance.now();
  const patience = local.forceMoves ? FORCED_PATIENCE_MS : PATIENCE_MS;
  endGrace(now);
  if (inGrace.length > 0 && now - graceBegun > patience) {
    for (const p of inGrace) stay(p, now);
    inGrace = [];
  }
  if (inGrace.length === 0 && marked.length > 0) {
    inGrace = marked;
    marked = [];
    graceBegun = now;
    grace.begin();
    endGrace(now); // all others may be at rest
  }
  const isLate = now - oldestReady > patience;
  for (let left = ready.length; left > 0; left--) {
    const p = ready.shift()!;
    if (p.status === EXITING) continue;
    if (hasBeenHeard(p)) offerLive(p, now);
    else if (isLate) stay(p, now);
    else ready.push(p);
  }
  if (isLate) oldestReady = now;
}

function endGrace(now: number): void {
  if (inGrace.length === 0 || !grace.isOver()) return;
  if (ready.length === 0) oldestReady = now;
  ready.push(...inGrace);
  inGrace = [];
}

/** Puts `p`, which has not started, on the board. Returns false if it cannot leave, or has no room there. */
function offerFresh(p: Process): boolean {
  const { slot } = p.pid;
  if (!local.directory.setMovingUnseen(slot)) {
    exported(p);
    return false;
  }
  try {
    if (publish(p) === "ok") return true;
  } catch (e) {
    if (!BadTermError.is(e)) throw e;
    pin(p, e.message);
  }
  local.directory.setMoving(slot, false);
  return false;
}

/** Puts `p`, which may leave, on the board; if it cannot, it stays. */
function offerLive(p: Process, now: number): void {
  try {
    const outcome = publish(p);
    if (outcome === "later") ready.push(p);
    else if (outcome === "full") stay(p, now);
  } catch (e) {
    local.counters.pinned++;
    stay(p, now);
    if (!PinnedStateError.is(e) && !BadTermError.is(e)) throw e;
  }
}

/** `p`, which was about to leave, goes on here. */
function stay(p: Process, now: number): void {
  if (p.status === EXITING) return; // it has ended meanwhile
  local.directory.setMoving(p.pid.slot, false);
  rest(p, now);
  enqueue(p);
}

/** Lets all go on here that were about to leave. Returns whether there were any. */
export function stayAll(): boolean {
  const all = [...ready, ...inGrace, ...marked];
  ready = [];
  inGrace = [];
  marked = [];
  const now = performance.now();
  for (const p of all) stay(p, now);
  return all.length > 0;
}

/**
 * Work stealing. While nobody is hungry nothing here costs anything but one load a turn. With somebody hungry, processes that have not
 * started are offered on the board; a thief takes the oldest.
 *
 * A process on the board stays in its owner's hands until a thief has it: messages sent meanwhile are kept in its mailbox, and any other
 * signal, or its pid leaving for another core, brings it back first (or finds that it is gone). So nobody but the owner ever knew it, and
 * when the owner learns of the theft it sends the kept messages through its own ring to the thief: nothing can overtake them.
 */
import { enqueue, local } from "./local.ts";
import { Control, controlWords } from "./memory/layout.ts";
import { StealableDeque, Thief } from "./memory/deque.ts";
import { Pid } from "./process/pid.ts";
import { EXITING, pin, PUBLISHED, RUNNABLE, type Process } from "./process/process.ts";
import { terminate } from "./signals/exit.ts";
import { afterSignal, sendMessageTo, setSettle, threadOf } from "./signals/remote.ts";
import { takeWatchers } from "./signals/watchers.ts";
import { readSpawn, writeSpawn } from "./spawn.ts";
import { BadTermError } from "./errors.ts";
import { Encoder, Decoder } from "./terms/codec.ts";
import { Reader } from "./terms/reader.ts";
import { Writer } from "./terms/writer.ts";

/** Most processes on the board at once: what can be encoded in a part of a turn. A guess. */
const MAX_PUBLISHED = 256;

let board: StealableDeque;
let thieves: { readonly victim: number; readonly thief: Thief }[] = [];
let words: Int32Array;
let isHungry = false;
/** While a thread was lost and is not recovered, processes stay where they are. */
let paused = false;

/** Joins the boards of the VM. */
export function startStealing(): void {
  board = new StealableDeque(local.memory, local.thread);
  words = controlWords(local.memory);
  thieves = [];
  for (let step = 1; step < local.schedulers; step++) {
    const victim = (local.thread + step) % local.schedulers;
    thieves.push({ victim, thief: new Thief(local.memory, victim) });
  }
  setSettle(settle);
}

/** Says that this scheduler has nothing to run, or has again. */
export function setHungry(value: boolean): void {
  if (isHungry === value || paused) return;
  isHungry = value;
  Atomics.add(words, Control.HUNGRY, value ? 1 : -1);
}

/** Whether some scheduler has nothing to run: one load. */
export function isSomebodyHungry(): boolean {
  return Atomics.load(words, Control.HUNGRY) > 0;
}

/** Lets go of what was stolen, and offers more if somebody is hungry. Called once a turn. */
export function shareWork(): void {
  if (local.published.length > 0) sweep();
  if (paused) return;
  const hungry = Atomics.load(words, Control.HUNGRY);
  if (hungry === 0) return takeAllBack();
  if (local.runQueue.fresh === 0 || local.runQueue.length < 2) return;
  // An equal share for everyone, this scheduler included: what starts here cannot be given away later.
  const share = Math.floor(((local.runQueue.length + local.published.length) * hungry) / (hungry + 1));
  const room = Math.min(MAX_PUBLISHED, share) - local.published.length;
  if (room <= 0) return;
  const taken = local.runQueue.takeFresh(room, isStealable);
  for (const p of taken) if (!publish(p)) enqueue(p);
  let toWake = local.published.length;
  for (let thread = 0; thread < local.schedulers && toWake > 0; thread++) {
    if (thread === local.thread || !local.doorbell.isAsleep(thread)) continue;
    local.doorbell.ring(thread);
    toWake--;
  }
}

function isStealable(p: Process): boolean {
  return (
    !p.started &&
    !p.exported &&
    p.status === RUNNABLE &&
    (p.rare === null || (p.rare.pinned === undefined && p.rare.name === undefined))
  );
}

function publish(p: Process): boolean {
  const writer = new Writer(new Encoder());
  try {
    writeSpawn(writer, p);
  } catch (e) {
    if (!BadTermError.is(e)) throw e;
    pin(p, e.message);
    return false;
  }
  const entry = board.publish(writer.bytes, writer.position);
  if (entry < 0) return false;
  p.status = PUBLISHED;
  local.published.push(p);
  entries.set(p, entry);
  return true;
}

/** The entry of each process that is on the board. */
const entries = new Map<Process, number>();

function sweep(): void {
  let kept = 0;
  const published = local.published;
  for (const p of published) {
    const entry = entries.get(p);
    if (entry === undefined) continue; // settled meanwhile
    if (board.stateOf(entry) === "taken") letGo(p, entry);
    else published[kept++] = p;
  }
  published.length = kept;
  board.reclaim();
}

/** Brings `p` back from the board: true if it is this scheduler's own again, false if a thief has it, who then owns it in every respect. */
function settle(p: Process): boolean {
  const entry = entries.get(p)!;
  if (board.withdraw(entry)) {
    entries.delete(p);
    p.status = RUNNABLE;
    enqueue(p);
    return true;
  }
  letGo(p, entry);
  return false;
}

/** The thief has `p`: what was kept for it follows, and from now on signals take the way to the thief. */
function letGo(p: Process, entry: number): void {
  const thief = board.takenBy(entry);
  entries.delete(p);
  local.directory.moveIfOwner(p.pid.slot, p.pid.serial, local.thread, thief);
  Pid.bind(p.pid, undefined);
  p.status = EXITING;
  local.counters.processes--;
  local.counters.migrations++;
  takeWatchers(p.rare?.watchers);
  const mailbox = p.mailbox;
  p.mailbox = null;
  if (mailbox === null) return;
  afterSignal(() => {
    while (mailbox.length > 0) sendMessageTo(thief, p.pid, mailbox.shift());
  });
}

/** Takes back the newest process on the board, for a scheduler that has nothing else to run. */
export function takeBack(): boolean {
  for (let p = local.published.pop(); p !== undefined; p = local.published.pop()) {
    if (!entries.has(p)) continue;
    const own = settle(p);
    board.reclaim();
    if (own) return true;
  }
  return false;
}

/** Nobody is hungry any more: what is still on the board must have its turn here, however much else there is to run. */
function takeAllBack(): void {
  while (local.published.length > 0) takeBack();
}

/**
 * No process leaves this thread, or comes to it, until {@link resumeStealing}: `lost` was lost, and who lives where must stay as it is. What is on the board
 * is taken back; what the lost thread had taken from it and not made its own has ended with it.
 */
export function pauseStealing(lost: number): void {
  setHungry(false);
  paused = true;
  board.forgive(lost);
  for (const p of local.published) {
    const entry = entries.get(p);
    if (entry === undefined || board.takenBy(entry) !== lost || threadOf(p.pid) !== local.thread) continue;
    entries.delete(p);
    p.status = RUNNABLE;
    terminate(p, { schedulerLost: lost });
  }
  takeAllBack();
  board.reclaim();
}

/** See {@link pauseStealing}. */
export function resumeStealing(): void {
  paused = false;
  local.requestTurn();
}

/** Steals from the first other scheduler that has something. Returns how many processes were taken. */
export function steal(): number {
  if (paused) return 0;
  for (const { victim, thief } of thieves) {
    // As many as leave the same for every other hungry scheduler: an even split from the start.
    const share = Math.ceil(thief.available() / Math.max(1, Atomics.load(words, Control.HUNGRY)));
    let count = 0;
    while (count < share) {
      const stolen = thief.steal(local.thread);
      if (stolen === "retry") continue;
      if (stolen === "empty") break;
      adopt(stolen, victim);
      count++;
    }
    if (count > 0) {
      local.counters.steals += count;
      return count;
    }
  }
  return 0;
}

function adopt(record: Uint8Array, victim: number): void {
  readSpawn(new Reader(new Decoder()).open(record), victim);
}

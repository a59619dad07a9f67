/**
 * The board: what a scheduler offers to those that have nothing to run, and what it takes from theirs.
 *
 * A process on the board stays in its owner's hands until a thief has it. One that has not started is known to nobody on another core: messages sent meanwhile are
 * kept in its mailbox, and when the owner learns of the theft it sends them after it, before all that it sends it later. Any other signal, any
 * signal to a process that has started, and its pid leaving for another core, bring it back first, or find that it is gone; signals from other cores to
 * one that they know wait meanwhile (moving.ts).
 */
import { hasCome, hasStayed } from "./forced.ts";
import { enqueue, local } from "./local.ts";
import { readLive, writeLive } from "./live.ts";
import { Control, controlWords } from "./memory/layout.ts";
import { Statistics } from "./memory/statistics.ts";
import { MAX_STEALABLE_BYTES, StealableDeque, Thief } from "./memory/deque.ts";
import type { Mailbox } from "./process/mailbox.ts";
import { internPid, Pid } from "./process/pid.ts";
import { EXITING, HELD_SIGNALS, PUBLISHED, rareOf, RUNNABLE, type Process } from "./process/process.ts";
import { Ref } from "./process/ref.ts";
import { itemsOf } from "./process/ring.ts";
import { releaseHeld } from "./signals/held.ts";
import { deliver } from "./signals/message.ts";
import { sendAfterwards, setSettle } from "./signals/remote.ts";
import { takeWatchers } from "./signals/watchers.ts";
import { readSpawn, writeSpawn } from "./spawn.ts";
import { Encoder, Decoder } from "./terms/codec.ts";
import { Reader } from "./terms/reader.ts";
import { Writer } from "./terms/writer.ts";

/** Most processes on the board at once: what can be encoded in a part of a turn. A guess. */
export const MAX_PUBLISHED = 256;
/** How long a process that has come from another core stays at least, in milliseconds: two cores must not pass it to and fro. A guess: some turns. */
const STAY_MS = 20;

/** What a payload on the board is. */
const FRESH = 0;
const LIVE = 1;

/** What the board is written with; one that has become large is not kept. */
let writer = new Writer();
const KEPT_BYTES = 64 * 1024;

let board: StealableDeque;
let own: Statistics;
let thieves: { readonly victim: number; readonly thief: Thief }[] = [];
let words: Int32Array;
let wantsWork = false;
/** While a thread was lost and is not recovered, processes stay where they are. */
let paused = false;

/** Joins the boards of the VM. */
export function startStealing(): void {
  board = new StealableDeque(local.memory, local.thread);
  own = new Statistics(local.memory, local.thread);
  words = controlWords(local.memory);
  thieves = [];
  for (let step = 1; step < local.schedulers; step++) {
    const victim = (local.thread + step) % local.schedulers;
    thieves.push({ victim, thief: new Thief(local.memory, victim) });
  }
  setSettle(settle);
}

/** Says that this scheduler wants work of others, or no longer does. */
export function setHungry(value: boolean): void {
  if (wantsWork === value || paused) return;
  wantsWork = value;
  Atomics.add(words, Control.HUNGRY, value ? 1 : -1);
}

/** Whether this scheduler wants work of others. */
export function isHungry(): boolean {
  return wantsWork;
}

/** How many schedulers want work: one load. */
export function hungryCount(): number {
  return Atomics.load(words, Control.HUNGRY);
}

/**
 * Puts a process on the board. "full" if there is no room for it; "later" if its state names processes that have gone, and to which messages follow only now. Throws if
 * something in it cannot leave this core.
 */
export function publish(p: Process): "ok" | "full" | "later" {
  if (writer.bytes.length > KEPT_BYTES) writer = new Writer();
  writer.encoder = new Encoder();
  writer.position = 0;
  writer.beginFrame();
  const { messagesOut } = local.counters;
  writer.limit = MAX_STEALABLE_BYTES; // or it would be encoded again and again, and never find room
  writer.u8(p.started ? LIVE : FRESH);
  if (p.started) writeLive(writer, p);
  else writeSpawn(writer, p);
  if (p.started && local.counters.messagesOut !== messagesOut) {
    p.sentTo |= HELD_SIGNALS; // its own may be among them
    return "later";
  }
  const entry = board.publish(writer.bytes, writer.position);
  if (entry < 0) return "full";
  p.status = PUBLISHED;
  local.published.push(p);
  entries.set(p, { entry, since: performance.now() });
  return "ok";
}

/** The entry of each process that is on the board, and when it came there. */
const entries = new Map<Process, { readonly entry: number; readonly since: number }>();

/** Wakes as many sleeping schedulers as there are processes on the board. */
export function wakeThieves(): void {
  let toWake = local.published.length;
  for (let thread = 0; thread < local.schedulers && toWake > 0; thread++) {
    if (thread === local.thread || !local.doorbell.isAsleep(thread)) continue;
    local.doorbell.ring(thread);
    toWake--;
  }
}

/** Lets go of what was stolen, and takes back what nobody wanted for so many milliseconds. */
export function sweep(patienceMs: number): void {
  let kept = 0;
  const published = local.published;
  const now = performance.now();
  for (const p of published) {
    const offered = entries.get(p);
    if (offered === undefined) continue; // settled meanwhile
    if (board.stateOf(offered.entry) === "taken") letGo(p, offered.entry);
    else if (now - offered.since > patienceMs) {
      if (settle(p)) rest(p, now, p.started ? UNWANTED_REST_MS : FRESH_REST_MS);
    } else published[kept++] = p;
  }
  published.length = kept;
  board.reclaim();
}

/** How long a process that could not leave is not tried again, in milliseconds. */
const REST_MS = 100;
/** The same of one that nobody took: a thief may be late, since the machine has other things to do, and wants it all the same. One that has not started has its turn meanwhile. */
const UNWANTED_REST_MS = 20;
const FRESH_REST_MS = 5;

/** Makes `p`, which was to leave, stay for so many milliseconds; at least until it has run. */
export function rest(p: Process, now: number, ms = REST_MS): void {
  if (local.forceMoves) hasStayed(p);
  else rareOf(p).staysUntil = now + ms;
}

/** Brings `p` back from the board: true if it is this scheduler's own again, false if a thief has it, who then owns it in every respect. */
function settle(p: Process): boolean {
  const { entry } = entries.get(p)!;
  if (board.withdraw(entry)) {
    entries.delete(p);
    p.status = RUNNABLE;
    local.directory.setMoving(p.pid.slot, false);
    enqueue(p);
    return true;
  }
  letGo(p, entry);
  return false;
}

/** The thief has `p`: what was kept for it follows, and from now on signals take the way to the thief. */
function letGo(p: Process, entry: number): void {
  const thief = board.takenBy(entry);
  local.directory.moveIfOwner(p.pid.slot, p.pid.serial, local.thread, thief);
  const kept = forget(p);
  if (kept !== null) sendAfterwards(p.pid, kept);
}

/** `p` lives elsewhere now, and nothing of it is left here. Returns the messages that were kept for it. */
function forget(p: Process): Mailbox | null {
  entries.delete(p);
  Pid.publish(p.pid); // it may come back, even where its process has ended and its slot is used again
  Pid.bind(p.pid, undefined);
  p.status = EXITING;
  local.counters.processes--;
  local.counters.migrations++;
  takeWatchers(p.rare?.watchers);
  for (const { ref } of itemsOf(p.rare?.bonds)) Ref.bind(ref, undefined);
  const kept = p.started ? null : p.mailbox;
  p.mailbox = null;
  p.frames = null;
  return kept;
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

/** Takes all back: nobody wants them any more, and they must have their turn here, however much else there is to run. */
export function takeAllBack(): void {
  while (local.published.length > 0) takeBack();
}

/**
 * No process leaves this thread, or comes to it, until {@link resumeStealing}: `lost` was lost, and who lives where must stay as it is. What is on the board
 * is taken back; what the lost thread had taken from it, and perhaps not made its own, is its own now, and ends with it.
 */
export function pauseStealing(lost: number): void {
  setHungry(false);
  paused = true;
  board.forgive(lost);
  takeAllBack();
  board.reclaim();
}

/** Whether processes stay where they are. */
export function isPaused(): boolean {
  return paused;
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
    const share = Math.ceil(thief.available() / Math.max(1, hungryCount()));
    if (share === 0) continue;
    own.runQueue = local.runQueue.length + share; // or the victim, which sees them gone before they are here, would offer as many again
    let count = 0;
    while (count < share) {
      const stolen = thief.steal(local.thread);
      if (stolen === "retry") continue;
      if (stolen === "empty") break;
      adopt(stolen, victim);
      count++;
    }
    own.runQueue = local.runQueue.length; // others may have been faster: who sleeps with work that it never got would be offered nothing
    if (count > 0) {
      local.counters.steals += count;
      setHungry(false);
      return count;
    }
  }
  return 0;
}

function adopt(payload: Uint8Array, victim: number): void {
  const reader = new Reader(new Decoder()).open(payload);
  const isFresh = reader.u8() === FRESH;
  const { position } = reader;
  const slot = reader.u32();
  const pid = internPid(slot, reader.u32());
  // It was here before, went, and comes back before this thread has learned that it went. The directory may say already that it is here: were it told of that
  // first theft now, signals would go to the victim, which has the process no more (the simulation's "sends back what has come back").
  const stale = Pid.local(pid);
  if (stale !== undefined) board.takenBy(entries.get(stale)!.entry);
  const kept = stale === undefined ? null : forget(stale);
  if (isFresh) reader.position = position;
  const p = isFresh ? readSpawn(reader, victim) : readLive(reader, pid);
  if (!isFresh) arrive(p, payload.length, victim);
  if (kept !== null) while (kept.length > 0) deliver(p, kept.shift());
  releaseHeld(pid);
}

/** `p`, which has started, goes on here. */
function arrive(p: Process, bytes: number, victim: number): void {
  const { pid } = p;
  if (local.forceMoves) hasCome(p, bytes);
  else rareOf(p).staysUntil = performance.now() + STAY_MS;
  Pid.bind(pid, p);
  local.counters.processes++;
  local.directory.moveIfOwner(pid.slot, pid.serial, victim, local.thread);
  enqueue(p);
}

/**
 * Signals between threads: written into the outbox of the pair here, read from the inbox and applied there. The order of a pair is kept by
 * its ring, so every kind takes the same way.
 */
import { local } from "../local.ts";
import { Inbox, Outbox } from "../memory/channel.ts";
import { controlWords } from "../memory/layout.ts";
import { isLost } from "../memory/lost.ts";
import { FULL } from "../memory/bounds.ts";
import { REFUSING } from "../memory/directory.ts";
import { Loopback } from "../memory/loopback.ts";
import { resetRing } from "../memory/ring.ts";
import { BYTES_SHIFT } from "../terms/cost.ts";
import { copyTerm } from "../terms/copy.ts";
import type { Reader } from "../terms/reader.ts";
import type { Writer } from "../terms/writer.ts";
import { S } from "../process/frames.ts";
import type { Mailbox } from "../process/mailbox.ts";
import { internPid, Pid } from "../process/pid.ts";
import { exportRef, internRef, Ref } from "../process/ref.ts";
import { HELD_SIGNALS, PUBLISHED, sentBit, type Process } from "../process/process.ts";
import type { MessagePort } from "node:worker_threads";
import { flushHeld, forgetHeld, isHolding, routeOfMessage, toProcess } from "./held.ts";
import { mailboxFull } from "./mailbox-full.ts";
import { SENDER, type Origin } from "./origin.ts";
import * as wire from "./wire.ts";

/** What is done with a signal that has arrived; each kind registers its own. */
export type Apply = (reader: Reader, from: number) => void;

const applies: (Apply | undefined)[] = [];

/** Says how signals of `kind` are read and applied. */
export function onSignal(kind: number, apply: Apply): void {
  applies[kind] = apply;
}

const outboxes: (Outbox | undefined)[] = [];
const inboxes: Source[] = [];
/** The inbox with which the next draining begins. */
let firstInbox = 0;
/** Whether there is anything that was written since all was published. */
let unpublished = false;

/** Threads to which exit signals were sent that may not have been applied yet: an answer from the directory about them could be stale. */
export const exitsSent: boolean[] = [];

let loopback: Loopback | undefined;
let ports: ReadonlyMap<number, MessagePort> = new Map();

/** What another thread sends. */
interface Source {
  readonly from: number;
  readonly inbox: Inbox;
  /** Signals were fetched that were not applied yet. */
  backlog: boolean;
}

/** Connects this thread with all others. `ports` are for large binaries, by thread. */
export function connect(all: ReadonlyMap<number, MessagePort>): void {
  disconnect();
  ports = all;
  for (let from = 0; from < local.memory.threads; from++) {
    if (from === local.thread) continue;
    inboxes.push({ from, inbox: new Inbox(local.memory, from, local.thread, all.get(from)), backlog: false });
  }
}

/** Lets go of all other threads: nothing arrives any more. */
export function disconnect(): void {
  ports = new Map();
  outboxes.length = 0;
  inboxes.length = 0;
  firstInbox = 0;
  unpublished = false;
  loopback = undefined;
  early.clear();
  forgetHeld();
}

/**
 * Parts with a thread that was lost: applies what it had published, forgets what was on its way there, and makes new ends of both channels, for its
 * successor. `port`: this thread's end of a new pair.
 */
export function reconnect(lost: number, port: MessagePort | undefined): void {
  const index = inboxes.findIndex(({ from }) => from === lost);
  drainFully(inboxes[index]!);
  resetRing(local.memory, lost, local.thread);
  resetRing(local.memory, local.thread, lost);
  ports.get(lost)?.close();
  const all = new Map(ports);
  if (port === undefined) all.delete(lost);
  else all.set(lost, port);
  ports = all;
  inboxes[index] = { from: lost, inbox: new Inbox(local.memory, lost, local.thread, port), backlog: false };
  outboxes[lost] = undefined;
  exitsSent[lost] = false;
}

/** The end of the stream to another thread at some moment. */
interface StreamEnd {
  readonly thread: number;
  readonly box: Outbox;
  readonly position: number;
}

/** Where the streams to all other threads end now. */
export function written(): StreamEnd[] {
  return outboxes.flatMap((box, thread) => (box === undefined ? [] : [{ thread, box, position: box.position() }]));
}

/** Whether everything up to there was published. Of the streams to threads that are lost nothing more is expected. */
export function isPublished(ends: readonly StreamEnd[]): boolean {
  const words = controlWords(local.memory);
  return ends.every(
    ({ thread, box, position }) => outboxes[thread] !== box || box.isPublished(position) || isLost(words, thread),
  );
}

/** Reads and applies all that every other thread has published by now, however much it is. */
export function drainPublished(): void {
  for (const source of inboxes) drainFully(source);
}

function drainFully(source: Source): void {
  const { from, inbox } = source;
  inbox.takesLarge = true;
  const apply = (): void => {
    for (let reader = inbox.next(); reader !== undefined; reader = inbox.next()) applies[reader.u8()]!(reader, from);
  };
  apply(); // what was fetched before
  inbox.poll();
  apply();
  source.backlog = false;
}

function outbox(thread: number): Outbox {
  return (outboxes[thread] ??= new Outbox(local.memory, local.thread, thread, ports.get(thread)));
}

/** What has to be sent as soon as the signal that is being written is complete. */
const deferred: (() => void)[] = [];
let writing = false;

/**
 * Begins a signal of `kind` to `thread`; the caller writes its fields and calls {@link end}. One whose term was refused is simply left. A signal to this very thread is
 * for a process that is known here by its name, or from its parent, before its spawn record has arrived.
 */
export function begin(thread: number, kind: number): Writer {
  writing = false;
  if (deferred.length > 0) runDeferred();
  if (!local.inTurn) local.requestTurn();
  if (local.current !== null) local.current.sentTo |= sentBit(thread);
  const writer = thread === local.thread ? (loopback ??= new Loopback()).begin() : outbox(thread).begin();
  writing = true;
  writer.u8(kind);
  return writer;
}

/** From this many bytes on a ring is written before the turn ends. */
const PUBLISH_BYTES = 4_096;

/** Ends the signal that was begun for `thread`. */
export function end(thread: number): void {
  writing = false;
  if (thread === local.thread) receiveOwn(loopback!.end());
  else {
    local.counters.messagesOut++;
    const box = outboxes[thread]!;
    box.end();
    unpublished = true;
    if (box.pendingBytes >= PUBLISH_BYTES && !publish(box, thread)) chargeBacklog(box.pendingBytes);
  }
  if (deferred.length > 0) runDeferred();
}

/** From this many bytes on that wait for room in a ring, who sends more is charged for them. */
const BACKLOG_BYTES = 64 * 1024;
/** From this many bytes on, who sends more is held up: see {@link isHeldUp}. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/** The process that was the last to write for a thread which is that far behind. */
let heldUp: Process | null = null;

/**
 * The receiving core does not keep up: the sender gives way to others, so that what it sends next finds less in front of it. At a quarter of a megabyte each
 * signal takes a whole slice.
 */
function chargeBacklog(bytes: number): void {
  if (bytes <= BACKLOG_BYTES) return;
  S.r -= Math.min(bytes >> 6, local.quota);
  if (bytes > MAX_BACKLOG_BYTES) heldUp = local.current;
}

/** Whether `p`, whose slice has just ended, should pause before the next: it has written far more for another thread than that has read. */
export function isHeldUp(p: Process): boolean {
  if (heldUp === null) return false;
  const held = heldUp === p;
  heldUp = null;
  return held;
}

/** Whether some thread is so far behind that those who write for it are held up. */
export function isBehind(): boolean {
  if (unpublished) for (const box of outboxes) if (box !== undefined && box.pendingBytes > MAX_BACKLOG_BYTES) return true;
  return false;
}

function receiveOwn(reader: Reader): void {
  applies[reader.u8()]!(reader, local.thread);
}

function publish(box: Outbox, thread: number): boolean {
  const all = box.flush();
  local.doorbell.ring(thread);
  return all;
}

/** Runs `send`, which writes signals: now, or if one is being written (encoding it has led here), right after it. */
export function afterSignal(send: () => void): void {
  if (writing) deferred.push(send);
  else send();
}

function runDeferred(): void {
  const all = deferred.splice(0);
  for (const send of all) send();
}

/** Whether anything was written since all was published. */
export function hasUnpublished(): boolean {
  return unpublished;
}

/** Publishes everything that was written, and rings whoever sleeps. Returns true if nothing is left here because a ring was full. */
export function flushAll(): boolean {
  writing = false;
  if (deferred.length > 0) runDeferred();
  if (isHolding()) flushHeld();
  if (!unpublished) return true;
  let all = true;
  for (let thread = 0; thread < outboxes.length; thread++) {
    const box = outboxes[thread];
    if (box !== undefined && box.pendingBytes > 0 && !publish(box, thread)) all = false;
  }
  unpublished = !all;
  return all;
}

/** Whether `thread` has acted on everything that was sent to it up to now. */
export function isDrained(thread: number): boolean {
  const box = outboxes[thread];
  return box === undefined || (box.pendingBytes === 0 && box.drained(box.position()));
}

/**
 * Whether everything that `p` has sent from this thread has been acted on: from then on it may as well go on elsewhere. Of messages that are kept for processes on
 * the board, or have followed them, nobody knows who sent them: they count as its own.
 */
export function hasBeenHeard(p: Process): boolean {
  if (keepsForOthers()) return false;
  const sentTo = p.sentTo | followed;
  if (sentTo === 0) return true;
  const wasHeld = (sentTo & HELD_SIGNALS) !== 0; // and may have gone anywhere since
  if (wasHeld && isHolding()) return false;
  for (let thread = 0; thread < outboxes.length; thread++) {
    if ((wasHeld || (sentTo & sentBit(thread)) !== 0) && !isDrained(thread)) return false;
  }
  p.sentTo = 0;
  followed = 0;
  return true;
}

/** Where messages have followed their receivers to: as in `Process.sentTo`. */
let followed = 0;

/**
 * Sends what was kept for a process that has been taken from the board: to where it lives by now, as all that is sent to it from here on. It may have left its thief, who waited for signals
 * on their way, but not for these.
 */
export function sendAfterwards(pid: Pid, messages: Mailbox): void {
  const write = (thread: number, message: unknown): void => {
    followed |= sentBit(thread);
    sendMessageTo(thread, pid, message);
  };
  afterSignal(() => {
    while (messages.length > 0) toProcess(pid, messages.shift(), write);
    if (isHolding()) followed |= HELD_SIGNALS;
  });
}

/** Whether messages are kept for processes on the board, which may be others' by now: they are not published yet. */
export function keepsForOthers(): boolean {
  return local.published.length > 0 && local.published.some(keepsMessages);
}

/** Whether a process on the board, which has not started, has messages that will follow it. */
function keepsMessages(p: Process): boolean {
  return p.mailbox !== null && !p.started;
}

/** Whether something has arrived that was not read yet. */
export function hasArrived(): boolean {
  for (const { inbox } of inboxes) if (inbox.hasWork()) return true;
  return false;
}

/** Bytes fetched from one ring in one go; the other threads get their turn in between. */
const POLL_BYTES = 256 * 1024;
/** Reductions of one draining: a signal takes one, and more by its size: at most half a millisecond or so. */
const DRAIN_REDUCTIONS = 2_000;

/**
 * Reads and applies what has arrived, a bounded amount, so that a flood holds up neither the processes of this thread nor the signals of others. Returns how
 * many signals there were. If there may be more, the thread has rung its own bell. A large signal, and what comes behind it, stays where it is if not `takeLarge`.
 */
export function drainAll(takeLarge: boolean = true): number {
  let count = 0;
  S.r = DRAIN_REDUCTIONS;
  for (let i = 0; i < inboxes.length; i++) {
    const at = (firstInbox + i) % inboxes.length;
    const source = inboxes[at]!;
    if (!source.inbox.hasWork()) continue;
    source.inbox.takesLarge = takeLarge;
    count += drain(source);
    if (S.r >= 0) continue;
    firstInbox = at + 1; // the others first, next time
    local.doorbell.ring(local.thread);
    break;
  }
  return count;
}

function drain(source: Source): number {
  const { from, inbox } = source;
  let count = 0;
  let reader = source.backlog ? inbox.next() : undefined;
  if (reader === undefined) {
    inbox.poll(POLL_BYTES);
    reader = inbox.next();
  }
  for (; reader !== undefined; reader = inbox.next()) {
    S.r -= 1 + ((reader.end - reader.position) >>> BYTES_SHIFT);
    count++;
    applies[reader.u8()]!(reader, from);
    source.backlog = S.r < 0;
    if (source.backlog) return count;
  }
  source.backlog = false;
  return count;
}

export function writePid(writer: Writer, pid: Pid): void {
  exportPid(pid);
  writer.u32(pid.slot);
  writer.u32(pid.serial);
}

export function readPid(reader: Reader): Pid {
  const slot = reader.u32();
  return internPid(slot, reader.u32());
}

export function writeRef(writer: Writer, ref: Ref): void {
  exportRef(ref);
  writer.u32(ref.scheduler);
  writer.f64(ref.id);
}

export function readRef(reader: Reader): Ref {
  const scheduler = reader.u32();
  return internRef(scheduler, reader.f64());
}

let settle: (p: Process) => boolean = () => true;

/** How a process on the board is brought back, or let go to the thief that has it already; set by stealing. Returns whether it is still here. */
export function setSettle(hook: (p: Process) => boolean): void {
  settle = hook;
}

/** The pid of `p` is about to be known on another thread. */
export function exported(p: Process): void {
  if (p.exported) return;
  if (p.status === PUBLISHED) settle(p);
  p.exported = true;
  Pid.publish(p.pid);
}

/** `pid` is about to leave for another thread, from which it may come back: as the same object, also where its process has ended or moved. */
export function exportPid(pid: Pid): void {
  const p = Pid.local(pid);
  if (p === undefined) Pid.publish(pid);
  else exported(p);
}

/** The process behind `pid` if it lives here; one on the board is brought back first. */
export function here(pid: Pid): Process | undefined {
  const p = Pid.local(pid);
  if (p === undefined || p.status !== PUBLISHED) return p;
  return settle(p) ? p : undefined;
}

/** Thread on which `pid` lives, or -1 if it has ended. */
export function threadOf(pid: Pid): number {
  return local.directory.isAlive(pid.slot, pid.serial) ? local.directory.ownerOf(pid.slot) : -1;
}

/** Signals for processes whose spawn record is still on its way, by slot. */
const early = new Map<number, { serial: number; apply: () => void }[]>();

/**
 * Finds the receiver of a signal that has arrived. If it lives here, `apply` runs at once. If its spawn record has not arrived yet, `apply`
 * runs after it. If it moved on, `forward` sends the signal after it. If it has ended, `dead` runs.
 */
export function receiveFor(pid: Pid, apply: (p: Process) => void, forward: (thread: number) => void, dead: () => void): void {
  const p = here(pid);
  if (p !== undefined) return apply(p);
  if (threadOf(pid) !== local.thread) {
    if (!toProcess(pid, undefined, forward)) dead();
    return;
  }
  let waiting = early.get(pid.slot);
  if (waiting === undefined) early.set(pid.slot, (waiting = []));
  waiting.push({ serial: pid.serial, apply: () => receiveFor(pid, apply, forward, dead) });
}

/** Applies what arrived before the spawn record of `pid` did. */
export function applyEarly(pid: Pid): void {
  const waiting = early.get(pid.slot);
  if (waiting === undefined) return;
  early.delete(pid.slot);
  for (const signal of waiting) signal.apply();
}

/** Sends a message to a process on another thread. Returns false if it has ended. Throws {@link MailboxFullError} if a sender's message finds no room. */
export function sendMessageSignal(pid: Pid, message: unknown, origin: Origin): boolean {
  if (origin !== SENDER) return toProcess(pid, message, (thread, term) => sendMessageAs(thread, pid, term, origin));
  const thread = routeOfMessage(pid);
  if (thread >= 0 && !isHolding()) {
    sendMessageTo(thread, pid, message);
    return true;
  }
  if (thread === -1) return false;
  if (thread !== REFUSING) return toProcess(pid, message, (to, term) => sendMessageTo(to, pid, term));
  return withPlace(pid, message, (generation) => toProcess(pid, message, (to, term) => sendMessageAs(to, pid, term, generation)));
}

/** Sends a message that needs a place in the mailbox of `pid`. */
function withPlace(pid: Pid, message: unknown, write: (generation: number) => boolean): boolean {
  const { slot } = pid;
  const generation = local.bounds.reserve(slot);
  if (generation === FULL) {
    copyTerm(message); // a bad message is refused as such
    throw mailboxFull(pid, local.bounds.limitOf(slot));
  }
  try {
    return write(generation);
  } catch (e) {
    local.bounds.add(slot, generation, -1);
    throw e;
  }
}

/** Sends a message to a process that lives on `thread`. */
export function sendMessageTo(thread: number, pid: Pid, message: unknown): void {
  const writer = begin(thread, wire.MESSAGE);
  writer.u32(pid.slot);
  writer.u32(pid.serial);
  writer.term(message);
  end(thread);
}

/** As {@link sendMessageTo}, with what matters to a mailbox that may be full: the generation of its place, or its origin. */
export function sendMessageAs(thread: number, pid: Pid, message: unknown, origin: number): void {
  const writer = begin(thread, wire.MESSAGE_AS);
  writer.u32(pid.slot);
  writer.u32(pid.serial);
  writer.term(message);
  writer.u32(origin);
  end(thread);
}

/** Sends a message to an alias of a process on another thread. Returns false if that has ended. Throws as {@link sendMessageSignal}, unless it is the one message that the alias takes. */
export function sendAliasSignal(owner: Pid, alias: Ref, message: unknown, origin: Origin): boolean {
  if (origin !== SENDER) return toProcess(owner, message, (thread, term) => sendAliasAs(thread, owner, alias, term, origin));
  if (!local.directory.isBounded(owner.slot) || Ref.takesOne(alias))
    return toProcess(owner, message, (thread, term) => sendAliasTo(thread, owner, alias, term));
  return withPlace(owner, message, (generation) =>
    toProcess(owner, message, (thread, term) => sendAliasAs(thread, owner, alias, term, generation)),
  );
}

/** As {@link sendAliasTo}, with what matters to a mailbox that may be full. */
export function sendAliasAs(thread: number, owner: Pid, alias: Ref, message: unknown, origin: number): void {
  const writer = begin(thread, wire.ALIAS_AS);
  writePid(writer, owner);
  writeRef(writer, alias);
  writer.term(message);
  writer.u32(origin);
  end(thread);
}

/** Sends a message to an alias of a process that lives on `thread`. */
export function sendAliasTo(thread: number, owner: Pid, alias: Ref, message: unknown): void {
  const writer = begin(thread, wire.ALIAS);
  writePid(writer, owner);
  writeRef(writer, alias);
  writer.term(message);
  end(thread);
}

/** The life of a process of a run: steps drawn from its own random numbers, its mailbox between them, and an end. */
import { getHeapCodeStatistics } from "node:v8";
import {
  dictionary,
  exit,
  isAlive,
  monotonicTime,
  processes,
  processFlag,
  processInfo,
  receive,
  register,
  schedulerId,
  schedulers,
  self,
  spawn,
  spawnLink,
  spawnMonitor,
  spawnOpt,
  TIMEOUT,
  whereis,
  type Down,
  type Exit,
  type Pid,
  type Ref,
} from "@agner/vm";
import {
  enterDown,
  enterExit,
  enterLetter,
  enterSeatLetter,
  enterTick,
  fail,
  openBooks,
  sentTo,
  tell,
  tellCounts,
  type Books,
} from "./books.ts";
import { END, STOP } from "./flags.js";
import type { Birth, Ending, Letter, Marker, Message, Peer } from "./messages.ts";
import { below, chance, pick } from "./random.ts";
import * as steps from "./steps.ts";

/** So many steps lie between two reports of what was counted. */
const COUNTS_EVERY = 32;
/** So many messages are read between two steps. */
const READ = 200;

/** How often, in ms, who has settled looks whether all end. */
const LOOK_MS = 100;

/** How often each kind of step is taken, out of the sum. */
const STEPS: readonly (readonly [weight: number, step: (books: Books, peer: Peer) => void])[] = [
  [40, steps.writeLetters],
  [8, steps.introduce],
  [5, steps.giveAlias],
  [3, steps.endAlias],
  [8, steps.watch],
  [8, steps.ask],
  [6, steps.unwatch],
  [6, steps.join],
  [5, steps.part],
  [6, steps.setTimer],
  [3, steps.endTimer],
  [4, steps.takeSeat],
  [3, steps.leaveSeat],
  [3, steps.checkSeat],
  [4, steps.writeToSeat],
  [2, steps.sendExit],
  [1, steps.kill],
  [3, steps.inspect],
  [6, steps.compute],
  [4, steps.descend],
  [3, bear],
  [5, rest],
];
const WEIGHTS = STEPS.reduce((sum, [weight]) => sum + weight, 0);

/** What every process of a run runs. */
export function live(birth: Birth): void {
  const books = openBooks(birth, self(), schedulerId());
  processFlag("trapExit", birth.trapExit);
  dictionary.put("id", birth.id);
  // A link that is not there any more has gone without a word, if the other ended normally before this process trapped exits; else its signal is in the mailbox.
  if (birth.linkedByParent && !processInfo()!.links.includes(birth.parent!.pid))
    books.linkedBy.set(birth.parent!.pid, "possible");
  steps.mark({ k: "marker", alias: undefined, unlinked: undefined });
  for (let step = 1; step <= birth.life; step++) {
    if (whereis(STOP) !== undefined) return settle(books);
    takeStep(books);
    readMailbox(books);
    if (schedulerId() !== books.core) {
      books.core = schedulerId();
      books.counts.moves++;
    }
    if (!isAlive(self())) fail(books, "the process runs and has ended");
    if (step % COUNTS_EVERY === 0) tellCounts(books);
  }
  tellCounts(books);
  end(books);
}

function takeStep(books: Books): void {
  let drawn = below(books.random, WEIGHTS);
  const [, step] = STEPS.find(([weight]) => (drawn -= weight) < 0)!;
  const peer = pick(books.random, books.peers);
  if (peer === undefined) bear(books);
  else step(books, peer);
}

function bear(books: Books): void {
  for (let count = chance(books.random, 20) ? 6 : 1; count > 0; count--) bearOne(books);
}

function bearOne(books: Books): void {
  const { birth, me, random } = books;
  const id = `${me.id}.${++books.children}`;
  const name = chance(random, 25) ? `chaos/${id}` : undefined;
  const kind = below(random, 7);
  const linked = kind === 1 || kind === 3;
  const child: Birth = {
    seed: birth.seed,
    id,
    name,
    chief: birth.chief,
    life: 5 + below(random, Math.max(1, birth.life >> 1)),
    trapExit: chance(random, 70),
    largest: birth.largest,
    lossy: birth.lossy,
    parent: me,
    linkedByParent: linked,
    peers: [me, ...books.peers.slice(0, 4)],
  };
  let pid: Pid;
  let ref: Ref | undefined;
  if (name !== undefined) pid = spawnOpt({ name, link: linked }, live, child);
  else if (kind === 1) pid = spawnLink(live, child);
  else if (kind === 2) [pid, ref] = spawnMonitor(live, child);
  else if (kind === 3) [pid, ref] = spawnOpt({ link: true, monitor: true, scheduler: below(random, schedulers()) }, live, child);
  else if (kind === 4) pid = spawn(() => live(child));
  else if (kind === 5) pid = spawnOpt({ priority: pick(random, ["low", "high", "max"] as const)! }, live, child);
  else pid = spawn(live, child);
  const peer: Peer = { pid, id, name };
  if (linked) books.links.set(pid, { to: peer, ending: false });
  if (ref !== undefined) {
    books.monitors.set(ref, { target: pid, by: pid, question: false });
    books.counts.monitors++;
  }
  if (kind !== 6) steps.meet(books, peer); // whom nobody knows an idle core may steal
}

/** Waits a little, so that cores run out of work and look for that of others. */
function rest(books: Books): void {
  const message = receive<Message>(undefined, below(books.random, 5));
  if (message !== TIMEOUT) read(books, message);
}

function readMailbox(books: Books): void {
  for (let i = 0; i < READ; i++) {
    const message = receive<Message>(undefined, 0);
    if (message === TIMEOUT) return;
    read(books, message);
  }
}

function read(books: Books, message: Message | Down | Exit): void {
  if ("type" in message) return message.type === "DOWN" ? enterDown(books, message) : enterExit(books, message);
  switch (message.k) {
    case "letter":
      enterLetter(books, message);
      return heed(books, message);
    case "seat":
      return enterSeatLetter(books, message);
    case "tick":
      return enterTick(books, message, monotonicTime());
    case "marker":
      return heedMarker(books, message);
    case "history":
      return tell(books, { k: "history", from: self(), to: message.to, history: books.sent.get(message.to)?.history ?? [] });
    case "open":
      return tell(books, { k: "open", process: books.me, open: openOf(books) });
  }
}

/** Does what a letter asks for. */
function heed(books: Books, { from, note }: Letter): void {
  steps.meet(books, from);
  switch (note?.what) {
    case "linking":
    case "unlinking":
      books.linkedBy.set(from.pid, "possible");
      return;
    case "linked":
      if (books.begun && books.linkedBy.has(from.pid)) books.linkedBy.set(from.pid, "certain");
      return;
    case "unlinked":
      books.linkedBy.delete(from.pid);
      return;
    case "alias":
      sentTo(books, from).alias = note.alias;
      return;
    case "question":
      return steps.answer(books, from, note.replyTo);
    case "introduction":
      return steps.meet(books, note.peer);
    case "last":
      return steps.post(books, from, { what: "acknowledged" });
    case "acknowledged":
      sentTo(books, from).acknowledged = true;
  }
}

/** What was taken down before the marker was sent has no effect after it. */
function heedMarker(books: Books, { alias, unlinked }: Marker): void {
  books.begun = true;
  if (alias !== undefined) books.aliases.delete(alias);
  if (unlinked !== undefined && books.links.get(unlinked)?.ending === true) books.links.delete(unlinked);
}

/** The ways in which processes end. */
function end(books: Books): void {
  const { random } = books;
  if (chance(random, 30)) return;
  if (chance(random, 10)) throw new Error(`${books.me.id} has failed, as it should`);
  if (chance(random, 10)) exit(self(), "kill");
  const sent = [...books.sent].map(([to, { hard }]) => [to, hard] as const);
  exit({ k: "ending", of: self(), sent } satisfies Ending);
}

/** Does nothing more, answers others, and says so when nothing is open any more. Ends when all do. */
function settle(books: Books): void {
  for (const sent of books.sent.values()) {
    sent.acknowledged = false;
    steps.post(books, sent.to, { what: "last" });
  }
  let told = false;
  for (let ms = 5; ;) {
    const message = receive<Message>(undefined, ms);
    if (message !== TIMEOUT) read(books, message);
    else if (whereis(END) !== undefined) break;
    else {
      if (!told && openOf(books) === undefined) {
        told = true;
        tell(books, { k: "settled", pid: self() });
      }
      ms = Math.min(2 * ms, LOOK_MS);
    }
  }
  tellCounts(books);
}

/** What a process still waits for; undefined if nothing. */
function openOf(books: Books): string | undefined {
  if (books.birth.trapExit) {
    for (const [target, { ending }] of books.links) {
      if (ending) return `the marker after unlinking ${target.toString()}`;
      if (!isAlive(target)) return `the exit signal of ${target.toString()}, with which it is linked`;
    }
    for (const [target, state] of books.linkedBy) {
      if (state === "certain" && !isAlive(target)) return `the exit signal of ${target.toString()}, which is linked with it`;
    }
  }
  const dead = processInfo()!.links.find((target) => !isAlive(target));
  if (dead !== undefined) return `the exit signal of ${dead.toString()}, which is among its links`;
  for (const { target, question } of books.monitors.values()) {
    if (question) return `the answer of ${target.toString()}`;
    if (!isAlive(target)) return `the DOWN of ${target.toString()}`;
  }
  if (!books.birth.lossy && books.timers.size > 0) return `${books.timers.size} timers`;
  for (const [target, { acknowledged }] of books.sent) {
    if (acknowledged === false && isAlive(target)) return `that ${target.toString()} has received its last message`;
  }
  return undefined;
}

/** Holds a name until the end of the run. */
export function raise(name: string): void {
  register(name);
  receive((message) => message === END);
}

/** All processes but the caller. */
export function others(): Pid[] {
  return processes().filter((pid) => pid !== self());
}

/** What is known of a process, for a report. */
export function about(pid: Pid): string {
  const info = processInfo(pid);
  if (info === undefined) return "it has ended";
  const { initialCall, status, waitingFor = "", mailboxLength, scheduler } = info;
  return `${initialCall}, core ${scheduler}, ${status} ${waitingFor}, ${mailboxLength} messages`;
}

/** Bytes in use on each core, but for the code that V8 has compiled by then, after its garbage was collected. */
export function heaps(): number[] {
  return Array.from({ length: schedulers() }, (_, scheduler) => {
    const [, ref] = spawnOpt({ scheduler, monitor: true }, heap);
    return receive((message) => message?.ref === ref).reason as number;
  });
}

function heap(): void {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.(); // the bytes of buffers that the first has found go after it, and are counted as external until then
  const { heapUsed, external } = process.memoryUsage();
  const { code_and_metadata_size, bytecode_and_metadata_size } = getHeapCodeStatistics();
  exit(heapUsed + external - code_and_metadata_size - bytecode_and_metadata_size);
}

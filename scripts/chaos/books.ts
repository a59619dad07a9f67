/**
 * The oracle: every process keeps books of what it has sent to whom and of what it has received from whom, and compares each arrival with them. What a sender does is
 * numbered for each receiver, whatever the address; what may vanish (only messages to aliases may) is told from what may not. All of it is terms, so that it moves with its process.
 */
import { send, type Down, type Exit, type Pid, type Ref } from "@agner/vm";
import {
  COUNTED,
  type Birth,
  type Counts,
  type Ending,
  type Letter,
  type Ordered,
  type Peer,
  type Report,
  type SeatLetter,
  type Tick,
} from "./messages.ts";
import { isLarge, isWhole } from "./payload.ts";
import { randomOf, type Random } from "./random.ts";

/** What a process has sent to one other. */
export interface Sent {
  readonly to: Peer;
  total: number;
  hard: number;
  /** By alias, and the one used last. */
  readonly soft: Map<Ref, number>;
  used: Ref | undefined;
  /** The alias that the other has given it. */
  alias: Ref | undefined;
  /** Whether it knows that all has arrived; undefined if it has not asked. */
  acknowledged: boolean | undefined;
  readonly history: string[];
}

/** What a process has received from one other. */
interface Received {
  total: number;
  hard: number;
  readonly soft: Map<Ref, number>;
  readonly seats: Map<string, number>;
  /** The process is known to have ended: nothing of it may come any more. */
  gone: boolean;
  readonly history: string[];
}

/** A monitor that has not fired. */
export interface Watch {
  readonly target: Pid;
  readonly by: Pid | string;
  /** Its reference is the address of an answer, which ends it as well. */
  readonly question: boolean;
}

/** A link that this process has made. */
interface Bond {
  readonly to: Peer;
  /** It was taken down, and an exit signal that came before may still be in the mailbox. */
  ending: boolean;
}

export interface Books {
  readonly birth: Birth;
  readonly me: Peer;
  readonly random: Random;
  peers: Peer[];
  readonly sent: Map<Pid, Sent>;
  readonly received: Map<Pid, Received>;
  readonly monitors: Map<Ref, Watch>;
  /** Links that this process has made. Of each pair one process alone makes and unmakes them. */
  readonly links: Map<Pid, Bond>;
  /** Links that others have made, or may have: who is about to link or to unlink may end before it does. */
  readonly linkedBy: Map<Pid, "certain" | "possible">;
  readonly aliases: Map<Ref, "active" | "ending">;
  readonly timers: Map<number, Ref>;
  ticks: number;
  children: number;
  seat: string | undefined;
  readonly seats: Map<string, number>;
  core: number;
  /** Whether all that comes now came after the process began, and trapped exits if it does. */
  begun: boolean;
  counts: Counts;
  failures: number;
}

/** The books of a process that has just begun. */
export function openBooks(birth: Birth, me: Pid, core: number): Books {
  return {
    birth,
    me: { pid: me, id: birth.id, name: birth.name },
    random: randomOf(birth.seed, birth.id),
    peers: [...birth.peers],
    sent: new Map(),
    received: new Map(),
    monitors: new Map(),
    links: new Map(),
    linkedBy: new Map(birth.linkedByParent ? [[birth.parent!.pid, "certain"]] : []),
    aliases: new Map(),
    timers: new Map(),
    ticks: 0,
    children: 0,
    seat: undefined,
    seats: new Map(),
    core,
    begun: false,
    counts: { ...noCounts(), processes: 1 },
    failures: 0,
  };
}

export function noCounts(): Counts {
  return Object.fromEntries(COUNTED.map((name) => [name, 0])) as Counts;
}

/** Tells the chief what was counted since the last time. */
export function tellCounts(books: Books): void {
  tell(books, { k: "counts", counts: books.counts });
  books.counts = noCounts();
}

export function tell(books: Books, report: Report): void {
  send(books.birth.chief, report);
}

export function sentTo(books: Books, to: Peer): Sent {
  let sent = books.sent.get(to.pid);
  if (sent === undefined) {
    sent = { to, total: 0, hard: 0, soft: new Map(), used: undefined, alias: undefined, acknowledged: undefined, history: [] };
    books.sent.set(to.pid, sent);
  }
  return sent;
}

function receivedFrom(books: Books, from: Pid): Received {
  let received = books.received.get(from);
  if (received === undefined) {
    received = { total: 0, hard: 0, soft: new Map(), seats: new Map(), gone: false, history: [] };
    books.received.set(from, received);
  }
  return received;
}

/** So much is remembered of each direction of a pair. */
const REMEMBERED = 40;

export function remember(history: string[], entry: string): void {
  history.push(entry);
  if (history.length > REMEMBERED) history.shift();
}

/** So many failures of one process are told: those that follow from the first say little. */
const TOLD = 3;

/** Something that is promised was not so. */
export function fail(books: Books, text: string, other?: Pid): void {
  if (++books.failures > TOLD) return;
  const received = other === undefined ? undefined : books.received.get(other);
  const sent = other === undefined ? undefined : books.sent.get(other);
  const history = [
    ...(received?.history ?? []).map((entry) => `received ${entry}`),
    ...(sent?.history ?? []).map((entry) => `sent ${entry}`),
  ];
  tell(books, {
    k: "failure",
    text,
    process: books.me,
    other: other === undefined ? undefined : (sent?.to ?? { pid: other, id: "?", name: undefined }),
    history,
  });
}

/** A letter has come. */
export function enterLetter(books: Books, letter: Letter): void {
  const { from, total, hard, soft, used, note } = letter;
  const received = receivedFrom(books, from.pid);
  books.counts.received++;
  remember(
    received.history,
    `letter ${total}, of those that may not vanish ${hard}${soft === undefined ? "" : `, to alias ${soft.alias.toString()} ${soft.count}`}${note === undefined ? "" : ` (${note.what})`}`,
  );
  if (received.gone) fail(books, "a message came from a process after the news of its end", from.pid);
  if (!isWhole(letter.body)) fail(books, `a message arrived changed: ${letter.body.kind} of ${letter.body.size}`, from.pid);
  enterOrder(books, received, from.pid, total, hard, soft === undefined ? 1 : 0);
  if (soft !== undefined) {
    const last = received.soft.get(soft.alias) ?? 0;
    if (soft.count !== last + 1) fail(books, `message ${soft.count} to an alias came after message ${last}`, from.pid);
    received.soft.set(soft.alias, soft.count);
    if (books.monitors.get(soft.alias)?.question === true) {
      books.monitors.delete(soft.alias);
      books.counts.answers++;
    } else if (!books.aliases.has(soft.alias))
      fail(books, `a message came through the alias ${soft.alias.toString()}, which had ended`, from.pid);
  } else if (used !== undefined && books.aliases.get(used.alias) === "active") {
    const last = received.soft.get(used.alias) ?? 0;
    if (last !== used.count) fail(books, `of ${used.count} messages to an active alias ${last} have come`, from.pid);
  }
  if (isLarge(letter.body)) books.counts.largeMessages++;
}

/** `own`: whether the signal itself is one of those that may not vanish. */
function enterOrder(books: Books, received: Received, from: Pid, total: number, hard: number, own: 0 | 1): void {
  if (total <= received.total) fail(books, `signal ${total} came after signal ${received.total}: doubled or out of order`, from);
  if (hard !== received.hard + own)
    fail(
      books,
      `signal ${total} says that ${hard - own} messages came before it, and ${received.hard} have: lost or out of order`,
      from,
    );
  received.total = Math.max(total, received.total);
  received.hard = hard;
}

/** A message to a name that many want; who gets it is nobody's promise, only the order is. */
export function enterSeatLetter(books: Books, { from, seat, count }: SeatLetter): void {
  const { seats } = receivedFrom(books, from);
  const last = seats.get(seat) ?? 0;
  if (count <= last) fail(books, `message ${count} to the name ${seat} came after message ${last}`, from);
  seats.set(seat, count);
}

/** What a timer brings has come. */
export function enterTick(books: Books, { from, count, due }: Tick, now: number): void {
  books.counts.ticks++;
  if (now < due) fail(books, `a timer was ${due - now} ms early`, from);
  if (from === books.me.pid && !books.timers.delete(count)) fail(books, `timer ${count} fired twice, or after it was cancelled`);
}

/** An exit signal has come as a message. */
export function enterExit(books: Books, { from, reason }: Exit): void {
  if (isOrdered(reason) && reason.by === from && reason.to === books.me.pid) {
    const received = receivedFrom(books, from);
    remember(received.history, `exit signal ${reason.total}, messages before it ${reason.hard}`);
    if (received.gone) fail(books, "an exit signal came from a process after the news of its end", from);
    return enterOrder(books, received, from, reason.total, reason.hard, 0);
  }
  books.counts.exitsThroughLinks++;
  if (!books.links.delete(from) && !books.linkedBy.delete(from)) {
    fail(books, "an exit signal came through a link that was not there, or came twice", from);
  }
  enterEnd(books, from, reason, "exit signal through the link");
}

/** A monitor has fired. */
export function enterDown(books: Books, { ref, pid, reason }: Down): void {
  books.counts.downs++;
  const watch = books.monitors.get(ref);
  if (watch === undefined)
    return fail(
      books,
      `the monitor ${ref.toString()} fired twice, or after it was taken down`,
      typeof pid === "string" ? undefined : pid,
    );
  books.monitors.delete(ref);
  if (watch.by !== pid) fail(books, `a monitor of ${watch.by.toString()} told of ${pid.toString()}`, watch.target);
  enterEnd(books, watch.target, reason, "DOWN");
}

/** Everything that a process has sent precedes the news of its end; "noproc" is no such news, only that it could not be found. */
function enterEnd(books: Books, of: Pid, reason: unknown, what: string): void {
  if (reason === "noproc") return;
  const received = receivedFrom(books, of);
  remember(received.history, `${what}: ${isEnding(reason) ? "ending" : String(reason)}`);
  received.gone = true;
  if (!isEnding(reason) || reason.of !== of) return;
  const hard = reason.sent.find(([to]) => to === books.me.pid)?.[1] ?? 0;
  if (hard !== received.hard)
    fail(books, `a process has sent ${hard} messages before it ended, and ${received.hard} have come`, of);
}

function isOrdered(reason: unknown): reason is Ordered {
  return typeof reason === "object" && reason !== null && (reason as Ordered).k === "ordered";
}

function isEnding(reason: unknown): reason is Ending {
  return typeof reason === "object" && reason !== null && (reason as Ending).k === "ending";
}

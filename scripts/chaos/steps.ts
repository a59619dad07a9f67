/** What a process may do in a step. Each enters what it does into the books. */
import {
  alias,
  cancelTimer,
  demonitor,
  dictionary,
  exit,
  link,
  monitor,
  monotonicTime,
  processInfo,
  register,
  self,
  send,
  sendAfter,
  unalias,
  unlink,
  unregister,
  whereis,
  yieldNow,
  type Pid,
  type Ref,
} from "@agner/vm";
import { fail, remember, sentTo, type Books } from "./books.ts";
import type { Letter, Marker, Note, Ordered, Peer } from "./messages.ts";
import { makePayload } from "./payload.ts";
import { below, chance, pick } from "./random.ts";

/** A process knows so many others at once. */
const PEERS = 12;
/** Names that many want. */
const SEATS = 8;

/** Learns of another process; an older acquaintance may be forgotten. */
export function meet(books: Books, peer: Peer): void {
  if (peer.pid === books.me.pid || books.peers.some(({ pid }) => pid === peer.pid)) return;
  if (books.peers.length < PEERS) books.peers.push(peer);
  else books.peers[below(books.random, PEERS)] = peer;
}

/** Writes a letter, by pid, by name or to an alias. */
export function post(books: Books, to: Peer, note?: Note): void {
  const sent = sentTo(books, to);
  const { random } = books;
  if (note === undefined && sent.alias !== undefined && chance(random, 30)) return postTo(books, to, sent.alias, undefined);
  postTo(books, to, to.name !== undefined && chance(random, 40) ? to.name : to.pid, note);
}

/** Answers a question. */
export function answer(books: Books, to: Peer, replyTo: Ref): void {
  postTo(books, to, replyTo, undefined);
}

function postTo(books: Books, to: Peer, dest: Pid | string | Ref, note: Note | undefined): void {
  const { counts } = books;
  const sent = sentTo(books, to);
  const isName = typeof dest === "string";
  const soft = !isName && dest !== to.pid ? { alias: dest as Ref, count: (sent.soft.get(dest as Ref) ?? 0) + 1 } : undefined;
  const letter: Letter = {
    k: "letter",
    from: books.me,
    total: sent.total + 1,
    hard: soft === undefined ? sent.hard + 1 : sent.hard,
    soft,
    used: sent.used === undefined ? undefined : { alias: sent.used, count: sent.soft.get(sent.used)! },
    note,
    body: makePayload(books.random, books.birth.largest),
  };
  try {
    send(dest, letter);
  } catch (e) {
    if (!isName || codeOf(e) !== "AGNER_NOPROC") throw e;
    counts.messagesToTheDead++; // its name has gone with it
    return;
  }
  sent.total = letter.total;
  sent.hard = letter.hard;
  if (soft !== undefined) {
    sent.soft.set(soft.alias, soft.count);
    sent.used = soft.alias;
  }
  remember(
    sent.history,
    `letter ${letter.total}, of those that may not vanish ${letter.hard}, to ${dest.toString()}${note === undefined ? "" : ` (${note.what})`}`,
  );
  counts.messages++;
  if (isName) counts.messagesByName++;
  if (soft !== undefined) counts.messagesByAlias++;
}

function codeOf(e: unknown): unknown {
  return (e as { code?: unknown }).code;
}

export function writeLetters(books: Books, peer: Peer): void {
  for (let count = 1 + below(books.random, chance(books.random, 10) ? 30 : 3); count > 0; count--) post(books, peer);
}

export function introduce(books: Books, peer: Peer): void {
  const other = pick(books.random, books.peers)!;
  if (other.pid !== peer.pid) post(books, peer, { what: "introduction", peer: other });
}

export function giveAlias(books: Books, peer: Peer): void {
  const ref = alias();
  books.aliases.set(ref, "active");
  post(books, peer, { what: "alias", alias: ref });
}

export function endAlias(books: Books): void {
  const found = [...books.aliases].find(([, state]) => state === "active");
  if (found === undefined) return;
  if (!unalias(found[0])) fail(books, `the active alias ${found[0].toString()} was not found`);
  books.aliases.set(found[0], "ending");
  mark({ k: "marker", alias: found[0], unlinked: undefined });
}

/** What comes after it came after what was done before it. */
export function mark(marker: Marker): void {
  send(self(), marker);
}

export function watch(books: Books, peer: Peer): void {
  const by = peer.name !== undefined && chance(books.random, 30) ? peer.name : peer.pid;
  books.monitors.set(monitor(by), { target: peer.pid, by, question: false });
  books.counts.monitors++;
}

export function ask(books: Books, peer: Peer): void {
  const ref = monitor(peer.pid, { alias: "replyDemonitor" });
  books.monitors.set(ref, { target: peer.pid, by: peer.pid, question: true });
  books.counts.calls++;
  post(books, peer, { what: "question", replyTo: ref });
}

/** If the monitor was still there, nothing may come of it any more; otherwise what it had to bring is in the mailbox. */
export function unwatch(books: Books): void {
  const found = pick(books.random, [...books.monitors.keys()]);
  if (found === undefined) return;
  books.counts.demonitors++;
  if (demonitor(found)) books.monitors.delete(found);
  else if (chance(books.random, 50) && books.monitors.get(found)!.question === false) {
    demonitor(found, { flush: true });
    books.monitors.delete(found);
  }
}

/** Of each pair one makes the links: what comes of links and unlinks that cross is told elsewhere. */
export function join(books: Books, peer: Peer): void {
  if (books.me.id >= peer.id || books.links.has(peer.pid)) return;
  post(books, peer, { what: "linking" });
  try {
    link(peer.pid);
  } catch (e) {
    if (books.birth.trapExit || codeOf(e) !== "AGNER_NOPROC") throw e;
    return;
  }
  books.links.set(peer.pid, { to: peer, ending: false });
  books.counts.links++;
  post(books, peer, { what: "linked" });
}

export function part(books: Books): void {
  const bond = [...books.links.values()].find(({ ending }) => !ending);
  if (bond === undefined) return;
  const { to } = bond;
  post(books, to, { what: "unlinking" });
  unlink(to.pid);
  bond.ending = true;
  books.counts.unlinks++;
  mark({ k: "marker", alias: undefined, unlinked: to.pid });
  post(books, to, { what: "unlinked" });
}

export function setTimer(books: Books): void {
  const ms = below(books.random, 20);
  const count = ++books.ticks;
  const { pid, name } = books.me;
  const tick = { k: "tick", from: pid, count, due: monotonicTime() + ms };
  books.timers.set(count, sendAfter(ms, name !== undefined && chance(books.random, 30) ? name : pid, tick));
  books.counts.timers++;
}

export function endTimer(books: Books): void {
  const found = [...books.timers].at(-1);
  if (found === undefined) return;
  if (cancelTimer(found[1]) === false) return; // what it brings is in the mailbox, or on its way
  books.timers.delete(found[0]);
  books.counts.timersCancelled++;
}

export function takeSeat(books: Books): void {
  const { counts, me } = books;
  const seat = `chaos/seat/${below(books.random, SEATS)}`;
  const named = me.name ?? books.seat;
  try {
    register(seat);
  } catch (e) {
    if (codeOf(e) !== "AGNER_NAME_TAKEN") throw e;
    counts.namesRefused++;
    return;
  }
  if (named !== undefined) fail(books, `a process named ${named} was given the name ${seat} as well`);
  books.seat = seat;
  counts.namesWon++;
  checkSeat(books);
}

export function leaveSeat(books: Books): void {
  const { seat } = books;
  if (seat === undefined) return;
  checkSeat(books);
  unregister(seat);
  books.seat = undefined;
  if (whereis(seat) === self()) fail(books, `the name ${seat} was given up, and still leads to the process`);
}

export function checkSeat(books: Books): void {
  const name = books.me.name ?? books.seat;
  if (name === undefined) return;
  const found = whereis(name);
  if (found !== self()) fail(books, `the name ${name} leads to ${found?.toString() ?? "nobody"} and not to its holder`, found);
}

export function writeToSeat(books: Books): void {
  const seat = `chaos/seat/${below(books.random, SEATS)}`;
  const count = (books.seats.get(seat) ?? 0) + 1;
  try {
    send(seat, { k: "seat", from: self(), seat, count });
    books.seats.set(seat, count);
  } catch (e) {
    if (codeOf(e) !== "AGNER_NOPROC") throw e;
  }
}

export function sendExit(books: Books, peer: Peer): void {
  const sent = sentTo(books, peer);
  sent.total++;
  remember(sent.history, `exit signal ${sent.total}, messages before it ${sent.hard}`);
  books.counts.exitSignals++;
  exit(peer.pid, { k: "ordered", by: self(), to: peer.pid, total: sent.total, hard: sent.hard } satisfies Ordered);
}

export function kill(books: Books, peer: Peer): void {
  books.counts.kills++;
  exit(peer.pid, "kill");
}

export function inspect(books: Books, peer: Peer): void {
  const info = processInfo(peer.pid);
  if (info !== undefined && info.pid !== peer.pid) fail(books, "the information of another process came", peer.pid);
  if (dictionary.get("id") !== books.me.id) fail(books, "the dictionary has lost its entry");
}

export function compute(books: Books): void {
  const turns = below(books.random, 20_000);
  let sum = 0;
  for (let i = 0; i < turns; i++) sum += i;
  if (sum !== (turns * (turns - 1)) / 2) fail(books, "a computation went wrong");
}

export function descend(books: Books): void {
  const depth = 1 + below(books.random, 30);
  if (depthOf(depth) !== depth) fail(books, "a stack of calls was damaged");
}

function depthOf(depth: number): number {
  const local = { depth };
  if (depth === 0) {
    yieldNow();
    return 0;
  }
  const below = depthOf(depth - 1);
  return local.depth === depth ? below + 1 : -1;
}

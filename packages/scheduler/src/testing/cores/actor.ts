/**
 * A process of the simulated cores (cores.ts): it talks with others, makes bonds with them, bears children and ends, all at random, and its books, which are kept outside
 * every core, are compared with what arrives. Its code is written as the compiler would write it, so that it is suspended and moves.
 */
import { exitsOf, type Books, type Oracle } from "./books.ts";
import { local } from "../../local.ts";
import { S, saveCall, saveHead, resumeValue, SITES, SUSPENDED, CALL, INFO, type Frame } from "../../process/frames.ts";
import { isAlive, processInfo, type ProcessInfo } from "../../process/info.ts";
import { isLinked } from "../../process/links.ts";
import type { Pid } from "../../process/pid.ts";
import { receive, TIMEOUT } from "../../process/receive.ts";
import { isRef, type Ref } from "../../process/ref.ts";
import { ExitError, sendExit } from "../../signals/exit.ts";
import { link, unlink } from "../../signals/links.ts";
import { send } from "../../signals/message.ts";
import { demonitor, monitor } from "../../signals/monitors.ts";
import { spawnWith } from "../../spawn.ts";

/** Kept outside all cores; the driver hands it in. */
declare const oracle: Oracle;

/** What moves with an actor. */
interface State {
  readonly peers: Pid[];
  readonly refs: Ref[];
  life: number;
  /** Where it was last. */
  core: number;
}

type Message =
  | { readonly k: "number"; readonly from: Pid; readonly n: number; readonly peer: Pid | undefined; readonly ballast: string }
  | { readonly k: "stop" }
  | { readonly type: "DOWN"; readonly ref: Ref; readonly pid: Pid; readonly reason: unknown }
  | { readonly type: "EXIT"; readonly from: Pid; readonly reason: unknown };

/** What one step costs, in reductions: a core looks around after every few. */
const STEP = 700;
const MOST_PEERS = 8;

const LOOP = SITES.push(([, , state]: Frame) => live(state as State)) - 1;
const RECEIVED =
  SITES.push(([, , state]: Frame) => {
    read(state as State, resumeValue());
    return live(state as State);
  }) - 1;
const ASKED =
  SITES.push(([, , state, pid]: Frame) => {
    learn(pid as Pid, resumeValue() as ProcessInfo | undefined);
    return live(state as State);
  }) - 1;

/** What an actor runs. */
export function begin(peers: Pid[], life: number): unknown {
  const p = local.current!;
  p.trapExit = true;
  oracle.begun(p.pid.toString(), local.thread);
  return live({ peers: [...peers], refs: [], life, core: local.thread });
}
Object.assign(begin, { [CALL]: begin, [INFO]: {} });

function live(state: State): unknown {
  const me = local.current!.pid;
  for (;;) {
    if (state.core !== local.thread) oracle.note(`core ${(state.core = local.thread)}: ${me} has come`);
    const books = oracle.books(me.toString());
    if (!local.directory.isAlive(me.slot, me.serial)) oracle.fail(`${me} runs and has ended`);
    if (oracle.stopped || oracle.random(3) === 0) {
      const message = oracle.stopped ? receive() : receive(undefined, oracle.random(4));
      if ((message as unknown) === SUSPENDED) return saveCall([null, RECEIVED, state]);
      read(state, message);
    } else if (--state.life < 0) {
      throw new ExitError("done");
    } else {
      const asked = act(state, me, books);
      if (asked !== undefined) return saveCall([null, ASKED, state, asked]);
    }
    if ((S.r -= STEP) < 0) return saveHead([null, LOOP, state]);
  }
}

/** One step. Returns who was asked, if the answer has to be waited for. */
function act(state: State, me: Pid, books: Books): Pid | undefined {
  const { random } = oracle;
  const peer = state.peers[random(state.peers.length)];
  const step = random(100);
  if (peer === undefined || step < 6) bear(state, me, books);
  else if (step < 60) write(me, books, peer, random(3) === 0 ? state.peers[random(state.peers.length)] : undefined);
  else if (step < 70) {
    const ref = monitor(local.current!, peer, undefined);
    books.monitors.set(ref.toString(), peer.toString());
    state.refs.push(ref);
  } else if (step < 74) {
    const ref = state.refs.pop();
    if (ref === undefined) return undefined;
    demonitor(local.current!, ref, true);
    books.monitors.delete(ref.toString());
  } else if (step < 82) {
    // Of each pair one makes the links.
    if (me.slot < peer.slot && !isLinked(local.current!, peer)) {
      books.links.add(peer.toString());
      oracle.link(books.key, peer.toString());
      link(local.current!, peer);
    }
  } else if (step < 85) {
    if (books.links.delete(peer.toString())) unlink(local.current!, peer);
  } else if (step < 87) sendExit(me, peer, "kill", false);
  else if (step < 94) {
    const info = processInfo(peer);
    if ((info as unknown) === SUSPENDED) return peer;
    learn(peer, info);
  } else isAlive(me);
  return undefined;
}

function bear(state: State, me: Pid, books: Books): void {
  const { random } = oracle;
  if (!oracle.mayBear()) return;
  const bond = random(4);
  const args = [[me, ...state.peers.slice(0, 3)], 5 + random(30)];
  const { pid, ref } = spawnWith(
    "spawn",
    {
      link: bond === 1,
      monitor: bond === 2,
      ...(random(4) === 0 ? { scheduler: random(local.schedulers) } : {}),
    },
    begin as never,
    args,
  );
  oracle.counts.born++;
  if (bond === 1) {
    books.links.add(pid.toString());
    oracle.link(books.key, pid.toString());
  }
  if (ref !== undefined) {
    state.refs.push(ref);
    books.monitors.set(ref.toString(), pid.toString());
  }
  oracle.note(`core ${local.thread}: ${me} bears ${pid} on core ${local.directory.ownerOf(pid.slot)}`);
  meet(state, pid);
}

function meet(state: State, pid: Pid): void {
  if (state.peers.includes(pid)) return;
  const key = pid.toString();
  if (state.peers.some((peer) => peer.toString() === key)) oracle.fail(`${key} is two objects`);
  state.peers.push(pid);
  if (state.peers.length > MOST_PEERS) state.peers.shift();
}

function write(me: Pid, books: Books, to: Pid, peer: Pid | undefined): void {
  const key = to.toString();
  const n = (books.sent.get(key) ?? 0) + 1;
  books.sent.set(key, n);
  oracle.note(`core ${local.thread}: ${me} sends ${n} to ${key}, route ${local.directory.route(to.slot, to.serial)}`);
  send(to, {
    k: "number",
    from: me,
    n,
    peer,
    ballast: "x".repeat(oracle.random(8) === 0 ? oracle.random(300) : 0),
  } satisfies Message);
}

function learn(of: Pid, info: ProcessInfo | undefined): void {
  if (info === undefined) {
    if (local.directory.isAlive(of.slot, of.serial)) oracle.fail(`nothing is known of ${of}, which lives`);
  } else if (info.pid !== of) oracle.fail(`the information of another process came: of ${info.pid}, not of ${of}`);
}

function read(state: State, received: unknown): void {
  if (received === TIMEOUT) return;
  const me = local.current!.pid;
  const message = received as Message;
  const books = oracle.books(me.toString());
  if ("k" in message) {
    if (message.k === "stop") return;
    const from = message.from.toString();
    oracle.received(books, from, message.n);
    meet(state, message.from);
    if (message.peer !== undefined) meet(state, message.peer);
  } else if (message.type === "DOWN") {
    if (!isRef(message.ref)) oracle.fail("a DOWN without a reference");
    oracle.down(books, message.ref.toString(), message.pid.toString(), exitsOf(message.reason));
  } else
    oracle.exit(
      books,
      message.from.toString(),
      exitsOf(message.reason),
      local.directory.isAlive(message.from.slot, message.from.serial),
    );
}

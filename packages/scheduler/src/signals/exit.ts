/**
 * How processes end: exit signals, and what an ended process owes to others. A process is gone at once; whoever has asked to know of it hears that from a queue,
 * never recursively, for a chain of links may be long, and a bounded number at a time, for a process may have any number of links.
 */
import { AgnerError } from "../errors.ts";
import { local } from "../local.ts";
import { doom, endDoom, S } from "../process/frames.ts";
import { removeLink } from "../process/links.ts";
import { forgetPid, Pid } from "../process/pid.ts";
import { EXITING, EXTERNAL, RUNNING, WAITING, type Process } from "../process/process.ts";
import { copyTerm } from "../terms/copy.ts";
import { toErrorTerm } from "../terms/error-term.ts";
import { deliver } from "./message.ts";
import { endNextBond } from "./monitors.ts";
import { toProcess } from "./held.ts";
import { begin, end, exitsSent, exported, here, onSignal, readPid, receiveFor, writePid } from "./remote.ts";
import * as wire from "./wire.ts";

/** Thrown by `exit(reason)`: ends the process unless it is caught. */
export class ExitError extends AgnerError {
  declare readonly reason: unknown;
  constructor(reason: unknown) {
    super("AGNER_EXIT", `the process exits with reason ${describeReason(reason)}`);
    this.reason = reason;
  }
  static override is(e: unknown): e is ExitError {
    return e instanceof Error && (e as { code?: unknown }).code === "AGNER_EXIT";
  }
}
Object.defineProperty(ExitError.prototype, "name", { value: "ExitError", writable: true, configurable: true });

function describeReason(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
  try {
    return JSON.stringify(reason) ?? String(reason);
  } catch {
    return Object.prototype.toString.call(reason);
  }
}

/** What a trapping process receives for an exit signal. */
export interface Exit {
  readonly type: "EXIT";
  readonly from: Pid;
  readonly reason: unknown;
}

/** Told of every process that ends by an uncaught error, before it is gone. */
export type CrashHook = (p: Process, reason: unknown) => void;
let onCrash: CrashHook = () => {};
export function setCrashHook(hook: CrashHook): void {
  onCrash = hook;
}

interface Ending {
  readonly process: Process;
  readonly reason: unknown;
}

/** Ends `p` with `reason`. The running process ends when its slice does. */
export function terminate(p: Process, reason: unknown): void {
  if (p.status === EXITING) return;
  // One that waits already has its frames saved at this moment: they are needed until that is done.
  if (p === local.current && (p.status === RUNNING || p.status === WAITING)) {
    p.status = EXITING;
    doomed = { process: p, reason };
    return doom();
  }
  p.status = EXITING;
  bury(p, reason);
}

let doomed: Ending | undefined;

/** Ends the process whose slice has just ended and which was doomed meanwhile. */
export function terminateDoomed(): void {
  const { process, reason } = doomed!;
  doomed = undefined;
  endDoom();
  bury(process, reason);
}

/** The entry function of `p` has returned, or thrown. */
export function ended(p: Process): void {
  if (p.threw === 0) {
    const target = p.rare?.resultTo;
    if (target !== undefined) sendResult(p, target.pid, { ref: target.ref, value: p.value });
    terminate(p, "normal");
    return;
  }
  const thrown = p.value;
  if (ExitError.is(thrown)) return terminate(p, asTerm(thrown.reason));
  const reason = thrown instanceof Error ? toErrorTerm(thrown) : nocatch(thrown);
  onCrash(p, reason);
  terminate(p, reason);
}

function sendResult(p: Process, to: Pid, result: { ref: unknown; value: unknown }): void {
  try {
    sendTo(to, result);
  } catch (e) {
    p.threw = 1;
    sendTo(to, { ref: result.ref, error: toErrorTerm(e as Error) });
  }
}

function nocatch(thrown: unknown): unknown {
  return { nocatch: asTerm(thrown) };
}

/** A copy, or why there can be none. */
function asTerm(value: unknown): unknown {
  try {
    return copyTerm(value);
  } catch (e) {
    return toErrorTerm(e as Error);
  }
}

let sendTo: (pid: Pid, message: unknown) => void = () => {};
/** Breaks the circle between sending and ending; set once. */
export function setSendTo(send: (pid: Pid, message: unknown) => void): void {
  sendTo = send;
}

/** Takes `p` out of every table; those who have asked to know are told afterwards. The name is free before anybody hears of the death. */
function bury(p: Process, reason: unknown): void {
  const pid = p.pid;
  const rare = p.rare;
  if (rare?.name !== undefined) local.names.unregister(rare.name, pid.slot, pid.serial);
  Pid.bind(pid, undefined);
  if (local.directory.release(pid.slot, pid.serial)) Pid.publish(pid);
  else forgetPid(pid);
  local.counters.processes--;
  if (p.wait?.timer !== undefined) local.timers.cancel(p.wait.timer);
  p.wait = null;
  p.frames = null;
  p.value = undefined;
  p.args = null;
  p.mailbox = null;
  if (rare === null && p.links === null) return;
  farewells.push({ process: p, reason, links: undefined, said: 0, cost: 1 });
  if (!telling) tell();
}

/** What an ended process still owes: its links, then its monitors and watchers. */
interface Farewell extends Ending {
  /** Of more than one link those that are left; undefined before the first was told. */
  links: Iterator<Pid> | undefined;
  /** How many have been told, and what each of them costs. */
  said: number;
  cost: number;
}

const farewells: Farewell[] = [];
/** The first that has not been said, or not all of it. */
let nextFarewell = 0;
let telling = false;
/** So many are told of ends between two looks of the scheduler: at most a millisecond or so. */
const FAREWELLS_AT_ONCE = 1_000;
/** A farewell takes about as long as so many reductions, as a power of two. */
const FAREWELL_SHIFT = 2;
/** From so many on what a reason costs is measured, by a copy of it. */
const MANY = 16;
let allowance = FAREWELLS_AT_ONCE;
let told = 0;

/** Goes on to tell of ends, at most `count` receivers from now until this is called again. Called at each look of the scheduler. */
export function continueFarewells(count: number = FAREWELLS_AT_ONCE): void {
  allowance = count;
  if (farewells.length > 0) tell();
}

/** Whether somebody has not been told yet of an end. */
export function owesFarewells(): boolean {
  return farewells.length > 0;
}

function tell(): void {
  telling = true;
  told = 0;
  // The list may grow while it is walked.
  while (nextFarewell < farewells.length && allowance > 0) if (tellOf(farewells[nextFarewell]!)) nextFarewell++;
  telling = false;
  if (local.current !== null) S.r -= told;
  if (nextFarewell === farewells.length) {
    farewells.length = 0;
    nextFarewell = 0;
  } else if (!local.inTurn) local.requestTurn();
}

/** Returns whether all have been told. */
function tellOf(farewell: Farewell): boolean {
  const { process, reason } = farewell;
  const { rare, links } = process; // it keeps both until then
  if (links instanceof Pid) {
    process.links = null;
    sendExit(process.pid, links, reason, true);
    if (!mayTellMore(farewell)) return false;
  } else if (links !== null) {
    const left = (farewell.links ??= links.values());
    for (let next = left.next(); next.done !== true; next = left.next()) {
      sendExit(process.pid, next.value, reason, true);
      if (!mayTellMore(farewell)) return false;
    }
    process.links = null;
  }
  if (rare === null) return true;
  while (endNextBond(rare, reason)) if (!mayTellMore(farewell)) return false;
  process.rare = null;
  return true;
}

/** One more has been told. Where they are many, a reason that takes long to copy counts as much as it takes. */
function mayTellMore(farewell: Farewell): boolean {
  told++;
  if (++farewell.said === MANY) farewell.cost = costOf(farewell.reason);
  allowance -= farewell.cost;
  return allowance > 0;
}

/** What it costs to tell one more a reason, in farewells. */
function costOf(reason: unknown): number {
  const before = S.r;
  copyTerm(reason);
  const cost = 1 + ((before - S.r) >> FAREWELL_SHIFT);
  S.r = before;
  return cost;
}

/** Sends an exit signal, through a link or by `exit(pid, reason)`. */
export function sendExit(from: Pid, to: Pid, reason: unknown, linked: boolean): void {
  const p = here(to);
  if (p !== undefined) receiveExit(p, from, copyTerm(reason), linked);
  else toProcess(to, reason, (thread, term) => sendExitTo(thread, from, to, term, linked));
}

function sendExitTo(thread: number, from: Pid, to: Pid, reason: unknown, linked: boolean): void {
  const writer = begin(thread, wire.EXIT);
  writePid(writer, from);
  writePid(writer, to);
  writer.u8(linked ? 1 : 0);
  writer.term(reason);
  end(thread);
  exitsSent[thread] = true;
}

/** Breaks the link of `p` with a process that has ended without a signal. One that has ended itself may be telling of that, link by link. */
export function breakLink(p: Process, other: Pid, reason: unknown): void {
  if (!isEnding(p)) receiveExit(p, other, reason, true);
}

function receiveExit(p: Process, from: Pid, reason: unknown, linked: boolean): void {
  if (linked && !removeLink(p, from)) return; // unlinked meanwhile
  if (!linked && reason === "kill") {
    if (p.status === EXTERNAL) deliver(p, { type: "EXIT", from, reason: "killed" });
    else terminate(p, "killed");
  } else if (p.trapExit) deliver(p, { type: "EXIT", from, reason });
  else if (reason !== "normal" || (from === p.pid && !linked)) terminate(p, reason);
  else if (!p.started && p.mailbox !== null) exported(p); // so that it stays until it has started: its messages would follow it to a thief, and come after this signal
}

onSignal(wire.EXIT, (reader) => {
  const from = readPid(reader);
  const to = readPid(reader);
  const linked = reader.u8() === 1;
  const reason = reader.term();
  receiveFor(
    to,
    (p) => receiveExit(p, from, reason, linked),
    (thread) => sendExitTo(thread, from, to, reason, linked),
    () => {},
  );
});

/** Whether `p` can still do anything. */
export function isEnding(p: Process): boolean {
  return p.status === EXITING;
}

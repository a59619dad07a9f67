/**
 * What is known of a process. Asked from another core, the question is a signal: it is answered after everything that was sent before it.
 */
import { inspect } from "node:util";
import { local } from "../local.ts";
import { isHolding } from "../signals/held.ts";
import { exitsSent, here, isDrained, threadOf } from "../signals/remote.ts";
import { askProcess, onRequest } from "../signals/requests.ts";
import { explainPinned } from "../state/process-state.ts";
import { copyTerm } from "../terms/copy.ts";
import { S, type Frame } from "./frames.ts";
import { suspendableProcess } from "./boundary.ts";
import type { Pid } from "./pid.ts";
import { linksOf } from "./links.ts";
import { itemsOf } from "./ring.ts";
import { ancestorsOf, PRIORITIES, STATUS_NAMES, type MaxMailbox, type Priority, type Process } from "./process.ts";

/** A snapshot of a process. */
export interface ProcessInfo {
  readonly pid: Pid;
  readonly registeredName: string | undefined;
  /** The function that it first ran, as `name (file:line:column)`. */
  readonly initialCall: string;
  /** Where it is suspended, or what it runs; `initialCall` before it has started. */
  readonly currentFunction: string;
  readonly status: "runnable" | "running" | "waiting" | "exiting";
  /** What it waits for, if it waits. */
  readonly waitingFor: string | undefined;
  readonly mailboxLength: number;
  readonly links: readonly Pid[];
  /** Processes (or names) that it watches. */
  readonly monitors: readonly (Pid | string)[];
  readonly monitoredBy: readonly Pid[];
  readonly trapExit: boolean;
  readonly priority: Priority;
  readonly reductions: number;
  /** Index of the core on which it lives. */
  readonly scheduler: number;
  /** An estimate in bytes of what the VM keeps for it: object, frames, mailbox; not what its variables point to. */
  readonly memory: number;
  readonly dictionary: readonly (readonly [key: unknown, value: unknown])[];
  /** Who spawned it, nearest first. */
  readonly ancestors: readonly Pid[];
  readonly maxMailbox: MaxMailbox | undefined;
  /** Messages that this bound has dropped. */
  readonly dropped: number;
  /**
   * Why it cannot move to another core: what bound it for good, or which of the values that it holds where it is suspended cannot leave this one.
   * Undefined if it can move, if it holds too much to tell, and, of the process that asks about itself, if nothing binds it for good.
   */
  readonly pinned: string | undefined;
}

let describe: (site: number) => string | undefined = () => undefined;
let describeEntry: (fn: unknown) => string | undefined = () => undefined;

/** How sites and functions are named, for people; set by whoever loads modules. */
export function setDescriptions(site: (site: number) => string | undefined, entry: (fn: unknown) => string | undefined): void {
  describe = site;
  describeEntry = entry;
}

/** The function and place of a site, for people. */
export function siteName(site: number): string | undefined {
  return describe(site);
}

/** The function that `p` first ran. */
export function initialCallOf(p: Process): string {
  const entry = p.entry as { name?: string } | null;
  const told = p.rare?.initialCall;
  if (told !== undefined) return told;
  return (entry === null ? undefined : (describeEntry(entry) ?? entry.name)) || "an anonymous function";
}

/** Where `p` is, for people. */
export function currentFunctionOf(p: Process): string {
  return (p.frames === null ? undefined : describe(p.frames[1])) ?? initialCallOf(p);
}

/** See the public `processInfo`. */
export function processInfo(pid: Pid): ProcessInfo | undefined {
  const p = here(pid);
  if (p !== undefined) return infoOf(p);
  if (threadOf(pid) < 0) return undefined;
  return askProcess(suspendableProcess("processInfo"), pid, "processInfo", undefined);
}

/** See the public `isAlive`. Parks only if an exit signal of this core may still be on its way to the other one. */
export function isAlive(pid: Pid): boolean {
  if (here(pid) !== undefined) return here(pid)!.status !== 3;
  const thread = threadOf(pid);
  if (thread < 0) return false;
  if ((exitsSent[thread] !== true && !isHolding()) || local.current === null || S.nat !== 0) return true;
  if (!isHolding() && isDrained(thread)) {
    exitsSent[thread] = false;
    return threadOf(pid) >= 0;
  }
  return askProcess(local.current, pid, "isAlive", undefined);
}

onRequest("processInfo", (p) => (p === undefined ? undefined : infoOf(p)));
onRequest("isAlive", (p) => p !== undefined);

/** Links, monitors, watchers and entries of the dictionary that are listed for one reduction, as a power of two. */
const LISTED_SHIFT = 2;

function infoOf(p: Process): ProcessInfo {
  const info = snapshotOf(p);
  const { links, monitors, monitoredBy, dictionary } = info;
  S.r -= (links.length + monitors.length + monitoredBy.length + dictionary.length) >> LISTED_SHIFT;
  return info;
}

function snapshotOf(p: Process): ProcessInfo {
  const { rare, mailbox } = p;
  return {
    pid: p.pid,
    registeredName: rare?.name,
    initialCall: initialCallOf(p),
    currentFunction: currentFunctionOf(p),
    status: STATUS_NAMES[p.status]!,
    waitingFor: p.wait?.what,
    mailboxLength: mailbox?.length ?? 0,
    links: linksOf(p),
    monitors: itemsOf(rare?.bonds).flatMap(({ name, target }) => (target === undefined ? [] : [name ?? target])),
    monitoredBy: itemsOf(rare?.watchers).map((watcher) => watcher.pid),
    trapExit: p.trapExit,
    priority: PRIORITIES[p.priority]!,
    reductions: p.reductions,
    scheduler: local.thread,
    memory: memoryOf(p),
    dictionary: [...(rare?.dictionary ?? [])].map(([key, value]) => [shown(key), shown(value)] as const),
    ancestors: ancestorsOf(p),
    maxMailbox: rare?.maxMailbox,
    dropped: rare?.dropped ?? 0,
    pinned: p === local.current ? rare?.pinned : explainPinned(p),
  };
}

/** A copy. A process may keep in its dictionary what is no term, such as a socket, and must still be looked at: that is shown as text. */
function shown(value: unknown): unknown {
  try {
    return copyTerm(value);
  } catch {
    return textOf(value);
  }
}

function textOf(value: unknown): string {
  try {
    return inspect(value, { depth: 1, maxArrayLength: 10, maxStringLength: 100, breakLength: Infinity });
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Bytes of the objects themselves on a 64-bit V8 without pointer compression. */
const PROCESS_BYTES = 176;
const RARE_BYTES = 128;
const FRAME_BYTES = 48;
const WORD_BYTES = 8;

function memoryOf(p: Process): number {
  let bytes = PROCESS_BYTES + (p.rare === null ? 0 : RARE_BYTES) + (p.mailbox?.length ?? 0) * WORD_BYTES;
  for (let frame: Frame | null = p.frames; frame !== null; frame = frame[0]) bytes += FRAME_BYTES + frame.length * WORD_BYTES;
  return bytes;
}

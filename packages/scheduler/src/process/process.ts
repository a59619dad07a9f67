/**
 * A process: one small object, and a second one for everything that most processes never have.
 */
import type { Bound } from "./bound.ts";
import type { Frame, Runnable } from "./frames.ts";
import type { Links } from "./links.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Pid } from "./pid.ts";
import type { Ref } from "./ref.ts";
import type { Link } from "./ring.ts";
import type { Screen } from "./screening.ts";
import type { Timer } from "../timers.ts";

/** In the run queue, or about to be. */
export const RUNNABLE = 0;
/** The one that runs now. */
export const RUNNING = 1;
/** Parked; `wait` says for what. */
export const WAITING = 2;
/** Ended, or doomed to end when its slice does. */
export const EXITING = 3;
/** Not started, and offered to the other cores on the board. */
export const PUBLISHED = 4;
/** Not a process but an inbox of ordinary Node code: messages go to its `Rare.onMessage`. */
export const EXTERNAL = 5;

export const STATUS_NAMES = ["runnable", "running", "waiting", "exiting", "runnable", "waiting"] as const;

export type Priority = "low" | "normal" | "high" | "max";
export const PRIORITIES: readonly Priority[] = ["low", "normal", "high", "max"];
export const NORMAL = 1;

/** Why a process waits. One object a wait: what would wake it compares identities, so that a late wake-up finds nobody. */
export class Wait {
  /** For `processInfo` and reports. */
  readonly what: "receive" | "sleep" | "wait" | "dirty" | "reply" | "halt";
  /** Of a receive: which message. Without it and `ref`, any. */
  readonly matches: ((message: unknown) => boolean) | undefined;
  /** Of a receive: the reference that the message must carry. */
  readonly ref: Ref | undefined;
  /** Of a receive: the screen of its predicate. */
  readonly screen: Screen | undefined;
  /** Of a receive that does not take any: how many messages, from the oldest, were already tried. */
  scanned: number;
  timer: Timer | undefined = undefined;
  /** Of a receive whose time is over: how many messages were there by then. Those are tried before it ends. */
  last: number | undefined = undefined;

  constructor(what: Wait["what"], matches?: Wait["matches"], ref?: Ref, screen?: Screen, scanned = 0) {
    this.what = what;
    this.matches = matches;
    this.ref = ref;
    this.screen = screen;
    this.scanned = scanned;
  }
}

/** The commonest wait, `receive()`, needs no state and is shared by all. */
export const ANY_MESSAGE: Wait = new Wait("receive");

/** A message was handed to a process that waited for it; it is in `value`. */
export const HANDED: Wait = new Wait("receive");

/** Whoever spawned a process, and that one's parent. Siblings share one node. */
export interface Lineage {
  readonly pid: Pid;
  readonly up: Lineage | null;
  readonly depth: number;
}

/** What ends an alias of a monitor: only `unalias`; the end of its monitor too; or also the first message that is sent to it, which ends the monitor as well. */
export type AliasMode = "explicitUnalias" | "demonitor" | "replyDemonitor";

/** What a process has under one of its references: a monitor, an alias, or both. */
export interface Bond extends Link<Bond> {
  readonly owner: Process;
  readonly ref: Ref;
  /** Of a monitor: whom it watches. */
  target: Pid | undefined;
  /** The name by which the target was watched. */
  readonly name: string | undefined;
  /** Of an alias: what ends it. Without a monitor that may be its first message. */
  alias: AliasMode | "reply" | undefined;
}

/** A monitor as the watched process knows it. */
export interface Watcher extends Link<Watcher> {
  /** The watched process. */
  readonly owner: Process;
  readonly ref: Ref;
  readonly pid: Pid;
  readonly name: string | undefined;
}

/** Where the return value of a process goes, for callers outside the VM. */
export interface ResultTarget {
  readonly pid: Pid;
  readonly ref: Ref;
}

/** An unlink on its way to another core. */
export interface Unlinking {
  readonly id: number;
  /** Whether the process has linked with the other again since. */
  relinked: boolean;
}

/** What few processes have; allocated on first use. */
export class Rare {
  /** Unlinks that the other side has not acknowledged, by pid. */
  unlinking: Map<Pid, Unlinking> | undefined = undefined;
  /** The first of its monitors and aliases. */
  bonds: Bond | undefined = undefined;
  /** The first of those who watch it. */
  watchers: Watcher | undefined = undefined;
  dictionary: Map<unknown, unknown> | undefined = undefined;
  name: string | undefined = undefined;
  /** Children point here: one node for all of them. */
  family: Lineage | undefined = undefined;
  resultTo: ResultTarget | undefined = undefined;
  /** Why it cannot move to another core, if so. */
  pinned: string | undefined = undefined;
  onMessage: ((message: unknown) => void) | undefined = undefined;
  /** What it first ran, for people, where its function is on another core. */
  initialCall: string | undefined = undefined;
  /** Until when it does not leave this core, in milliseconds of `performance.now()`. */
  staysUntil = 0;
  maxMailbox: MaxMailbox | undefined = undefined;
  /** What `maxMailbox` means for its mailbox; undefined if that may grow. */
  bound: Bound | undefined = undefined;
  /** Messages that its bound has dropped. */
  dropped = 0;
}

/** What happens to a message for a full mailbox: see the public `spawnOpt`. */
export type MailboxPolicy = "error" | "dropNewest" | "dropOldest" | "kill";

/** A mailbox bound as the process set it: a number stands for the policy `"error"`. */
export type MaxMailbox = number | { readonly limit: number; readonly policy: MailboxPolicy };

/** An entry function: what a process runs first. */
export type Entry = (...args: never[]) => unknown;

export const NO_ARGS: readonly unknown[] = Object.freeze([]);

export class Process implements Runnable {
  readonly pid: Pid;
  status = RUNNABLE;
  priority = NORMAL;
  trapExit = false;
  /** Its pid was encoded for another core: from then on anybody may send to it, and it cannot be stolen before it starts. */
  exported = false;
  /** Whether it has run at all; what has not can still be stolen. */
  started = false;
  /** Whether it has used up its last slice with next to no signals: it computes, and another core might as well do that. */
  computes = false;
  /** How often its slices were halved because they took long: see pace.ts. */
  halvings = 0;
  threw: 0 | 1 = 0;
  /** The threads to which signals of it may be on their way: see {@link sentBit}. */
  sentTo = 0;
  reductions = 0;
  frames: Frame | null = null;
  value: unknown = undefined;
  /** What it runs first; kept afterwards as its initial call. */
  entry: Entry | null;
  /** Arguments before the start, null afterwards. */
  args: readonly unknown[] | null;
  mailbox: Mailbox | null = null;
  wait: Wait | null = null;
  lineage: Lineage | null;
  links: Links = null;
  rare: Rare | null = null;

  constructor(pid: Pid, entry: Entry | null, args: readonly unknown[] | null, lineage: Lineage | null) {
    this.pid = pid;
    this.entry = entry;
    this.args = args;
    this.lineage = lineage;
  }
}

/** The bit of a thread in `Process.sentTo`. Of more than 30 threads some share one. */
export function sentBit(thread: number): number {
  return 1 << (thread % 30);
}

/** The bit in `Process.sentTo` for signals that wait here until it is known where their receiver is. */
export const HELD_SIGNALS = 1 << 30;

export function rareOf(p: Process): Rare {
  return (p.rare ??= new Rare());
}

/** Longest line of ancestors that is kept; a chain of processes that each spawn the next must not grow for ever. */
const MAX_LINEAGE = 16;

/** The lineage node that the children of `p` share. */
export function familyOf(p: Process): Lineage {
  const rare = rareOf(p);
  if (rare.family !== undefined) return rare.family;
  let up = p.lineage;
  if (up !== null && up.depth >= MAX_LINEAGE) up = { pid: up.pid, up: null, depth: 1 };
  return (rare.family = { pid: p.pid, up, depth: (up?.depth ?? 0) + 1 });
}

export function ancestorsOf(p: Process): Pid[] {
  const pids: Pid[] = [];
  for (let node = p.lineage; node !== null; node = node.up) pids.push(node.pid);
  return pids;
}

/** The line of which {@link ancestorsOf} tells. */
export function lineageFrom(ancestors: readonly Pid[]): Lineage | null {
  let lineage: Lineage | null = null;
  for (let i = ancestors.length - 1; i >= 0; i--) lineage = { pid: ancestors[i]!, up: lineage, depth: ancestors.length - i };
  return lineage;
}

/** Marks `p` as bound to this core; the first reason stays. */
export function pin(p: Process, reason: string): void {
  const rare = rareOf(p);
  rare.pinned ??= reason;
}

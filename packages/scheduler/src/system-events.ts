/**
 * System events: what the machine has to tell of itself. Any thread raises one with {@link raise}; it reaches every subscriber, on whichever
 * core, as a message that no mailbox bound refuses. Processes subscribe by the public `systemMonitor`, the main thread by an inbox.
 */
import { local } from "./local.ts";
import { Threshold } from "./memory/subscribers.ts";
import { internPid, type Pid } from "./process/pid.ts";
import type { MailboxPolicy } from "./process/process.ts";
import { toProcess } from "./signals/held.ts";
import { deliver } from "./signals/message.ts";
import { afterSignal, begin, end, here, onSignal, readPid, receiveFor, writePid } from "./signals/remote.ts";
import * as wire from "./signals/wire.ts";

/** A core was busy with one thing for too long: nothing else ran there meanwhile. */
export interface LongSchedule {
  readonly event: "longSchedule";
  readonly scheduler: number;
  /** The process whose slice it was; undefined where none ran. */
  readonly pid: Pid | undefined;
  readonly registeredName: string | undefined;
  /** The function that the process first ran, as `name (file:line:column)`; undefined where it is not known while the slice goes on. */
  readonly initialCall: string | undefined;
  /** Where the slice began, as `name (file:line:column)`; where no process ran, what the core was doing. */
  readonly function: string;
  /** How long it has taken, in milliseconds: up to now, or if it `ended` altogether. */
  readonly durationMs: number;
  readonly ended: boolean;
  /** How much of that was garbage collection, in milliseconds; undefined while it goes on. */
  readonly gcMs: number | undefined;
}

/** A mailbox is long: it has reached a threshold, has doubled since, or has reached it again after it had shrunk to less than half of it. */
export interface LongMailbox {
  readonly event: "longMailbox";
  readonly scheduler: number;
  readonly pid: Pid;
  readonly registeredName: string | undefined;
  /** Messages in it. */
  readonly length: number;
  /** How long its oldest message has been there at least, in milliseconds, seen when the mailbox grew or by a look once a second; undefined where that is not known. */
  readonly ageMs: number | undefined;
}

/** A bounded mailbox has dropped a message: the first of a burst, which is over when the mailbox was less than half full. */
export interface MailboxDropped {
  readonly event: "mailboxDropped";
  readonly scheduler: number;
  readonly pid: Pid;
  readonly registeredName: string | undefined;
  /** `"error"`: there was nobody to whom an error could be thrown, as for a timer. `"kill"`: the process has ended. */
  readonly policy: MailboxPolicy;
  /** Messages that it has dropped since the process began. */
  readonly dropped: number;
}

/** A scheduler thread has ended, and with it every process that lived there. */
export interface SchedulerLost {
  readonly event: "schedulerLost";
  readonly scheduler: number;
  /** What kind of end it was: its heap reached its limit; an error that no process caught; it was replaced, as by the watchdog; or it ended by itself. */
  readonly kind: "outOfMemory" | "error" | "replaced" | "exit";
  /** Why, for people. */
  readonly cause: string;
  /** The error that no process caught. */
  readonly error: Error | undefined;
  /** How many processes were lost. */
  readonly processes: number;
  /** The first of them, those with names before the others. */
  readonly first: readonly LostProcessInfo[];
  /** The process that was running then, if one was. */
  readonly running: LostProcessInfo | undefined;
}

/** What is known elsewhere of a process that was lost. */
export interface LostProcessInfo {
  readonly pid: Pid;
  readonly registeredName: string | undefined;
  /** The name of the function that it first ran; known of processes that Node code has started. */
  readonly initialCall: string | undefined;
}

/** The heap of a scheduler thread has grown beyond a threshold. */
export interface LargeHeap {
  readonly event: "largeHeap";
  readonly scheduler: number;
  /** Bytes in use. */
  readonly bytes: number;
  /** Bytes at which V8 gives up and the thread is lost. */
  readonly limit: number;
  /** Whether it is close to that: who is told of large heaps at all is told of this, whatever the threshold. */
  readonly nearLimit: boolean;
}

/** What is raised. */
export type SystemEvent = LongSchedule | LongMailbox | MailboxDropped | SchedulerLost | LargeHeap;

/** What a subscriber receives. */
export type SystemMessage = SystemEvent & {
  readonly type: "SYSTEM";
  /** How many events of this kind the same core has kept to itself since the one before, because there were too many. */
  readonly missed: number;
};

/** What a subscriber wants to be told. */
export interface SystemMonitorSettings {
  /** A core that is busy with one thing for so many milliseconds. */
  readonly longSchedule?: number;
  /** A mailbox with so many messages. */
  readonly longMailbox?: number;
  /** So many bytes in use on the heap of one core; `true`: only a heap that is close to its limit. */
  readonly largeHeap?: number | true;
  /** The loss of a core. */
  readonly schedulerLost?: boolean;
  /** Messages that a bounded mailbox drops. */
  readonly mailboxDropped?: boolean;
}

/** Events of one kind that one thread tells at once. A guess: more than anybody reads. */
const BURST = 32;
/** After that, one in so many milliseconds. */
const REFILL_MS = 100;

/** What is left to be told of each kind: a token bucket, so that a storm of events does not become one of messages. */
interface Allowance {
  left: number;
  at: number;
  missed: number;
}
const allowances = new Map<SystemEvent["event"], Allowance>();

/**
 * Tells every subscriber whose threshold it reaches of an event; with `above`, only those whose threshold lies above that: who were told before are
 * not told again. On any thread of the VM, at any time; throws nothing. Cold.
 */
export function raise(event: SystemEvent, above: number = -Infinity): void {
  const [kind, size] = measure(event);
  if (!(size >= local.subscribers.lowest[kind]!)) return;
  const receivers = local.subscribers.interestedIn(kind, size, above);
  if (receivers.length === 0) return;
  const missed = allow(event.event);
  if (missed < 0) return;
  const message: SystemMessage = { type: "SYSTEM", ...event, missed };
  afterSignal(() => {
    for (const { slot, serial } of receivers) tell(internPid(slot, serial), message);
  });
}

/** By what an event is measured against thresholds. */
function measure(event: SystemEvent): [kind: number, size: number] {
  switch (event.event) {
    case "longSchedule":
      return [Threshold.LONG_SCHEDULE, event.durationMs];
    case "longMailbox":
      return [Threshold.LONG_MAILBOX, event.length];
    case "largeHeap":
      return [Threshold.LARGE_HEAP, event.nearLimit ? Number.MAX_VALUE : event.bytes];
    case "schedulerLost":
      return [Threshold.SCHEDULER_LOST, 0];
    case "mailboxDropped":
      return [Threshold.MAILBOX_DROPPED, 0];
  }
}

/** How many events of this kind were kept back before this one; -1 if this one is, too. */
function allow(kind: SystemEvent["event"]): number {
  const now = performance.now();
  let allowance = allowances.get(kind);
  if (allowance === undefined) allowances.set(kind, (allowance = { left: BURST, at: now, missed: 0 }));
  const refilled = Math.floor((now - allowance.at) / REFILL_MS);
  if (refilled > 0) {
    allowance.left = Math.min(BURST, allowance.left + refilled);
    allowance.at += refilled * REFILL_MS;
  }
  if (allowance.left === 0) {
    allowance.missed++;
    return -1;
  }
  allowance.left--;
  const { missed } = allowance;
  allowance.missed = 0;
  return missed;
}

function tell(to: Pid, message: SystemMessage): void {
  const p = here(to);
  if (p !== undefined) deliver(p, { ...message });
  else toProcess(to, message, (thread, copy) => tellOn(thread, to, copy as SystemMessage));
}

function tellOn(thread: number, to: Pid, message: SystemMessage): void {
  const writer = begin(thread, wire.SYSTEM_EVENT);
  writePid(writer, to);
  writer.term(message);
  end(thread);
}

onSignal(wire.SYSTEM_EVENT, (reader) => {
  const to = readPid(reader);
  const message = reader.term() as SystemMessage;
  receiveFor(
    to,
    (p) => deliver(p, message),
    (thread) => tellOn(thread, to, message),
    () => {},
  );
});

/** Subscribes a process of this thread, or an inbox; undefined ends that. Returns what it was told before. */
export function subscribe(pid: Pid, settings: SystemMonitorSettings | undefined): SystemMonitorSettings | undefined {
  const old = local.subscribers.set(pid.slot, pid.serial, settings === undefined ? undefined : thresholdsOf(settings));
  return old === undefined ? undefined : settingsOf(old);
}

function thresholdsOf(settings: SystemMonitorSettings): number[] {
  const least: number[] = [];
  least[Threshold.LONG_SCHEDULE] = settings.longSchedule ?? Infinity;
  least[Threshold.LONG_MAILBOX] = settings.longMailbox ?? Infinity;
  least[Threshold.LARGE_HEAP] = settings.largeHeap === true ? Number.MAX_VALUE : (settings.largeHeap ?? Infinity);
  least[Threshold.SCHEDULER_LOST] = settings.schedulerLost === true ? 0 : Infinity;
  least[Threshold.MAILBOX_DROPPED] = settings.mailboxDropped === true ? 0 : Infinity;
  return least;
}

function settingsOf(least: readonly number[]): SystemMonitorSettings {
  const [longSchedule, longMailbox, largeHeap, schedulerLost, mailboxDropped] = least as [number, number, number, number, number];
  return {
    ...(longSchedule === Infinity ? {} : { longSchedule }),
    ...(longMailbox === Infinity ? {} : { longMailbox }),
    ...(largeHeap === Infinity ? {} : { largeHeap: largeHeap === Number.MAX_VALUE ? true : largeHeap }),
    ...(schedulerLost === Infinity ? {} : { schedulerLost: true }),
    ...(mailboxDropped === Infinity ? {} : { mailboxDropped: true }),
  };
}

/** Of all subscribers the lowest threshold of a kind; Infinity if nobody wants to know. */
export function lowestThreshold(kind: "longSchedule" | "longMailbox" | "largeHeap"): number {
  return local.subscribers.lowest[KINDS[kind]]!;
}

const KINDS = {
  longSchedule: Threshold.LONG_SCHEDULE,
  longMailbox: Threshold.LONG_MAILBOX,
  largeHeap: Threshold.LARGE_HEAP,
} as const;

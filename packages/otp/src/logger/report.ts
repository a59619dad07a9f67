/** What this library reports: the kinds of structured events, all of them terms. */
import type { Pid } from "@agner/vm";

/** A process of this library has ended for a reason that is no orderly end. */
export interface CrashEvent {
  readonly type: "crash";
  readonly pid: Pid;
  readonly name: string | undefined;
  /** What it ran, as its starter described it: `Counter.init`. */
  readonly initialCall: string;
  readonly currentFunction?: string;
  readonly reason: unknown;
  readonly ancestors: readonly (Pid | string)[];
  readonly mailboxLength: number;
  readonly links: readonly Pid[];
  readonly dictionary: readonly (readonly [key: unknown, value: unknown])[];
  readonly trapExit: boolean;
  readonly status: string;
  readonly reductions: number;
  readonly scheduler: number;
  /** Linked processes of this library that do not trap exits, and so end as well. */
  readonly neighbours: readonly Neighbour[];
}

/** A process that ends with another one. */
export interface Neighbour {
  readonly pid: Pid;
  readonly name: string | undefined;
  readonly initialCall: string;
  readonly currentFunction: string;
  readonly mailboxLength: number;
}

/** A server of some behaviour terminates for a reason that is no orderly end: what it was doing. */
export interface TerminatedEvent {
  readonly type: "terminated";
  readonly behaviour: "genServer" | "genStatem" | "genEvent";
  readonly pid: Pid;
  readonly name: string | undefined;
  /** The name under which its module exports it. */
  readonly module: string;
  readonly reason: unknown;
  /** The message that it was handling. */
  readonly lastMessage: unknown;
  /** Its state, as `formatStatus` shows it. */
  readonly state: unknown;
  /** Who waited for an answer, and where that process is. */
  readonly client:
    | { readonly pid: Pid; readonly name: string | undefined; readonly currentFunction: string | undefined }
    | undefined;
  /** For an event manager: the handler that was removed. */
  readonly handler?: unknown;
  /** For a state machine: the events that would have been next, those that waited for another state, and the time-outs that ran. */
  readonly queued?: readonly unknown[];
  readonly postponed?: readonly unknown[];
  readonly timeouts?: readonly unknown[];
  /** Events that `sys.log` has kept. */
  readonly log?: readonly unknown[];
}

/** A child as supervisors report it. */
export interface Offender {
  readonly pid: Pid | "restarting" | undefined;
  readonly id: unknown;
  /** What starts it. */
  readonly start: string;
  readonly restart: string;
  readonly significant: boolean;
  readonly shutdown: number | "brutal_kill";
  readonly type: "worker" | "supervisor";
  /** How many children of this kind did the same. Absent: one, that with the pid. */
  readonly count?: number;
}

/** One restart that counted against a supervisor's limits. */
export interface RestartRecord {
  readonly id: unknown;
  readonly reason: unknown;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** A supervisor has started a child (level info). */
export interface ProgressEvent {
  readonly type: "progress";
  readonly supervisor: Pid | string;
  readonly started: Offender;
}

/** A child failed, or the supervisor gives up (level error). */
export interface SupervisorEvent {
  readonly type: "supervisor";
  readonly event: "start_error" | "child_terminated" | "shutdown_error" | "shutdown";
  readonly supervisor: Pid | string;
  readonly supervisorPid: Pid;
  readonly reason: unknown;
  readonly offender: Offender;
  /** When it gives up: the limits, and the restarts that exceeded them. */
  readonly limits?: { readonly intensity: number; readonly periodMs: number };
  readonly restarts?: readonly RestartRecord[];
}

/** A message that a server has no use for (level warning). */
export interface UnexpectedEvent {
  readonly type: "unexpected";
  readonly pid: Pid;
  readonly name: string | undefined;
  readonly module: string;
  readonly message: unknown;
}

/** An application has started or ended. */
export interface ApplicationEvent {
  readonly type: "application";
  readonly event: "started" | "stopped" | "exited" | "stopping_slowly" | "callback_failed";
  readonly application: string;
  /** Which callback failed at the end. */
  readonly callback?: "prepStop" | "stop";
  readonly reason?: unknown;
  /** When a stop takes long: what has not ended yet. */
  readonly waitingFor?: readonly string[];
}

/** A process that is none of this library's has died of an uncaught error (level error). */
export interface UncaughtEvent {
  readonly type: "crash";
  readonly pid: Pid;
  readonly name: string | undefined;
  /** The function that it first ran, as `name (file:line:column)`. */
  readonly initialCall: string;
  readonly currentFunction?: string;
  readonly reason: unknown;
  readonly stack?: string;
  readonly ancestors: readonly (Pid | string)[];
  readonly mailboxLength: number;
  /** What it received last. */
  readonly lastMessage?: unknown;
  readonly links: readonly Pid[];
  readonly scheduler: number;
}

/** A handler or filter of the logger has failed, and was removed (level error). */
export interface RemovedEvent {
  readonly type: "removed";
  readonly part: "handler" | "filter";
  readonly id: string;
  readonly reason: unknown;
}

/** The default handler has dropped events (level notice). */
export interface OverloadEvent {
  readonly type: "overload";
  /** How many of each level; none yet where the storm has only begun. */
  readonly dropped: Readonly<Partial<Record<Level, number>>>;
  readonly burst: number;
  readonly windowMs: number;
}

/** Everything that this library itself reports. */
export type Report =
  | UncaughtEvent
  | RemovedEvent
  | OverloadEvent
  | CrashEvent
  | TerminatedEvent
  | ProgressEvent
  | SupervisorEvent
  | UnexpectedEvent
  | ApplicationEvent;

/** How grave an event is, gravest first. */
export const LEVELS = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"] as const;
export type Level = (typeof LEVELS)[number];

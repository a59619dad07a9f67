/** What the processes of a run send each other and their chief. */
import type { Pid, Ref } from "@agner/vm";
import type { Payload } from "./payload.ts";

/** A process as others know it. */
export interface Peer {
  readonly pid: Pid;
  readonly id: string;
  /** A name that it keeps as long as it lives. */
  readonly name: string | undefined;
}

/** How a process begins. */
export interface Birth {
  readonly seed: number;
  readonly id: string;
  readonly name: string | undefined;
  readonly chief: Pid;
  /** How many things it does before it ends. */
  readonly life: number;
  readonly trapExit: boolean;
  /** The most bytes of a payload that goes through a ring. */
  readonly largest: number;
  /** Whether cores are lost, and with them timers. */
  readonly lossy: boolean;
  readonly parent: Peer | undefined;
  readonly linkedByParent: boolean;
  readonly peers: readonly Peer[];
}

/** A message that is accounted for. Only one to an alias may vanish. */
export interface Letter {
  readonly k: "letter";
  readonly from: Peer;
  /** How many signals of its sender to its receiver there were, with this one. */
  readonly total: number;
  /** How many of those, with this one, may not vanish. */
  readonly hard: number;
  /** For one to an alias: which, and how many its sender had sent there, with this one. */
  readonly soft: { readonly alias: Ref; readonly count: number } | undefined;
  /** The alias that its sender used last for the receiver, and how many went there. */
  readonly used: { readonly alias: Ref; readonly count: number } | undefined;
  readonly note: Note | undefined;
  readonly body: Payload;
}

/** What a letter tells besides. */
export type Note =
  /** The sender is about to link with the receiver; it has; it is about to unlink; it has. */
  | { readonly what: "linking" | "linked" | "unlinking" | "unlinked" }
  | { readonly what: "alias"; readonly alias: Ref }
  | { readonly what: "question"; readonly replyTo: Ref }
  | { readonly what: "introduction"; readonly peer: Peer }
  /** The sender does nothing more, and wants to know whether all has arrived; all has. */
  | { readonly what: "last" | "acknowledged" };

/** To whoever holds a name that many want. */
export interface SeatLetter {
  readonly k: "seat";
  readonly from: Pid;
  readonly seat: string;
  readonly count: number;
}

/** What a timer brings. */
export interface Tick {
  readonly k: "tick";
  readonly from: Pid;
  readonly count: number;
  readonly due: number;
}

/** To itself: what was taken down before it was sent has no effect after it. */
export interface Marker {
  readonly k: "marker";
  readonly alias: Ref | undefined;
  readonly unlinked: Pid | undefined;
}

/** From the chief: what has the process sent to `to`? */
export interface HistoryQuestion {
  readonly k: "history";
  readonly to: Pid;
}

/** From the chief: what does the process still wait for? */
export interface OpenQuestion {
  readonly k: "open";
}

export type Message = Letter | SeatLetter | Tick | Marker | HistoryQuestion | OpenQuestion;

/** Why a process ends: how many letters that may not vanish it has sent to whom. */
export interface Ending {
  readonly k: "ending";
  readonly of: Pid;
  readonly sent: readonly (readonly [to: Pid, hard: number])[];
}

/** The reason of an accounted exit signal. */
export interface Ordered {
  readonly k: "ordered";
  readonly by: Pid;
  readonly to: Pid;
  readonly total: number;
  readonly hard: number;
}

/** What is counted, for the table at the end. */
export const COUNTED = [
  "processes",
  "messages",
  "messagesByName",
  "messagesByAlias",
  "messagesToTheDead",
  "largeMessages",
  "received",
  "links",
  "unlinks",
  "exitsThroughLinks",
  "monitors",
  "demonitors",
  "downs",
  "calls",
  "answers",
  "exitSignals",
  "kills",
  "timers",
  "timersCancelled",
  "ticks",
  "namesWon",
  "namesRefused",
  "moves",
] as const;
export type Counts = Record<(typeof COUNTED)[number], number>;

/** What the chief is told. */
export type Report =
  | { readonly k: "counts"; readonly counts: Counts }
  | {
      readonly k: "failure";
      readonly text: string;
      readonly process: Peer;
      readonly other: Peer | undefined;
      readonly history: readonly string[];
    }
  | { readonly k: "history"; readonly from: Pid; readonly to: Pid; readonly history: readonly string[] }
  | { readonly k: "open"; readonly process: Peer; readonly open: string | undefined }
  /** The process has nothing open any more. */
  | { readonly k: "settled"; readonly pid: Pid };

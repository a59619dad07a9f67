/** What the cases of rest, migration and the like are about: processes that count messages, and where they begin. */
import { Directory } from "../../memory/directory.ts";
import { controlWords, threadArea, ThreadWord, type SharedMemory } from "../../memory/layout.ts";
import type { World } from "./case.ts";

/** What a scheduler does in a wrong order on purpose: faults of what the cases model. */
export type Disorder =
  | "rest passes before the flush"
  | "rest ends after the first signal"
  | "grace begins before the mark"
  | "leaves before it is heard"
  | "held signals are overtaken"
  | "held signals leave too early"
  | "rings before it publishes"
  | "sleeps without a last look"
  | "forgets the theft that brought it back"
  | "sends back what has come back"
  | "rest is looked at once"
  | "rings are not looked at";

/** Nobody ends, so all are the first in their slots. */
export const SERIAL = 1;

/** What a process is made of when it moves. */
export interface Process {
  readonly index: number;
  /** Messages sent so far; the next goes to the others in turn. */
  sent: number;
  /** By sender: messages received so far. */
  readonly got: number[];
  /** Threads to which it has sent something that may not have been acted on. */
  sentTo: Set<number>;
  wasHeld: boolean;
  entry: number | undefined;
}

/** What is true of all schedulers together. */
export interface Stage {
  readonly memory: SharedMemory;
  /** How often each thread has been lost. */
  readonly generations: readonly number[];
  /** By process. */
  readonly slots: readonly number[];
  readonly plan: Plan;
  received: number;
  over: boolean;
}

export interface Plan {
  readonly schedulers: number;
  /** By process: the thread on which it begins. */
  readonly homes: readonly number[];
  /** How many messages each process sends to each of the others. */
  readonly each: number;
  /** The first process sends a message when all of before are answered, the others only answer; and the schedulers do not stop by themselves. */
  readonly answers?: boolean;
  /** Whether a process that could run leaves instead. */
  readonly leaves: (index: number) => boolean;
  /** Whether a scheduler with work steals as well; one without always does. */
  readonly steals: () => boolean;
  /** Whether a turn notices what has been stolen. */
  readonly sweeps: () => boolean;
  /** Whether patience ends, and those who wait for leave stay. */
  readonly givesUp: () => boolean;
}

/** The processes, their slots, and memory for them. */
export function setStage(world: World, plan: Plan): Stage {
  const { homes, schedulers } = plan;
  const memory = world.memory({
    schedulers,
    ringBytes: 16,
    maxProcesses: homes.length,
    quarantine: 0,
    segment: 1,
    boardEntries: 2,
    boardBytes: 32,
  });
  // The main thread rests all the time.
  controlWords(memory)[threadArea(schedulers) + ThreadWord.REST] = 1;
  // Some have taken the place of a lost one.
  const generations = Array.from({ length: schedulers + 1 }, () => world.choose(2));
  const slots = homes.map((home) => new Directory(memory, home, generations).allocate(home));
  return { memory, generations, slots, plan, received: 0, over: false };
}

/** Whether every message has arrived. */
export function isComplete({ received, slots, plan }: Stage): boolean {
  return received === slots.length * (slots.length - 1) * plan.each;
}

/** A process that has done nothing yet, of so many. */
export function newProcess(index: number, all: number): Process {
  return { index, sent: 0, got: new Array<number>(all).fill(0), sentTo: new Set(), wasHeld: false, entry: undefined };
}

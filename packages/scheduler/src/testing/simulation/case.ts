/** A case: simulated threads that use one protocol, and what must hold. Small ones are explored exhaustively, the others at random. */
import { createSharedMemory, type SharedMemory, type SharedMemoryOptions } from "../../memory/layout.ts";
import { ExhaustiveChooser, RandomChooser } from "./explore.ts";
import { run, startRun, type Chooser, type Coverage, type Tracer } from "./machine.ts";
import { runtime } from "./runtime.ts";
import type { Steps } from "./threads.ts";
import type { Modules } from "./modules.ts";
import { nameMemory, nameWords } from "./words.ts";

/** What a case is made with. */
export interface World {
  readonly modules: Modules;
  /** Empty memory of these sizes; what is not given is as small as it can be. */
  memory(options: SharedMemoryOptions): SharedMemory;
  /** Empty words of the case's own, for data that a protocol is to protect. */
  scratch(words: number): Int32Array;
  /** A number from 0 to below `n`; exhaustive exploration tries them all. */
  choose(n: number): number;
  /** Whether something of this probability happens. Not for exhaustive cases. */
  chance(probability: number): boolean;
}

export interface Case {
  /** The protocol, a slash, and what happens. */
  readonly name: string;
  /** Explored exhaustively with at most so many preemptions; otherwise at random. */
  readonly preemptions?: number;
  /** Makes the threads. `end` looks at what is left when all have ended. */
  start(world: World): { readonly threads: readonly Steps[]; readonly end?: () => void };
}

/** Steps after which a run is taken to go round in circles. */
const MAX_STEPS = 20_000;
/** About as many has a random case: its priorities change within them. */
const USUAL_STEPS = 300;

const memories = new Map<string, { readonly memory: SharedMemory; readonly bytes: readonly Uint8Array[] }>();

/** What a case does not use takes no room. */
const SMALLEST = { maxProcesses: 1, ringBytes: 16, maxNames: 1, boardEntries: 1, boardBytes: 8 };

function memoryOf(options: SharedMemoryOptions): SharedMemory {
  const key = JSON.stringify(options);
  let found = memories.get(key);
  if (found === undefined) {
    const memory = createSharedMemory({ ...SMALLEST, ...options });
    const { control, directory, bounds, names, rings, boards } = memory;
    found = { memory, bytes: [control, directory, bounds, names, rings, boards].map((buffer) => new Uint8Array(buffer)) };
    nameMemory(memory);
    memories.set(key, found);
  }
  for (const bytes of found.bytes) bytes.fill(0);
  return found.memory;
}

const scratches = new Map<number, Int32Array>();

function scratchOf(words: number): Int32Array {
  let found = scratches.get(words);
  if (found === undefined) {
    found = runtime.view(new Int32Array(new SharedArrayBuffer(words * 4)));
    nameWords(found.buffer, "scratch");
    scratches.set(words, found);
  }
  return found.fill(0);
}

/** A schedule of a case: the seed of a random one; of an exhaustive one the bound on its preemptions, and its choices. */
export type Schedule = number | readonly number[];

/** A schedule of a case that breaks a rule. */
export interface Failure {
  readonly case: Case;
  readonly schedule: Schedule;
  readonly error: Error;
}

/** One run of a case. Throws what is wrong. */
function runOnce(one: Case, modules: Modules, chooser: Chooser, coverage: Coverage, trace?: Tracer): void {
  startRun(chooser, { trace });
  const { threads, end } = one.start({
    modules,
    memory: memoryOf,
    scratch: scratchOf,
    choose: (n) => chooser.choose(n),
    chance: (probability) => chooser.draw() < probability,
  });
  run(threads, coverage, MAX_STEPS);
  end?.();
}

/** Counts runs and steps of a case, or of several. */
export interface Tally {
  schedules: number;
  readonly coverage: Coverage;
}

/**
 * Runs all schedules of an exhaustive case, those with fewer preemptions first, until `maxSteps` steps are taken or `isOver` says so.
 * Returns whether all were run, or what failed.
 */
export function exhaust(
  one: Case,
  modules: Modules,
  tally: Tally,
  maxSteps: number,
  isOver: () => boolean = () => false,
): boolean | Failure {
  const limit = tally.coverage.steps + maxSteps;
  for (let preemptions = 0; preemptions <= one.preemptions!; preemptions++) {
    const chooser = new ExhaustiveChooser(preemptions);
    do {
      if (tally.coverage.steps > limit || isOver()) return false;
      tally.schedules++;
      try {
        runOnce(one, modules, chooser, tally.coverage);
      } catch (error) {
        return { case: one, schedule: [preemptions, ...chooser.choices], error: error as Error };
      }
    } while (chooser.next());
  }
  return true;
}

/** Runs random schedules of a case, with seeds from `seed` on, until `maxSteps` steps are taken or `isOver` says so. Returns what failed. */
export function wander(
  one: Case,
  modules: Modules,
  tally: Tally,
  seed: number,
  maxSteps: number,
  isOver: () => boolean = () => false,
): Failure | undefined {
  const { coverage } = tally;
  const limit = coverage.steps + maxSteps;
  for (let next = seed; coverage.steps < limit && !isOver(); next = (next + 1) | 0) {
    tally.schedules++;
    try {
      runOnce(one, modules, new RandomChooser(next, USUAL_STEPS), coverage);
    } catch (error) {
      return { case: one, schedule: next, error: error as Error };
    }
  }
  return undefined;
}

/** Runs one schedule again and tells each operation. Returns what failed. */
export function replay(one: Case, modules: Modules, schedule: Schedule, coverage: Coverage, trace: Tracer): Error | undefined {
  const chooser =
    typeof schedule === "number"
      ? new RandomChooser(schedule, USUAL_STEPS)
      : new ExhaustiveChooser(schedule[0]!, schedule.slice(1));
  try {
    runOnce(one, modules, chooser, coverage, trace);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** How a schedule is written for `--replay`: the case, then the seed or the choices. */
export function scheduleName({ case: one, schedule }: Pick<Failure, "case" | "schedule">): string {
  return `${one.name}:${typeof schedule === "number" ? schedule : `x${schedule.join(".")}`}`;
}

/** The schedule behind what {@link scheduleName} wrote; undefined if it is none. */
export function parseSchedule(name: string, cases: readonly Case[]): { case: Case; schedule: Schedule } | undefined {
  const colon = name.lastIndexOf(":");
  const one = cases.find((other) => other.name === name.slice(0, colon));
  const text = name.slice(colon + 1);
  if (one === undefined || colon < 0) return undefined;
  if (text.startsWith("x")) {
    const choices = text.slice(1).split(".").map(Number);
    return choices.every(Number.isInteger) ? { case: one, schedule: choices } : undefined;
  }
  return /^-?\d+$/.test(text) ? { case: one, schedule: Number(text) } : undefined;
}

/** What the simulation has for threads: their steps, what they are about to do, and how they wait. */
import { MAX_THREADS, type Clock, type Track } from "./shadow.ts";

/** The steps of a simulated thread, or of a part of one. */
export type Steps<T = unknown> = Generator<undefined, T, unknown>;

/** What a case finds wrong. */
export class Violation extends Error {}

/** Fails the run unless it holds. */
export function check(holds: boolean, why: string | (() => string)): asserts holds {
  if (!holds) throw new Violation(typeof why === "string" ? why : why());
}

/** What a thread is about to do: an atomic operation, by its place in {@link CODES}, … */
export const LOAD = 0;
export const STORE = 1;
export const ADD = 2;
export const SUB = 3;
export const AND = 4;
export const OR = 5;
export const XOR = 6;
export const EXCHANGE = 7;
export const COMPARE_EXCHANGE = 8;
export const WAIT = 9;
export const WAIT_ASYNC = 10;
export const NOTIFY = 11;
export const CODES = [
  "load",
  "store",
  "add",
  "sub",
  "and",
  "or",
  "xor",
  "exchange",
  "compareExchange",
  "wait",
  "waitAsync",
  "notify",
];
/** … or what only cases do. */
export const START = 12;
export const PAUSE = 13;
export const SLEEP = 14;
export const OUTLIVE = 15;
export const STEP = 16;
export const PAUSE_FOR_OTHERS = 17;

/** States of a thread. */
export const READY = 0;
export const DONE = 1;
export const DEAD = 2;

/** Who waits for a word to be notified. */
export interface Sleeper {
  readonly words: Int32Array;
  readonly index: number;
  readonly timed: boolean;
  awake: boolean;
  /** Who woke it. */
  by: SimulatedThread | undefined;
  readonly callbacks: (() => void)[];
}

/** A typed array over memory that is watched. */
export type Shared = Int32Array & { readonly track?: Track };

/** A simulated thread, and what it is about to do. */
export class SimulatedThread {
  readonly id: number;
  readonly clock: Clock = new Int32Array(MAX_THREADS);
  steps: Steps = undefined as unknown as Steps;
  state = READY;
  /** What it is about to do. */
  code = START;
  site = -1;
  words: Shared = undefined as unknown as Shared;
  index = 0;
  a = 0;
  b = 0;
  sleeper: Sleeper | undefined;
  outlived: SimulatedThread | undefined;
  /** Atomic operations and plain writes until it dies. */
  life = Infinity;
  /** Changes that it has made itself. */
  changes = 0;

  constructor(id: number) {
    this.id = id;
  }

  get isDead(): boolean {
    return this.state === DEAD;
  }
}

/** Stands for the promise of `waitAsync`. */
export class SimulatedPromise {
  readonly sleeper: Sleeper;
  constructor(sleeper: Sleeper) {
    this.sleeper = sleeper;
  }
  // oxlint-disable-next-line unicorn/no-thenable -- it stands for a promise
  then(callback: () => void): SimulatedPromise {
    this.sleeper.callbacks.push(callback);
    return this;
  }
}

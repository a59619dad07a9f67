/**
 * Simulated threads over one memory. A thread is a generator that yields before each atomic operation (rewrite.ts); the machine performs the
 * operations of all threads one by one, in the order that a chooser says (explore.ts), and watches plain accesses in between (shadow.ts).
 * One run at a time.
 */
import { MAX_THREADS, startClocks, type Clock, type Race } from "./shadow.ts";
import type { Site } from "./rewrite.ts";
import {
  ADD,
  AND,
  CODES,
  COMPARE_EXCHANGE,
  DEAD,
  DONE,
  EXCHANGE,
  LOAD,
  NOTIFY,
  OR,
  OUTLIVE,
  PAUSE,
  PAUSE_FOR_OTHERS,
  READY,
  SimulatedPromise,
  SimulatedThread,
  SLEEP,
  START,
  STORE,
  SUB,
  Violation,
  WAIT,
  WAIT_ASYNC,
  XOR,
  type Shared,
  type Sleeper,
  type Steps,
} from "./threads.ts";
import { wordName } from "./words.ts";

/** Decides what is open: who goes next, and what cases leave to chance. */
export interface Chooser {
  /** One of the first `count` of `ready`; `current` is the thread that took the last step, and one of them if `isReady`. */
  pick(ready: readonly SimulatedThread[], count: number, current: number, isReady: boolean): number;
  /** A number from 0 to below `n`. */
  choose(n: number): number;
  /** From 0 up to 1, for cases that are not explored exhaustively. */
  draw(): number;
}

export const all = Array.from({ length: MAX_THREADS }, (_, id) => new SimulatedThread(id));
const ready: SimulatedThread[] = Array.from({ length: MAX_THREADS }, (_, id) => all[id]!);
let threadCount = 0;
export let current: SimulatedThread | undefined;
let sleepers: Sleeper[] = [];
export let chooser: Chooser;
let sites: readonly Site[] = [];
export let codes = new Uint8Array(0);
/** Counts changes of the memory: while those of the others stand, looking again is of no use. */
export let changes = 0;
let timeouts = false;
let hash = 0;

/** What a run has cost and covered. */
export interface Coverage {
  steps: number;
  /** By site: how often it was passed. */
  readonly sites: Uint32Array;
  /** One bit for each hash of a state: the words that atomic operations have written, and where each thread stands. */
  readonly states: Uint32Array;
}

/** Bits of a coverage's `states`. */
export const STATE_BITS = 1 << 22;

export function newCoverage(): Coverage {
  return { steps: 0, sites: new Uint32Array(512), states: new Uint32Array(STATE_BITS / 32) };
}

/** Each operation as it happens, for a reader. */
export type Tracer = (line: string) => void;
export let tracer: Tracer | undefined;

/** What cases do themselves: a site for each operation, before all others. */
export const CASE_SITES: readonly Site[] = CODES.map((operation) => ({ operation, where: "the case", steps: true }));

/** The sites of all modules that are loaded. */
export function setSites(list: readonly Site[]): void {
  sites = list;
  codes = Uint8Array.from(list, (site) => CODES.indexOf(site.operation));
}

/** Makes a thread know what another knew. */
export function join(clock: Clock, other: Clock): void {
  for (let i = 0; i < MAX_THREADS; i++) if (other[i]! > clock[i]!) clock[i] = other[i]!;
}

/** One run: resets the machine. Threads are added with {@link run}. */
export function startRun(by: Chooser, options: { trace?: Tracer | undefined } = {}): void {
  let furthest = 0;
  for (const thread of all) for (const clock of thread.clock) furthest = Math.max(furthest, clock);
  startClocks(
    all.map((thread) => thread.clock),
    furthest,
  );
  chooser = by;
  tracer = options.trace;
  sleepers = [];
  current = undefined;
  changes = 1;
  timeouts = false;
  hash = 0;
  for (const thread of all) {
    thread.life = Infinity;
    thread.changes = 0;
  }
}

/** Timed waits end when everybody waits: for cases in which a thread dies between what it does and telling of it. */
export function allowTimeouts(): void {
  timeouts = true;
}

/** Runs the threads to their end. Throws a {@link Violation} for whatever is wrong. */
export function run(threads: readonly Steps[], coverage: Coverage, maxSteps: number): void {
  threadCount = threads.length;
  for (let id = 0; id < threadCount; id++) {
    const thread = all[id]!;
    thread.steps = threads[id]!;
    thread.state = READY;
    thread.code = START;
    thread.site = -1;
    thread.sleeper = undefined;
    // Those that begin know what was done before.
    thread.clock[id]!++;
  }
  let last = -1;
  const limit = coverage.steps + maxSteps;
  try {
    for (;;) {
      let count = 0;
      let isReady = false;
      for (let id = 0; id < threadCount; id++) {
        const thread = all[id]!;
        if (thread.state !== READY || !canGo(thread)) continue;
        if (id === last) isReady = true;
        ready[count++] = thread;
      }
      if (count === 0) {
        if (over()) return;
        if (timeouts && wakeTimed()) continue;
        throw new Violation(`deadlock: ${stillRunning()}, and nobody will wake them`);
      }
      if (coverage.steps >= limit) throw new Violation(`no end after ${maxSteps} steps: ${stillRunning()}`);
      const thread = count === 1 ? ready[0]! : ready[chooser.pick(ready, count, last, isReady)]!;
      last = thread.id;
      coverage.steps++;
      take(thread, coverage);
    }
  } finally {
    current = undefined;
  }
}

function canGo(thread: SimulatedThread): boolean {
  switch (thread.code) {
    case PAUSE:
      return changes !== thread.a;
    case PAUSE_FOR_OTHERS:
      return changes - thread.changes !== thread.a;
    case SLEEP:
      return thread.sleeper!.awake;
    case OUTLIVE:
      return thread.outlived!.state !== READY;
    default:
      return true;
  }
}

function over(): boolean {
  for (let id = 0; id < threadCount; id++) if (all[id]!.state === READY) return false;
  return true;
}

function wakeTimed(): boolean {
  const sleeper = sleepers.find((one) => one.timed);
  if (sleeper === undefined) return false;
  sleepers.splice(sleepers.indexOf(sleeper), 1);
  sleeper.awake = true;
  return true;
}

function stillRunning(): string {
  const names: string[] = [];
  for (let id = 0; id < threadCount; id++) {
    const thread = all[id]!;
    if (thread.state !== READY) continue;
    const what =
      thread.code === PAUSE || thread.code === PAUSE_FOR_OTHERS
        ? "looks in vain"
        : thread.code === SLEEP
          ? `sleeps on ${placeOf(thread.sleeper!)}`
          : "still runs";
    names.push(`thread ${id} ${what}`);
  }
  return names.join(", ");
}

function placeOf(sleeper: Sleeper): string {
  const { track } = sleeper.words as Shared;
  return track === undefined ? "?" : wordName(track.shadow, track.base + (sleeper.index << track.shift));
}

/** One step of a thread: what it is about to do, and then on to the next operation. */
function take(thread: SimulatedThread, coverage: Coverage): void {
  current = thread;
  if (--thread.life < 0) return die(thread);
  let result: unknown;
  const { code } = thread;
  if (code < START) {
    coverage.sites[thread.site]!++;
    result = perform(thread, code, thread.words, thread.index, thread.a, thread.b);
    if (tracer !== undefined) trace(thread, result);
    if (thread.code === SLEEP) return;
  } else if (code === SLEEP) {
    const { sleeper } = thread;
    if (sleeper!.by !== undefined) join(thread.clock, sleeper!.by.clock);
    result = "ok";
    if (tracer !== undefined) tracer(`  thread ${thread.id} wakes up`);
  } else if (code === OUTLIVE) join(thread.clock, thread.outlived!.clock);
  thread.clock[thread.id]!++;
  try {
    if (thread.steps.next(result).done === true) {
      thread.state = DONE;
      changes++;
    }
  } catch (e) {
    if (e !== DEATH) throw e;
  }
  if (thread.life < 0) return die(thread);
  let state = hash;
  for (let id = 0; id < threadCount; id++) {
    const other = all[id]!;
    state = mix(state ^ (other.state === READY ? other.site * 64 + other.index : 7), id + 1);
  }
  state &= STATE_BITS - 1;
  coverage.states[state >>> 5]! |= 1 << (state & 31);
}

/** Thrown where a thread dies between two plain writes. What it would still do on the way out it does not. */
export const DEATH = new Error("this thread has died");

function die(thread: SimulatedThread): void {
  thread.state = DEAD;
  changes++;
  if (tracer !== undefined) tracer(`  thread ${thread.id} dies`);
}

/** Says that something has changed that others look at, and that is not in the shared memory. */
export function changed(): void {
  changes++;
  current!.changes++;
}

/** Says whose turn it is. */
export function setCurrent(thread: SimulatedThread | undefined): void {
  current = thread;
}

function mix(a: number, b: number): number {
  let h = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Performs an atomic operation; without a thread, before the threads run or after, when nobody else is there. */
export function perform(
  thread: SimulatedThread | undefined,
  code: number,
  words: Shared,
  index: number,
  a: number,
  b: number,
): unknown {
  const { track } = words;
  if (track === undefined || thread === undefined) return performAlone(code, words, index, a, b);
  const { shadow } = track;
  const at = track.base + (index << track.shift);
  const old = words[index]!;
  if (code !== STORE) fail(shadow.atomicRead(at, thread.id, thread.clock));
  let now: number;
  switch (code) {
    case LOAD:
      return old;
    case WAIT:
    case WAIT_ASYNC: {
      if (old !== a) return code === WAIT ? "not-equal" : { async: false, value: "not-equal" };
      const sleeper: Sleeper = { words, index, timed: code === WAIT && b > 0, awake: false, by: undefined, callbacks: [] };
      sleepers.push(sleeper);
      if (code === WAIT_ASYNC) return { async: true, value: new SimulatedPromise(sleeper) };
      thread.code = SLEEP;
      thread.sleeper = sleeper;
      return undefined;
    }
    case NOTIFY:
      return notify(words, index, a, thread);
    case COMPARE_EXCHANGE:
      if (old !== (a | 0)) return old;
      now = b;
      break;
    case STORE:
    case EXCHANGE:
      now = a;
      break;
    default:
      now = combine(code, old, a);
  }
  fail(shadow.atomicWrite(at, thread.id, thread.clock));
  words[index] = now;
  now = words[index]!;
  if (now !== old) {
    changes++;
    thread.changes++;
    const place = shadow.id * 65_536 + at;
    hash ^= mix(place, old) ^ mix(place, now);
  }
  return code === STORE ? now : old;
}

function combine(code: number, old: number, a: number): number {
  switch (code) {
    case ADD:
      return old + a;
    case SUB:
      return old - a;
    case AND:
      return old & a;
    case OR:
      return old | a;
    case XOR:
      return old ^ a;
    default:
      throw new Error(`the simulation does not know Atomics operation ${code}`);
  }
}

function notify(words: Shared, index: number, most: number, by: SimulatedThread | undefined): number {
  let count = 0;
  const { track } = words;
  sleepers = sleepers.filter((sleeper) => {
    const other = (sleeper.words as Shared).track!;
    if (count >= most || other.shadow !== track!.shadow || other.base + sleeper.index * 4 !== track!.base + index * 4)
      return true;
    sleeper.awake = true;
    sleeper.by = by;
    count++;
    return false;
  });
  return count;
}

/** Before the threads run, or after: nobody else is there. */
function performAlone(code: number, words: Int32Array, index: number, a: number, b: number): number {
  const old = words[index]!;
  if (code === COMPARE_EXCHANGE) {
    if (old === a) words[index] = b;
  } else if (code === STORE || code === EXCHANGE) words[index] = a;
  else if (code !== LOAD && code !== NOTIFY) words[index] = combine(code, old, a);
  return old;
}

/** A race ends the run. */
export function fail(race: Race | undefined): void {
  if (race === undefined) return;
  throw new Violation(`data race: thread ${current!.id} at ${wordName(race.shadow, race.at)} ${race.what}`);
}

function trace(thread: SimulatedThread, result: unknown): void {
  const site = sites[thread.site]!;
  const { track } = thread.words;
  const name = track === undefined ? "?" : wordName(track.shadow, track.base + (thread.index << track.shift));
  const given = [thread.a, thread.b].slice(0, site.operation === "compareExchange" ? 2 : site.operation === "load" ? 0 : 1);
  const shown = typeof result === "number" ? ` → ${result}` : result === undefined ? " sleeps" : "";
  tracer!(`  thread ${thread.id} ${site.operation} ${[name, ...given].join(", ")}${shown}   (${site.where})`);
}

/**
 * Runs several threads' steps in one, in an order drawn from a seed. A test gives each simulated thread a generator; the explorer lets one of
 * them take one atomic operation, then chooses again. A failure names its seed, and the same seed replays it.
 */

/** What a simulated thread is at: about to touch shared memory, or asleep until it is notified. */
export type Point = undefined | Sleeper;
/** The steps of a simulated thread, or of a part of one. */
export type Steps<T = unknown> = Generator<Point, T, unknown>;

interface Sleeper {
  readonly words: Int32Array;
  readonly index: number;
  awake: boolean;
}

let sleepers: Sleeper[] = [];

/** One atomic operation of a rewritten module (simulate.ts). `wait` never times out here, so that a lost wake-up is seen as a deadlock. */
export function* runAtomic(operation: string, words: Int32Array, index: number, ...args: number[]): Steps {
  yield undefined;
  switch (operation) {
    case "wait":
    case "waitAsync": {
      const unequal = Atomics.load(words, index) !== args[0];
      const sleeper: Sleeper = { words, index, awake: false };
      if (!unequal) sleepers.push(sleeper);
      if (operation === "waitAsync")
        return unequal ? { async: false, value: "not-equal" } : { async: true, value: asPromise(sleeper) };
      if (unequal) return "not-equal";
      yield sleeper;
      return "ok";
    }
    case "notify":
      return notify(words, index, args[0] ?? Infinity);
    default:
      return (Atomics as unknown as Record<string, (...args: unknown[]) => number>)[operation]!(words, index, ...args);
  }
}

function notify(words: Int32Array, index: number, most: number): number {
  let count = 0;
  sleepers = sleepers.filter((sleeper) => {
    if (count >= most || sleeper.words.buffer !== words.buffer || sleeper.index !== index) return true;
    sleeper.awake = true;
    count++;
    return false;
  });
  return count;
}

/** Stands for the promise of `waitAsync`: a simulated thread sleeps on it with {@link sleepOn}. */
interface SimulatedPromise {
  then(): SimulatedPromise;
  readonly sleeper: Sleeper;
}

function asPromise(sleeper: Sleeper): SimulatedPromise {
  const promise: SimulatedPromise = { then: () => promise, sleeper };
  return promise;
}

/** Sleeps until what `Doorbell.wait` returned settles. */
export function* sleepOn(promise: unknown): Steps<void> {
  yield (promise as SimulatedPromise).sleeper;
}

/** A generator of numbers from 0 up to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Seeds of a run: `AGNER_SEED` alone if it is set, otherwise `count` from a new start each time. */
export function seeds(count: number): number[] {
  const given = process.env["AGNER_SEED"];
  if (given !== undefined) return [Number(given)];
  const first = Math.floor(Math.random() * 2 ** 31);
  return Array.from({ length: count }, (_, i) => (first + i) | 0);
}

/** More than any test needs. */
const MAX_STEPS = 1_000_000;

/** Runs the threads in an order drawn from the seed, until all have ended. Throws if all that are left are asleep. */
export function interleave(seed: number, threads: readonly Steps[]): void {
  const draw = random(seed);
  // Some seeds switch at every step, others let a thread run on for a while: races need both.
  const stay = draw() < 0.5 ? 0 : 0.5 + draw() * 0.45;
  const points: Point[] = threads.map(() => undefined);
  const running = new Set(threads.keys());
  sleepers = [];
  let current = -1;
  for (let step = 0; running.size > 0; step++) {
    if (step > MAX_STEPS) throw new Error(`no end after ${MAX_STEPS} steps: threads ${[...running].join(", ")} still run`);
    const ready = [...running].filter((i) => points[i] === undefined || points[i].awake);
    if (ready.length === 0) throw new Error(`deadlock: threads ${[...running].join(", ")} sleep and nobody will wake them`);
    if (!ready.includes(current) || draw() >= stay) current = ready[Math.floor(draw() * ready.length)]!;
    const { done, value } = threads[current]!.next();
    if (done === true) running.delete(current);
    else points[current] = value;
  }
}

/** Runs `test` for many seeds; an error tells the seed with which it can be replayed. */
export function explore(count: number, test: (seed: number, draw: () => number) => void): void {
  for (const seed of seeds(count)) {
    try {
      test(seed, random(seed ^ 0x5eed));
    } catch (e) {
      throw new Error(`replay with AGNER_SEED=${seed}: ${(e as Error).message}`, { cause: e });
    }
  }
}

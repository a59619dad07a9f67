/** The computations of the programs, as every peer on Node.js does them: jobs of plain functions. */
import { measured, MODULUS } from "./measure.js";

/** @import { Program } from "./measure.js" */

/**
 * The number after this one, of pseudo-random numbers that are the same in every language.
 * @param {number} seed
 */
export function next(seed) {
  return (seed * 3_877 + 29_573) % 139_968;
}

/**
 * Work that takes so many steps: that many numbers later.
 * @param {number} steps
 * @param {number} seed
 */
export function work(steps, seed) {
  let at = seed;
  for (let i = 0; i < steps; i++) at = next(at);
  return at;
}

/**
 * The nth Fibonacci number, by plain recursion.
 * @param {number} n
 * @returns {number}
 */
export function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/**
 * In how many ways queens can stand on the rows that are left; the bits tell which columns and diagonals of the next row are taken.
 * @param {number} full
 * @param {number} columns
 * @param {number} left
 * @param {number} right
 */
function solutions(full, columns, left, right) {
  if (columns === full) return 1;
  let count = 0;
  let free = full & ~(columns | left | right);
  while (free !== 0) {
    const queen = free & -free;
    free ^= queen;
    count += solutions(full, columns | queen, ((left | queen) << 1) & full, (right | queen) >> 1);
  }
  return count;
}

/**
 * How many steps, at most `limit`, a point takes to leave the circle of radius 2.
 * @param {number} cr
 * @param {number} ci
 * @param {number} limit
 */
function steps(cr, ci, limit) {
  let r = 0;
  let i = 0;
  for (let n = 0; n < limit; n++) {
    const rr = r * r;
    const ii = i * i;
    if (rr + ii > 4) return n;
    i = 2 * r * i + ci;
    r = rr - ii + cr;
  }
  return limit;
}

/** What a job does with its numbers. */
export const JOBS = {
  fib,

  /** Counts the solutions with queens in these columns of the first two rows. */
  queens: (/** @type {number} */ size, /** @type {number} */ first, /** @type {number} */ second) => {
    const full = (1 << size) - 1;
    const [a, b] = [1 << first, 1 << second];
    return solutions(full, a | b, ((a << 2) | (b << 1)) & full, (a >> 2) | (b >> 1));
  },

  /** The steps of all points of a row of the Mandelbrot set. */
  row: (/** @type {number} */ size, /** @type {number} */ y, /** @type {number} */ limit) => {
    const ci = (2 * y) / size - 1;
    let sum = 0;
    for (let x = 0; x < size; x++) sum += steps((2 * x) / size - 1.5, ci, limit);
    return sum;
  },

  /** The middle of so many pseudo-random numbers in order. */
  middle: (/** @type {number} */ seed, /** @type {number} */ count) => {
    /** @type {number[]} */
    const all = [];
    for (let at = next(seed); all.length < count; at = next(at)) all.push(at);
    all.sort((a, b) => a - b);
    return all[count >> 1] ?? 0;
  },

  /** Keeps so many stamps of time, and tells how many are not before the one that was made before. */
  stamps: (/** @type {number} */ count) => {
    const all = Array.from({ length: count }, (_, n) => ({ at: performance.now(), n }));
    return all.filter(({ at }, i) => i === 0 || /** @type {{ at: number }} */ (all[i - 1]).at <= at).length;
  },
};

/** @typedef {{ job: keyof typeof JOBS, numbers: number[] }} Job */

/** @type {Record<string, (...sizes: number[]) => Job[]>} */
const PROGRAMS = {
  "fork-join-fib": (jobs = 0, n = 0) => Array.from({ length: jobs }, () => ({ job: "fib", numbers: [n] })),
  "fork-join-queens": (size = 0) => {
    const columns = Array.from({ length: size }, (_, column) => column);
    return columns.flatMap((first) =>
      columns
        .filter((second) => Math.abs(first - second) >= 2)
        .map((second) => /** @type {Job} */ ({ job: "queens", numbers: [size, first, second] })),
    );
  },
  "fork-join-mandelbrot": (size = 0, limit = 0) =>
    Array.from({ length: size }, (_, y) => ({ job: "row", numbers: [size, y, limit] })),
  ran: (processes = 0, numbers = 0) =>
    Array.from({ length: processes }, (_, index) => ({ job: "middle", numbers: [index + 1, numbers] })),
  parallel: (processes = 0, stamps = 0) => Array.from({ length: processes }, () => ({ job: "stamps", numbers: [stamps] })),
};

/**
 * The programs that share jobs out and add up their results.
 * @param {(jobs: Job[]) => number[] | Promise<number[]>} runAll
 * @returns {Record<string, Program>}
 */
export function computing(runAll) {
  const programs = Object.entries(PROGRAMS).map(([name, jobs]) => [
    name,
    measured(async (...sizes) => {
      const results = await runAll(jobs(...sizes));
      return { ops: results.length, checksum: results.reduce((sum, result) => sum + result, 0) % MODULUS };
    }),
  ]);
  return Object.fromEntries(programs);
}

/**
 * Does a job.
 * @param {Job} job
 */
export function run({ job, numbers: [a = 0, b = 0, c = 0] }) {
  return JOBS[job](a, b, c);
}

/**
 * Has these workers do all the jobs: each gets its next when it has reported the last.
 * @template Worker
 * @param {Worker[]} workers
 * @param {Job[]} jobs
 * @param {(worker: Worker, job: Job) => Promise<number>} runOn
 */
export async function shareOut(workers, jobs, runOn) {
  /** @type {number[]} */
  const results = [];
  const left = jobs.values();
  await Promise.all(
    workers.map(async (worker) => {
      for (const job of left) results.push(await runOn(worker, job));
    }),
  );
  return results;
}

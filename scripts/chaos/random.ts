/** Random numbers of a process: what it decides depends on the seed of the run and on its own name, never on who ran before it. */

/** A term, so that it moves with its process. */
export interface Random {
  state: number;
}

/** The random numbers of `id` in the run of `seed`. */
export function randomOf(seed: number, id: string): Random {
  let state = seed | 0;
  for (let i = 0; i < id.length; i++) state = Math.imul(state ^ id.charCodeAt(i), 0x01000193) ^ (state >>> 15);
  return { state };
}

/** A number from 0 up to `end`, a whole one. Source of the generator: mulberry32 by T. Ettinger. */
export function below(random: Random, end: number): number {
  random.state = (random.state + 0x6d2b79f5) | 0;
  let t = Math.imul(random.state ^ (random.state >>> 15), 1 | random.state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % end;
}

/** True in `percent` of 100 cases. */
export function chance(random: Random, percent: number): boolean {
  return below(random, 100) < percent;
}

/** One of them; undefined if there is none. */
export function pick<T>(random: Random, from: readonly T[]): T | undefined {
  return from.length === 0 ? undefined : from[below(random, from.length)];
}

import { spawn, start, stop } from "nact";

/** @import { Ref } from "nact" */

export const system = start();

/** Longer than any query takes, in milliseconds. */
export const TIMEOUT = 60_000;

let named = 0;

/** Names of actors must differ; those that Nact would choose by chance can be the same among as many as there are here. */
export function nextName() {
  return String(named++);
}

/**
 * An actor that adds up so many numbers; the promise is of their sum.
 * @param {number} count
 * @returns {{ ref: Ref<number>, sum: Promise<number> }}
 */
export function collector(count) {
  /** @type {(sum: number) => void} */
  let done;
  /** @type {Promise<number>} */
  const sum = new Promise((resolve) => (done = resolve));
  const add = (/** @type {{ left: number, sum: number }} */ state, /** @type {number} */ n, /** @type {any} */ { self }) => {
    const next = { left: state.left - 1, sum: state.sum + n };
    if (next.left === 0) {
      done(next.sum);
      stop(self);
    }
    return next;
  };
  return { ref: spawn(system, add, nextName(), { initialState: { left: count, sum: 0 } }), sum };
}

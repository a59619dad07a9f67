import { createActor, fromTransition } from "xstate";

/** @import { AnyActorRef } from "xstate" */

/** Adds up so many numbers, and tells their sum. */
export const collector = fromTransition(
  (
    /** @type {{ left: number, sum: number, done: (sum: number) => void }} */ state,
    /** @type {{ type: "number", n: number }} */ { n },
  ) => {
    const next = { ...state, left: state.left - 1, sum: state.sum + n };
    if (next.left === 0) next.done(next.sum);
    return next;
  },
  (/** @type {{ input: { count: number, done: (sum: number) => void } }} */ { input }) => ({
    left: input.count,
    sum: 0,
    done: input.done,
  }),
);

/**
 * Starts a collector, and calls the body with it.
 * @param {number} count
 * @param {(parent: AnyActorRef) => void} body
 * @returns {Promise<number>}
 */
export function collect(count, body) {
  return new Promise((done) => body(createActor(collector, { input: { count, done } }).start()));
}

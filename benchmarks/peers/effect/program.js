import { Effect, Queue } from "effect";
import { measured } from "../measure.js";

/** @import { Pass } from "../measure.js" */

/**
 * A program whose pass is an effect. The fibers that it forked are interrupted when it ends.
 * @param {(...sizes: number[]) => Effect.Effect<Pass>} pass
 */
export function program(pass) {
  return measured((...sizes) => Effect.runPromise(pass(...sizes)));
}

/** The sum of so many numbers from a queue. */
export const sumOf = Effect.fnUntraced(function* (/** @type {Queue.Dequeue<number>} */ numbers, /** @type {number} */ count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += yield* Queue.take(numbers);
  return sum;
});

import { createActor, fromPromise, fromTransition } from "xstate";
import { measured, measuredMemory, MODULUS } from "../measure.js";
import { collect } from "./collector.js";

/** @import { AnyActorRef } from "xstate" */

/** Tells its parent a number, and ends: of the kinds of actors, that of a promise ends by itself. */
const child = fromPromise(async (/** @type {{ input: { parent: AnyActorRef, n: number } }} */ { input: { parent, n } }) => {
  parent.send({ type: "number", n });
});

/** Tells what it is sent. */
const listener = fromTransition(
  (/** @type {(n: number) => void} */ tell, /** @type {{ type: "number", n: number }} */ { n }) => {
    tell(n);
    return tell;
  },
  (/** @type {{ input: (n: number) => void }} */ { input }) => input,
);

/** Answers with its number. */
const idle = fromTransition(
  (/** @type {number} */ id, /** @type {{ type: "ask", from: AnyActorRef }} */ event) => {
    if (event.type === "ask") event.from.send({ type: "number", n: id });
    return id;
  },
  (/** @type {{ input: number }} */ { input }) => input,
);

/** @param {number} count */
function startIdle(count) {
  return Array.from({ length: count }, (_, index) => createActor(idle, { input: index + 1 }).start());
}

/**
 * Every actor answers with its number, and ends.
 * @param {ReturnType<typeof startIdle>} actors
 */
async function dismiss(actors) {
  const sum = await collect(actors.length, (from) => {
    for (const actor of actors) actor.send({ type: "ask", from });
  });
  for (const actor of actors) actor.stop();
  return sum;
}

/** Starting and ending actors. */
export const PROCESSES = {
  "spawn-parallel": measured(async (count = 0, batch = 1) => {
    let ops = 0;
    let checksum = 0;
    while (ops < count) {
      const sum = await collect(batch, (parent) => {
        for (let n = 1; n <= batch; n++) createActor(child, { input: { parent, n } }).start();
      });
      checksum = (checksum + sum) % MODULUS;
      ops += batch;
    }
    return { ops, checksum };
  }),

  "spawn-sequential": measured(async (processes = 0) => {
    /** @type {(n: number) => void} */
    let tell = () => {};
    const parent = createActor(listener, { input: (n) => tell(n) }).start();
    let sum = 0;
    for (let n = 1; n <= processes; n++) {
      /** @type {Promise<number>} */
      const told = new Promise((resolve) => (tell = resolve));
      createActor(child, { input: { parent, n } }).start();
      const number = await told;
      sum += number;
    }
    parent.stop();
    return { ops: processes, checksum: sum % MODULUS };
  }),

  "idle-process-bytes": measuredMemory({ start: async (count) => startIdle(count), dismiss }),

  "million-processes": measured(async (processes = 0) => {
    const sum = await dismiss(startIdle(processes));
    return { ops: processes, checksum: sum % MODULUS };
  }),
};

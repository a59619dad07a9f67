import { dispatch, spawn, spawnStateless, stop } from "nact";
import { measured, measuredMemory, MODULUS } from "../measure.js";
import { collector, nextName, system } from "./system.js";

/** @import { Ref } from "nact" */

/** Tells its parent the number that it is sent, and ends: an actor does nothing before its first message, and does not end by itself. */
function child(/** @type {{ parent: Ref<number>, n: number }} */ { parent, n }, /** @type {any} */ { self }) {
  dispatch(parent, n);
  stop(self);
}

/** @typedef {{ parent: Ref<number>, last: boolean }} Asked */

/** Tells its number, and ends when it has been asked the last time. */
function idle(/** @type {number} */ id, /** @type {Asked} */ { parent, last }, /** @type {any} */ { self }) {
  dispatch(parent, id);
  if (last) stop(self);
  return id;
}

/**
 * Starts actors in windows; is done when all wait for a message.
 * @param {number} count
 * @param {number} window
 */
async function startIdle(count, window) {
  /** @type {Ref<Asked>[]} */
  const actors = [];
  while (actors.length < count) {
    const started = Math.min(window, count - actors.length);
    const parent = collector(started);
    for (let i = 0; i < started; i++) {
      const actor = spawn(system, idle, nextName(), { initialState: actors.length + 1 });
      dispatch(actor, { parent: parent.ref, last: false });
      actors.push(actor);
    }
    await parent.sum;
  }
  return actors;
}

/**
 * Every actor answers with its number, and ends.
 * @param {Ref<Asked>[]} actors
 */
function dismiss(actors) {
  const parent = collector(actors.length);
  for (const actor of actors) dispatch(actor, { parent: parent.ref, last: true });
  return parent.sum;
}

/** Starting, ending and resetting actors. */
export const PROCESSES = {
  "spawn-parallel": measured(async (count = 0, batch = 1) => {
    let ops = 0;
    let checksum = 0;
    while (ops < count) {
      const parent = collector(batch);
      for (let n = 1; n <= batch; n++) dispatch(spawnStateless(system, child, nextName()), { parent: parent.ref, n });
      checksum = (checksum + (await parent.sum)) % MODULUS;
      ops += batch;
    }
    return { ops, checksum };
  }),

  "spawn-sequential": measured(async (processes = 0) => {
    /** @type {(n: number) => void} */
    let tell = () => {};
    const parent = spawnStateless(system, (/** @type {number} */ n) => tell(n), nextName());
    let sum = 0;
    for (let n = 1; n <= processes; n++) {
      /** @type {Promise<number>} */
      const told = new Promise((resolve) => (tell = resolve));
      dispatch(spawnStateless(system, child, nextName()), { parent, n });
      const number = await told;
      sum += number;
    }
    stop(parent);
    return { ops: processes, checksum: sum % MODULUS };
  }),

  "idle-process-bytes": measuredMemory({ start: startIdle, dismiss }),

  "million-processes": measured(async (processes = 0, window = 1) => {
    const sum = await dismiss(await startIdle(processes, window));
    return { ops: processes, checksum: sum % MODULUS };
  }),

  "restart-storm-rate": measured(async (children = 0) => {
    let observer = collector(children);
    const cell = (/** @type {number} */ id, /** @type {"crash" | { from: Ref<number>, n: number }} */ message) => {
      if (message === "crash") throw new Error(`cell ${id} was told to crash`);
      dispatch(message.from, id + message.n);
      return id;
    };
    const cells = Array.from({ length: children }, (_, index) =>
      spawn(system, cell, nextName(), {
        initialStateFunc: () => {
          dispatch(observer.ref, index + 1);
          return index + 1;
        },
        onCrash: (_message, _error, { reset }) => reset,
      }),
    );
    await observer.sum;
    observer = collector(children);
    for (const each of cells) dispatch(each, "crash");
    const checksum = await observer.sum;
    cells.forEach(stop);
    return { ops: children, checksum };
  }),
};

/** The programs with Nact: actors in one thread, which handle one message in each turn of the event loop. */
import { dispatch, query, spawn, spawnStateless, start, stop } from "nact";
import { main, measured, measuredMemory, MODULUS } from "../measure.js";

/** @import { ActorContext, Ref } from "nact" */

const system = start();

/** Longer than any query takes, in milliseconds. */
const TIMEOUT = 60_000;

let named = 0;

/** Names of actors must differ; those that Nact would choose by chance can be the same among as many as there are here. */
function nextName() {
  return String(named++);
}

/**
 * An actor that adds up so many numbers; the promise is of their sum.
 * @param {number} count
 * @returns {{ ref: Ref<number>, sum: Promise<number> }}
 */
function collector(count) {
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

await main({
  "ping-pong": measured(async (roundTrips = 0) => {
    const pong = spawnStateless(system, (/** @type {{ from: Ref<number>, n: number }} */ { from, n }) => dispatch(from, n + 1));
    const last = await new Promise((resolve) => {
      const play = (/** @type {number} */ played, /** @type {number} */ n, /** @type {any} */ { self }) => {
        if (played < roundTrips) {
          dispatch(pong, { from: self, n });
        } else {
          resolve(n);
          stop(self);
        }
        return played + 1;
      };
      dispatch(spawn(system, play, nextName(), { initialState: 0 }), 0);
    });
    stop(pong);
    return { ops: roundTrips, checksum: last };
  }),

  ring: measured(async (size = 0, hops = 0) => {
    /** @type {Ref<number | { next: Ref<number> }>[]} */
    const members = [];
    /** @type {Promise<number>} */
    const last = new Promise((resolve) => {
      for (let id = 0; id < size; id++) {
        const member = (/** @type {Ref<number> | undefined} */ next, /** @type {number | { next: Ref<number> }} */ message) => {
          if (typeof message === "object") return message.next;
          if (message === 0) resolve(id);
          else if (next !== undefined) dispatch(next, message - 1);
          return next;
        };
        members.push(spawn(system, member, nextName()));
      }
    });
    for (const [id, member] of members.entries()) dispatch(member, { next: /** @type {any} */ (members[(id + 1) % size]) });
    dispatch(/** @type {any} */ (members[0]), hops);
    const checksum = await last;
    members.forEach(stop);
    return { ops: hops, checksum };
  }),

  counting: measured(async (messages = 0) => {
    const count = (
      /** @type {{ count: number, total: number }} */ state,
      /** @type {{ add: number } | { get: Ref<{ count: number, total: number }> }} */ message,
    ) => {
      if ("add" in message) return { count: state.count + 1, total: state.total + message.add };
      dispatch(message.get, state);
      return state;
    };
    const counter = spawn(system, count, nextName(), { initialState: { count: 0, total: 0 } });
    for (let n = 1; n <= messages; n++) dispatch(counter, { add: n });
    const counted = await query(counter, (/** @type {Ref<{ count: number, total: number }>} */ get) => ({ get }), TIMEOUT);
    stop(counter);
    return { ops: counted.count, checksum: counted.total % MODULUS };
  }),

  "spawn-parallel": measured(async (count = 0, batch = 1) => {
    // An actor does nothing before its first message, and does not end by itself.
    const child = (/** @type {{ parent: Ref<number>, n: number }} */ { parent, n }, /** @type {any} */ { self }) => {
      dispatch(parent, n);
      stop(self);
    };
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

  "idle-process-bytes": measuredMemory({
    async start(count, window) {
      const idle = (
        /** @type {number} */ id,
        /** @type {{ parent: Ref<number>, last: boolean }} */ { parent, last },
        /** @type {any} */ { self },
      ) => {
        dispatch(parent, id);
        if (last) stop(self);
        return id;
      };
      /** @type {Ref<{ parent: Ref<number>, last: boolean }>[]} */
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
    },
    dismiss(actors) {
      const parent = collector(actors.length);
      for (const actor of actors) dispatch(actor, { parent: parent.ref, last: true });
      return parent.sum;
    },
  }),

  "server-call-small": measured(async (calls = 0) => {
    const add = (/** @type {number} */ total, /** @type {{ from: Ref<number>, n: number }} */ { from, n }) => {
      dispatch(from, total + n);
      return total + n;
    };
    const adder = spawn(system, add, nextName(), { initialState: 0 });
    let last = 0;
    for (let i = 0; i < calls; i++) last = await query(adder, (/** @type {Ref<number>} */ from) => ({ from, n: 1 }), TIMEOUT);
    stop(adder);
    return { ops: calls, checksum: last };
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
});
stop(system);

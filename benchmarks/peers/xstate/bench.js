/** The programs with XState: actors in one thread. An event is handled before `send` returns, unless its receiver is at work already. */
import { createActor, fromPromise, fromTransition } from "xstate";
import { main, measured, measuredMemory, MODULUS } from "../measure.js";

/** @import { ActorRef, AnyActorRef } from "xstate" */

/** Actors that answer every number with the next one. */
const pong = fromTransition((/** @type {null} */ state, /** @type {{ type: "ping", from: AnyActorRef, n: number }} */ event) => {
  if (event.type === "ping") event.from.send({ type: "pong", n: event.n + 1 });
  return state;
}, null);

/** Adds up so many numbers, and tells their sum. */
const collector = fromTransition(
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
function collect(count, body) {
  return new Promise((done) => body(createActor(collector, { input: { count, done } }).start()));
}

await main({
  "ping-pong": measured(async (roundTrips = 0) => {
    const other = createActor(pong).start();
    const last = await new Promise((resolve) => {
      const ping = fromTransition((/** @type {number} */ played, /** @type {{ type: "pong", n: number }} */ { n }, { self }) => {
        if (played < roundTrips) other.send({ type: "ping", from: self, n });
        else resolve(n);
        return played + 1;
      }, 0);
      createActor(ping).start().send({ type: "pong", n: 0 });
    });
    other.stop();
    return { ops: roundTrips, checksum: last };
  }),

  ring: measured(async (size = 0, hops = 0) => {
    /** @type {AnyActorRef[]} */
    const members = [];
    const last = await new Promise((resolve) => {
      const member = fromTransition(
        (
          /** @type {{ id: number, next: AnyActorRef | undefined }} */ state,
          /** @type {{ type: "next", next: AnyActorRef } | { type: "hop", hops: number }} */ event,
        ) => {
          if (event.type === "next") return { ...state, next: event.next };
          if (event.type === "hop" && event.hops > 0) state.next?.send({ type: "hop", hops: event.hops - 1 });
          else if (event.type === "hop") resolve(state.id);
          return state;
        },
        (/** @type {{ input: number }} */ { input }) => ({ id: input, next: undefined }),
      );
      for (let id = 0; id < size; id++) members.push(createActor(member, { input: id }).start());
      for (const [id, each] of members.entries()) each.send({ type: "next", next: members[(id + 1) % size] });
      members[0]?.send({ type: "hop", hops });
    });
    for (const each of members) /** @type {ReturnType<typeof createActor>} */ (each).stop();
    return { ops: hops, checksum: last };
  }),

  counting: measured(async (messages = 0) => {
    const counter = createActor(
      fromTransition(
        (/** @type {{ count: number, total: number }} */ state, /** @type {{ type: "add", n: number }} */ event) =>
          event.type === "add" ? { count: state.count + 1, total: state.total + event.n } : state,
        { count: 0, total: 0 },
      ),
    ).start();
    for (let n = 1; n <= messages; n++) counter.send({ type: "add", n });
    const { count, total } = counter.getSnapshot().context;
    counter.stop();
    return { ops: count, checksum: total % MODULUS };
  }),

  "spawn-parallel": measured(async (count = 0, batch = 1) => {
    // Of the kinds of actors, that of a promise ends by itself.
    const child = fromPromise(async (/** @type {{ input: { parent: AnyActorRef, n: number } }} */ { input: { parent, n } }) => {
      parent.send({ type: "number", n });
    });
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

  "idle-process-bytes": measuredMemory({
    async start(count) {
      const idle = fromTransition(
        (/** @type {number} */ id, /** @type {{ type: "ask", from: AnyActorRef }} */ event) => {
          if (event.type === "ask") event.from.send({ type: "number", n: id });
          return id;
        },
        (/** @type {{ input: number }} */ { input }) => input,
      );
      return Array.from({ length: count }, (_, index) => createActor(idle, { input: index + 1 }).start());
    },
    async dismiss(actors) {
      const sum = await collect(actors.length, (from) => {
        for (const actor of actors) actor.send({ type: "ask", from });
      });
      for (const actor of actors) actor.stop();
      return sum;
    },
  }),

  "server-call-small": measured(async (calls = 0) => {
    const adder = createActor(
      fromTransition(
        (/** @type {number} */ total, /** @type {{ type: "add", n: number, reply: (total: number) => void }} */ event) => {
          if (event.type !== "add") return total;
          event.reply(total + event.n);
          return total + event.n;
        },
        0,
      ),
    ).start();
    let last = 0;
    for (let i = 0; i < calls; i++) last = await new Promise((reply) => adder.send({ type: "add", n: 1, reply }));
    adder.stop();
    return { ops: calls, checksum: last };
  }),
});

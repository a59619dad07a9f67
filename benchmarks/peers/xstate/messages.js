import { createActor, fromTransition } from "xstate";
import { measured, MODULUS } from "../measure.js";
import { collect, collector } from "./collector.js";

/** @import { AnyActorRef } from "xstate" */

/** Actors that answer every number with the next one. */
const pong = fromTransition((/** @type {null} */ state, /** @type {{ type: "ping", from: AnyActorRef, n: number }} */ event) => {
  if (event.type === "ping") event.from.send({ type: "pong", n: event.n + 1 });
  return state;
}, null);

/** Sends so many numbers when it is told to. */
const sender = fromTransition(
  (/** @type {{ to: AnyActorRef, messages: number }} */ state, /** @type {{ type: "start" }} */ event) => {
    if (event.type === "start") for (let n = 1; n <= state.messages; n++) state.to.send({ type: "number", n });
    return state;
  },
  (/** @type {{ input: { to: AnyActorRef, messages: number } }} */ { input }) => input,
);

/** @typedef {{ type: "all", all: AnyActorRef[] } | { type: "ask", from: AnyActorRef } | { type: "answer", n: number }} Message */

/** Asks all the others, answers all of them, and tells its parent what the answers add up to. */
const member = fromTransition(
  (
    /** @type {{ id: number, parent: AnyActorRef, missing: number, sum: number }} */ state,
    /** @type {Message} */ event,
    { self },
  ) => {
    if (event.type === "ask") {
      event.from.send({ type: "answer", n: state.id });
    } else if (event.type === "all") {
      for (const other of event.all) if (other !== self) other.send({ type: "ask", from: self });
      return { ...state, missing: state.missing + event.all.length - 1 };
    } else if (event.type === "answer") {
      const next = { ...state, missing: state.missing - 1, sum: state.sum + event.n };
      if (next.missing === 0) next.parent.send({ type: "number", n: next.sum });
      return next;
    }
    return state;
  },
  (/** @type {{ input: { id: number, parent: AnyActorRef } }} */ { input }) => ({ ...input, missing: 0, sum: 0 }),
);

/** @typedef {{ type: "wish", from: AnyActorRef, colour: number }} Wish who wants to meet, and its colour: 0, 1 or 2 */

/** Lets two creatures meet, so often; then sends all of them home. */
const broker = fromTransition(
  (/** @type {{ left: number, waiting: Wish | undefined }} */ { left, waiting }, /** @type {Wish} */ event) => {
    if (event.type !== "wish") return { left, waiting };
    if (left > 0 && waiting === undefined) return { left, waiting: event };
    if (left === 0 || waiting === undefined) {
      event.from.send({ type: "stop" });
      return { left, waiting };
    }
    waiting.from.send({ type: "met", colour: event.colour });
    event.from.send({ type: "met", colour: waiting.colour });
    return { left: left - 1, waiting: undefined };
  },
  (/** @type {{ input: number }} */ { input }) => ({ left: input, waiting: /** @type {Wish | undefined} */ (undefined) }),
);

/** After a meeting of two colours both creatures have the third. Tells its parent how often it met another. */
const creature = fromTransition(
  (
    /** @type {{ place: AnyActorRef, parent: AnyActorRef, colour: number, met: number }} */ state,
    /** @type {{ type: "start" } | { type: "met", colour: number } | { type: "stop" }} */ event,
    { self },
  ) => {
    let next = state;
    if (event.type === "stop") {
      state.parent.send({ type: "number", n: state.met });
    } else if (event.type === "met") {
      const colour = event.colour === state.colour ? state.colour : 3 - state.colour - event.colour;
      next = { ...state, colour, met: state.met + 1 };
    }
    if (event.type === "start" || event.type === "met") state.place.send({ type: "wish", from: self, colour: next.colour });
    return next;
  },
  (/** @type {{ input: { place: AnyActorRef, parent: AnyActorRef, colour: number } }} */ { input }) => ({ ...input, met: 0 }),
);

/** Messages between actors. */
export const MESSAGES = {
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

  "fan-in": measured(async (senders = 0, messages = 0) => {
    const sum = await collect(senders * messages, (to) => {
      for (let i = 0; i < senders; i++) createActor(sender, { input: { to, messages } }).start().send({ type: "start" });
    });
    return { ops: senders * messages, checksum: sum % MODULUS };
  }),

  "fan-out": measured(async (receivers = 0, messages = 0) => {
    const sum = await collect(receivers, (parent) => {
      const done = (/** @type {number} */ n) => parent.send({ type: "number", n });
      const all = Array.from({ length: receivers }, () => createActor(collector, { input: { count: messages, done } }).start());
      for (let n = 1; n <= messages; n++) for (const to of all) to.send({ type: "number", n });
    });
    return { ops: receivers * messages, checksum: sum % MODULUS };
  }),

  big: measured(async (processes = 0) => {
    const sum = await collect(processes, (parent) => {
      const all = Array.from({ length: processes }, (_, index) =>
        createActor(member, { input: { id: index + 1, parent } }).start(),
      );
      for (const each of all) each.send({ type: "all", all });
    });
    return { ops: processes * (processes - 1), checksum: sum % MODULUS };
  }),

  chameneos: measured(async (creatures = 0, meetings = 0) => {
    const checksum = await collect(creatures, (parent) => {
      const place = createActor(broker, { input: meetings }).start();
      for (let i = 0; i < creatures; i++) {
        createActor(creature, { input: { place, parent, colour: i % 3 } })
          .start()
          .send({ type: "start" });
      }
    });
    return { ops: meetings, checksum };
  }),
};

import { dispatch, query, spawn, spawnStateless, stop } from "nact";
import { measured, MODULUS } from "../measure.js";
import { collector, nextName, system, TIMEOUT } from "./system.js";

/** @import { Ref } from "nact" */

/**
 * An actor that adds up so many numbers, tells its parent the sum, and ends.
 * @param {number} messages
 * @param {Ref<number>} parent
 */
function spawnAdder(messages, parent) {
  const add = (/** @type {{ left: number, sum: number }} */ state, /** @type {number} */ n, /** @type {any} */ { self }) => {
    const next = { left: state.left - 1, sum: state.sum + n };
    if (next.left === 0) {
      dispatch(parent, next.sum);
      stop(self);
    }
    return next;
  };
  return spawn(system, add, nextName(), { initialState: { left: messages, sum: 0 } });
}

/** @typedef {{ all: Ref<Message>[] } | { from: Ref<Message> } | { answer: number }} Message the others, a question or an answer */

/**
 * An actor that asks all the others, answers all of them, and tells its parent what the answers add up to.
 * @param {number} id
 * @param {Ref<number>} parent
 */
function spawnMember(id, parent) {
  const member = (
    /** @type {{ missing: number, sum: number }} */ state,
    /** @type {Message} */ message,
    /** @type {any} */ { self },
  ) => {
    if ("from" in message) {
      dispatch(message.from, { answer: id });
      return state;
    }
    if ("all" in message) {
      for (const other of message.all) if (other !== self) dispatch(other, { from: self });
      return { ...state, missing: state.missing + message.all.length - 1 };
    }
    const next = { missing: state.missing - 1, sum: state.sum + message.answer };
    if (next.missing === 0) dispatch(parent, next.sum);
    return next;
  };
  return spawn(system, member, nextName(), { initialState: { missing: 0, sum: 0 } });
}

/** @typedef {{ from: Ref<Met>, colour: number }} Wish who wants to meet, and its colour: 0, 1 or 2 */
/** @typedef {{ colour: number } | "start" | "stop"} Met whom it met, or that it is the first or the last time */

/**
 * An actor that lets two creatures meet, so often, and then sends all of them home.
 * @param {number} meetings
 */
function spawnBroker(meetings) {
  const broker = (/** @type {{ waiting: Wish | undefined, left: number }} */ { waiting, left }, /** @type {Wish} */ wish) => {
    if (left === 0) dispatch(wish.from, "stop");
    else if (waiting === undefined) return { waiting: wish, left };
    else {
      dispatch(waiting.from, { colour: wish.colour });
      dispatch(wish.from, { colour: waiting.colour });
      return { waiting: undefined, left: left - 1 };
    }
    return { waiting, left };
  };
  return spawn(system, broker, nextName(), {
    initialState: { waiting: /** @type {Wish | undefined} */ (undefined), left: meetings },
  });
}

/**
 * After a meeting of two colours both creatures have the third. Tells its parent how often it met another.
 * @param {number} first
 * @param {Ref<Wish>} place
 * @param {Ref<number>} parent
 */
function spawnCreature(first, place, parent) {
  const creature = (
    /** @type {{ colour: number, met: number }} */ { colour, met },
    /** @type {Met} */ message,
    /** @type {any} */ { self },
  ) => {
    if (message === "stop") {
      dispatch(parent, met);
      stop(self);
      return { colour, met };
    }
    let next = { colour, met };
    if (typeof message === "object" && "colour" in message) {
      next = { colour: message.colour === colour ? colour : 3 - colour - message.colour, met: met + 1 };
    }
    dispatch(place, { from: self, colour: next.colour });
    return next;
  };
  return spawn(system, creature, nextName(), { initialState: { colour: first, met: 0 } });
}

/** Messages between actors. */
export const MESSAGES = {
  "ping-pong": measured(async (roundTrips = 0) => {
    const pong = spawnStateless(
      system,
      (/** @type {{ from: Ref<number>, n: number }} */ { from, n }) => dispatch(from, n + 1),
      nextName(),
    );
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

  "fan-in": measured(async (senders = 0, messages = 0) => {
    const parent = collector(1);
    const adder = spawnAdder(senders * messages, parent.ref);
    const send = (/** @type {"start"} */ _start, /** @type {any} */ { self }) => {
      for (let n = 1; n <= messages; n++) dispatch(adder, n);
      stop(self);
    };
    for (let i = 0; i < senders; i++) dispatch(spawnStateless(system, send, nextName()), "start");
    return { ops: senders * messages, checksum: (await parent.sum) % MODULUS };
  }),

  "fan-out": measured(async (receivers = 0, messages = 0) => {
    const parent = collector(receivers);
    const all = Array.from({ length: receivers }, () => spawnAdder(messages, parent.ref));
    for (let n = 1; n <= messages; n++) for (const to of all) dispatch(to, n);
    return { ops: receivers * messages, checksum: (await parent.sum) % MODULUS };
  }),

  big: measured(async (processes = 0) => {
    const parent = collector(processes);
    const all = Array.from({ length: processes }, (_, index) => spawnMember(index + 1, parent.ref));
    for (const each of all) dispatch(each, { all });
    const checksum = (await parent.sum) % MODULUS;
    all.forEach(stop);
    return { ops: processes * (processes - 1), checksum };
  }),

  chameneos: measured(async (creatures = 0, meetings = 0) => {
    const parent = collector(creatures);
    const place = spawnBroker(meetings);
    for (let i = 0; i < creatures; i++) dispatch(spawnCreature(i % 3, place, parent.ref), "start");
    const checksum = await parent.sum;
    stop(place);
    return { ops: meetings, checksum };
  }),
};

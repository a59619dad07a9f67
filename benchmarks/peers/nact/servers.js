import { dispatch, query, spawn, spawnStateless, stop } from "nact";
import { next } from "../computing.js";
import { items, quantityOf } from "../items.js";
import { measured, MODULUS } from "../measure.js";
import { collector, nextName, system, TIMEOUT } from "./system.js";

/** @import { Ref } from "nact" */
/** @import { Items } from "../items.js" */

/** @typedef {{ from: Ref<number>, request: number | Items }} Call */

/** A server: it owns a total, adds what it is asked to, and answers with the new total. */
function spawnAdder() {
  const add = (/** @type {number} */ total, /** @type {Call} */ { from, request }) => {
    const sum = total + (typeof request === "number" ? request : quantityOf(request));
    dispatch(from, sum);
    return sum;
  };
  return spawn(system, add, nextName(), { initialState: 0 });
}

/**
 * @param {Ref<Call>} adder
 * @param {number | Items} request
 * @returns {Promise<number>}
 */
function call(adder, request) {
  return query(adder, (/** @type {Ref<number>} */ from) => ({ from, request }), TIMEOUT);
}

/** @typedef {{ debit: number, to: Ref<Order>, done: Ref<number> } | { credit: number, done: Ref<"credited"> } | { balance: Ref<number> }} Order */

/** Serves one transaction after the other: further ones wait in its mailbox until its promise is resolved. */
async function account(/** @type {number} */ balance, /** @type {Order} */ order) {
  if ("debit" in order) {
    await query(order.to, (/** @type {Ref<"credited">} */ done) => ({ credit: order.debit, done }), TIMEOUT);
    dispatch(order.done, 1);
    return balance - order.debit;
  }
  if ("balance" in order) {
    dispatch(order.balance, balance);
    return balance;
  }
  dispatch(order.done, "credited");
  return balance + order.credit;
}

/** Calls of servers. */
export const SERVERS = {
  "server-call-small": measured(async (calls = 0) => {
    const adder = spawnAdder();
    let last = 0;
    for (let i = 0; i < calls; i++) last = await call(adder, 1);
    stop(adder);
    return { ops: calls, checksum: last };
  }),

  "server-call-10kb": measured(async (calls = 0) => {
    const adder = spawnAdder();
    const all = items();
    let last = 0;
    for (let i = 0; i < calls; i++) last = await call(adder, all);
    stop(adder);
    return { ops: calls, checksum: last % MODULUS };
  }),

  "server-call-concurrent": measured(async (clients = 0, calls = 0) => {
    const adder = spawnAdder();
    const parent = collector(clients);
    const client = async (/** @type {"start"} */ _start, /** @type {any} */ { self }) => {
      for (let i = 0; i < calls; i++) await call(adder, 1);
      dispatch(parent.ref, calls);
      stop(self);
    };
    for (let i = 0; i < clients; i++) dispatch(spawnStateless(system, client, nextName()), "start");
    const ops = await parent.sum;
    const checksum = await call(adder, 0);
    stop(adder);
    return { ops, checksum };
  }),

  "bank-transaction": measured(async (accounts = 0, transactions = 0) => {
    const parent = collector(transactions);
    const all = Array.from({ length: accounts }, () => spawn(system, account, nextName(), { initialState: 1_000 }));
    let seed = 42;
    for (let i = 0; i < transactions; i++) {
      // Money goes to accounts of higher numbers only, so that none waits for one that waits for it.
      const from = (seed = next(seed)) % (accounts - 1);
      const to = from + 1 + ((seed = next(seed)) % (accounts - 1 - from));
      const [giver, taker] = /** @type {[Ref<Order>, Ref<Order>]} */ ([all[from], all[to]]);
      dispatch(giver, { debit: (seed = next(seed)) % 100, to: taker, done: parent.ref });
    }
    const ops = await parent.sum;
    let sum = 0;
    for (const [id, each] of all.entries()) {
      const held = await query(each, (/** @type {Ref<number>} */ balance) => ({ balance }), TIMEOUT);
      sum += (id + 1) * held;
      stop(each);
    }
    return { ops, checksum: ((sum % MODULUS) + MODULUS) % MODULUS };
  }),

  "concurrent-dictionary": measured(async (workers = 0, requests = 0, keys = 1) => {
    const lookUp = (
      /** @type {Map<number, number>} */ entries,
      /** @type {{ key: number, put: number | undefined, from: Ref<number> }} */ { key, put, from },
    ) => {
      if (put !== undefined) entries.set(key, put);
      dispatch(from, entries.get(key) ?? 0);
      return entries;
    };
    const shared = spawn(system, lookUp, nextName(), { initialState: new Map() });
    const parent = collector(workers);
    const work = async (/** @type {number} */ id, /** @type {any} */ { self }) => {
      let sum = 0;
      let seed = id;
      for (let i = 0; i < requests; i++) {
        seed = next(seed);
        const key = id * keys + (seed % keys);
        const put = i % 10 === 0 ? i : undefined;
        const held = await query(shared, (/** @type {Ref<number>} */ from) => ({ key, put, from }), TIMEOUT);
        sum += held;
      }
      dispatch(parent.ref, sum);
      stop(self);
    };
    for (let id = 0; id < workers; id++) dispatch(spawnStateless(system, work, nextName()), id);
    const checksum = (await parent.sum) % MODULUS;
    stop(shared);
    return { ops: workers * requests, checksum };
  }),
};

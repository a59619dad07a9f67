import { createActor, fromTransition } from "xstate";
import { items, quantityOf } from "../items.js";
import { measured, MODULUS } from "../measure.js";

/** @import { ActorRefFrom } from "xstate" */
/** @import { Items } from "../items.js" */

/** @typedef {{ type: "add", request: number | Items, reply: (total: number) => void }} Call */

/** A server: it owns a total, adds what it is asked to, and answers with the new total. */
const adder = fromTransition((/** @type {number} */ total, /** @type {Call} */ event) => {
  if (event.type !== "add") return total;
  const sum = total + (typeof event.request === "number" ? event.request : quantityOf(event.request));
  event.reply(sum);
  return sum;
}, 0);

/**
 * @param {ActorRefFrom<typeof adder>} server
 * @param {number | Items} request
 * @returns {Promise<number>}
 */
function call(server, request) {
  return new Promise((reply) => server.send({ type: "add", request, reply }));
}

/** Calls of servers. */
export const SERVERS = {
  "server-call-small": measured(async (calls = 0) => {
    const server = createActor(adder).start();
    let last = 0;
    for (let i = 0; i < calls; i++) last = await call(server, 1);
    server.stop();
    return { ops: calls, checksum: last };
  }),

  "server-call-10kb": measured(async (calls = 0) => {
    const server = createActor(adder).start();
    const all = items();
    let last = 0;
    for (let i = 0; i < calls; i++) last = await call(server, all);
    server.stop();
    return { ops: calls, checksum: last % MODULUS };
  }),

  "server-call-concurrent": measured(async (clients = 0, calls = 0) => {
    const server = createActor(adder).start();
    const client = async () => {
      for (let i = 0; i < calls; i++) await call(server, 1);
    };
    await Promise.all(Array.from({ length: clients }, client));
    const checksum = await call(server, 0);
    server.stop();
    return { ops: clients * calls, checksum };
  }),
};

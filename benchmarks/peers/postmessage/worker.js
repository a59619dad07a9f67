/** The threads of the programs, by the role that they are started with. */
import { parentPort, workerData } from "node:worker_threads";
import { run } from "../computing.js";
import { total, weigh } from "../copies.js";
import { quantityOf } from "../items.js";
import { LOAD } from "../load.js";
import { startTicking } from "./ticking.js";

/** @import { Job } from "../computing.js" */
/** @import { Items } from "../items.js" */
/** @import { Call } from "./threads.js" */

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);

/** @type {Record<string, () => void>} */
const ROLES = {
  ...LOAD,

  /** Answers every number with the next one. */
  pong() {
    port.on("message", (/** @type {number} */ n) => port.postMessage(n + 1));
  },

  /** Adds up what it is sent, and answers how many numbers that were. */
  counter() {
    let count = 0;
    let total = 0;
    port.on("message", (/** @type {["add", number] | ["get"]} */ message) => {
      if (message[0] === "add") {
        count += 1;
        total += message[1];
      } else {
        port.postMessage([count, total]);
        count = 0;
        total = 0;
      }
    });
  },

  /** A server that owns a total: it adds what it is asked to, and answers with the new total. */
  adder() {
    let total = 0;
    port.on("message", (/** @type {Call} */ { id, request: [method, what] }) => {
      if (method === "start") total = what;
      else total += method === "add" ? what : quantityOf(what);
      port.postMessage({ id, total });
    });
  },

  /** Computes what it is sent. */
  computer() {
    port.on("message", (/** @type {Job} */ job) => port.postMessage(run(job)));
  },

  /** Adds up the amounts of orders until it is asked. */
  cashier() {
    let sum = 0;
    port.on("message", (order) => {
      if (order === "sum") {
        port.postMessage(sum);
        sum = 0;
      } else {
        sum += order.total + order.customer.points + order.lines[1].price;
      }
    });
  },

  /** Weighs what it is sent, and tells how long it had to wait for its turn in the meantime if it is asked. */
  weigher() {
    const longestPause = startTicking();
    port.on("message", (message) => {
      if (message === "pause") setImmediate(() => port.postMessage(longestPause()));
      else port.postMessage(message.length + message[0] + message.at(-1));
    });
  },

  /** Adds up all of what it is sent. */
  totals() {
    port.on("message", (term) => port.postMessage(total(term)));
  },

  /** Weighs what it is sent. */
  scales() {
    port.on("message", (term) => port.postMessage(weigh(term)));
  },
};

ROLES[workerData]?.();

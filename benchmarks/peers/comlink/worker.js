/** What a thread lets others call. */
import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { run } from "../computing.js";
import { total, weigh } from "../copies.js";
import { quantityOf } from "../items.js";
import { LOAD } from "../load.js";

/** @import { Items } from "../items.js" */

/** A server: it owns a total, adds what it is asked to, and answers with the new total. */
class Adder {
  #total = 0;

  /** @param {number} n */
  add(n) {
    this.#total += n;
    return this.#total;
  }

  /** @param {Items} items */
  put(items) {
    return this.add(quantityOf(items));
  }
}

const exposed = {
  ...LOAD,
  Adder,
  run,
  total,
  weigh,

  /** @param {number} n */
  next(n) {
    return n + 1;
  },
};

/** @typedef {typeof exposed} Exposed */

expose(exposed, nodeEndpoint(/** @type {import("node:worker_threads").MessagePort} */ (parentPort)));

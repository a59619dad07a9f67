/** What a thread lets others call. */
import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { fib } from "../computing.js";

/** A server: it owns a total, adds what it is asked to, and answers with the new total. */
class Adder {
  #total = 0;

  /** @param {number} n */
  add(n) {
    this.#total += n;
    return this.#total;
  }
}

const exposed = {
  fib,
  Adder,

  /** @param {number} n */
  next(n) {
    return n + 1;
  },

  computeForever() {
    for (;;) fib(20);
  },
};

/** @typedef {typeof exposed} Exposed */

expose(exposed, nodeEndpoint(/** @type {import("node:worker_threads").MessagePort} */ (parentPort)));

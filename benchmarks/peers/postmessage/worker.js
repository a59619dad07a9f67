/** The threads of the programs, by the role that they are started with. */
import { parentPort, workerData } from "node:worker_threads";
import { fib } from "../computing.js";
import { startTicking } from "./ticking.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);

/** @type {Record<string, () => void>} */
const roles = {
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
    port.on("message", (/** @type {{ id: number, method: "start" | "add", n: number }} */ { id, method, n }) => {
      total = method === "start" ? n : total + n;
      port.postMessage({ id, total });
    });
  },

  /** Computes what it is sent. */
  computer() {
    port.on("message", (/** @type {number} */ n) => port.postMessage(fib(n)));
  },

  /** Computes until it is terminated. */
  busy() {
    for (;;) fib(20);
  },

  /** Weighs what it is sent, and tells how long it had to wait for its turn in the meantime. */
  weigher() {
    const longestPause = startTicking();
    port.on("message", (/** @type {number[] | Uint8Array | "pause"} */ message) => {
      if (message === "pause") setImmediate(() => port.postMessage(longestPause()));
      else port.postMessage(message.length + (message[0] ?? 0) + (message.at(-1) ?? 0));
    });
  },
};

roles[workerData]?.();

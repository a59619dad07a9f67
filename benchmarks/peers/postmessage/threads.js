import { Worker } from "node:worker_threads";

/** @import { Items } from "../items.js" */

/**
 * A thread in one of the roles of `worker.js`.
 * @param {string} role
 */
export function startThread(role) {
  return new Worker(new URL("./worker.js", import.meta.url), { workerData: role });
}

/**
 * Does the work with threads in these roles, which are terminated afterwards.
 * @template Result
 * @param {string[]} roles
 * @param {(...threads: Worker[]) => Result | Promise<Result>} work
 */
export async function withThreads(roles, work) {
  const threads = roles.map(startThread);
  try {
    return await work(...threads);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/**
 * The next message of a thread.
 * @param {Worker} thread
 * @returns {Promise<any>}
 */
export function nextMessage(thread) {
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", (message) => {
      thread.off("error", reject);
      resolve(message);
    });
  });
}

/** @typedef {["start", total: number] | ["add", n: number] | ["put", Items]} Request */
/** @typedef {{ id: number, request: Request }} Call */

/** Calls the server in a thread of the role `adder`. An answer has the number of its call. */
export class AdderClient {
  /** @type {Map<number, (total: number) => void>} */
  #waiting = new Map();
  #calls = 0;
  #thread;

  /** @param {Worker} thread */
  constructor(thread) {
    this.#thread = thread;
    thread.on("message", this.#receive);
  }

  #receive = (/** @type {{ id: number, total: number }} */ { id, total }) => {
    this.#waiting.get(id)?.(total);
    this.#waiting.delete(id);
  };

  /**
   * Begins anew, adds a number, or adds the quantity of items; the answer is the new total.
   * @param {Request} request
   * @returns {Promise<number>}
   */
  call(...request) {
    const id = this.#calls++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#thread.postMessage({ id, request });
    });
  }

  /** Listens no longer. */
  release() {
    this.#thread.off("message", this.#receive);
  }
}

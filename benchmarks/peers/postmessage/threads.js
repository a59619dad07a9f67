import { Worker } from "node:worker_threads";

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

  /** Listens no longer. */
  release() {
    this.#thread.off("message", this.#receive);
  }

  /**
   * Begins anew, with this total.
   * @param {number} total
   */
  start(total) {
    return this.#call("start", total);
  }

  /** @param {number} n */
  add(n) {
    return this.#call("add", n);
  }

  /**
   * @param {"start" | "add"} method
   * @param {number} n
   * @returns {Promise<number>}
   */
  #call(method, n) {
    const id = this.#calls++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#thread.postMessage({ id, method, n });
    });
  }
}

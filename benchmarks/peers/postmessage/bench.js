/** The programs with bare worker threads: a process is a thread, and a message goes through `postMessage`. */
import { setTimeout as sleep } from "node:timers/promises";
import { CORES, main, measured, measuredLatencies, MODULUS, nanoseconds } from "../measure.js";
import { AdderClient, nextMessage, withThreads } from "./threads.js";
import { startTicking } from "./ticking.js";

/** @import { Worker } from "node:worker_threads" */
/** @import { Pass, Program } from "../measure.js" */

/**
 * A program of this thread and another in this role, which is started once, as a program would, and not for each pass.
 * @param {string} role
 * @param {(thread: Worker, ...sizes: number[]) => Promise<Pass>} pass
 * @returns {Program}
 */
function withAnother(role, pass) {
  return (args) => withThreads([role], (thread) => measured((...sizes) => pass(thread, ...sizes))(args));
}

const computers = Array.from({ length: CORES }, () => "computer");
const busy = Array.from({ length: CORES }, () => "busy");

await main({
  "cross-flood": withAnother("counter", async (counter, messages = 0) => {
    const answer = nextMessage(counter);
    for (let n = 1; n <= messages; n++) counter.postMessage(["add", n]);
    counter.postMessage(["get"]);
    const [ops, total] = await answer;
    return { ops, checksum: total % MODULUS };
  }),

  "cross-ping-pong": withAnother("pong", async (pong, roundTrips = 0) => {
    const last = await new Promise((resolve) => {
      let left = roundTrips;
      pong.on("message", function receive(n) {
        left -= 1;
        if (left > 0) return pong.postMessage(n);
        pong.off("message", receive);
        resolve(n);
      });
      pong.postMessage(0);
    });
    return { ops: roundTrips, checksum: last };
  }),

  "server-call-small": withAnother("adder", async (thread, calls = 0) => {
    const adder = new AdderClient(thread);
    let last = await adder.start(0);
    for (let i = 0; i < calls; i++) last = await adder.add(1);
    adder.release();
    return { ops: calls, checksum: last };
  }),

  "fork-join-fib": (args) =>
    withThreads(computers, (...threads) =>
      measured(async (jobs = 0, n = 0) => {
        let left = jobs;
        let ops = 0;
        let sum = 0;
        // Each thread gets its next job when it has reported the last.
        const work = async (/** @type {Worker} */ thread) => {
          while (left-- > 0) {
            const result = nextMessage(thread);
            thread.postMessage(n);
            const value = await result;
            sum += value;
            ops += 1;
          }
        };
        await Promise.all(threads.map(work));
        return { ops, checksum: sum % MODULUS };
      })(args),
    ),

  "busy-call-latency": (args) =>
    withThreads(["adder", ...busy], (thread) => {
      const adder = new AdderClient(thread);
      return measuredLatencies(async (calls = 0) => {
        /** @type {number[]} */
        const took = [];
        let last = await adder.start(0);
        for (let i = 0; i < calls; i++) {
          const asked = performance.now();
          last = await adder.add(1);
          took.push((performance.now() - asked) * 1_000);
        }
        return { took, checksum: last };
      })(args);
    }),

  "timer-latency": (args) =>
    withThreads(busy, () =>
      measuredLatencies(async (sleeps = 0) => {
        /** @type {number[]} */
        const took = [];
        for (let i = 0; i < sleeps; i++) {
          const asked = performance.now();
          await sleep(1);
          took.push((performance.now() - asked - 1) * 1_000);
        }
        return { took, checksum: sleeps };
      })(args),
    ),

  "large-message-latency": ({ warmups, repeats, sizes: [elements = 0, bytes = 0] }) =>
    withThreads(["weigher"], async (weigher) => {
      const longestPause = startTicking();
      const values = [Array.from({ length: elements }, (_, index) => index), new Uint8Array(bytes).fill(1)];
      const pause = async () => {
        const there = nextMessage(weigher);
        weigher.postMessage("pause");
        return Math.max(await there, longestPause());
      };
      /** @type {number[]} */
      const ratios = [];
      /** @type {number[]} */
      const copies = [];
      let checksum = 0;
      let start = 0;
      for (let pass = -warmups; pass < repeats; pass++) {
        if (pass === 0) start = performance.now();
        await pause();
        let weight = 0;
        let copy = 0;
        for (const value of values) {
          const weighed = nextMessage(weigher);
          const sent = performance.now();
          weigher.postMessage(value);
          copy = Math.max(copy, performance.now() - sent);
          weight += await weighed;
        }
        const longest = await pause();
        if (pass < 0) continue;
        checksum = (checksum + weight) % MODULUS;
        copies.push(copy);
        ratios.push(longest / copy);
      }
      const detail = { copyMs: Math.max(...copies) };
      return { ops: 2 * repeats, ns: nanoseconds(start), checksum, ratio: Math.max(...ratios), detail };
    }),
});

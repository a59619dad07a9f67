/** The programs with bare worker threads: a process is a thread, and a message goes through `postMessage`. */
import { setTimeout as sleep } from "node:timers/promises";
import { computing, shareOut } from "../computing.js";
import { copies } from "../copies.js";
import { items } from "../items.js";
import { CORES, main, measured, measuredLatencies, MODULUS, nanoseconds, timed } from "../measure.js";
import { order } from "./orders.js";
import { AdderClient, nextMessage, startThread, withThreads } from "./threads.js";
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

/**
 * A program that calls a server in another thread.
 * @param {(adder: AdderClient, ...sizes: number[]) => Promise<Pass>} pass
 * @returns {Program}
 */
function withAdder(pass) {
  return withAnother("adder", async (thread, ...sizes) => {
    const adder = new AdderClient(thread);
    await adder.call("start", 0);
    const done = await pass(adder, ...sizes);
    adder.release();
    return done;
  });
}

/**
 * Measures calls of a server while threads of these roles run for each core.
 * @param {string[]} load
 * @param {"p99" | "p999"} figure
 * @returns {Program}
 */
function callsBesides(load, figure) {
  const roles = Array.from({ length: CORES }, () => load).flat();
  return (args) =>
    withThreads(["adder", ...roles], (thread) => {
      const adder = new AdderClient(thread);
      return measuredLatencies(async (calls = 0) => {
        await adder.call("start", 0);
        return timed(calls, () => adder.call("add", 1));
      }, figure)(args);
    });
}

const computers = Array.from({ length: CORES }, () => startThread("computer"));
const scales = startThread("scales");

await main({
  ...computing((jobs) =>
    shareOut(computers, jobs, (thread, job) => {
      thread.postMessage(job);
      return nextMessage(thread);
    }),
  ),

  ...copies(
    (term) => {
      scales.postMessage(term);
      return nextMessage(scales);
    },
    (term) =>
      withThreads(["totals"], (thread) => {
        thread.postMessage(term);
        return nextMessage(thread);
      }),
  ),

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

  "cross-order-flood": withAnother("cashier", async (cashier, orders = 0) => {
    for (let id = 1; id <= orders; id++) cashier.postMessage(order(id));
    cashier.postMessage("sum");
    return { ops: orders, checksum: (await nextMessage(cashier)) % MODULUS };
  }),

  "server-call-small": withAdder(async (adder, calls = 0) => {
    let last = 0;
    for (let i = 0; i < calls; i++) last = await adder.call("add", 1);
    return { ops: calls, checksum: last };
  }),

  "server-call-10kb": withAdder(async (adder, calls = 0) => {
    const all = items();
    let last = 0;
    for (let i = 0; i < calls; i++) last = await adder.call("put", all);
    return { ops: calls, checksum: last % MODULUS };
  }),

  "server-call-concurrent": withAdder(async (adder, clients = 0, calls = 0) => {
    const client = async () => {
      for (let i = 0; i < calls; i++) await adder.call("add", 1);
    };
    await Promise.all(Array.from({ length: clients }, client));
    return { ops: clients * calls, checksum: await adder.call("add", 0) };
  }),

  "busy-call-latency": callsBesides(["compute"], "p99"),
  "mixed-load-latency": callsBesides(["compute", "allocate"], "p999"),

  "timer-latency": (args) =>
    withThreads(
      Array.from({ length: CORES }, () => "compute"),
      () =>
        measuredLatencies(async (sleeps = 0) => {
          const { took } = await timed(sleeps, () => sleep(1, 0));
          return { took: took.map((micros) => micros - 1_000), checksum: sleeps };
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
      let longest = 0;
      let longestSend = 0;
      let checksum = 0;
      let start = 0;
      for (let pass = -warmups; pass < repeats; pass++) {
        if (pass === 0) start = performance.now();
        await pause();
        let weight = 0;
        let sending = 0;
        for (const value of values) {
          const weighed = nextMessage(weigher);
          const sent = performance.now();
          weigher.postMessage(value);
          sending = Math.max(sending, performance.now() - sent);
          weight += await weighed;
        }
        const waited = await pause();
        if (pass < 0) continue;
        checksum = (checksum + weight) % MODULUS;
        longestSend = Math.max(longestSend, sending);
        longest = Math.max(longest, waited);
      }
      const detail = { send: Math.round(longestSend * 1_000) };
      return { ops: 2 * repeats, ns: nanoseconds(start), checksum, micros: Math.round(longest * 1_000), detail };
    }),
});
await Promise.all([...computers, scales].map((thread) => thread.terminate()));

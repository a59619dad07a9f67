/** The programs with Comlink: objects in other threads, whose methods are called as if they were here and answer with a promise. */
import { Worker } from "node:worker_threads";
import { releaseProxy, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { computing, shareOut } from "../computing.js";
import { copies } from "../copies.js";
import { items } from "../items.js";
import { CORES, main, measured, measuredLatencies, MODULUS, timed } from "../measure.js";

/** @import { Remote } from "comlink" */
/** @import { Pass, Program } from "../measure.js" */
/** @import { Exposed } from "./worker.js" */

function startThread() {
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  const remote = /** @type {Remote<Exposed>} */ (wrap(nodeEndpoint(worker)));
  return { worker, remote };
}

const threads = Array.from({ length: CORES }, startThread);
const [{ remote: other }] = /** @type {[(typeof threads)[0]]} */ (threads);

/**
 * A program that calls a server in another thread, which is made for each pass.
 * @param {(adder: Awaited<InstanceType<typeof other.Adder>>, ...sizes: number[]) => Promise<Pass>} pass
 * @returns {Program}
 */
function withAdder(pass) {
  return measured(async (...sizes) => {
    const adder = await new other.Adder();
    const done = await pass(adder, ...sizes);
    adder[releaseProxy]();
    return done;
  });
}

/**
 * Measures calls of a server while threads with this load run for each core.
 * @param {("compute" | "allocate")[]} load
 * @param {"p99" | "p999"} figure
 * @returns {Program}
 */
function callsBesides(load, figure) {
  return async (args) => {
    const busy = Array.from({ length: CORES }, () => load)
      .flat()
      .map((name) => ({ ...startThread(), name }));
    for (const { remote, name } of busy) void remote[name]();
    const result = await measuredLatencies(async (calls = 0) => {
      const adder = await new other.Adder();
      const pass = await timed(calls, () => adder.add(1));
      adder[releaseProxy]();
      return pass;
    }, figure)(args);
    await Promise.all(busy.map(({ worker }) => worker.terminate()));
    return result;
  };
}

await main({
  ...computing((jobs) => shareOut(threads, jobs, ({ remote }, job) => remote.run(job))),
  ...copies(
    (term) => other.weigh(term),
    (term) => other.total(term),
  ),

  "cross-ping-pong": measured(async (roundTrips = 0) => {
    let n = 0;
    for (let i = 0; i < roundTrips; i++) n = await other.next(n);
    return { ops: roundTrips, checksum: n };
  }),

  "server-call-small": withAdder(async (adder, calls = 0) => {
    let last = 0;
    for (let i = 0; i < calls; i++) last = await adder.add(1);
    return { ops: calls, checksum: last };
  }),

  "server-call-10kb": withAdder(async (adder, calls = 0) => {
    const all = items();
    let last = 0;
    for (let i = 0; i < calls; i++) last = await adder.put(all);
    return { ops: calls, checksum: last % MODULUS };
  }),

  "server-call-concurrent": withAdder(async (adder, clients = 0, calls = 0) => {
    const client = async () => {
      for (let i = 0; i < calls; i++) await adder.add(1);
    };
    await Promise.all(Array.from({ length: clients }, client));
    return { ops: clients * calls, checksum: await adder.add(0) };
  }),

  "busy-call-latency": callsBesides(["compute"], "p99"),
  "mixed-load-latency": callsBesides(["compute", "allocate"], "p999"),
});
await Promise.all(threads.map(({ worker }) => worker.terminate()));

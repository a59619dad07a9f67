/** The programs with Comlink: objects in other threads, whose methods are called as if they were here and answer with a promise. */
import { Worker } from "node:worker_threads";
import { releaseProxy, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { CORES, main, measured, measuredLatencies, MODULUS } from "../measure.js";

/** @import { Remote } from "comlink" */
/** @import { Exposed } from "./worker.js" */

/**
 * Does the work with what so many threads expose; they are terminated afterwards.
 * @template Result
 * @param {number} count
 * @param {(...remotes: Remote<Exposed>[]) => Result | Promise<Result>} work
 */
async function withRemotes(count, work) {
  const workers = Array.from({ length: count }, () => new Worker(new URL("./worker.js", import.meta.url)));
  try {
    return await work(...workers.map((worker) => /** @type {Remote<Exposed>} */ (wrap(nodeEndpoint(worker)))));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

await main({
  "cross-ping-pong": (args) =>
    withRemotes(1, (other) =>
      measured(async (roundTrips = 0) => {
        let n = 0;
        for (let i = 0; i < roundTrips; i++) n = await other.next(n);
        return { ops: roundTrips, checksum: n };
      })(args),
    ),

  "server-call-small": (args) =>
    withRemotes(1, ({ Adder }) =>
      measured(async (calls = 0) => {
        const adder = await new Adder();
        let last = 0;
        for (let i = 0; i < calls; i++) last = await adder.add(1);
        adder[releaseProxy]();
        return { ops: calls, checksum: last };
      })(args),
    ),

  "fork-join-fib": (args) =>
    withRemotes(CORES, (...remotes) =>
      measured(async (jobs = 0, n = 0) => {
        let left = jobs;
        let ops = 0;
        let sum = 0;
        // Each thread gets its next job when it has reported the last.
        const work = async (/** @type {Remote<Exposed>} */ remote) => {
          while (left-- > 0) {
            const value = await remote.fib(n);
            sum += value;
            ops += 1;
          }
        };
        await Promise.all(remotes.map(work));
        return { ops, checksum: sum % MODULUS };
      })(args),
    ),

  "busy-call-latency": (args) =>
    withRemotes(CORES + 1, ({ Adder }, ...busy) => {
      for (const each of busy) void each.computeForever();
      return measuredLatencies(async (calls = 0) => {
        const adder = await new Adder();
        /** @type {number[]} */
        const took = [];
        let last = 0;
        for (let i = 0; i < calls; i++) {
          const asked = performance.now();
          last = await adder.add(1);
          took.push((performance.now() - asked) * 1_000);
        }
        adder[releaseProxy]();
        return { took, checksum: last };
      })(args);
    }),
});

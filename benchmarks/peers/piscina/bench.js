/** The programs with Piscina: a pool of as many threads as there are cores, which takes tasks. */
import { Piscina } from "piscina";
import { CORES, main, measured, MODULUS } from "../measure.js";

const pool = new Piscina({
  filename: new URL("./worker.js", import.meta.url).href,
  minThreads: CORES,
  maxThreads: CORES,
});

await main({
  "fork-join-fib": measured(async (jobs = 0, n = 0) => {
    const results = await Promise.all(Array.from({ length: jobs }, () => pool.run(n, { name: "fib" })));
    return { ops: results.length, checksum: results.reduce((sum, result) => sum + result, 0) % MODULUS };
  }),
});
await pool.destroy();

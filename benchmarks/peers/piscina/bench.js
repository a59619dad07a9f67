/** The programs with Piscina: a pool of as many threads as there are cores, which takes tasks. */
import { Piscina } from "piscina";
import { computing } from "../computing.js";
import { copies } from "../copies.js";
import { CORES, main } from "../measure.js";

const pool = new Piscina({
  filename: new URL("./worker.js", import.meta.url).href,
  minThreads: CORES,
  maxThreads: CORES,
});

await main({
  ...computing((jobs) => Promise.all(jobs.map((job) => pool.run(job, { name: "run" })))),
  ...copies(
    (term) => pool.run(term, { name: "weigh" }),
    (term) => pool.run(term, { name: "total" }),
  ),
});
await pool.destroy();

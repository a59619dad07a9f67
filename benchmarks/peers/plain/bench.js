/** What the computations take in one thread, with function calls and nothing else. */
import { fib } from "../computing.js";
import { main, measured, MODULUS } from "../measure.js";

await main({
  "fork-join-fib": measured((jobs = 0, n = 0) => {
    let sum = 0;
    for (let i = 0; i < jobs; i++) sum += fib(n);
    return { ops: jobs, checksum: sum % MODULUS };
  }),
});

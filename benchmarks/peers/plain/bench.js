/** What computations, timers and a service take in one thread, with function calls and nothing else. */
import { computing, run, work } from "../computing.js";
import { main, measured, MODULUS } from "../measure.js";
import { jsonService } from "./service.js";

/**
 * Works, and so do the trees below: how many nodes there are and what their work comes to.
 * @param {number} depth
 * @param {number} steps
 * @returns {[nodes: number, sum: number]}
 */
function node(depth, steps) {
  let nodes = 1;
  let sum = work(steps, depth);
  if (depth > 1) {
    for (const below of [depth - 1, depth - 2]) {
      const [more, sumBelow] = node(below, steps);
      nodes += more;
      sum += sumBelow;
    }
  }
  return [nodes, sum % MODULUS];
}

await main({
  ...computing((jobs) => jobs.map(run)),

  "unbalanced-tree": measured((depth = 0, steps = 0) => {
    const [ops, checksum] = node(depth, steps);
    return { ops, checksum };
  }),

  "json-service": jsonService,

  "timer-set-cancel": measured((timers = 0) => {
    let fired = 0;
    const set = Array.from({ length: timers }, (_, i) => setTimeout(() => (fired += 1), 60_000 + (i % 1_000)));
    set.forEach(clearTimeout);
    return { ops: timers, checksum: timers - fired };
  }),

  "timer-fire": measured(async (timers = 0, withinMs = 1) => {
    const checksum = await new Promise((resolve) => {
      let left = timers;
      let sum = 0;
      const receive = (/** @type {number} */ n) => {
        sum += n;
        left -= 1;
        if (left === 0) resolve(sum % MODULUS);
      };
      for (let i = 1; i <= timers; i++) setTimeout(receive, 1 + (i % withinMs), i);
    });
    return { ops: timers, checksum };
  }),
});

#!/usr/bin/env node
import "./node-version.js";
import { bootstrap } from "./bootstrap.js";
import { runBundled } from "./bundled.js";
import { script } from "./command.js";

const HELP = `
Usage: npm run simulate -- [--minutes N] [--seed N] [--only CASES]
       npm run simulate -- --faults [--seed N]
       npm run simulate -- --replay SCHEDULE

Runs the protocols between threads in one thread, one atomic operation at a time, in very many orders, and watches that no rule of theirs
is broken (docs/simulation.md). The exit code is 0 if none was.

  --minutes N        how long (1); half of it for exhaustive exploration, the rest for random schedules
  --seed N           of the random schedules (a new one each time)
  --only CASES       only those cases whose name begins so, as "ring/" or "names/list"
  --faults           breaks the protocols in all known ways and looks for each fault: how soon it is found, and by which case
  --replay SCHEDULE  runs again what a failure has printed, and shows each operation: thread, word, values, method
`;

script(HELP, (args) => {
  bootstrap();
  return runBundled("scheduler", "simulation", "node_modules/.cache/simulate.mjs", args);
});

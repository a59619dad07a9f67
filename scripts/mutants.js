#!/usr/bin/env node
import "./node-version.js";
import { bootstrap } from "./bootstrap.js";
import { runBundled } from "./bundled.js";
import { script } from "./command.js";

const HELP = `
Usage: npm run mutants -- [--seed N] [--count N] [--only NAME]

Breaks the compiler in all known ways (packages/compiler/src/testing/mutants/list.ts), one at a time, and looks for each fault: by random
programs first, then by the programs of the test suite. Prints what has shown it, and after how many programs. The exit code is 0 if all were found.

  --seed N      of the first random program (a new one each time)
  --count N     random programs for each fault (200)
  --only NAME   only the faults whose name begins so
`;

script(HELP, (args) => {
  bootstrap();
  return runBundled("compiler", "mutants", "node_modules/.cache/mutants.mjs", args);
});

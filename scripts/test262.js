#!/usr/bin/env node
import "./node-version.js";
import { bootstrap } from "./bootstrap.js";
import { runBundled } from "./bundled.js";
import { script } from "./command.js";

const HELP = `
Usage: npm run test262 -- --from PATH [options]

Runs the tests of tc39/test262 plain, and compiled and preempted, and tells where the results differ (docs/compiler.md, "Conformance").
The exit code is 0 if no difference is left unexplained.

  --from PATH      a copy of test262: the folder that holds harness and test
  --only FILTER    only tests whose path below test contains FILTER; may be given several times
  --again FILE     only those that differed, without a known reason, in the run which wrote FILE with --json
  --quota LIST     the quotas at which the compiled form runs (1,2,3,7)
  --jobs N         processes at a time (as many as there are cores)
  --sample N       only N tests, drawn at random; --seed N repeats the choice
  --json FILE      writes all results there
  --known FILE     another list of what is skipped and of differences that are known, with reasons
  --quiet          the table only
`;

script(HELP, (args) => {
  bootstrap();
  return runBundled("compiler", "test262", ".cache/test262/main.mjs", args, { cwd: process.env.INIT_CWD || process.cwd() });
});

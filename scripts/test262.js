#!/usr/bin/env node
import "./node-version.js";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bootstrap } from "./bootstrap.js";
import { foreground, ROOT, script } from "./command.js";

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

script(HELP, async (args) => {
  bootstrap();
  const folder = join(ROOT, "packages/compiler");
  const source = join(folder, "src/testing/test262");
  // Where the packages that it imports are found, and its own.
  const outfile = join(folder, ".cache/test262/main.mjs");
  mkdirSync(join(outfile, ".."), { recursive: true });
  const { buildSync } = createRequire(join(folder, "package.json"))("esbuild");
  buildSync({
    entryPoints: [join(source, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    // Sources are found from where the code was, not from where it is bundled to.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(source, "main.ts")).href) },
  });
  return foreground([outfile, ...args], { cwd: process.env.INIT_CWD || process.cwd() });
});

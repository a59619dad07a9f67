#!/usr/bin/env node
import "./node-version.js";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bootstrap } from "./bootstrap.js";
import { foreground, ROOT, script } from "./command.js";

const HELP = `
Usage: npm run mutants -- [--seed N] [--count N] [--only NAME]

Breaks the compiler in all known ways (packages/compiler/src/testing/mutants/list.ts), one at a time, and looks for each fault: by random
programs first, then by the programs of the test suite. Prints what has shown it, and after how many programs. The exit code is 0 if all were found.

  --seed N      of the first random program (a new one each time)
  --count N     random programs for each fault (200)
  --only NAME   only the faults whose name begins so
`;

script(HELP, async (args) => {
  bootstrap();
  const folder = join(ROOT, "packages/compiler");
  const source = join(folder, "src/testing/mutants");
  // Where the packages that it imports are found.
  const outfile = join(folder, "node_modules/.cache/mutants.mjs");
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
  return foreground([outfile, ...args]);
});

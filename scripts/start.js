#!/usr/bin/env node
import "./node-version.js";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.js";
import { foreground, ROOT, script } from "./command.js";

const HELP = `
Usage: npm start -- [PATH…]

Makes the workspace ready (see: node scripts/bootstrap.js --help), then runs the word-count example on all cores with these arguments.
`;

script(HELP, (args) => {
  bootstrap();
  return foreground([join(ROOT, "packages/vm/dist/cli/main.js"), "run", join(ROOT, "examples/wordcount/main.ts"), ...args], {
    // npm runs scripts in the workspace root; paths are meant from where the user stands.
    cwd: process.env.INIT_CWD || process.cwd(),
  });
});

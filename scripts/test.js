#!/usr/bin/env node
import "./node-version.js";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install } from "./bootstrap.js";
import { bundle } from "./bundle.js";
import { binOf, foreground, ROOT, script } from "./command.js";
import { recordBuild, repairOutputs } from "./freshness.js";

const HELP = `
Usage: npm test             types, lint, format, then every test
       npm test -- FILTER…  compile, then only the test files whose path contains FILTER (further vitest options are passed on)

Makes the workspace ready first (see: node scripts/bootstrap.js --help). The last line is "N passed, N failed, N skipped"; each of the
three checks counts as one. The exit code is 0 only if nothing failed.
`;

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

script(HELP, async (args) => {
  install();
  /** @type {Counts} */
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failedSteps = [];
  /** @type {(name: string, code: number) => void} */
  const check = (name, code) => {
    total[code === 0 ? "passed" : "failed"] += 1;
    if (code !== 0) failedSteps.push(name);
    process.stdout.write(code === 0 ? `ok: ${name}\n` : `FAILED: ${name}\n`);
  };

  repairOutputs();
  // The root project holds the packages and the type check of all tests; what has type errors is still written out and tested.
  const typeCode = await foreground([binOf("typescript", "tsc"), "-b", ROOT], { cwd: ROOT });
  await bundle();
  if (typeCode === 0) recordBuild();
  if (args.length === 0 || typeCode !== 0) check("types", typeCode);
  if (args.length === 0) {
    check("lint", await foreground([binOf("oxlint"), "--deny-warnings", "--quiet"], { cwd: ROOT }));
    const formatCode = await foreground([binOf("oxfmt"), "--list-different"], { cwd: ROOT });
    check(formatCode === 0 ? "format" : "format (npm run format mends it)", formatCode);
  }

  const tests = await runTests(args);
  total.passed += tests.passed;
  total.failed += tests.failed;
  total.skipped += tests.skipped;
  if (failedSteps.length > 0) process.stdout.write(`Checks that failed, see above: ${failedSteps.join("; ")}\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? 0 : 1;
});

/**
 * @param {string[]} args for vitest
 * @returns {Promise<Counts>} at least one failure if vitest itself failed
 */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "agner-test-"));
  const summary = join(folder, "summary.json");
  try {
    const reporters = ["--reporter=default", `--reporter=${join(ROOT, "scripts/summary-reporter.js")}`];
    const code = await foreground([binOf("vitest"), "run", ...reporters, ...args], {
      cwd: ROOT,
      env: { ...process.env, AGNER_TEST_SUMMARY: summary },
    });
    const counts = readCounts(summary);
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {Counts}
 */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // vitest ended before it could report: its exit code says how that is to be counted.
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

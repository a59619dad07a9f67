#!/usr/bin/env node
import "./node-version.js";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.js";
import { binOf, foreground, ROOT, script, StepError } from "./command.js";

/** What is run, and with which arguments for vitest. */
const SUITES = [
  { name: "VM", args: ["packages/vm/src", "--project", "all"] },
  { name: "OTP", args: ["packages/otp/src", "--project", "otp on 2", "--project", "all"] },
  { name: "examples", args: ["examples", "--project", "all"] },
];
/** The quickest first. */
const QUOTAS = [4_000, 7, 1];
/** Limit of a test in ms: slices of one reduction take their time. */
const TIMEOUT_MS = 300_000;

const HELP = `
Usage: npm run test:migration [-- OPTIONS] [-- FILTER…]

Runs the tests of the VM and of OTP, on two cores, and the examples, while every process that may move to another core does so at the end of each
slice, with slices of ${QUOTAS.join(", ")} reductions. Prints a table, and which tests failed or were skipped. The exit code is 0 if none failed.

  --quota N,…    other slices
  --suite NAME   only this one: ${SUITES.map(({ name }) => name).join(", ")}
  --stay         nobody is made to move: what fails then fails for another reason
  --help         this text

With FILTER only test files whose path contains one of them.
`;

/** @typedef {{ passed: number, failed: string[], skipped: string[], seconds: number }} Outcome */

script(HELP, async (args) => {
  const { quotas, suites, stay, filters } = options(args);
  bootstrap();
  /** @type {{ suite: string, quota: number, outcome: Outcome }[]} */
  const rows = [];
  for (const quota of quotas) {
    for (const suite of suites) {
      process.stdout.write(`\n=== ${suite.name}, slices of ${quota}\n`);
      const env = { AGNER_TEST_CORES: "2", AGNER_QUOTA: String(quota), ...(stay ? {} : { AGNER_MOVE: "always" }) };
      rows.push({ suite: suite.name, quota, outcome: await run(suite.args, filters, env) });
    }
  }
  print(rows);
  return rows.every(({ outcome }) => outcome.failed.length === 0) ? 0 : 1;
});

/** @param {{ suite: string, quota: number, outcome: Outcome }[]} rows */
function print(rows) {
  /** @param {(string | number)[]} cells */
  const line = ([first, ...rest]) =>
    process.stdout.write(`${String(first).padEnd(10)}${rest.map((cell) => String(cell).padStart(9)).join("")}\n`);
  process.stdout.write("\n");
  line(["suite", "slice", "passed", "failed", "skipped", "seconds"]);
  for (const { suite, quota, outcome } of rows)
    line([suite, quota, outcome.passed, outcome.failed.length, outcome.skipped.length, Math.round(outcome.seconds)]);
  /** @param {(outcome: Outcome) => number} of */
  const sum = (of) => rows.reduce((total, { outcome }) => total + of(outcome), 0);
  const failed = sum((outcome) => outcome.failed.length);
  line(["all", "", sum((o) => o.passed), failed, sum((o) => o.skipped.length), Math.round(sum((o) => o.seconds))]);
  for (const { quota, outcome } of rows) {
    for (const test of outcome.failed) process.stdout.write(`failed, slices of ${quota}: ${test}\n`);
    for (const test of outcome.skipped) process.stdout.write(`skipped, slices of ${quota}: ${test}\n`);
  }
  process.stdout.write(failed === 0 ? "PASSED\n" : "FAILED\n");
}

/** @param {string[]} args */
function options(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { quota: { type: "string" }, suite: { type: "string" }, stay: { type: "boolean" } },
      allowPositionals: true,
    });
    const quotas = values.quota === undefined ? QUOTAS : values.quota.split(",").map(Number);
    if (!quotas.every((quota) => Number.isInteger(quota) && quota > 0))
      throw new Error(`--quota must be whole numbers above 0, not ${values.quota}`);
    const suites = SUITES.filter(({ name }) => values.suite === undefined || name === values.suite);
    if (suites.length === 0)
      throw new Error(`there is no suite ${values.suite}; there are ${SUITES.map(({ name }) => name).join(", ")}`);
    return { quotas, suites, stay: values.stay === true, filters: positionals };
  } catch (error) {
    throw new StepError(`${/** @type {Error} */ (error).message}\n${HELP}`);
  }
}

/**
 * @param {readonly string[]} suite
 * @param {readonly string[]} filters
 * @param {Record<string, string>} env
 * @returns {Promise<Outcome>}
 */
async function run(suite, filters, env) {
  const folder = mkdtempSync(join(tmpdir(), "agner-migration-"));
  const began = performance.now();
  const file = join(folder, "results.json");
  try {
    const paths = suite.filter((arg, i) => !arg.startsWith("--") && suite[i - 1] !== "--project");
    const rest = suite.slice(paths.length);
    const chosen = filters.length === 0 ? paths : filters;
    const flags = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`, `--testTimeout=${TIMEOUT_MS}`];
    const code = await foreground([binOf("vitest"), "run", ...chosen, ...rest, "--passWithNoTests", ...flags], {
      cwd: ROOT,
      env: { ...process.env, ...env },
    });
    return { ...outcomeOf(file, code), seconds: (performance.now() - began) / 1_000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {number} code of vitest, which may have failed before it could report
 * @returns {Omit<Outcome, "seconds">}
 */
function outcomeOf(file, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: [`vitest ended with exit code ${code}`], skipped: [] };
  }
  /** @type {{ name: string, status: string, message: string, assertionResults: { fullName: string, status: string }[] }[]} */
  const files = results.testResults;
  const tests = files.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, name: name.slice(ROOT.length + 1) })),
  );
  /** @param {(status: string) => boolean} is */
  const those = (is) => tests.filter(({ status }) => is(status)).map(({ name, fullName }) => `${name}: ${fullName}`);
  const failed = those((status) => status === "failed");
  for (const { name, status, assertionResults } of files) {
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed"))
      failed.push(`${name.slice(ROOT.length + 1)}: the file itself`);
  }
  if (code !== 0 && failed.length === 0) failed.push(`vitest ended with exit code ${code}`);
  return {
    passed: those((status) => status === "passed").length,
    failed,
    skipped: those((status) => status !== "passed" && status !== "failed"),
  };
}

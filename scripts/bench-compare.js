#!/usr/bin/env node
import "./node-version.js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.js";
import { capture, foreground, isProgram, ROOT, script, StepError } from "./command.js";

const HELP = `
Usage: npm run bench:compare -- BASE [OPTIONS]

Builds the commit BASE and the one that is checked out, each in a clone of its own, runs the benchmarks on both in turns and prints the ratios, so
that a change is judged against what was there before it. Both run the programs of the commit that is checked out.

  BASE             a commit, as git names it: main, HEAD~1, v0.1.0, 1a2b3c4
  --only LIST      programs, by id (all)
  --cores LIST     core counts, such as 1,2,4 or 1-8 (every count from 1 to the machine's)
  --rounds N       rounds per program (5)
  --json FILE      where to write the figures (benchmarks/comparison.json)
  --help           this text
`;

/**
 * The two commits to compare. Throws a {@link StepError} when BASE is none, or when what is checked out has changes that no commit has.
 * @param {string | undefined} base
 * @returns {{ base: string, head: string }} their full names
 */
export function commitsToCompare(base, root = ROOT) {
  if (base === undefined || base.startsWith("-")) throw new StepError(`Which commit to compare with?\n${HELP}`.trimEnd());
  const changes = git(root, "What has changed", ["status", "--porcelain"]).trimEnd();
  if (changes !== "") {
    throw new StepError(`Commits are compared, and these changes are in none; commit or stash them first:\n${changes}`);
  }
  let commit;
  try {
    commit = git(root, "", ["rev-parse", "--verify", "--quiet", "--end-of-options", `${base}^{commit}`]).trim();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    throw new StepError(`There is no commit "${base}" in ${root}.`);
  }
  return { base: commit, head: git(root, "What is checked out", ["rev-parse", "HEAD"]).trim() };
}

/**
 * A clone of this repository with the commit built in it.
 * @param {string} commit
 * @param {string} folder
 */
function build(commit, folder) {
  process.stderr.write(`building ${commit.slice(0, 12)} …\n`);
  git(ROOT, "Cloning", ["clone", "--quiet", "--shared", "--no-checkout", ROOT, folder]);
  git(folder, `Checking out ${commit}`, ["checkout", "--quiet", "--detach", commit]);
  capture(`Building ${commit}`, process.execPath, [join(folder, "scripts/bootstrap.js")], { cwd: folder });
}

/**
 * Before anything is built. Throws a {@link StepError}.
 * @param {string[]} options
 */
async function checkOptions(options) {
  const { parseComparisonOptions, UsageError } = await import("../benchmarks/dist/options.js");
  try {
    parseComparisonOptions(options, { cores: 1, json: "" });
  } catch (error) {
    throw error instanceof UsageError ? new StepError(`${error.message}\nTry: npm run bench:compare -- --help`) : error;
  }
}

/**
 * @param {string} cwd
 * @param {string} what
 * @param {string[]} args
 */
function git(cwd, what, args) {
  return capture(what, "git", args, { cwd });
}

if (isProgram(import.meta.url)) {
  script(HELP, async ([name, ...options]) => {
    const { base, head } = commitsToCompare(name);
    bootstrap();
    await checkOptions(options);
    const folder = mkdtempSync(join(tmpdir(), "agner-compare-"));
    try {
      const [baseFolder, headFolder] = [join(folder, "base"), join(folder, "head")];
      build(base, baseFolder);
      build(head, headFolder);
      return await foreground([join(ROOT, "benchmarks/dist/compare.js"), baseFolder, headFolder, ...options], {
        cwd: process.env.INIT_CWD || process.cwd(),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { commitsToCompare } from "./bench-compare.js";
import { StepError } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "agner-compare-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
const commit = (text: string) => {
  writeFileSync(join(folder, "file"), text);
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", text);
  return git("rev-parse", "HEAD");
};
git("init", "-q");
const first = commit("one");
const second = commit("two");

test("a commit is known by any of its names", () => {
  expect(commitsToCompare("HEAD~1", folder)).toEqual({ base: first, head: second });
  expect(commitsToCompare(first.slice(0, 8), folder)).toEqual({ base: first, head: second });
});

test("what is no commit is refused by its name", () => {
  expect(() => commitsToCompare("nowhere", folder)).toThrow(StepError);
  expect(() => commitsToCompare("nowhere", folder)).toThrow(/no commit "nowhere"/);
  expect(() => commitsToCompare(undefined, folder)).toThrow(/Which commit[^]*Usage/);
  expect(() => commitsToCompare("--only", folder)).toThrow(/Which commit/);
});

test("changes that are in no commit are refused, and named", () => {
  writeFileSync(join(folder, "file"), "three");
  try {
    expect(() => commitsToCompare(first, folder)).toThrow(/commit or stash them first:\n M file$/);
  } finally {
    git("checkout", "-q", "file");
  }
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { command, sampled } from "./command.ts";
import { Known } from "./known.ts";
import { metadataOf } from "./metadata.ts";
import type { TestResult } from "./run-test.ts";
import { variantsOf } from "./variants.ts";

const folder = mkdtempSync(join(tmpdir(), "test262-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

async function run(...args: string[]) {
  const json = join(folder, "results.json");
  const printed: string[] = [];
  const all = ["--from", fixtures, "--known", join(fixtures, "known.yaml"), "--json", json, "--jobs", "1", ...args];
  const code = await command(all, (text) => void printed.push(text));
  const results = JSON.parse(readFileSync(json, "utf8")) as TestResult[];
  return { code, results, printed: printed.join("\n") };
}

test("each test ends as it should, plain and compiled, and what differs is told", async () => {
  const { code, results, printed } = await run("--quota", "1,7");
  expect(code).toBe(1);
  expect(
    results.map(({ path, status, why, plain, preempted }) =>
      [path.slice("language/".length), status, why, plain, preempted && "preempted"].filter(Boolean),
    ),
  ).toEqual([
    ["asynchronous.js", "same", "preempted"],
    ["breaks-built-in.js", "same", "preempted"],
    ["direct-eval.js", "skipped", "evaluates"],
    ["errors/early.js", "same"],
    ["errors/late.js", "same", "preempted"],
    ["fails-everywhere.js", "same", "Test262Error: i is 2"],
    ["loop.js", "same", "preempted"],
    ["modules/dynamic.js", "same", "preempted"],
    ["modules/live.js", "same", "preempted"],
    ["modules/missing.js", "same"],
    ["never-done.js", "same", "Unfinished: did not call $DONE"],
    ["sloppy.js", "skipped", "sloppy"],
    ["text-of-function.js", "different", "compiled functions have a text of their own", "preempted"],
    ["unexplained.js", "different", "preempted"],
  ]);
  expect(results.at(-1)!.differences).toEqual(
    [1, 7, null].map((quota) => ({
      variant: quota === null ? "top" : "main",
      quota,
      expected: "passed",
      got: "Test262Error: Expected false but got true",
    })),
  );
  expect(printed).toContain("language/unexplained.js\n  main at 1, main at 7, top\n    expected passed\n");
  expect(printed).not.toContain("language/text-of-function.js\n");
});

test("without an unexplained difference the exit code is 0", async () => {
  const { code, results } = await run("--only", "modules/", "--only", "text-of", "--quota", "2");
  expect(results.map((r) => r.status)).toEqual(["same", "same", "same", "different"]);
  expect(code).toBe(0);
});

test("the same seed draws the same tests", () => {
  const paths = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, "0"));
  const first = sampled(paths, 10, "7");
  expect(new Set(first).size).toBe(10);
  expect(sampled(paths, 10, "7")).toEqual(first);
  expect(sampled(paths, 10, "8")).not.toEqual(first);
  expect(sampled(paths, 200, "7")).toEqual(paths);
});

test("a folder without a harness is none", async () => {
  expect(await command(["--from", folder])).toBe(2);
});

test("front matter is YAML", () => {
  const text = "/*---\r\nincludes: [a.js,\r\n  b.js]\nflags:\n- module\nnegative:\n  phase: parse\n  type: SyntaxError\n---*/";
  expect(metadataOf(text)).toEqual({
    includes: ["a.js", "b.js"],
    flags: ["module"],
    features: [],
    negative: { phase: "parse", type: "SyntaxError" },
  });
  expect(() => metadataOf("1 + 1")).toThrow("front matter");
});

test("a module is wrapped if it exports and awaits nothing", () => {
  const module = { includes: [], flags: ["module"], features: [], negative: undefined };
  const names = (text: string) => variantsOf(text, module).map((v) => v.name);
  expect(names('import a from "./a.js"; a();')).toEqual(["main", "top"]);
  expect(names("export let a;")).toEqual(["top"]);
  expect(names("let a; export { a };")).toEqual(["top"]);
  expect(names("await 1;")).toEqual(["top"]);
  expect(variantsOf('1; import "./a.js"; 2;', module)[0]!.text).toMatch(
    /^import "\.\/a\.js";\nexport function \$main\(\) \{\n1; +2;\n\}/,
  );
});

test("an entry of the list fits by path, flag, feature and results, all that it has", () => {
  const known = new Known(
    "skipped: [{ path: a/*.js, feature: x, why: one }, { paths: ['b/**'], flag: raw, why: two }]\n" +
      "differences: [{ path: a/1.js, expected: good, got: bad, why: three }]\nrefused: [{ says: no, why: four }]",
  );
  const metadata = (flags: string[], features: string[]) => ({ includes: [], flags, features, negative: undefined });
  expect(known.skipped("a/1.js", metadata([], ["x"]))).toBe("one");
  expect(known.skipped("a/b/1.js", metadata([], ["x"]))).toBe(undefined);
  expect(known.skipped("a/1.js", metadata([], []))).toBe(undefined);
  expect(known.skipped("b/c/1.js", metadata(["raw"], []))).toBe("two");
  const difference = { variant: "top", quota: null, expected: "a good end", got: "a bad end" } as const;
  expect(known.explained("a/1.js", metadata([], []), [difference])).toBe("three");
  expect(known.explained("a/1.js", metadata([], []), [difference, { ...difference, got: "worse" }])).toBe(undefined);
  expect(known.refused("it says no")).toBe("four");
  expect(() => new Known("skipped: [{ why: five }]")).toThrow("five");
});

/** Whole programs under `agner run`: what they print, and how they end. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { folder, type Folder } from "../code/testing/folder.ts";
import { agner, node, type Outcome, type ProgramOptions } from "../testing/program.ts";

function start(dir: Folder, args: readonly string[], options: ProgramOptions = {}): Promise<Outcome> {
  return agner(["run", ...args], { cwd: dir.path(""), ...options });
}

/** Standard error, with the folder's paths shortened. */
function shown(dir: Folder, { stderr }: Outcome): string {
  return stderr.replaceAll(dir.path(""), "/app");
}

test("main gets its arguments, and a number that it returns is the exit code", async () => {
  const dir = folder({
    "app.ts":
      "export function main(...args: string[]): number {\n  console.log(JSON.stringify(args), JSON.stringify(process.argv.slice(1)));\n  return args.length;\n}\n",
  });
  expect(await start(dir, ["--cores", "1", "app.ts", "a", "--port=1", "--", "--cores", "0"])).toEqual({
    stdout: `["a","--port=1","--cores","0"] ["${dir.path("app.ts")}","a","--port=1","--cores","0"]\n`,
    stderr: "",
    code: 4,
  });
});

test("main returns nothing: 0", async () => {
  const dir = folder({ "app.ts": "export function main(): void {}\n" });
  expect(await start(dir, ["app.ts", "--cores=2"])).toEqual({ stdout: "", stderr: "", code: 0 });
});

test("a crash: report with the TypeScript stack, and 1", async () => {
  const dir = folder({
    "app.ts": [
      'import { deep } from "./deep.ts";',
      "interface Unused {",
      "  readonly x: number;",
      "}",
      "export function main(): void {",
      "  deep(3);",
      '  console.log("not reached");',
      "}",
    ].join("\n"),
    "deep.ts":
      "export function deep(n: number): number {\n  if (n === 0) throw new RangeError('too deep', { cause: new Error('the cause') });\n  return 1 + deep(n - 1);\n}\n",
  });
  const outcome = await start(dir, ["app.ts", "--cores", "1"]);
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toBe("");
  const text = shown(dir, outcome);
  expect(text).toMatch(/^Process <\d+\.\d+\.0> crashed: RangeError: too deep\n {4}at deep \(file:\/\/\/app\/deep\.ts:2:22\)\n/);
  expect(text.match(/^ {4}at deep \(file:\/\/\/app\/deep\.ts:3:1\d\)$/gm)?.length).toBe(3);
  expect(text).toMatch(/^ {4}at main \(file:\/\/\/app\/app\.ts:6:3\)$/m);
  expect(text).toMatch(/^ {2}Caused by: Error: the cause$/m);
  expect(text).toMatch(/^ {2}initial call {5}main \(file:\/\/\/app\/app\.ts:5:\d+\)$/m);
  expect(text).not.toMatch(/worker\.js|scheduler\/dist|\$r\d/);
});

test("a crash behind a suspension has its callers", async () => {
  const dir = folder({
    "app.ts": [
      'import { sleep } from "@agner/vm";',
      "function inner(): void {",
      "  sleep(1);",
      "  throw new Error('late');",
      "}",
      "function middle(): number {",
      "  inner();",
      "  return 1;",
      "}",
      "export function main(): void {",
      "  middle();",
      "  middle();",
      "}",
    ].join("\n"),
  });
  const text = shown(dir, await start(dir, ["app.ts", "--cores", "1"]));
  expect(text.split("\n").slice(1, 4)).toEqual([
    "    at inner (file:///app/app.ts:4:9)",
    expect.stringMatching(/^ {4}at middle \(file:\/\/\/app\/app\.ts:7:3\)$/) as string,
    expect.stringMatching(/^ {4}at main \(file:\/\/\/app\/app\.ts:11:3\)$/) as string,
  ]);
});

test("the crash of another process is reported and ends nothing", async () => {
  const dir = folder({
    "app.ts": [
      'import { receive, spawnMonitor } from "@agner/vm";',
      "function child(): void {",
      "  throw { not: 'an error' };",
      "}",
      "export function main(): number {",
      "  spawnMonitor(child);",
      "  receive();",
      "  return 0;",
      "}",
    ].join("\n"),
  });
  const outcome = await start(dir, ["app.ts", "--cores", "1"]);
  expect(outcome.code).toBe(0);
  expect(shown(dir, outcome)).toMatch(
    /^Process <\d+\.\d+\.0> crashed: threw \{ not: 'an error' \}, which is not an Error\n {2}initial call {5}child \(/,
  );
});

test("reports and figures as lines of JSON", async () => {
  const dir = folder({ "app.ts": "export function main(): void {\n  throw new TypeError('no');\n}\n" });
  const outcome = await start(dir, ["app.ts", "--cores", "2", "--json", "--stats"]);
  expect(outcome.code).toBe(1);
  const lines = outcome.stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map((line) => line["type"])).toEqual(["crash", "statistics"]);
  expect(lines[0]).toMatchObject({ reason: "TypeError: no", stack: [`at main (${dir.url("app.ts")}:2:9)`] });
  expect((lines[1]!["schedulers"] as unknown[]).length).toBe(2);
});

test("the table of figures comes last, on standard error", async () => {
  const dir = folder({ "app.ts": "export function main(): void {\n  console.log('done');\n}\n" });
  const { stdout, stderr, code } = await start(dir, ["app.ts", "--cores", "2", "--stats"]);
  expect([stdout, code]).toEqual(["done\n", 0]);
  const rows = stderr.trimEnd().split("\n");
  expect(rows[0]).toMatch(
    /^scheduler {2}run queue {2}processes {2}reductions {2}messages in {2}messages out {2}dropped {2}spawns {2}steals {2}migrations +busy$/,
  );
  expect(rows.slice(1).map((row) => row.trim().split(/\s+/)[0])).toEqual(["0", "1", "all"]);
});

test("a syntax error: place and code frame, 2", async () => {
  const dir = folder({
    "app.ts": 'import "./bad.ts";\nexport function main(): void {}\n',
    "bad.ts": "const ok = 1;\nconst x = = 2;\n",
  });
  const outcome = await start(dir, ["app.ts"]);
  expect([outcome.code, outcome.stdout]).toEqual([2, ""]);
  expect(shown(dir, outcome)).toMatch(/^agner: \/app\/bad\.ts:2:11: /);
  expect(shown(dir, outcome)).toContain("const x = = 2;");
});

test("a missing import, a missing export, an import that Node cannot load: place and code frame, 2", async () => {
  const dir = folder({
    "a.ts": 'import "./gone.ts";\nexport function main(): void {}\n',
    "b.ts": 'import { coutn } from "./lib.ts";\nexport function main(): void {\n  console.log(coutn);\n}\n',
    "c.ts": 'import "broken";\nexport function main(): void {}\n',
    "lib.ts": "export const count = 1;\n",
    "node_modules/broken/package.json": '{ "name": "broken", "type": "module", "exports": "./index.js" }',
    "node_modules/broken/index.js": 'throw new Error("no licence");',
  });
  const a = await start(dir, ["a.ts", "--cores", "1"]);
  expect([a.code, shown(dir, a)]).toEqual([
    2,
    expect.stringMatching(
      /^agner: \/app\/a\.ts:1:\d+: cannot find module "\.\/gone\.ts": there is no such file in \/app\n {2}1 \| import "\.\/gone\.ts";\n/,
    ) as string,
  ]);
  const b = await start(dir, ["b.ts", "--cores", "1"]);
  expect([b.code, shown(dir, b)]).toEqual([
    2,
    expect.stringMatching(
      /^agner: \/app\/b\.ts:1:\d+: "\.\/lib\.ts" has no export "coutn" \(did you mean "count"\?\); it exports count\n {2}1 \|/,
    ) as string,
  ]);
  const c = await start(dir, ["c.ts", "--cores", "1"]);
  expect([c.code, shown(dir, c)]).toEqual([
    2,
    expect.stringMatching(/^agner: \/app\/c\.ts:1:\d+: loading "broken" failed: no licence\n$/) as string,
  ]);
});

test("a module with nothing to run: 2", async () => {
  const dir = folder({ "app.ts": "export function helper(): void {}\n" });
  const outcome = await start(dir, ["app.ts", "--cores", "1"]);
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toMatch(/^agner: .*app\.ts/);
  expect(outcome.stderr.trimEnd()).not.toContain("\n");
});

test("a top level that throws: 1, with its stack", async () => {
  const dir = folder({ "app.ts": "export function main(): void {}\n\nthrow new Error('at the top');\n" });
  const outcome = await start(dir, ["app.ts", "--cores", "1"]);
  expect(outcome.code).toBe(1);
  expect(shown(dir, outcome)).toBe("agner: Error: at the top\n    at file:///app/app.ts:3:7\n");
});

test("halt loses nothing that was printed before, on any scheduler", async () => {
  const dir = folder({
    "app.ts": [
      'import { halt, receive, self, send, spawnOpt, type Pid } from "@agner/vm";',
      "function print(to: Pid): void {",
      "  for (let i = 0; i < 500; i++) console.log('x'.repeat(1_023));",
      "  send(to, 'done');",
      "}",
      "export function main(): void {",
      "  for (const scheduler of [0, 1]) spawnOpt({ scheduler }, print, self());",
      "  receive();",
      "  receive();",
      "  process.stdout.write('end\\n');",
      "  halt(3);",
      "}",
    ].join("\n"),
  });
  const { stdout, stderr, code } = await start(dir, ["app.ts", "--cores", "2"]);
  expect([stderr, code]).toEqual(["", 3]);
  expect(stdout.length).toBe(1_000 * 1_024 + 4);
  expect(stdout.endsWith("\nend\n")).toBe(true);
});

test("process.exit on a scheduler is halt, and standard input reaches a process", async () => {
  const dir = folder({
    "app.ts": [
      'import { wait } from "@agner/vm";',
      'import { text } from "node:stream/consumers";',
      "export function main(): void {",
      "  console.log(wait(text(process.stdin)).toUpperCase());",
      "  process.exit(5);",
      "}",
    ].join("\n"),
  });
  expect(await start(dir, ["app.ts", "--cores", "1"], { input: "hello" })).toEqual({ stdout: "HELLO\n", stderr: "", code: 5 });
});

test("dynamic import loads a module while the program runs", async () => {
  const dir = folder({
    "app.ts":
      'import { wait } from "@agner/vm";\nexport function main(): number {\n  const { answer } = wait(import("./late.ts"));\n  return answer();\n}\n',
    "late.ts": "export function answer(): number {\n  return 42;\n}\n",
  });
  expect(await start(dir, ["app.ts", "--cores", "2"])).toEqual({ stdout: "", stderr: "", code: 42 });
});

test("a warning of the compiler, and silence on request", async () => {
  const dir = folder({ "app.ts": "let count = 0;\nexport function main(): void {\n  count++;\n  console.log(count);\n}\n" });
  const outcome = await start(dir, ["app.ts", "--cores", "1"]);
  expect([outcome.stdout, outcome.code]).toEqual(["1\n", 0]);
  expect(shown(dir, outcome)).toMatch(/^warning: \/app\/app\.ts:3:\d+: /);
  expect((await start(dir, ["app.ts", "--cores", "1", "--quiet"])).stderr).toBe("");
});

test("the command that package managers link is there before anything is compiled, and is this one", async () => {
  const bin = fileURLToPath(new URL("../../bin/agner.js", import.meta.url));
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(await node([bin, "--version"])).toEqual({ stdout: `${version}\n`, stderr: "", code: 0 });
});

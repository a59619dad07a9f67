/** What `agner run` says of schedulers that are lost. */
import { expect, test } from "vitest";
import { folder } from "../code/testing/folder.ts";
import { agner, type Outcome } from "../testing/program.ts";

const APP = [
  'import { receive, register, schedulerId, schedulers, spawnOpt } from "@agner/vm";',
  "function exhaust(): void {",
  '  register("hog");',
  "  const kept: unknown[] = [];",
  "  for (;;) kept.push(new Array(1_000).fill(kept.length));",
  "}",
  "function fail(): void {",
  "  setTimeout(() => {",
  '    throw new RangeError("nobody caught this");',
  "  });",
  "  receive(() => false);",
  "}",
  "function failElsewhere(): void {",
  "  for (let core = 0; core < schedulers(); core++) if (core !== schedulerId()) spawnOpt({ scheduler: core }, fail);",
  "  receive(() => false);",
  "}",
  "export function main(what: string, times: string): void {",
  '  if (what === "self") return fail();',
  '  if (what === "all others") return failElsewhere();',
  '  const entry = what === "memory" ? exhaust : fail;',
  "  for (let i = 0; i < Number(times); i++) {",
  "    const [, ref] = spawnOpt({ scheduler: 1 - schedulerId(), monitor: true }, entry);",
  "    console.log(receive((message) => message.ref === ref).reason);",
  "  }",
  "}",
].join("\n");

function run(...args: readonly string[]): Promise<Outcome> {
  return agner(["run", "app.ts", "--cores", "2", ...args], { cwd: folder({ "app.ts": APP }).path("") });
}

test("a core without memory: the limit, who was lost and what to do; the others go on", async () => {
  const { stdout, stderr, code } = await run("memory", "1", "--heap", "64");
  expect(stdout).toMatch(/^\{ schedulerLost: (\d) \}\n$/);
  expect(stderr).toMatch(/^Scheduler \d was lost: its heap reached the limit of 64 MB/m);
  expect(stderr).toMatch(/\n {2}processes lost {3}1\n/);
  expect(stderr).toMatch(/ <0\.\d+\.0> "hog"/); // as the one that ran, or as one that was lost
  expect(stderr).toMatch(/\n {2}what now .* raise the limit with --heap\n$/);
  expect(code).toBe(0);
});

test("an error outside processes: with its place in the source", async () => {
  const { stderr, code } = await run("error", "1");
  expect(stderr).toMatch(
    /^Scheduler \d was lost: an error that no process caught: RangeError: nobody caught this\n {4}at .*app\.ts:9:\d+\)?\n/,
  );
  expect(code).toBe(0);
});

test("the core of main: main has crashed", async () => {
  const { stderr, code } = await run("self");
  expect(stderr).toMatch(/^Scheduler (\d) was lost: [^]*\nProcess <0\.\d+\.0> crashed: \{ schedulerLost: \1 \}\n/);
  expect(stderr).toMatch(/<0\.\d+\.0> \(main\)|initial call {5}main/);
  expect(code).toBe(1);
});

test("more cores are lost than may be in a time: the VM ends, with the history", async () => {
  const cwd = folder({ "app.ts": APP }).path("");
  const env = { AGNER_MOVE: "whenUseful" }; // main is to stay on the one core that is not lost
  const { stderr, code } = await agner(["run", "app.ts", "--cores", "7", "all others"], { cwd, env });
  expect(stderr).toContain("agner: AgnerError [AGNER_SCHEDULER_LOST]: 6 schedulers were lost within 10000 ms, and the VM ends");
  expect(stderr.match(/\n {2}\d{4}-.*Z scheduler \d: an error that no process caught/g)).toHaveLength(6);
  expect(code).toBe(1);
});

test("as JSON", async () => {
  const { stderr } = await run("error", "1", "--json");
  expect(JSON.parse(stderr)).toMatchObject({
    type: "schedulerLost",
    kind: "error",
    processes: 1,
    first: [{ pid: expect.any(String) as string }],
  });
});

test("the only core: the VM ends", async () => {
  const dir = folder({
    "app.ts":
      "export function main(): void {\n  const kept: unknown[] = [];\n  for (;;) kept.push(new Array(1_000).fill(0));\n}\n",
  });
  const { stderr, code } = await agner(["run", "app.ts", "--cores", "1", "--heap", "64"], { cwd: dir.path("") });
  expect(stderr).toContain(
    "agner: AgnerError [AGNER_SCHEDULER_LOST]: the VM's only scheduler was lost: its heap reached the limit of 64 MB",
  );
  expect(code).toBe(1);
});

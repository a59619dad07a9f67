import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { folder, type Folder } from "./code/testing/folder.ts";
import { replaceEntry } from "./import-hook.ts";
import { dist } from "./testing/dist.ts";
import { node, type Outcome, type ProgramOptions } from "./testing/program.ts";

function start(dir: Folder, args: readonly string[], options: ProgramOptions = {}): Promise<Outcome> {
  return node(["--import", pathToFileURL(dist("import-entry.js")).href, ...args], { cwd: dir.path(""), ...options });
}

const app = {
  "app.ts":
    "export function main(...args: string[]): number {\n  const n: number = args.length;\n  console.log(args.join());\n  return n;\n}\n",
};

test("only the first module without a parent is replaced", () => {
  let done = 0;
  const hook = replaceEntry("file:///stub.js", () => done++);
  const next = (specifier: string): { url: string } => ({ url: `next:${specifier}` });
  expect(hook("other", { parentURL: "file:///cwd/" }, next)).toEqual({ url: "next:other" });
  expect(hook("file:///app.ts", {}, next)).toEqual({ url: "file:///stub.js", format: "module", shortCircuit: true });
  expect(hook("file:///worker.js", {}, next)).toEqual({ url: "next:file:///worker.js" });
  expect(done).toBe(1);
});

test("runs a TypeScript entry with its arguments", async () => {
  expect(await start(folder(app), ["app.ts", "a", "--cores", "b"], { env: { AGNER_CORES: "1" } })).toEqual({
    stdout: "a,--cores,b\n",
    stderr: "",
    code: 3,
  });
});

test("options come from the environment", async () => {
  const { stderr, code } = await start(folder(app), ["app.ts"], { env: { AGNER_CORES: "2", AGNER_STATS: "1", AGNER_JSON: "1" } });
  expect(JSON.parse(stderr)).toMatchObject({ type: "statistics", schedulers: [{ scheduler: 0 }, { scheduler: 1 }] });
  expect(code).toBe(0);
  expect(await start(folder(app), ["app.ts"], { env: { AGNER_CORES: "0" } })).toEqual({
    stdout: "",
    stderr: 'agner: AGNER_CORES must be a whole number from 1 to 256, not "0"\n',
    code: 2,
  });
});

test("a missing entry is Agner's to report", async () => {
  const dir = folder(app);
  expect(await start(dir, ["ap.ts"])).toEqual({
    stdout: "",
    stderr: `agner: cannot find module "${dir.path("ap.ts")}": did you mean "${dir.path("app.ts")}"?\n`,
    code: 2,
  });
});

test("without an entry Node is as ever", async () => {
  const dir = folder(app);
  expect(await start(dir, ["-e", "console.log(process.argv.slice(1).join())", "app.ts"])).toEqual({
    stdout: "app.ts\n",
    stderr: "",
    code: 0,
  });
  expect(await start(dir, ["-p", "1 + 1", dir.path("app.ts")])).toEqual({ stdout: "2\n", stderr: "", code: 0 });
  expect(await start(dir, ["--input-type=module", "-e", 'import "node:fs"; console.log("module")', dir.path("app.ts")])).toEqual({
    stdout: "module\n",
    stderr: "",
    code: 0,
  });
  expect(await start(dir, ["-"], { input: 'console.log("from stdin")' })).toEqual({
    stdout: "from stdin\n",
    stderr: "",
    code: 0,
  });
  expect((await start(dir, ["-i"], { input: "20 + 22\n" })).stdout).toContain("42");
});

test("in a worker it does nothing", async () => {
  const dir = folder({
    "worker.js":
      'import { isMainThread } from "node:worker_threads";\nif (isMainThread) throw new Error("not here"); else console.log("plain worker");',
  });
  const url = pathToFileURL(dist("import-entry.js")).href;
  const program = `new (require("node:worker_threads").Worker)(${JSON.stringify(dir.path("worker.js"))}, { execArgv: ["--import", ${JSON.stringify(url)}] })`;
  expect(await start(dir, ["-e", program])).toEqual({ stdout: "plain worker\n", stderr: "", code: 0 });
});

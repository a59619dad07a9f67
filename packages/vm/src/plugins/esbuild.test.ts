/** What a user of esbuild sees: bundles by the real esbuild, run by the real VM. */
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { build, type BuildFailure, type BuildOptions, type BuildResult } from "esbuild";
import { expect, test } from "vitest";
import type { Folder } from "../code/testing/folder.ts";
import { agner as command, node } from "../testing/program.ts";
import { agner, type AgnerEsbuildOptions } from "./esbuild.ts";
import { outputOf, project, SHOP } from "./testing/project.ts";

function bundle(dir: Folder, more: BuildOptions = {}, options: AgnerEsbuildOptions = {}): Promise<BuildResult> {
  return build({
    absWorkingDir: dir.path("."),
    entryPoints: ["src/app.ts"],
    bundle: true,
    outdir: "dist",
    logLevel: "silent",
    plugins: [agner(options)],
    ...more,
  });
}

async function failure(dir: Folder, more?: BuildOptions): Promise<BuildFailure["errors"]> {
  try {
    await bundle(dir, more);
  } catch (e) {
    return (e as BuildFailure).errors;
  }
  throw new Error("it builds");
}

test.each<[string, BuildOptions]>([
  ["that is minified", { minify: true }],
  ["in chunks", { splitting: true }],
])("a bundle %s runs as its modules do, preempted and moved, without being compiled again", async (_how, options) => {
  const dir = project(SHOP);
  await bundle(dir, options);
  rmSync(dir.path("src"), { recursive: true });
  const env = { AGNER_QUOTA: "7", AGNER_MOVE: "always", AGNER_CACHE: "off", AGNER_JSON: "1" };
  const { stdout, stderr, code } = await command(["run", "dist/app.js", "--cores", "2"], { cwd: dir.path("."), env });
  const withoutNames = (text: string): string => text.replaceAll(/ at \w+ /g, " at … ");
  expect(stderr).toBe("");
  expect(withoutNames(stdout)).toBe(withoutNames(outputOf(dir.url("src"))));
  expect(code).toBe(0);
});

test("node --import @agner/vm/boot runs a bundle too, and another folder is as good", async () => {
  const dir = project(SHOP);
  await bundle(dir);
  renameSync(dir.path("dist"), dir.path("elsewhere"));
  const { stdout, stderr } = await node(["--import", "@agner/vm/boot", "elsewhere/app.js"], {
    cwd: dir.path("."),
    env: { AGNER_CORES: "1" },
  });
  expect(stderr).toBe("");
  expect(stdout).toBe(outputOf(dir.url("src")));
});

test("a bundle whose compiled form is another's, or none, is compiled when it is run", async () => {
  const dir = project({
    "src/app.ts": 'import { word } from "./word.ts";\nexport function main(): void {\n  console.log(word);\n}\n',
    "src/word.ts": 'export const word = "first";\n',
  });
  await bundle(dir);
  const run = async (): Promise<string> =>
    (await command(["run", "dist/app.js", "--cores", "1"], { cwd: dir.path("."), env: { AGNER_CACHE: "off" } })).stdout;
  const form = readFileSync(dir.path("dist/app.js.agner"), "utf8");
  expect(form).toContain("first");
  dir.write("dist/app.js.agner", form.replaceAll("first", "taken"));
  expect(await run()).toBe("taken\n"); // so it is what is run
  dir.write("dist/app.js", readFileSync(dir.path("dist/app.js"), "utf8").replace("first", "edited"));
  expect(await run()).toBe("edited\n");
  dir.write("dist/app.js.agner", "not whole");
  expect(await run()).toBe("edited\n");
});

test("without writing, the compiled form is one of the output files", async () => {
  const dir = project(SHOP);
  const { outputFiles } = await bundle(dir, { write: false });
  expect(outputFiles!.map(({ path }) => path.slice(dir.path("").length + 1))).toEqual([
    "dist/app.js.map",
    "dist/app.js",
    "dist/app.js.agner",
  ]);
  expect(existsSync(dir.path("dist"))).toBe(false);
});

test("the compiler's errors are esbuild's, where they were written", async () => {
  const dir = project({
    "src/app.ts": 'import { run } from "./run.ts";\nexport function main(): void {\n  console.log(run());\n}\n',
    "src/run.ts":
      "interface Unused {\n  readonly a: string;\n}\nexport function run(): unknown {\n  const two: Unused = { a: '2' };\n  return eval(two.a);\n}\n",
  });
  await bundle(dir, { bundle: false, entryPoints: ["src/app.ts"] }); // so that there is something to be stale
  const errors = await failure(dir);
  expect(errors).toMatchObject([
    {
      id: "AGNER_COMPILE",
      pluginName: "agner",
      text: expect.stringContaining("eval cannot be compiled") as string,
      location: { file: "src/run.ts", line: 6, column: 9, lineText: "  return eval(two.a);" },
    },
  ]);
  expect(existsSync(dir.path("dist/app.js.agner"))).toBe(false);
});

test("the compiler's warnings are esbuild's, and can be chosen", async () => {
  const dir = project({
    "src/app.ts": 'import { next } from "./state.ts";\nexport function main(): void {\n  console.log(next());\n}\n',
    "src/state.ts": "type N = number;\nlet count: N = 0;\nexport function next(): N {\n  return ++count;\n}\n",
  });
  const { warnings } = await bundle(dir);
  expect(warnings).toMatchObject([
    { id: "AGNER_MODULE_STATE", location: { file: "src/state.ts", line: 4, column: 11, lineText: "  return ++count;" } },
  ]);
  expect(warnings[0]!.notes.length).toBe(1);
  expect((await bundle(dir, {}, { warnings: false })).warnings).toEqual([]);
  expect((await bundle(dir, {}, { warnings: { except: ["AGNER_MODULE_STATE"] } })).warnings).toEqual([]);
});

test("what the app has compiled is bundled, what Node loads is not", async () => {
  const dir = project({
    "package.json": '{ "type": "module", "agner": { "compile": ["inside"] } }',
    "src/app.ts":
      'import { a } from "inside";\nimport { b } from "outside";\nimport { readFileSync } from "node:fs";\nexport function main(): void {\n  console.log(a(), b(), typeof readFileSync);\n}\n',
    "node_modules/inside/package.json": '{ "name": "inside", "type": "module", "exports": "./index.js" }',
    "node_modules/inside/index.js": 'export function a() {\n  return "in the bundle";\n}\n',
    "node_modules/outside/package.json": '{ "name": "outside", "type": "module", "exports": "./index.js" }',
    "node_modules/outside/index.js": 'export const b = () => "at first";\n',
  });
  await bundle(dir);
  rmSync(dir.path("node_modules/inside"), { recursive: true });
  dir.write("package.json", '{ "type": "module" }');
  dir.write("node_modules/outside/index.js", 'export const b = () => "by Node";\n');
  const { stdout, stderr } = await command(["run", "dist/app.js", "--cores", "1"], { cwd: dir.path(".") });
  expect(stderr).toBe("");
  expect(stdout).toBe("in the bundle by Node function\n");
});

test("what would not be found from the bundle, or would be something else, is refused", async () => {
  const dir = project({
    "package.json": '{ "type": "module", "agner": { "compile": ["inside"] } }',
    "src/app.ts": 'import { a } from "inside";\nexport function main(): void {\n  console.log(a);\n}\n',
    "node_modules/inside/package.json": '{ "name": "inside", "type": "module", "exports": "./index.js" }',
    "node_modules/inside/index.js": 'export { a } from "deep";\n',
    "node_modules/inside/node_modules/deep/package.json": '{ "name": "deep", "type": "module", "exports": "./index.js" }',
    "node_modules/inside/node_modules/deep/index.js": "export const a = 1;\n",
  });
  expect(await failure(dir)).toMatchObject([
    {
      detail: { code: "AGNER_BUNDLE_IMPORT" },
      text: expect.stringContaining('"deep" is loaded by Node, and so not bundled; but it is not found from /') as string,
      location: { file: "node_modules/inside/index.js", line: 1 },
    },
  ]);
});

test.each<[BuildOptions, string]>([
  [{ format: "cjs" }, 'format: "cjs": Agner runs ES modules; leave format out, or write format: "esm"'],
  [{ platform: "browser" }, 'platform: "browser": processes run on Node.js; leave platform out, or write platform: "node"'],
])("%o is refused", async (options, text) => {
  expect((await failure(project(SHOP), options))[0]!.text).toBe(text);
});

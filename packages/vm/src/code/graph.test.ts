/** Whether the next start of a program sees every change that had a say in its modules. */
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { compile } from "@agner/compiler";
import { Keeper } from "./keeper.ts";
import { CodeServer } from "./server.ts";
import { folder, type Folder } from "./testing/folder.ts";

let compiled: string[] = [];
/** What happens while `lib/a.ts`, which has been read, is compiled. */
let meanwhile: () => void = () => {};
beforeEach(() => {
  compiled = [];
  meanwhile = () => {};
  return () => vi.useRealTimers();
});

/** A start of the program: the files that were compiled, and what was planned. */
async function start(
  dir: Folder,
): Promise<{ compiled: string[]; images: Awaited<ReturnType<CodeServer["plan"]>>["images"]; warnings: number }> {
  compiled = [];
  const server = new CodeServer({
    compile: (source, options) => {
      compiled.push(options.filename.slice(dir.path("").length));
      if (options.filename.endsWith("lib/a.ts")) meanwhile();
      return compile(source, options);
    },
    keeper: new Keeper(dir.path("kept")),
  });
  // Files of a test are written in the same moment in which they are read.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  const { images, warnings } = await server.plan(dir.url("app.ts"));
  vi.useRealTimers();
  return { compiled, images, warnings: warnings.length };
}

const APP = {
  "app.ts":
    'import { a } from "./lib/a.js";\nimport { p } from "pack";\nlet n = 0;\nexport function main(): void { n++; console.log(a, p); }\n',
  "lib/package.json": '{ "type": "module", "imports": { "#inner": "./inner.js" } }',
  "lib/a.ts": 'import { p } from "pack";\nimport { inner } from "#inner";\nexport const a = p + inner;\n',
  "lib/inner.ts": "export const inner = 1;\n",
  "node_modules/pack/package.json": '{ "name": "pack", "type": "module", "exports": "./index.js", "agner": { "compile": true } }',
  "node_modules/pack/index.js": "export const p = 1;\n",
};

test("a second start compiles nothing, and plans the same, with V8's code cache", async () => {
  const dir = folder(APP);
  const first = await start(dir);
  expect(first.compiled.length).toBe(4);
  const second = await start(dir);
  expect(second.compiled).toEqual([]);
  expect(second.warnings).toBe(first.warnings);
  expect(second.images.map(({ codeCache, ...image }) => ({ ...image, cached: codeCache!.length > 0 }))).toEqual(
    first.images.map((image) => ({ ...image, cached: true })),
  );
});

test.each<[string, (dir: Folder) => void]>([
  ["a module's text", (dir) => dir.write("lib/a.ts", "export const a = 2;\n")],
  ["a file that goes before one that was found", (dir) => dir.write("lib/a.js", "export const a = 3;\n")],
  ["one that goes before one of `imports`", (dir) => dir.write("lib/inner.js", "export const inner = 3;\n")],
  [
    "a package that lies nearer",
    (dir) => {
      dir.write("lib/node_modules/pack/package.json", '{ "type": "module", "exports": "./index.js" }');
      dir.write("lib/node_modules/pack/index.js", "export const p = 2;\n");
    },
  ],
])("%s is looked for", async (_what, change) => {
  const dir = folder(APP);
  await start(dir);
  expect((await start(dir)).compiled).toEqual([]);
  change(dir);
  expect((await start(dir)).compiled.length).toBeGreaterThan(0);
});

test.each<[string, (dir: Folder) => void]>([
  [
    "what a package says of itself",
    (dir) => dir.write("node_modules/pack/package.json", '{ "type": "module", "exports": "./index.js" }'),
  ],
  ["the package.json above the app", (dir) => dir.write("package.json", '{ "type": "module", "name": "app" }')],
])("%s is looked for; in a process that knows what it said before, nothing is kept", async (_what, change) => {
  const dir = folder(APP);
  await start(dir);
  change(dir);
  expect((await start(dir)).compiled.length).toBeGreaterThan(0);
  expect((await start(dir)).compiled.length).toBeGreaterThan(0);
});

test("the second VM of a process goes by what packages say now", async () => {
  const dir = folder(APP);
  const packed = ({ images }: Awaited<ReturnType<typeof start>>): string[] =>
    images.map(({ url }) => url).filter((url) => url.includes("/pack/"));
  expect(packed(await start(dir)).length).toBe(1);
  dir.write("node_modules/pack/package.json", '{ "name": "pack", "type": "module", "exports": "./index.js" }');
  expect(packed(await start(dir))).toEqual([]);
});

test("a folder that is swapped for another while its modules are read is not taken for that", async () => {
  const dir = folder({ ...APP, "lib/a.ts": "export const a = 1;\n", "other/a.ts": "export const a = 0;\n" });
  let swapped = false;
  meanwhile = () => {
    if (swapped) return;
    swapped = true;
    renameSync(dir.path("lib"), dir.path("old"));
    renameSync(dir.path("other"), dir.path("lib"));
  };
  expect((await start(dir)).compiled).toContain("/lib/a.ts");
  const second = await start(dir);
  expect(second.compiled).toContain("/lib/a.ts");
  expect(second.images.some(({ map }) => map.includes("export const a = 0;"))).toBe(true);
});

test("what is not whole, or cannot be written, is worked out anew", async () => {
  const dir = folder(APP);
  await start(dir);
  for (const name of readdirSync(dir.path("kept"))) writeFileSync(dir.path(`kept/${name}`), "not whole");
  expect((await start(dir)).compiled.length).toBe(4);
  expect((await start(dir)).compiled.length).toBe(0);
  renameSync(dir.path("kept"), dir.path("gone"));
  writeFileSync(dir.path("kept"), "a file where a folder should be");
  expect((await start(dir)).compiled.length).toBe(4);
});

test("a module that is missing is told at each start", async () => {
  const dir = folder({ "app.ts": 'import "./gone.ts";\nexport function main(): void {}\n' });
  for (let i = 0; i < 2; i++) await expect(start(dir)).rejects.toMatchObject({ code: "AGNER_MODULE_NOT_FOUND" });
});

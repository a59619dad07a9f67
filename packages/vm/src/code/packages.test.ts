/** Installed packages that are compiled because an app names them. */
import { symlinkSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { CodeServer } from "./server.ts";
import { folder, type Folder } from "./testing/folder.ts";
import { loadApp } from "./testing/process.ts";
import { compileModule } from "./compile.ts";

const app = (...names: unknown[]): string => JSON.stringify({ type: "module", agner: { compile: names } });
const esm = (name: string, more: object = {}): string => JSON.stringify({ name, type: "module", exports: "./index.js", ...more });

/** The files below `node_modules` that are compiled for `app.ts`. */
async function compiledOf(dir: Folder): Promise<string[]> {
  const { images } = await new CodeServer({ compile: compileModule }).plan(dir.url("app.ts"));
  return images.filter(({ url }) => url.includes("/node_modules/")).map(({ url }) => url.split("/node_modules/").at(-1)!);
}

async function failure(dir: Folder, entry = "app.ts"): Promise<{ code: string; message: string }> {
  try {
    await loadApp(dir.url(entry));
  } catch (e) {
    const { code, message } = e as { code: string; message: string };
    return { code, message: message.replaceAll(dir.path(""), "/app") };
  }
  throw new Error("it loads");
}

test("what is named is compiled, what it imports is not unless it is named too", async () => {
  const files = {
    "app.ts": 'import { a } from "one";\nexport const x = a;',
    "node_modules/one/package.json": esm("one"),
    "node_modules/one/index.js": 'import { b } from "@scope/two";\nimport "./inner/more.js";\nexport const a = b;',
    "node_modules/one/inner/package.json": '{ "type": "module" }',
    "node_modules/one/inner/more.js": "export {};",
    "node_modules/@scope/two/package.json": esm("@scope/two"),
    "node_modules/@scope/two/index.js": "export const b = 1;",
  };
  expect(await compiledOf(folder({ ...files, "package.json": app("one") }))).toEqual(["one/inner/more.js", "one/index.js"]);
  expect(await compiledOf(folder({ ...files, "package.json": app("one", "@scope/two") }))).toEqual([
    "@scope/two/index.js",
    "one/inner/more.js",
    "one/index.js",
  ]);
  expect(await compiledOf(folder({ ...files, "package.json": app("@scope/two") }))).toEqual([]);
});

test("exports by condition, paths inside, #imports, import.meta and JSON", async () => {
  const dir = folder({
    "package.json": app("lib"),
    "app.ts":
      'import { a, url, data, inner } from "lib";\nimport { deep } from "lib/deep";\nimport again from "lib/again";\nexport const all = [a, url, data, inner, deep, again];',
    "node_modules/lib/package.json": JSON.stringify({
      name: "lib",
      type: "module",
      imports: { "#inner": { node: "./inner.js", default: "./browser.js" } },
      exports: { ".": { import: "./index.mjs", require: "./index.cjs" }, "./*": "./paths/*.js" },
    }),
    "node_modules/lib/index.mjs":
      'import data from "./data.json" with { type: "json" };\nimport { inner } from "#inner";\nexport { data, inner };\nexport const a = 1;\nexport const url = import.meta.url;',
    "node_modules/lib/inner.js": 'export const inner = "inner";',
    "node_modules/lib/data.json": '{ "of": "lib" }',
    "node_modules/lib/paths/deep.js": "export const deep = 2;",
    "node_modules/lib/paths/again.js": 'import { a } from "lib";\nexport default a;',
  });
  const { exports, compiled } = await loadApp(dir.url("app.ts"));
  expect(exports["all"]).toEqual([1, dir.url("node_modules/lib/index.mjs"), { of: "lib" }, "inner", 2, 1]);
  expect(compiled.map((url) => basename(url))).toEqual(["inner.js", "index.mjs", "deep.js", "again.js", "app.ts"]);
});

test("import() finds them too, also in the package itself", async () => {
  const dir = folder({
    "package.json": app("lib"),
    "app.ts": 'export const load = () => import("lib");',
    "node_modules/lib/package.json": esm("lib"),
    "node_modules/lib/index.js": 'export const more = () => import("./more.js");',
    "node_modules/lib/more.js": "export const there = 1;",
  });
  const { exports, compiled } = await loadApp(dir.url("app.ts"));
  const lib = await (exports["load"] as () => Promise<{ more: () => Promise<unknown> }>)();
  expect({ ...((await lib.more()) as object) }).toEqual({ there: 1 });
  expect(compiled).toEqual([dir.url("app.ts")]);
});

test("a package that a workspace or a package manager keeps elsewhere, and one installed under another name", async () => {
  const dir = folder({
    "app/package.json": app("lib", "alias", "below"),
    "app/app.ts": 'import "lib";\nimport "alias";\nimport "below-other";',
    "app/node_modules/.keep": "",
    "store/lib@1/node_modules/lib/package.json": esm("lib"),
    "store/lib@1/node_modules/lib/index.js": 'import "below";',
    "store/lib@1/node_modules/below/package.json": esm("below"),
    "store/lib@1/node_modules/below/index.js": "export {};",
    "store/other@1/node_modules/other/package.json": esm("other"),
    "store/other@1/node_modules/other/index.js": "export {};",
    "below-other/package.json": esm("below-other"),
    "below-other/index.js": "export {};",
  });
  symlinkSync(dir.path("store/lib@1/node_modules/lib"), dir.path("app/node_modules/lib"));
  symlinkSync(dir.path("store/other@1/node_modules/other"), dir.path("app/node_modules/alias"));
  symlinkSync(dir.path("below-other"), dir.path("app/node_modules/below-other"));
  const { images } = await new CodeServer({ compile: compileModule }).plan(dir.url("app/app.ts"));
  expect(images.map(({ url }) => url.split("/").slice(-2).join("/"))).toEqual([
    "below/index.js",
    "lib/index.js",
    "other/index.js",
    "below-other/index.js",
    "app/app.ts",
  ]);
});

test("the app's word comes before the package's own", async () => {
  const files = {
    "app.ts": 'import "shy";',
    "node_modules/shy/package.json": esm("shy", { agner: { compile: false } }),
    "node_modules/shy/index.js": "export {};",
  };
  expect(await compiledOf(folder({ ...files, "package.json": app("shy") }))).toEqual(["shy/index.js"]);
  expect(await compiledOf(folder({ ...files, "package.json": app() }))).toEqual([]);
});

test("a name that is not installed", async () => {
  const dir = folder({
    "package.json": app("zodd"),
    "app.ts": "export {};",
    "node_modules/zod/package.json": esm("zod"),
    "node_modules/zod/index.js": "export {};",
  });
  expect(await failure(dir)).toEqual({
    code: "AGNER_COMPILE_PACKAGE",
    message: '/app/package.json: agner.compile names "zodd", which is not installed: did you mean "zod"?',
  });
  dir.write("other/package.json", app("quite-another"));
  dir.write("other/app.ts", "export {};");
  expect((await failure(dir, "other/app.ts")).message).toBe(
    '/app/other/package.json: agner.compile names "quite-another", which is not installed: install it, or leave it out',
  );
});

test("a package with machine code", async () => {
  const dir = folder({
    "package.json": app("fast"),
    "app.ts": 'import "fast";',
    "node_modules/fast/package.json": esm("fast", { dependencies: { "node-gyp-build": "^4.8.0" } }),
    "node_modules/fast/index.js": "export {};",
    "a/package.json": app("built"),
    "a/app.ts": 'import "built";',
    "a/node_modules/built/package.json": esm("built"),
    "a/node_modules/built/binding.gyp": "{}",
    "a/node_modules/built/index.js": "export {};",
  });
  expect(await failure(dir)).toEqual({
    code: "AGNER_COMPILE_PACKAGE",
    message:
      '/app/package.json: agner.compile names "fast", which cannot be compiled: it has a part in machine code (it depends on "node-gyp-build"); leave it out, and Node loads it',
  });
  expect((await failure(dir, "a/app.ts")).message).toContain("it has a part in machine code (binding.gyp)");
});

test("a package that the compiler refuses", async () => {
  const dir = folder({
    "package.json": app("odd"),
    "app.ts": 'import "odd";',
    "node_modules/odd/package.json": esm("odd"),
    "node_modules/odd/index.js": 'const a = 1;\nexport const f = () => eval("a");',
  });
  const { code, message } = await failure(dir);
  expect(code).toBe("AGNER_COMPILE");
  expect(message).toMatch(/^\/app\/node_modules\/odd\/index\.js:2:24: eval cannot be compiled/);
  expect(message).toMatch(
    /This package is compiled because \/app\/package\.json names it in agner\.compile: left out there, it is loaded by Node\.$/,
  );
});

test("CommonJS is compiled where a package is entered, and inside of it", async () => {
  const dir = folder({
    "package.json": app("old", "mixed"),
    "app.ts": 'import { a } from "mixed";\nimport old from "old";\nexport const x = [a, old];',
    "node_modules/old/package.json": '{ "name": "old" }',
    "node_modules/old/index.js": "module.exports = 1;",
    "node_modules/mixed/package.json": esm("mixed"),
    "node_modules/mixed/index.js": 'import a from "./a.cjs";\nexport { a };',
    "node_modules/mixed/a.cjs": "module.exports = 2;",
  });
  const { exports, compiled } = await loadApp(dir.url("app.ts"));
  expect(exports["x"]).toEqual([2, 1]);
  expect(compiled.map((url) => url.split("/").slice(-2).join("/"))).toEqual([
    "mixed/a.cjs",
    "mixed/index.js",
    "old/index.js",
    expect.stringContaining("app.ts"),
  ]);
});

test("agner.compile that is neither of what it can be", async () => {
  const dir = folder({ "package.json": app(1), "app.ts": "export {};" });
  expect(await failure(dir)).toEqual({
    code: "AGNER_RESOLVE",
    message: "/app/package.json: agner.compile must be true, false or a list of the names of packages",
  });
});

test("CommonJS whose text only looks like a module", async () => {
  const dir = folder({
    "package.json": app(),
    "app.ts": 'import { a } from "old";\nexport const x = a;',
    "plain/package.json": "{}",
    "plain/app.ts": 'import "./text.js";',
    "plain/text.js": "const text = `\nimport { a } from 'x';\n`;\nexports.a = text;",
  });
  const { images } = await new CodeServer({ compile: compileModule }).plan(dir.url("plain/app.ts"));
  expect(images.at(-1)!.imports.map(({ kind }) => kind)).toEqual(["native"]);
});

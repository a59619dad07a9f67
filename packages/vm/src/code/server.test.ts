import { realpathSync, symlinkSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { LoadPlan } from "./image.ts";
import { resolveImport } from "./resolve.ts";
import { CodeServer } from "./server.ts";
import { folder, type Folder } from "./testing/folder.ts";
import { compileLines } from "./testing/line-compiler.ts";

function server(): CodeServer {
  return new CodeServer({ compile: compileLines });
}

function names(plan: LoadPlan): string[] {
  return plan.images.map((image) => basename(image.url));
}

/** The message of the error with which planning fails, paths shortened. */
async function failure(dir: Folder, entry: string): Promise<{ code: string; message: string }> {
  try {
    await server().plan(dir.url(entry));
  } catch (e) {
    const { code, message } = e as { code: string; message: string };
    return { code, message: message.replaceAll(dir.path(""), "/app") };
  }
  throw new Error("the plan succeeded");
}

test("plans a graph in the order of evaluation, each module once", async () => {
  const dir = folder({
    "app.ts": 'import { b } from "./b.ts";\nimport { c } from "./c.ts";\nexport function main() { return b + c; }',
    "b.ts": 'import { d } from "./d.ts";\nexport const b = d;',
    "c.ts": 'import { d } from "./d.ts";\nexport const c = d;',
    "d.ts": "export const d = 1;",
  });
  expect(names(await server().plan(dir.url("app.ts")))).toEqual(["d.ts", "b.ts", "c.ts", "app.ts"]);
});

test("a cycle is planned once, the entry last", async () => {
  const dir = folder({ "a.ts": 'import "./b.ts";\nexport const a = 1;', "b.ts": 'import "./a.ts";\nexport const b = 1;' });
  expect(names(await server().plan(dir.url("a.ts")))).toEqual(["b.ts", "a.ts"]);
});

test("what is loaded is left out of later plans, also when two are asked for at once", async () => {
  const dir = folder({
    "one.ts": 'import "./shared.ts";',
    "two.ts": 'import "./shared.ts";',
    "shared.ts": "export const s = 1;",
  });
  const s = server();
  const [one, two] = await Promise.all([s.plan(dir.url("one.ts")), s.plan(dir.url("two.ts"))]);
  expect([names(one), names(two)]).toEqual([["shared.ts", "one.ts"], ["two.ts"]]);
  expect(names(await s.plan(dir.url("one.ts")))).toEqual([]);
  expect(s.images.map((image) => image.id)).toEqual([0, 1, 2]);
});

test("sites are numbered without a gap and never again", async () => {
  const dir = folder({
    "app.ts": 'import { f } from "./lib.ts";\nexport function main() { return f(); }',
    "lib.ts": "export function f() { return 1; }\nexport function g() { return 2; }",
  });
  const s = new CodeServer({ compile: compileLines, firstSite: 100 });
  const { images } = await s.plan(dir.url("app.ts"));
  expect(images.map((i) => [basename(i.url), i.siteBase, i.siteCount])).toEqual([
    ["lib.ts", 100, 2],
    ["app.ts", 102, 1],
  ]);
  const next = await s.planNewVersions([dir.url("lib.ts")]);
  expect(next.images.map((i) => [i.id, i.version, i.siteBase, basename(i.script)])).toEqual([[2, 2, 103, "lib.ts?v=2"]]);
  expect(s.newest(dir.url("lib.ts"))?.id).toBe(2);
});

test("images can be sent to other threads", async () => {
  const dir = folder({ "app.ts": 'import { a } from "node:fs";\nexport function main() {}' });
  const { images } = await server().plan(dir.url("app.ts"));
  expect(structuredClone(images)).toEqual(images);
});

test("every import is served by whom it should be", async () => {
  const dir = folder({
    "app.ts": [
      'import "@agner/vm";',
      'import "node:fs";',
      'import "path";',
      'import "plain";',
      'import "opted";',
      'import "./data.json" with { type: "json" };',
      'import "./old.cjs";',
      'import "./script.js";',
      'import "./twin.js";',
      'import "#inner";',
      'import "./neighbour/index.js";',
      'import "data:text/javascript,0";',
    ].join("\n"),
    "package.json": '{ "imports": { "#inner": "./inner.mts" } }',
    "inner.mts": "export const i = 1;",
    "twin.ts": "export const t = 1;",
    "script.js": "module.exports = 1;",
    "old.cjs": "module.exports = 1;",
    "data.json": "{}",
    "neighbour/package.json": '{ "type": "module", "agner": { "compile": false } }',
    "neighbour/index.js": "export const n = 1;",
    "node_modules/plain/package.json": '{ "name": "plain", "type": "module", "exports": "./index.js" }',
    "node_modules/plain/index.js": "export const p = 1;",
    "node_modules/opted/package.json":
      '{ "name": "opted", "type": "module", "exports": "./index.js", "agner": { "compile": true } }',
    "node_modules/opted/index.js": "export const o = 1;",
  });
  const { images } = await server().plan(dir.url("app.ts"));
  expect(
    images.at(-1)!.imports.map((made) => `${made.specifier} ${made.kind} ${made.url.split("/").slice(-2).join("/")}`),
  ).toEqual([
    "@agner/vm vm @agner/vm",
    "node:fs native node:fs",
    "path native node:path",
    "plain native plain/index.js",
    "opted compiled opted/index.js",
    expect.stringMatching(/^\.\/data\.json native .*data\.json$/),
    expect.stringMatching(/^\.\/old\.cjs native .*old\.cjs$/),
    expect.stringMatching(/^\.\/script\.js native .*script\.js$/),
    expect.stringMatching(/^\.\/twin\.js compiled .*twin\.ts$/),
    expect.stringMatching(/^#inner compiled .*inner\.mts$/),
    "./neighbour/index.js native neighbour/index.js",
    "data:text/javascript,0 native data:text/javascript,0",
  ]);
});

test("a linked workspace package is compiled like the app's own files", async () => {
  const dir = folder({
    "app/package.json": '{ "type": "module" }',
    "app/app.ts": 'import { x } from "lib";',
    "app/node_modules/.keep": "",
    "lib/package.json": '{ "name": "lib", "type": "module", "exports": "./index.js" }',
    "lib/index.js": "export const x = 1;",
  });
  symlinkSync(dir.path("lib"), dir.path("app/node_modules/lib"));
  expect(names(await server().plan(dir.url("app/app.ts")))).toEqual(["index.js", "app.ts"]);
});

test("warnings name their file", async () => {
  const dir = folder({ "app.ts": "// warn me" });
  expect((await server().plan(dir.url("app.ts"))).warnings).toEqual([
    { file: dir.path("app.ts"), code: "TEST", severity: "warning", message: "you asked for it", line: 1, column: 1 },
  ]);
});

test("a plan that fails leaves nothing behind", async () => {
  const dir = folder({ "app.ts": 'import "./lib.ts";\nimport "./gone.ts";', "lib.ts": "export const l = 1;" });
  const s = server();
  await expect(s.plan(dir.url("app.ts"))).rejects.toThrow("cannot find module");
  dir.write("gone.ts", "");
  expect(names(await s.plan(dir.url("app.ts")))).toEqual(["lib.ts", "gone.ts", "app.ts"]);
});

test("a missing module: the import's place, and the nearest file", async () => {
  const dir = folder({ "app.ts": 'const x = 1;\nimport "./lib/hlper.ts";', "lib/helper.ts": "" });
  expect(await failure(dir, "app.ts")).toEqual({
    code: "AGNER_MODULE_NOT_FOUND",
    message: [
      '/app/app.ts:2:1: cannot find module "./lib/hlper.ts": did you mean "./lib/helper.ts"?',
      '  2 | import "./lib/hlper.ts";',
      "    | ^",
    ].join("\n"),
  });
});

test("a missing extension is suggested", async () => {
  const dir = folder({ "app.ts": 'import "./helper";', "helper.ts": "" });
  expect((await failure(dir, "app.ts")).message).toContain('cannot find module "./helper": did you mean "./helper.ts"?');
});

test("a missing folder, and a missing file with no namesake", async () => {
  const dir = folder({ "a.ts": 'import "./no/where.ts";', "b.ts": 'import "./completely-different.ts";' });
  expect((await failure(dir, "a.ts")).message).toContain(
    'a.ts:1:1: cannot find module "./no/where.ts": there is no folder /app/no\n',
  );
  expect((await failure(dir, "b.ts")).message).toContain(
    'cannot find module "./completely-different.ts": there is no such file in /app\n',
  );
});

test("a missing entry has no importer", async () => {
  const dir = folder({ "app.ts": "" });
  expect(await failure(dir, "ap.ts")).toEqual({
    code: "AGNER_MODULE_NOT_FOUND",
    message: 'cannot find module "/app/ap.ts": did you mean "/app/app.ts"?',
  });
});

test("an entry that is no file URL", async () => {
  await expect(async () => server().plan("./app.ts")).rejects.toThrow(
    'cannot load "./app.ts": it is not a URL; write new URL("./app.ts", import.meta.url)',
  );
  await expect(async () => server().plan("https://example.com/app.ts")).rejects.toThrow(
    "cannot load https://example.com/app.ts: an app module must be a file; give its path or its file: URL",
  );
});

test("a package that is not installed", async () => {
  const dir = folder({ "app.ts": 'import "expres/router";', "node_modules/express/package.json": '{ "name": "express" }' });
  expect((await failure(dir, "app.ts")).message).toContain('app.ts:1:1: cannot find package "expres": did you mean "express"?');
});

test("a directory is refused, naming its index file", async () => {
  const dir = folder({ "app.ts": 'import "./lib";', "lib/index.ts": "" });
  expect(await failure(dir, "app.ts")).toMatchObject({
    code: "AGNER_DIRECTORY_IMPORT",
    message: expect.stringContaining('/app/app.ts:1:1: "./lib" is a directory; name the file: "./lib/index.ts"') as string,
  });
  expect((await failure(dir, "lib")).message).toBe('"/app/lib" is a directory; name the file: "/app/lib/index.ts"');
});

test("JSON without an attribute, an unknown extension, a remote URL, a path that is not exported", async () => {
  const dir = folder({
    "json.ts": 'import "./data.json";',
    "data.json": "{}",
    "text.ts": 'import "./notes.txt";',
    "notes.txt": "",
    "remote.ts": 'import "https://example.com/x.js";',
    "closed.ts": 'import "plain/secret.js";',
    "node_modules/plain/package.json": '{ "name": "plain", "exports": "./index.js" }',
    "node_modules/plain/index.js": "",
  });
  expect(await failure(dir, "json.ts")).toMatchObject({
    code: "AGNER_IMPORT_ATTRIBUTE",
    message: expect.stringContaining('write `with { type: "json" }`') as string,
  });
  expect(await failure(dir, "text.ts")).toMatchObject({
    code: "AGNER_UNKNOWN_EXTENSION",
    message: expect.stringContaining('cannot load "notes.txt"') as string,
  });
  expect(await failure(dir, "remote.ts")).toMatchObject({
    code: "AGNER_RESOLVE",
    message: expect.stringContaining("only file:, node: and data: URLs") as string,
  });
  expect(await failure(dir, "closed.ts")).toMatchObject({
    code: "AGNER_RESOLVE",
    message: expect.stringContaining("./secret.js") as string,
  });
});

test("a compile error passes through as it is", async () => {
  const dir = folder({ "app.ts": 'import "./bad.ts";', "bad.ts": "(" });
  const error = new Error("bad.ts:1:2: unexpected end");
  const s = new CodeServer({
    compile: (source) => {
      if (source === "(") throw error;
      return compileLines(source);
    },
  });
  await expect(s.plan(dir.url("app.ts"))).rejects.toBe(error);
});

const OTHER_COPY = {
  "node_modules/@agner/copied/package.json":
    '{ "name": "@agner/copied", "type": "module", "exports": { ".": "./index.js", "./more": "./more.js" }, "agner": { "compile": true } }',
  "node_modules/@agner/copied/index.js": "export const a = 1;",
  "node_modules/@agner/copied/more.js": "export const b = 1;",
};

test("a package of Agner's that several apps have installed is one for the VM: the copy that was imported first", async () => {
  const dir = folder({
    ...Object.fromEntries(
      Object.entries(OTHER_COPY).flatMap(([name, text]) => [
        [`one/${name}`, text],
        [`two/${name}`, text],
      ]),
    ),
    "one/app.ts": 'import { a } from "@agner/copied";\nexport const x = a;',
    "two/app.ts": 'import { a } from "@agner/copied";\nimport { b } from "@agner/copied/more";\nexport const x = a + b;',
  });
  const s = server();
  await s.plan(dir.url("one/app.ts"));
  const plan = await s.plan(dir.url("two/app.ts"));
  expect(plan.images.map(({ url }) => url)).toEqual([dir.url("one/node_modules/@agner/copied/more.js"), dir.url("two/app.ts")]);
});

test("the copy beside the VM comes before the app's", () => {
  const dir = folder({
    "node_modules/@agner/otp/package.json": '{ "name": "@agner/otp", "type": "module", "exports": "./index.js" }',
    "node_modules/@agner/otp/index.js": "",
  });
  const { kind, url } = resolveImport("@agner/otp", undefined, dir.url("app.ts"), { vm: new Set(), shared: new Map() });
  expect([kind, fileURLToPath(url)]).toEqual(["compiled", realpathSync(new URL("../../../otp/dist/index.js", import.meta.url))]);
});

test("a subpath that the VM's copy does not have is not taken from another", () => {
  const dir = folder(OTHER_COPY);
  const shared = new Map([["@agner/copied", dir.url("node_modules/@agner/copied/index.js")]]);
  expect(() => resolveImport("@agner/copied/none", undefined, dir.url("app.ts"), { vm: new Set(), shared })).toThrow(
    /not (?:defined|exported)/,
  );
});

test("new versions of several modules, none of which was loaded before", async () => {
  const dir = folder({ "a.ts": "export const a = 1;", "b.ts": "export const b = 1;" });
  const { images } = await server().planNewVersions([dir.url("a.ts"), dir.url("b.ts")]);
  expect(images.map(({ url, version }) => [url, version])).toEqual([
    [dir.url("a.ts"), 1],
    [dir.url("b.ts"), 1],
  ]);
});

import { basename } from "node:path";
import { expect, test } from "vitest";
import { ModuleTable } from "./module.ts";
import { namespaceOf } from "./namespace.ts";
import { CodeServer } from "./server.ts";
import { folder, type Folder } from "./testing/folder.ts";
import { compileLines } from "./testing/line-compiler.ts";

interface Thread {
  readonly table: ModuleTable;
  readonly server: CodeServer;
  readonly load: (name: string) => Promise<Record<string, unknown>>;
}

/** A code server and one thread's table over it. */
function thread(dir: Folder): Thread {
  const server = new CodeServer({ compile: compileLines, firstSite: 10 });
  const loadUrl = async (url: string): Promise<Record<string, unknown>> => {
    const plan = await server.plan(url);
    await table.install(plan.images);
    return table.namespace(plan.url);
  };
  const table = new ModuleTable(
    {},
    { "@agner/vm": { self: () => "me" } },
    { onDynamicImport: async (url) => void (await loadUrl(url)) },
  );
  return { table, server, load: (name) => loadUrl(dir.url(name)) };
}

async function failure(dir: Folder, work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (e) {
    const { code, message } = e as { code: string; message: string };
    return { code, message: message.replaceAll(dir.path(""), "/app") };
  }
  throw new Error("nothing failed");
}

test("imports read from each other, from Node, from the VM and from JSON", async () => {
  const dir = folder({
    "app.ts": [
      'import { self } from "@agner/vm";',
      'import { join } from "node:path";',
      'import data from "./data.json" with { type: "json" };',
      'import * as lib from "./lib.ts";',
      'import old from "./old.cjs";',
      "export function main() { return [self(), join('a', 'b'), data.n, lib.twice(2), old.three]; }",
    ].join("\n"),
    "lib.ts": "export function twice(x) { return 2 * x; }",
    "data.json": '{ "n": 7 }',
    "old.cjs": "module.exports = { three: 3 };",
  });
  const { main } = await thread(dir).load("app.ts");
  expect((main as () => unknown)()).toEqual(["me", "a/b", 7, 4, 3]);
});

test("functions are there before any module of a cycle is evaluated", async () => {
  const dir = folder({
    "a.ts": 'import { b } from "./b.ts";\nexport const sum = b + 1;\nexport function one() { return 1; }',
    "b.ts": 'import { one } from "./a.ts";\nexport const b = one() + 1;',
  });
  expect((await thread(dir).load("a.ts"))["sum"]).toBe(3);
});

test("a namespace lists its exports in order, is closed, and follows its bindings", async () => {
  const dir = folder({ "m.ts": "export let z = 1;\nexport function add() { z += 1; }\nexport const a = 2;" });
  const namespace = await thread(dir).load("m.ts");
  expect(Object.keys(namespace)).toEqual(["a", "add", "z"]);
  expect(Object.prototype.toString.call(namespace)).toBe("[object Module]");
  expect(Object.getPrototypeOf(namespace)).toBe(null);
  expect(() => (namespace["more"] = 1)).toThrow(TypeError);
  expect(() => (namespace["a"] = 1)).toThrow(TypeError);
  (namespace["add"] as () => void)();
  expect(namespace["z"]).toBe(2);
});

test("re-exports: renamed, starred (without default, without conflicts), as a namespace, from Node", async () => {
  const dir = folder({
    "all.ts": [
      'export { a as first } from "./one.ts";',
      'export * from "./one.ts";',
      'export * from "./two.ts";',
      'export * as two from "./two.ts";',
      'export { sep } from "node:path";',
      "export const own = 1;",
    ].join("\n"),
    "one.ts": "export const a = 1;\nexport const both = 1;\nexport const own = 2;\nexport const default_ = 1;",
    "two.ts": "export const b = 2;\nexport const both = 2;",
  });
  const all = await thread(dir).load("all.ts");
  expect({ ...all, two: { ...(all["two"] as object) } }).toEqual({
    a: 1,
    b: 2,
    first: 1,
    own: 1,
    sep: "/",
    two: { b: 2, both: 2 },
    default_: 1,
  });
});

test("the same binding through two stars is no conflict, and circular stars end", async () => {
  const dir = folder({
    "top.ts": 'export * from "./left.ts";\nexport * from "./right.ts";',
    "left.ts": 'export * from "./base.ts";\nexport * from "./top.ts";',
    "right.ts": 'export * from "./base.ts";',
    "base.ts": "export const x = 5;",
  });
  expect({ ...(await thread(dir).load("top.ts")) }).toEqual({ x: 5 });
});

test("import.meta is Node's", async () => {
  const dir = folder({
    "m.ts": 'export const meta = import.meta;\nexport const other = import.meta.resolve("./o.js");',
    "o.ts": "",
  });
  const { meta, other } = (await thread(dir).load("m.ts")) as { meta: ImportMeta; other: string };
  expect([meta.url, meta.filename, meta.dirname]).toEqual([dir.url("m.ts"), dir.path("m.ts"), dir.path("")]);
  expect(other).toBe(dir.url("o.ts"));
});

test("top-level await holds the importers back", async () => {
  const dir = folder({
    "app.ts": 'import { value } from "./slow.ts";\nexport const seen = value;',
    "slow.ts": "await new Promise(setImmediate);\nexport const value = 1;",
  });
  expect((await thread(dir).load("app.ts"))["seen"]).toBe(1);
});

test("dynamic import loads what is missing, once, and reaches Node and the VM", async () => {
  const dir = folder({
    "app.ts": "export function load(what) { return import(what); }",
    "lib.ts": "export const n = 1;",
  });
  const t = thread(dir);
  const load = (await t.load("app.ts"))["load"] as (what: string) => Promise<Record<string, unknown>>;
  const lib = await load("./lib.ts");
  expect(lib["n"]).toBe(1);
  expect(await load("./lib.ts")).toBe(lib);
  expect(t.server.images.length).toBe(2);
  expect((await load("node:path"))["sep"]).toBe("/");
  expect(await load("@agner/vm")).toHaveProperty("self");
  await expect(load("./gone.ts")).rejects.toThrow('cannot find module "./gone.ts"');
});

test("whatever is wrong with what import() is given rejects its promise", async () => {
  const dir = folder({ "app.ts": "export const load = (what, options) => import(what, options);" });
  const { load } = (await thread(dir).load("app.ts")) as { load: (what: unknown, options?: unknown) => Promise<unknown> };
  const bad = {
    toString() {
      throw new RangeError("no name");
    },
  };
  await expect(load(bad)).rejects.toThrow(RangeError);
  await expect(load("node:path", null)).rejects.toThrow(TypeError);
  await expect(load("node:path", { with: 1 })).rejects.toThrow(TypeError);
  await expect(load("node:path", { with: { type: 1 } })).rejects.toThrow(TypeError);
  expect(await load("node:path", { with: undefined })).toHaveProperty("sep");
});

test("a missing export: place, suggestion and list", async () => {
  const dir = folder({
    "app.ts": 'const x = 1;\nimport { coutn } from "./lib.ts";',
    "lib.ts": "export const count = 1;\nexport const other = 1;",
  });
  expect(await failure(dir, thread(dir).load("app.ts"))).toEqual({
    code: "AGNER_NO_EXPORT",
    message: [
      '/app/app.ts:2:1: "./lib.ts" has no export "coutn" (did you mean "count"?); it exports count, other',
      '  2 | import { coutn } from "./lib.ts";',
      "    | ^",
    ].join("\n"),
  });
});

test("a missing export of Node, of the VM, of nothing, and an ambiguous one", async () => {
  const dir = folder({
    "node.ts": 'import { joni } from "node:path";',
    "vm.ts": 'import { selv } from "@agner/vm";',
    "none.ts": 'import { x } from "./empty.ts";',
    "empty.ts": "",
    "two.ts": 'import { both } from "./stars.ts";',
    "stars.ts": 'export * from "./one.ts";\nexport * from "./other.ts";',
    "one.ts": "export const both = 1;",
    "other.ts": "export const both = 1;",
  });
  const message = async (name: string): Promise<string> => (await failure(dir, thread(dir).load(name))).message.split("\n")[0]!;
  expect(await message("node.ts")).toMatch(
    /"node:path" has no export "joni" \(did you mean "join"\?\); it exports .*, basename, default, .* and \d+ more$/,
  );
  expect(await message("vm.ts")).toBe('/app/vm.ts:1:1: "@agner/vm" has no export "selv" (did you mean "self"?); it exports self');
  expect(await message("none.ts")).toBe('/app/none.ts:1:1: "./empty.ts" has no export "x"; it exports nothing');
  expect(await message("two.ts")).toContain('the export "both" of "./stars.ts" is ambiguous');
});

test("a module that threw fails its importers with the same error, now and later", async () => {
  const dir = folder({
    "app.ts": 'import "./bad.ts";\nexport const a = 1;',
    "bad.ts": 'throw new RangeError("no");',
    "later.ts": 'import "./bad.ts";',
  });
  const t = thread(dir);
  await expect(t.load("app.ts")).rejects.toThrow(new RangeError("no"));
  await expect(t.load("later.ts")).rejects.toThrow(new RangeError("no"));
});

test("a module that could not be linked says why also later", async () => {
  const dir = folder({ "app.ts": 'import { x } from "./lib.ts";', "lib.ts": "", "later.ts": 'import "./app.ts";' });
  const t = thread(dir);
  await expect(t.load("app.ts")).rejects.toThrow('has no export "x"');
  await expect(t.load("later.ts")).rejects.toThrow('has no export "x"');
});

test("a package that fails to load is named with its importer", async () => {
  const dir = folder({
    "app.ts": '\nimport "broken";',
    "node_modules/broken/package.json": '{ "name": "broken", "type": "module", "exports": "./index.js" }',
    "node_modules/broken/index.js": 'throw new Error("no licence");',
  });
  expect(await failure(dir, thread(dir).load("app.ts"))).toEqual({
    code: "AGNER_NATIVE_IMPORT",
    message: '/app/app.ts:2:1: loading "broken" failed: no licence',
  });
});

test("functions, exports and sites are found by reference", async () => {
  const dir = folder({
    "app.ts":
      'import { hash } from "./native.cjs";\nimport lib from "./native.cjs";\nexport function main() {}\nexport const Server = { server: true };\nexport function other() {}',
    "native.cjs": "exports.hash = function hash() {};",
  });
  const t = thread(dir);
  const { main, other, Server } = (await t.load("app.ts")) as { main: Function; other: Function; Server: object };
  expect(t.table.functionRef(other)).toEqual({ module: 0, index: 1 });
  expect(t.table.resolveFunction(0, 1)).toBe(other);
  expect(t.table.functionRef(() => {})).toBeUndefined();
  expect(t.table.info(main)).toEqual({ index: 0, name: "main", line: 3, column: 8, url: dir.url("app.ts") });
  expect(t.table.exportOf(Server)).toEqual({ module: dir.url("app.ts"), name: "Server" });
  expect(t.table.resolveExport(dir.url("app.ts"), "Server")).toBe(Server);
  expect(t.table.sites.describe(11)).toEqual({ url: dir.url("app.ts"), line: 5, column: 1, functionName: "other" });
  expect([t.table.sites.describe(9), t.table.sites.describe(12)]).toEqual([undefined, undefined]);
  expect(() => t.table.resolveFunction(0, 9)).toThrow("module version 0 has no function 9 on this scheduler");
  expect(() => t.table.resolveExport(dir.url("app.ts"), "gone")).toThrow('has no export "gone" on this scheduler');
  const native = t.table.namespace(dir.url("native.cjs")) as { default: { hash: object } };
  const found = t.table.exportOf(native.default.hash)!;
  expect(basename(found.module)).toBe("native.cjs");
  expect(t.table.resolveExport(found.module, found.name)).toBe(native.default.hash);
});

test("positions in compiled code lead to the source, also of a later version", async () => {
  const dir = folder({ "m.ts": "export const a = 1;\nexport function f() { return 1; }" });
  const t = thread(dir);
  await t.load("m.ts");
  expect(t.table.mapPosition(dir.url("m.ts"), 3, 5)).toEqual({ url: dir.url("m.ts"), line: 2, column: 1, name: null });
  expect(t.table.mapPosition(dir.url("m.ts"), 1, 1)).toBeUndefined();
  expect(t.table.mapPosition("file:///other.js", 1, 1)).toBeUndefined();
  await t.table.install((await t.server.planNewVersions([dir.url("m.ts")])).images);
  expect(t.table.mapPosition(`${dir.url("m.ts")}?v=2`, 3, 5)).toMatchObject({ url: dir.url("m.ts"), line: 2 });
});

test("a call through an import reaches the newest version; one that fails to start changes nothing", async () => {
  const dir = folder({
    "app.ts": 'import { version } from "./lib.ts";\nexport function seen() { return version(); }',
    "lib.ts": "export function version() { return 1; }",
  });
  const t = thread(dir);
  const { seen } = (await t.load("app.ts")) as { seen: () => number };
  const first = t.table.namespace(dir.url("lib.ts"))["version"] as Function;
  dir.write("lib.ts", "export function version() { return 2; }");
  await t.table.install((await t.server.planNewVersions([dir.url("lib.ts")])).images);
  expect(seen()).toBe(2);
  expect(t.table.functionRef(first)).toEqual({ module: 0, index: 0 });
  dir.write("lib.ts", 'export function version() { return 3; }\nthrow new Error("v3");');
  await expect(t.table.install((await t.server.planNewVersions([dir.url("lib.ts")])).images)).rejects.toThrow("v3");
  expect(seen()).toBe(2);
});

test("a namespace of values has the names of its module in order, and is closed", () => {
  const namespace = namespaceOf({ b: 2, a: 1 });
  expect(Object.keys(namespace)).toEqual(["a", "b"]);
  expect(String(Object.getOwnPropertyDescriptor(namespace, Symbol.toStringTag)!.value)).toBe("Module");
  expect(Object.getPrototypeOf(namespace)).toBe(null);
  expect(() => (namespace["a"] = 3)).toThrow(TypeError);
  expect(() => (namespace["c"] = 3)).toThrow(TypeError);
});

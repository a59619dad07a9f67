/** CommonJS packages that are compiled because an app names them: an import sees what it sees where Node loads them. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { CodeServer } from "./server.ts";
import { compileModule } from "./compile.ts";
import { Keeper } from "./keeper.ts";
import { folder, type Folder } from "./testing/folder.ts";
import { loadApp, runProcess } from "./testing/process.ts";

const APP = '{ "type": "module", "agner": { "compile": ["lib", "other"] } }';

/** What `main` of `app.js` returns: on plain Node, and compiled at each quota, with the files that are compiled. */
async function outcomes(dir: Folder): Promise<{ plain: unknown; compiled: unknown[]; files: string[] }> {
  dir.write("plain.mjs", 'import { main } from "./app.js";\nconsole.log(JSON.stringify(main()));\n');
  const plain: unknown = JSON.parse(execFileSync(process.execPath, [dir.path("plain.mjs")], { encoding: "utf8" }));
  const { exports, compiled } = await loadApp(dir.url("app.js"));
  const main = exports["main"] as () => unknown;
  const results = [1, 7, 4000].map((quota) => JSON.parse(JSON.stringify(runProcess(main, quota))) as unknown);
  const files = compiled.map((url) => url.slice(dir.url("").length).replace(/^\/?(?:node_modules\/)?/, ""));
  return { plain, compiled: results, files };
}

async function isAsInNode(dir: Folder): Promise<{ result: unknown; files: string[] }> {
  const { plain, compiled, files } = await outcomes(dir);
  expect(compiled).toEqual([plain, plain, plain]);
  return { result: plain, files };
}

const lib = (files: Readonly<Record<string, string>>): Record<string, string> => ({
  "package.json": APP,
  "node_modules/lib/package.json": '{ "name": "lib" }',
  "node_modules/other/package.json": '{ "name": "other" }',
  ...Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name.startsWith("app") ? name : `node_modules/${name}`, text]),
  ),
});

test("named exports are those that Node finds, default is module.exports; __esModule and accessors", async () => {
  const dir = folder(
    lib({
      "app.js": `import lib, * as all from "lib";
import { a, again, late } from "lib";
import one from "lib/function.js";
import esm, { default as same, named } from "lib/esm.js";
export function main() {
  return [Object.keys(all), lib === all.default, a, again(2), late, one(3), one.twice(4), esm, same === esm, named, typeof lib.hidden];
}
`,
      "lib/index.js": `exports.a = 1;
exports.again = function (n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; };
exports["hid" + "den"] = 2;
var other = { late: "read" };
Object.defineProperty(exports, "late", { enumerable: true, get: function () { return other.late; } });
module.exports.a = 3;
`,
      "lib/function.js": `module.exports = function (n) { return n + 1; };
module.exports.twice = function (n) { return 2 * n; };
`,
      "lib/esm.js": `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.named = exports.default = void 0;
exports.named = "named";
exports.default = "of Babel";
`,
    }),
  );
  const { files } = await isAsInNode(dir);
  expect(files).toEqual(["lib/index.js", "lib/function.js", "lib/esm.js", "app.js"]);
});

test("it is required once, in the order in which Node runs it; circles see what is there; what nobody requires does not run", async () => {
  const dir = folder(
    lib({
      "app.js": `import "lib/second.js";
import { log } from "lib/log.js";
import first from "lib";
export function main() { return [log, first.count()]; }
`,
      "lib/log.js": "exports.log = [];\n",
      "lib/index.js": `const { log } = require("./log");
log.push("first begins");
exports.early = true;
const second = require("./second.js");
log.push(["first has", Object.keys(second)]);
exports.count = function () { if (Date.now() < 0) require("./never"); return require("./data.json").of; };
`,
      "lib/second.js": `const { log } = require("./log.js");
log.push("second begins");
const first = require(".");
log.push(["second has", Object.keys(first), first.early]);
exports.end = "second";
`,
      "lib/never.js": 'require("./log").log.push("never");\nthrow new Error("never");\n',
      "lib/data.json": '{ "of": "data " }',
    }),
  );
  const { files } = await isAsInNode(dir);
  expect(files).toEqual(["lib/second.js", "lib/log.js", "lib/index.js", "lib/never.js", "app.js"]);
});

test("what a module is given, and what it requires beside itself", async () => {
  const dir = folder(
    lib({
      "app.js": 'import { seen } from "lib";\nexport function main() { return seen(); }\n',
      "lib/index.js": `#!/usr/bin/env node
var path = require("node:path");
var top = this;
var inArrow = (() => this)();
exports.seen = function () {
  return [
    top === exports, inArrow === exports, module.exports === exports, module.id === __filename, path.basename(__filename), path.basename(__dirname),
    require.main === module, typeof require.resolve("./data.json"), path.basename(require.resolve("./data")), require("other").name, require("plain"),
    missing(), typeof require("fs").readFileSync, module.loaded,
  ];
};
function missing() {
  try { return require("not-there"); } catch (e) { return e.code; }
}
if (exports.seen) return;
exports.seen = null;
`,
      "lib/data.json": "{}",
      "other/package.json": '{ "name": "other", "exports": { "import": "./esm.mjs", "require": "./common.cjs" } }',
      "other/esm.mjs": 'export const name = "ES module";\n',
      "other/common.cjs": 'exports.name = "CommonJS";\n',
      "plain/package.json": '{ "name": "plain" }',
      "plain/index.js": 'module.exports = "of Node";\n',
    }),
  );
  const { files } = await isAsInNode(dir);
  expect(files).toEqual(["lib/index.js", "other/common.cjs", "app.js"]);
});

test("this of plain calls, methods named like those of texts, loops that are preempted in callbacks", async () => {
  const dir = folder(
    lib({
      "app.js": `import lib from "lib";
export function main() {
  return [lib.isGlobal(), lib.Old().made, new lib.Old().made, lib.padStart("x", 3), lib.sum([1, 2, 3]), lib.bound.call({ a: 1 }), lib.safe(), lib.safe.call({ agnerNone: 2 }), lib.kept(), lib.made()];
}
`,
      "lib/index.js": `var root = (function () { return this; })();
exports.isGlobal = function () { return root === globalThis; };
function Old() { if (!(this instanceof Old)) return new Old(); this.made = true; }
exports.Old = Old;
function padStart(text, n) { while (text.length < n) text = "-" + text; return text; }
exports.padStart = padStart;
exports.sum = function (xs) { var total = 0; xs.forEach(function (x) { for (var i = 0; i < 20; i++) total += x; }, this); return total; };
var safe = exports.safe = function () { return [typeof this, (this && this.agnerNone) || (() => this && this.agnerNone)()]; };
exports.safe = function () { return this === exports ? safe() : safe.call(this); };
function kept() { var self = this; this.agnerKept = 4; try { return self.agnerKept; } finally { for (var i = 0; i < 20; i++); delete this.agnerKept; } }
exports.kept = function () { return kept(); };
function Made() { if (!this) throw new Error("none"); this.x = 1; this.n = this.x + 1; this.next(); return this; }
Made.prototype.next = function () { this.n++; };
exports.made = function () { return new Made(); };
exports.bound = function () { var self = this; return [1].map(function () { return self.a; })[0]; };
`,
    }),
  );
  expect((await isAsInNode(dir)).result).toEqual([
    true,
    true,
    true,
    "--x",
    120,
    1,
    ["object", null],
    ["object", 2],
    4,
    { x: 1, n: 3 },
  ]);
});

test("a module that throws does so for each that imports or requires it", async () => {
  const dir = folder(
    lib({
      "app.js": 'import { attempts } from "lib";\nexport function main() { return attempts(); }\n',
      "lib/index.js": `exports.attempts = () => [1, 2].map(() => { try { return require("./fails"); } catch (e) { return e.message; } });\n`,
      "lib/fails.js": 'throw new RangeError("on purpose");\n',
    }),
  );
  expect((await isAsInNode(dir)).result).toEqual(["on purpose", "on purpose"]);
});

test("import() of one, also of one that was only required before", async () => {
  const dir = folder(
    lib({
      "app.js":
        'import { f } from "lib";\nexport function main() { return f(); }\nexport const more = () => import("lib/lazy.js");\n',
      "lib/index.js": 'exports.f = () => 1;\nexports.g = () => require("./lazy");\n',
      "lib/lazy.js": 'exports.ran = "now";\n',
    }),
  );
  const { exports } = await loadApp(dir.url("app.js"));
  expect(await (exports["more"] as () => Promise<unknown>)()).toMatchObject({ ran: "now", default: { ran: "now" } });
});

test("an ES module that is compiled, and a name that is not written out, cannot be required", async () => {
  const dir = folder(
    lib({
      "app.js":
        'import { load } from "lib";\nexport const main = (name) => { try { return load(name); } catch (e) { return e.code + ": " + e.message; } };\n',
      "lib/index.js": "exports.load = (name) => require(name);\n",
      "lib/hidden.js": "exports.a = 1;\n",
      "other/package.json": '{ "name": "other", "type": "module", "exports": "./index.js" }',
      "other/index.js": "export const b = 1;\n",
    }),
  );
  const { exports } = await loadApp(dir.url("app.js"));
  const main = exports["main"] as (name: string) => string;
  expect(main("other")).toMatch(
    /^AGNER_REQUIRE: cannot require "other": .*other\/index\.js is an ES module that is compiled, and can only be imported/,
  );
  expect(main("./hidden")).toMatch(
    /^AGNER_REQUIRE: cannot require ".\/hidden": .*hidden\.js is to be compiled, and was not loaded with its package/,
  );
});

test("what the compiler refuses in one is told with its place, and who named the package", async () => {
  const dir = folder(lib({ "app.js": 'import "lib";\n', "lib/index.js": "exports.a = 1;\ncount = 2;\n" }));
  await expect(loadApp(dir.url("app.js"))).rejects.toMatchObject({
    code: "AGNER_COMPILE",
    message: expect.stringMatching(
      /lib\/index\.js:2:1: "count" is assigned and declared nowhere[\s\S]*left out there, it is loaded by Node\.$/,
    ) as string,
  });
});

test("the next start sees that one of them changed, or that another file would be found first", async () => {
  const dir = folder(
    lib({
      "app.js": 'import { a } from "lib";\nexport const x = a;\n',
      "lib/index.js": 'exports.a = require("./inner").a;\n',
      "lib/inner/index.js": "exports.a = 1;\n",
    }),
  );
  const start = async (): Promise<number> => {
    let compiled = 0;
    const compile: typeof compileModule = (source, options) => (compiled++, compileModule(source, options));
    await new CodeServer({ compile, keeper: new Keeper(dir.path("kept")) }).plan(dir.url("app.js"));
    return compiled;
  };
  const later = Date.now() + 3_600_000;
  const { now } = Date;
  Date.now = () => later;
  try {
    expect(await start()).toBe(3);
    expect(await start()).toBe(0);
    dir.write("node_modules/lib/inner.js", "exports.a = 2;\n");
    expect(await start()).toBe(3);
    expect(await start()).toBe(0);
  } finally {
    Date.now = now;
  }
});

import vm from "node:vm";
import type { Frame } from "@agner/scheduler/frames";
import { afterEach, expect, test } from "vitest";
import { ModuleTable } from "./module.ts";
import type { SiteDescription } from "./sites.ts";
import { CodeServer } from "./server.ts";
import { installStackTraces, ownPrefixes, sourceName, type StackTraces } from "./stack.ts";
import { folder } from "./testing/folder.ts";
import { compileLines } from "./testing/line-compiler.ts";

let traces: StackTraces | undefined;

afterEach(() => traces?.uninstall());

const sites: Record<number, SiteDescription> = {
  1: { url: "file:///app.ts", line: 3, column: 5, functionName: "serve" },
  2: { url: "file:///app.ts", line: 9, column: 1, functionName: "main" },
};

/** The thread's traces over one compiled module, whose exports come along. */
async function compiled(source: string): Promise<{ module: Record<string, Function>; url: string; traces: StackTraces }> {
  const dir = folder({ "app.ts": source });
  const table = new ModuleTable({}, {}, { onDynamicImport: async () => {} });
  traces = installStackTraces({
    table: { positions: table.positions, sites: { describe: (site) => sites[site] } },
    internal: [new URL("./", import.meta.url).href, new URL("./", import.meta.url).pathname],
  });
  await table.install((await new CodeServer({ compile: compileLines }).plan(dir.url("app.ts"))).images);
  return { module: table.namespace(dir.url("app.ts")) as Record<string, Function>, url: dir.url("app.ts"), traces };
}

/** What `fn` throws. */
function thrown(fn: Function): Error {
  try {
    fn();
  } catch (e) {
    return e as Error;
  }
  throw new Error("nothing was thrown");
}

function top(error: Error, lines: number): string {
  return error.stack!.split("\n").slice(0, lines).join("\n");
}

const frames: Frame = [[null, 2], 1];

test("positions in compiled code are those of the source, and functions have their names", async () => {
  const { module, url } = await compiled(
    "export function outer() { $r4_inner(); }\n\nfunction $r4_inner() { throw new TypeError('bad'); }",
  );
  expect(top(thrown(module["outer"]!), 3)).toBe(`TypeError: bad\n    at inner (${url}:3:1)\n    at outer (${url}:1:1)`);
});

test("methods, constructors and anonymous functions are written as V8 does", async () => {
  const { module, url } = await compiled(
    [
      "export const run = [(() => new A().m())][0];",
      "class A { m() { return (() => new B())(); } }",
      "class B { constructor() { throw new Error('b'); } }",
    ].join("\n"),
  );
  expect(top(thrown(module["run"]!), 4)).toBe(`Error: b\n    at new B (${url}:3:1)\n    at ${url}:2:1\n    at A.m (${url}:2:1)`);
});

test("the VM's own frames are left out, native ones stay", async () => {
  const { module } = await compiled("export function run(f) { return [1].map(f); }");
  const stack = thrown(() => module["run"]!(() => JSON.parse("{"))).stack!;
  expect(stack).toContain("\n    at JSON.parse (<anonymous>)\n");
  expect(stack).toContain("\n    at Array.map (<anonymous>)\n");
  expect(stack).not.toContain("stack.test.ts");
});

test("callers are added before the stack is read, once", async () => {
  const { module, url, traces: t } = await compiled("export function f() { throw new Error('x'); }");
  const error = thrown(module["f"]!);
  t.attachCallers(error, frames);
  t.attachCallers(error, frames[0]);
  expect(error.stack).toMatch(
    new RegExp(
      `^Error: x\\n    at f \\(${url}:1:1\\)\\n[^]*    at serve \\(file:///app.ts:3:5\\)\\n    at main \\(file:///app.ts:9:1\\)$`,
    ),
  );
  expect(error.stack!.split("at main (file:///app.ts").length).toBe(2);
});

test("callers are added to a stack that was read too early, not to one that the app wrote", async () => {
  const { module, traces: t } = await compiled("export function f() { throw new Error('x'); }");
  const read = thrown(module["f"]!);
  expect(read.stack).not.toContain("at main");
  t.attachCallers(read, frames);
  expect(read.stack).toMatch(/at serve \(file:\/\/\/app\.ts:3:5\)\n {4}at main \(file:\/\/\/app\.ts:9:1\)$/);

  const written = thrown(module["f"]!);
  written.stack = "mine";
  t.attachCallers(written, frames);
  expect(written.stack).toBe("mine");

  const frozen = thrown(module["f"]!);
  void frozen.stack;
  t.attachCallers(Object.freeze(frozen), frames);
  t.attachCallers("no error", frames);
  t.attachCallers(new Error("no callers"), null);
});

test("a deep chain is cut, and says by how much", async () => {
  const { module, traces: t } = await compiled("export function f() { throw new Error('deep'); }");
  let deep: Frame | null = null;
  for (let i = 0; i < 1_000; i++) deep = [deep, 1];
  const error = thrown(module["f"]!);
  t.attachCallers(error, deep);
  expect(error.stack!.split("at serve").length - 1).toBe(50);
  expect(error.stack!.endsWith("\n    … 950 more")).toBe(true);
});

test("where V8 recorded no more, the gap before the callers is shown", async () => {
  const { module, url, traces: t } = await compiled("export function f(n) { if (n === 0) throw new Error('x'); f(n - 1); }");
  const error = thrown(() => module["f"]!(100));
  t.attachCallers(error, frames);
  expect(error.stack!.split("\n").slice(-4)).toEqual([
    `    at f (${url}:1:1)`,
    "    …",
    "    at serve (file:///app.ts:3:5)",
    "    at main (file:///app.ts:9:1)",
  ]);
});

test("a module's top level has no generator in its trace", async () => {
  const dir = folder({ "app.ts": "\nthrow new Error('top');" });
  const table = new ModuleTable({}, {}, { onDynamicImport: async () => {} });
  traces = installStackTraces({
    table,
    internal: [new URL("./", import.meta.url).pathname],
  });
  const { images } = await new CodeServer({ compile: compileLines }).plan(dir.url("app.ts"));
  const error = (await table.install(images).catch((e: unknown) => e)) as Error;
  expect(error.stack).toMatch(new RegExp(`^Error: top\\n    at ${dir.url("app.ts")}:2:1(\\n|$)`));
  expect(error.stack).not.toContain("Generator.next");
});

test("captureStackTrace works, and uncompiled stacks are as without", () => {
  const source = `
    function f() { return new RangeError("r"); }
    const plain = f().stack, o = {}; Error.captureStackTrace(o); const captured = o.stack;
    Object.assign(globalThis, { plain, captured });`;
  const evaluate = (): { plain: string; captured: string } => {
    vm.runInThisContext(source, { filename: "plain.js" });
    return { ...(globalThis as unknown as { plain: string; captured: string }) };
  };
  traces = installStackTraces({
    table: new ModuleTable({}, {}, { onDynamicImport: async () => {} }),
    internal: [],
  });
  const { plain, captured } = evaluate();
  expect(plain).toMatch(/^RangeError: r\n {4}at f \(plain\.js:2:\d+\)\n {4}at plain\.js:3:/);
  expect(captured).toMatch(/^Error\n {4}at plain\.js:3:/);
});

test("names without the compiler's prefix", () => {
  const names = ["$r4_loop", "loop", "$mk7", "$mk7_inner", "$fn", "$", "$el", "$get_it", "Counter.add"];
  expect(names.map(sourceName)).toEqual(["loop", "loop", "", "inner", "", "$", "$el", "$get_it", "Counter.add"]);
});

test("the VM's own packages are known by where they lie", () => {
  const prefixes = ownPrefixes();
  expect(new URL(import.meta.url).pathname).toContain(new URL(prefixes[0]!).pathname);
  expect(prefixes.slice(1).map((url) => url.split("/").slice(-3).join("/"))).toEqual(["scheduler/dist/", "compiler/dist/"]);
});

import { describe, expect, test } from "vitest";
import { captureEntry, INFO } from "@agner/scheduler/frames";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { compile } from "./compile.ts";
import { CompileError } from "./errors.ts";
import { link, load, run } from "./testing/machine.ts";

const refusal = (source: string, filename = "a.ts"): CompileError => {
  try {
    compile(source, { filename });
  } catch (e) {
    if (CompileError.is(e)) return e as CompileError;
    throw e;
  }
  throw new Error("compiled");
};

test("names are those of the TypeScript source, also where an outer one is the same", () => {
  const loaded = load(
    `export function fn(a: number) { const fn = () => a; { let a = (): number => 2; for (let i = 0; i < 1; i++) a(); return [fn.name, a.name, fn() + a()]; } }
     namespace NS { export const q = 1; export function fn(): number { return q; } export namespace In { export const q = fn() + 1; } }
     enum E { A = 1, B = A << 1 }
     export const rest = () => { const E2 = 5, NS2 = 6; try { throw E.B; } catch (fn) { return [fn, NS.fn(), NS.In.q, E2, NS2]; } };`,
  );
  const { fn, rest } = loaded.exports as Record<string, (a?: number) => unknown>;
  expect(run(fn!, [5] as never, 2).value).toEqual(["fn", "a", 7]);
  expect(run(rest!, [], 2).value).toEqual([2, 1, 2, 5, 6]);
});

describe("refusals", () => {
  test("await outside an async function names wait, at the TypeScript position", () => {
    const e = refusal(`type T = { a: number };\nfunction f(p: Promise<T>) {\n  const x: T = await p;\n}`);
    expect([e.line, e.column]).toEqual([3, 16]);
    expect(e.reason).toContain('"await" can only be used inside an "async" function');
    expect(e.hint).toContain("wait(promise)");
    expect(e.message).toContain("a.ts:3:16: ");
    expect(e.frame).toBe("  3 |   const x: T = await p;\n    |                ^");
  });
  test("syntax errors", () => {
    expect(refusal("let x: number = ;")).toMatchObject({ line: 1, column: 17, code: "AGNER_COMPILE", file: "a.ts" });
    expect(refusal("const a = 1;\nbreak;", "b.js")).toMatchObject({ line: 2, column: 1, file: "b.js" });
  });
  test("JavaScript is read as it stands, but for what no engine knows yet", () => {
    expect(refusal("const a = 1;\nif (a) function f() {}", "b.js")).toMatchObject({ line: 2, column: 8 });
    expect(refusal("function f() {\n  await f();\n}", "b.js").hint).toContain("wait(promise)");
    const spelled = (text: string) => compile(text, { filename: "b.js" }).code.length;
    expect(spelled("function f(x) { using y = x; }")).toBeGreaterThan(0);
    expect(spelled("const d = (c) => c; @d class C {}")).toBeGreaterThan(0);
  });
  test("await in the heritage and keys of a class is the module's", () => {
    const awaits = (source: string) => compile(source, { filename: "a.js" }).topLevelAwait;
    expect(awaits("export class C extends (await f()) {}")).toBe(true);
    expect(awaits("class C { [await f()]() {} }")).toBe(true);
    expect(awaits("class C { async m() { await f(); } }")).toBe(false);
  });
  test("eval", () => {
    expect(refusal("interface I {}\nexport const f = () => eval('1');")).toMatchObject({
      line: 2,
      column: 24,
      reason: "eval cannot be compiled: its code would see none of the variables around it",
    });
  });
  test("an export that is not declared", () => {
    expect(refusal("export { nothing };", "a.js").line).toBe(1);
  });
  test("a closure over an assigned parameter of a generator, in its parameters", () => {
    expect(refusal("function* g(a: number, f = () => a++) { a = 1; yield f; }")).toMatchObject({
      line: 1,
      column: 28,
      hint: "Give the parameter its default in the body.",
    });
  });
  test("for await in a process function", () => {
    expect(
      refusal("async function ok(x) { for await (const y of x); }\nfunction f(x) { for await (const y of x); }", "a.js").line,
    ).toBe(2);
    expect(refusal("function f(x) {\n  for await (const y of x); }").hint).toContain("wait(promise)");
    expect(refusal("function* f(x) {\n  for await (const y of x); }").hint).toContain("wait(promise)");
  });
});

describe("diagnostics", () => {
  test("state of the module that a function assigns", () => {
    const { diagnostics } = compile(
      `let n = 0;\nlet { a } = { a: 1 };\nlet once = 1;\nonce = 2;\nexport function f() {\n  n++;\n  a = 2;\n}`,
      { filename: "a.ts" },
    );
    expect(diagnostics.map((d) => [d.code, d.line, d.column])).toEqual([
      ["AGNER_MODULE_STATE", 6, 3],
      ["AGNER_MODULE_STATE", 7, 3],
    ]);
  });
  test("an async function or a generator as a process", () => {
    const { diagnostics } = compile(
      `import { spawn, spawnOpt } from "@agner/vm";\nasync function f() {}\nspawn(f);\nspawnOpt({}, function* () {});\nspawn(() => {});`,
      { filename: "a.ts" },
    );
    expect(diagnostics.map((d) => [d.code, d.line])).toEqual([
      ["AGNER_ASYNC_PROCESS", 3],
      ["AGNER_ASYNC_PROCESS", 4],
    ]);
    expect(diagnostics[0]!.hint).toContain("wait(promise)");
  });
});

describe("positions", () => {
  const source = `interface Wide { a: number }\n\nexport function f(x: Wide): number {\n  const y: number = x.a;\n  return g(y) + 1;\n}\nfunction g(y: number): number {\n  if (y > 1) throw new Error("big");\n  return y;\n}\nexport const h = (o: any) => o.m() + o.m();\n`;
  test("of sites are those of the TypeScript source", () => {
    const { sites, functions } = compile(source, { filename: "a.ts" });
    const named = sites.map(([fn, line, column]) => `${functions[fn]!.name}:${line}:${column}`);
    expect(named).toContain("h:11:32");
    expect(named).toContain("h:11:40");
  });
  test("of functions", () => {
    const { functions } = compile(source, { filename: "a.ts" });
    expect(functions.map((f) => [f.name, f.line, f.topLevel, f.exported])).toEqual([
      ["f", 3, true, "f"],
      ["g", 7, true, undefined],
      ["h", 11, true, "h"],
    ]);
  });
  test("of a throw, through the map", () => {
    const loaded = load(source);
    let stack = "";
    try {
      (loaded.exports["f"] as (x: unknown) => number)({ a: 5 });
    } catch (e) {
      stack = (e as Error).stack!;
    }
    const places = [...stack.matchAll(/compiled\.js:(\d+):(\d+)/g)].map((m) =>
      originalPositionFor(new TraceMap(loaded.result.map as never), { line: Number(m[1]), column: Number(m[2]) - 1 }),
    );
    expect(places.slice(0, 2).map((p) => [p.line, p.column])).toEqual([
      [8, 19],
      [5, 9],
    ]);
    expect(loaded.result.map.sources).toEqual(["test.ts"]);
    expect(loaded.result.map.sourcesContent).toEqual([source]);
  });
});

describe("modules", () => {
  test("every form of export, with live bindings", () => {
    const { exports, result } = load(
      `export let n = 1; export const inc = () => { n++; }; export default class K { m() { return n; } } const a = 5, b = 6; export { a, b as c, b as "quoted name" }; export function f() { return n; } export * as ns from "x"; export { y as z } from "x"; export * from "x";`,
      {},
      { x: { y: 9, w: 10, default: 11, a: 12 } },
    );
    expect(result.exports).toEqual(["a", "c", "default", "f", "inc", "n", "ns", "quoted name", "z"]);
    (exports["inc"] as () => void)();
    expect(exports["n"]).toBe(2);
    expect([exports["a"], exports["c"], exports["quoted name"], exports["z"], exports["w"]]).toEqual([5, 6, 6, 9, 10]);
    expect(new (exports["default"] as new () => { m(): number })().m()).toBe(2);
    expect((exports["default"] as { name: string }).name).toBe("K");
    expect(Object.keys(exports)).not.toContain("y".repeat(2));
  });
  test("default expressions and functions are named default", () => {
    expect((load("export default () => 1;").exports["default"] as { name: string }).name).toBe("default");
    expect((load("export default function () { for (;;) return 1; }").exports["default"] as { name: string }).name).toBe(
      "default",
    );
    expect((load("export default class {}").exports["default"] as { name: string }).name).toBe("default");
    expect(load("export default 5 + 1;").exports["default"]).toBe(6);
  });
  test("functions are there after linking, other exports only when initialised", () => {
    const { exports, run: evaluate } = link(
      compile("export const c = 1; export function f() { return c; }", { filename: "a.js" }),
    );
    expect(() => (exports["f"] as () => number)()).toThrow(ReferenceError);
    expect(() => exports["c"]).toThrow(ReferenceError);
    evaluate();
    expect((exports["f"] as () => number)()).toBe(1);
  });
  test("imports are read anew, and called without a receiver", () => {
    const x = {
      v: 1,
      f(this: unknown) {
        return this;
      },
      default: 3,
    };
    const { exports } = load(
      `import d, { v, f as g } from "x"; import * as ns from "x"; export function main() { return [v, d, ns.v, g()]; }`,
      {},
      { x },
    );
    const main = exports["main"] as () => unknown[];
    expect(run(main, [], 100).value).toEqual([1, 3, 1, undefined]);
    x.v = 2;
    expect(run(main, [], 100).value).toEqual([2, 3, 2, undefined]);
  });
  test("import attributes, dynamic import and import.meta", async () => {
    const { result, exports } = load(
      `import data from "./d.json" with { type: "json" }; export const url = import.meta.url; export const later = () => import("x"); export { data };`,
      {},
      { "./d.json": { default: { k: 1 } }, x: { y: 1 } },
    );
    expect(result.imports[0]).toEqual({
      specifier: "./d.json",
      attributes: { type: "json" },
      names: ["default"],
      line: 1,
      column: 1,
    });
    expect(exports["data"]).toEqual({ k: 1 });
    expect(exports["url"]).toBe("file:///test.ts");
    expect(await (exports["later"] as () => Promise<unknown>)()).toEqual({ y: 1 });
  });
  test("top-level await", async () => {
    const result = compile("export const v = await Promise.resolve(4);", { filename: "a.ts" });
    expect(result.topLevelAwait).toBe(true);
    expect(result.code.startsWith("(async function*")).toBe(true);
  });
  test("async generators, for await and top-level await run as JavaScript's own", async () => {
    const source = `export const log = [];
      async function* numbers(n) { try { for (let i = 0; i < n; i++) { const told = yield Promise.resolve(i); if (told) log.push(told); } } finally { await null; log.push("closed"); } }
      class A { #n = 2; async *[Symbol.asyncIterator]() { yield* numbers(this.#n); yield this.#n; } }
      export async function main() { const r = []; for await (const n of numbers(5)) { if (n === 3) break; r.push(n); } for await (const n of new A()) r.push(n); for await (const [x] of [Promise.resolve([7])]) r.push(x); const it = numbers(3); await it.next(); r.push(await it.next("told"), await it.return(9)); try { for await (const n of numbers(2)) throw new Error("t" + n); } catch (e) { r.push(e.message); } return r; }
      export const first = await main();`;
    const { exports, run: evaluate } = link(compile(source, { filename: "a.js" }));
    await evaluate();
    const expected = [0, 1, 2, 0, 1, 2, 7, { value: 1, done: false }, { value: 9, done: true }, "t0"];
    expect(exports["first"]).toEqual(expected);
    expect(exports["log"]).toEqual(["closed", "closed", "told", "closed", "closed"]);
    expect(await (exports["main"] as () => Promise<unknown>)()).toEqual(expected);
  });
  test("types fall away, enums and namespaces stay", () => {
    const { exports } = load(
      `import type { T } from "./t"; enum E { A = 1, B } namespace N { export const x = E.B; } export const r = [E[1], N.x] as const; type Q = T;`,
    );
    expect(exports["r"]).toEqual(["A", 2]);
  });
});

describe("entry frames", () => {
  test("hold captures and parameters, and a fresh slot for the function itself", () => {
    const { exports } = load(
      `import { receive } from "@agner/vm"; export function make(a) { let b = 1; b++; const f = (x, ...r) => { receive(); return [a, b, x, r, typeof f]; }; return f; } export const plain = [1].map((x) => x);`,
    );
    const f = (exports["make"] as (a: number) => (...args: never[]) => unknown)(7);
    const frame = captureEntry(f, [1, 2, 3])!;
    expect(frame.slice(2)).toEqual([7, [2], 1, [2, 3], undefined]);
    expect(captureEntry(Math.max as never, [1])).toBeUndefined();
    const p = { frames: frame, value: undefined, threw: 0 as const };
    expect(p.frames).toBe(frame);
  });
  test("functions of the top level carry their info", () => {
    const { exports } = load("export function f() {} export const g = () => 1;");
    expect((exports["f"] as { [INFO]?: { index: number } })[INFO]!.index).toBe(0);
    expect((exports["g"] as { [INFO]?: { index: number } })[INFO]!.index).toBe(1);
  });
});

describe("literals that are sent", () => {
  test("are not copied again where nobody else can hold them", () => {
    const code = (call: string) =>
      /\$sendFresh\(.*\)/.exec(
        compile(`import { send, self } from "@agner/vm"; export function f(p, a, b, g) { ${call}; }`, { filename: "a.ts" }).code,
      )?.[0];
    expect(code(`send(p, { type: "x", from: self(), n: a + 1, next: b, deep: [b, { c: a.c }] })`)).toBe(
      `$sendFresh(p, { type: "x", from: self(), n: a + 1, next: $cp(b, "[\\"next\\"]"), deep: [$cp(b, "[\\"deep\\",0]"), { c: $cp(a.c, "[\\"deep\\",1,\\"c\\"]") }] })`,
    );
    for (const other of [
      "send(p, [...a])",
      "send(p, { ...a })",
      "send(p, a)",
      "send(p, { [a]: 1 })",
      "send(p, { m() {} })",
      "send(p, [, 1])",
    ])
      expect(code(other)).toBeUndefined();
  });
});

describe("predicates of receive", () => {
  const screen = (call: string) =>
    /function \$screen\d+\(m\) \{ return (.*); \}/.exec(
      compile(`import { receive, receiveSince } from "@agner/vm"; export function f(n, o, mutable) { mutable++; ${call}; }`, {
        filename: "a.ts",
      }).code,
    )?.[1];
  test("are taken apart: what they ask first, of the message alone, is a function of the module", () => {
    expect(screen(`receive((m) => m[0] === "a" && m[1] === n)`)).toBe(`(m[0] === "a")`);
    expect(
      screen(`return receive((m: any): m is string => { return typeof m === "string" && !(m.length === 1 || n === 2); })`),
    ).toBe(`(typeof m === "string")`);
    expect(screen(`receive((m) => m?.tag !== undefined && Array.isArray(m.list) && m.n === o.n && m.x === 1, n)`)).toBe(
      `(m?.tag !== void 0) && (Array.isArray(m.list))`,
    );
    expect(screen(`receive((m) => m === "done", 0)`)).toBe(`(m === "done")`);
  });
  test("stay whole where more happens in them than comparisons, or the message is not what they ask first", () => {
    for (const other of [
      `receive((m) => m[0] === "a" && n(m))`,
      `receive((m) => m[0] === "a" && (o.kept = m))`,
      `receive((m) => m.tag === n)`,
      `receive((m) => m.a.b === 1)`,
      `receive((m) => m[n] === 1)`,
      `receive((m) => m.tag == "a")`,
      `receive((m) => m.tag > 1)`,
      `receive((m, k) => m.tag === "a")`,
      `receive(([m]) => m === "a")`,
      `receive(async (m) => m.tag === "a")`,
      `receive((m) => { o.n++; return m.tag === "a"; })`,
      `receive({ tag: "a" })`,
      `receive(n)`,
      `receiveSince(n, (m) => m.tag === "a")`,
      `o.receive((m) => m.tag === "a")`,
      `receive(...[(m) => m.tag === "a"])`,
    ])
      expect(screen(other)).toBeUndefined();
  });
});

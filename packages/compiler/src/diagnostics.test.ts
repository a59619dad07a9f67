import { describe, expect, test } from "vitest";
import { compile } from "./compile.ts";

/** The warnings about `lines`, as code, line, column and message. */
function warnings(...lines: string[]): (readonly [code: string, line: number, column: number, message: string])[] {
  const source = `import { receive, spawn, spawnOpt, wait } from "@agner/vm"; import { match, P } from "ts-pattern";\n${lines.join("\n")}`;
  return compile(source, { filename: "a.ts" }).diagnostics.map((d) => [d.code, d.line, d.column, d.message] as const);
}

describe("closures that capture what cannot be copied", () => {
  test.each([
    ["new WeakMap()", "a WeakMap"],
    ["new WeakSet()", "a WeakSet"],
    ["new WeakRef({})", "a WeakRef"],
    ["new Promise(() => {})", "a promise"],
    ["Promise.all([])", "a promise"],
    ["fetch('http://x')", "a promise"],
    ["load()", "a promise"],
    ["new Proxy({}, {})", "a Proxy"],
    ["Symbol('mine')", "a symbol of its own"],
    ["async () => {}", "an async function"],
  ])("%s", (init, what) => {
    const found = warnings(
      "async function load() {}",
      "export function main() {",
      `  const it = ${init};`,
      "  spawn(() => it);",
      "}",
    );
    expect(found.map(([code, line, column]) => [code, line, column])).toEqual([["AGNER_SHARED_CAPTURE", 5, 9]]);
    expect(found[0]![3]).toBe(
      `spawn is given a function that captures "it", ${what}: that cannot be copied, so parent and child share it, and the child stays on this core`,
    );
  });

  test("by a closure that it captures, and by name", () => {
    const found = warnings(
      "export function main() {",
      "  const seen = new WeakSet<object>();",
      "  const once = (x: object) => !seen.has(x);",
      "  function child() { once({}); }",
      "  spawnOpt({ link: true }, child);",
      "}",
    );
    expect(found).toEqual([
      [
        "AGNER_SHARED_CAPTURE",
        6,
        28,
        'spawnOpt is given a function that captures "once", which captures "seen", a WeakSet: that cannot be copied, so parent and child share it, and the child stays on this core',
      ],
    ]);
  });

  test("nothing is said of what is copied, of what every core has, or of what is not certain", () => {
    expect(
      warnings(
        "const cache = new WeakMap();",
        "class WeakMine {}",
        "export function main(given: unknown) {",
        "  const list = [1], map = new Map(), atom = Symbol.for('a'), own = new WeakMine(), value = wait(fetch('http://x'));",
        "  let later: unknown = new WeakMap(); later = 1;",
        "  { class WeakMap {} const mine = new WeakMap(); spawn(() => mine); }",
        "  spawn(() => [cache, list, map, atom, own, value, later, given]);",
        "  const inner = new WeakMap(); (() => inner)();",
        "  spawn(() => { const here = new WeakMap(); return here; });",
        "}",
      ),
    ).toEqual([]);
  });
});

describe("patterns that are never reached", () => {
  /** The lines of unreachable ones among the branches, each in a line from 2 on. */
  const lines = (...branches: string[]): number[] =>
    warnings(
      ...branches.map((b, i) => (i === 0 ? `export const f = () => match(receive<any>())${b}` : b)),
      "  .otherwise(() => 0);",
    ).map(([code, line]) => (expect(code).toBe("AGNER_UNREACHABLE_PATTERN"), line));

  test.each<[string, number[], ...string[]]>([
    ["after one that matches everything", [3, 4], ".with(P._, () => 1)", ".with('a', () => 2)", ".with({ a: 1 }, () => 3)"],
    ["a literal again", [4], ".with('a', () => 1)", ".with('b', () => 2)", ".with('a', () => 3)"],
    ["one of several in a branch", [3], ".with('a', 'b', () => 1)", ".with('b', () => 2)"],
    ["after its type", [3, 4], ".with(P.string, () => 1)", ".with('a', () => 2)", ".with(P.string.startsWith('b'), () => 3)"],
    ["a record with more", [3], ".with({ type: 'a' }, () => 1)", ".with({ type: 'a', n: P.number }, () => 2)"],
    ["a tuple", [3], ".with(['a', P._], () => 1)", ".with(['a', 1], () => 2)"],
    ["also where the later one has a guard", [3], ".with('a', () => 1)", ".with('a', () => true, () => 2)"],
  ])("%s", (_what, expected, ...branches) => {
    expect(lines(...branches)).toEqual(expected);
  });

  test.each<[string, ...string[]]>([
    ["an earlier one has a guard", ".with('a', (x) => x > 1, () => 1)", ".with('a', () => 2)"],
    ["an earlier one may have a guard", ".with('a', globalThis.guard, () => 1)", ".with('a', () => 2)"],
    ["a record with less", ".with({ type: 'a', n: 1 }, () => 1)", ".with({ type: 'a' }, () => 2)"],
    ["another key", ".with({ a: P._ }, () => 1)", ".with({ b: 1 }, () => 2)"],
    ["a key that may be missing", ".with({ a: P._ }, () => 1)", ".with({ a: P.optional(1) }, () => 2)"],
    ["a longer tuple", ".with([P._], () => 1)", ".with([1, 2], () => 2)"],
    ["a string after some strings", ".with(P.string.startsWith('a'), () => 1)", ".with(P.string, () => 2)"],
    ["zeros, which differ", ".with(0, () => 1)", ".with(-0, () => 2)"],
    ["names, which may hold anything", ".with(globalThis.a, () => 1)", ".with(globalThis.a, () => 2)"],
  ])("nothing is said of %s", (_what, ...branches) => {
    expect(lines(...branches)).toEqual([]);
  });

  test("in a union that receive is given, once, with place and advice", () => {
    const source =
      'import { receive } from "@agner/vm";\nimport { P } from "ts-pattern";\nexport const f = () => receive(P.union({ a: P.number },\n  { a: 1 }));\n';
    expect(compile(source, { filename: "a.ts" }).diagnostics).toEqual([
      {
        code: "AGNER_UNREACHABLE_PATTERN",
        severity: "warning",
        message: "this pattern is never reached: the one in line 3 matches all that it would",
        line: 4,
        column: 3,
        hint: "Take it away, or put it before the other.",
      },
    ]);
  });

  test("a match of another library is none of ours", () => {
    const source = 'import { match, P } from "other";\nexport const f = (x: any) => match(x).with(P._, 1).with(P._, 2);\n';
    expect(compile(source, { filename: "a.ts" }).diagnostics).toEqual([]);
  });
});

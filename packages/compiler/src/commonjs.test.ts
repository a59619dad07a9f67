/** CommonJS, which is compiled as strict code: what means something else there keeps its meaning, or is refused with its place. */
import { describe, expect, test } from "vitest";
import { compile } from "./compile.ts";
import { CompileError } from "./errors.ts";

function refusal(source: string): string {
  try {
    compile(source, { filename: "lib.js", commonjs: true });
  } catch (e) {
    if (CompileError.is(e)) return `${e.line}:${e.column}: ${e.reason}`;
    throw e;
  }
  return "compiles";
}

const STRICT = "CommonJS is compiled as strict code";

describe("sloppy code that strict code cannot mean", () => {
  test.each([
    ["with (a) { b; }", `1:1: 'with' in strict mode: ${STRICT}`],
    ["var n = 017;", `1:9: Invalid number: ${STRICT}`],
    ["var x;\ndelete x;", `2:1: Deleting local variable in strict mode: ${STRICT}`],
    ["function f(a, a) {}", `1:15: Argument name clash: ${STRICT}`],
    ["var interface = 1;", `1:5: The keyword 'interface' is reserved: ${STRICT}`],
    [
      "function f() {\n  count = 1;\n}",
      `2:3: "count" is assigned and declared nowhere: ${STRICT}, in which that makes no global variable`,
    ],
    ["for (i in {}) {}", `1:6: "i" is assigned and declared nowhere: ${STRICT}, in which that makes no global variable`],
    ["[a.b, c] = [];", `1:7: "c" is assigned and declared nowhere: ${STRICT}, in which that makes no global variable`],
    ["exports.f = function () { return arguments.callee; };", `1:34: arguments.callee cannot be compiled: ${STRICT}`],
    [
      "if (a) { function f() {} }\nf();",
      `2:1: "f" is used outside of the block that declares the function: ${STRICT}, in which it is not seen there`,
    ],
    [
      "function g(k) {\n  switch (k) { case 1: function f() {} }\n  return f();\n}",
      `3:10: "f" is used outside of the block that declares the function: ${STRICT}, in which it is not seen there`,
    ],
    [
      "switch (f) { default: function f() {} }",
      `1:9: "f" is used outside of the block that declares the function: ${STRICT}, in which it is not seen there`,
    ],
    [
      "function f(a, b) {\n  a = 1;\n  return g.apply(this, arguments);\n}",
      `3:24: "arguments" is used where the parameter "a" is assigned: ${STRICT}, in which they are not the same`,
    ],
    [
      "function f(a) {\n  arguments[0] = 1;\n  return a;\n}",
      `2:3: "arguments" is used where its elements are assigned: ${STRICT}, in which they are not the same`,
    ],
  ])("%j", (source, reason) => expect(refusal(source)).toBe(reason));

  test.each([
    "'use strict';\nfunction f(a) { a = 1; return arguments; }",
    "function f(a) { 'use strict'; a = 1; return arguments; }",
    "function f(a) { a = a || {}; return arguments.length; }",
    "function f(a, b) { a = 1; return arguments[1]; }",
    "function f(a) { a = 1; return arguments[2]; }",
    "function f(a, ...b) { a = 1; return arguments; }",
    "if (a) { function f() {} f(); }\nconst o = { f: 1 }; o.f;",
    "switch (a) { case 1: f(); break; default: function f() {} }",
    "Promise = require('other');",
    "if (!module.parent) return;",
    "exports = module.exports = {}; var require = require;",
  ])("%j is none of that", (source) => expect(refusal(source)).toBe("compiles"));
});

test("what is no CommonJS at all", () => {
  expect(refusal("import 'x';")).toBe('1:1: "import" and "export" stand in ES modules only, and this is CommonJS');
  expect(refusal("f();\nawait g();")).toBe('2:1: "await" stands in async functions and ES modules only, and this is CommonJS');
  expect(refusal("a b")).toBe("1:3: Unexpected token");
});

test("what is required by a name that is written out", () => {
  const source = 'const a = require("a");\nif (b) require("./c.js");\nrequire(d);\nfunction f(require) {}\n';
  expect(compile(source, { filename: "lib.js", commonjs: true }).requires).toEqual([
    { specifier: "a", line: 1, column: 11 },
    { specifier: "./c.js", line: 2, column: 8 },
  ]);
});

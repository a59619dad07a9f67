import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { withConstants, type Node } from "./bundle-constants.js";

const require = createRequire(new URL("../packages/compiler/package.json", import.meta.url));
const acorn = require("acorn") as { parse(text: string, options: object): { body: Node[] } };

/** As if esbuild had bundled this from a file of ours. */
function converted(text: string, file = "packages/scheduler/dist/a.js"): string {
  const bundled = `// ${file}\n${text}`;
  const result = withConstants(bundled, acorn.parse(bundled, { ecmaVersion: "latest", sourceType: "module" }));
  return result.slice(bundled.length - text.length);
}

test("what is assigned once becomes a constant, and all else stays where it stands", () => {
  const text = "var S = { r: 0 };\nvar mark = /* @__PURE__ */ Symbol();\nfunction f() { return S.r++; } f();";
  expect(converted(text)).toBe("const S={ r: 0 };\nconst mark=/* @__PURE__ */ Symbol();\nfunction f() { return S.r++; } f();");
});

test("what is assigned again, by whatever syntax and under whatever scope, stays a variable", () => {
  for (const write of [
    "a = 1;",
    "a++;",
    "for (a of []);",
    "for (a in {});",
    "[a] = [];",
    "({ x: a, ...b } = {});",
    "[{ y: a = 2 }, ...b] = [];",
    "function f() { a ||= 3; }",
    "(() => { let a; a = 1; });",
  ])
    expect(converted(`var a = 0;\n${write}`)).toBe(`var a = 0;\n${write}`);
  for (const declaration of [
    "var a;",
    "var a = 0, b = 1;",
    "var { a } = {};",
    "var a = 0;\nvar a = 1;",
    "function f() { var a = 0; }",
  ])
    expect(converted(declaration)).toBe(declaration);
});

test("modules of others stay as they are", () => {
  expect(converted("var a = 0;", "node_modules/b/index.js")).toBe("var a = 0;");
  const both = "var a = 0;\n\n// node_modules/b/index.js\nvar b = 0;\n\n// packages/vm/dist/c.js\nvar c = 0;";
  expect(converted(both)).toBe(both.replace("var a = ", "const a=").replace("var c = ", "const c="));
});

test("constants are exported by second names, and variables, which other files see change, by their own", () => {
  const exports = converted(
    "var a = 0;\nvar b = 1;\nb++;\nfunction f() {}\nexport {\n  a,\n  a as other,\n  b,\n  f as default\n};\n",
  );
  expect(exports).toBe(
    "const a=0;\nvar b = 1;\nb++;\nfunction f() {}\nconst a$exported = a;\nexport { a$exported as a, a$exported as other, b as b, f as default };\n",
  );
});

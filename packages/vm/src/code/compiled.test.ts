/** The code server and a module table with the real compiler. */
import { expect, test } from "vitest";
import { compileModule } from "./compile.ts";
import { ModuleTable } from "./module.ts";
import { threadRuntime } from "./runtime.ts";
import { CodeServer } from "./server.ts";
import { folder } from "./testing/folder.ts";

/** Loads `app.ts` of `files` and returns its namespace. */
async function load(files: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const dir = folder(files);
  const table = new ModuleTable(threadRuntime(undefined, {}), { "@agner/vm": {} }, { onDynamicImport: async () => {} });
  const plan = await new CodeServer({ compile: compileModule }).plan(dir.url("app.ts"));
  await table.install(plan.images);
  return table.namespace(plan.url);
}

test("TypeScript, default and named exports, live bindings", async () => {
  const app = await load({
    "app.ts": [
      'import start, { count, increment, type Step } from "./counter.ts";',
      "export function main(): number[] {",
      "  const by: Step = 2;",
      "  const before = count;",
      "  increment(by);",
      "  return [start, before, count];",
      "}",
    ].join("\n"),
    "counter.ts":
      "export type Step = number;\nexport let count = 10;\nexport function increment(by: Step): void {\n  count += by;\n}\nexport default count + 1;\n",
  });
  expect((app["main"] as () => unknown)()).toEqual([11, 10, 12]);
});

test("one binding that comes through an explicit re-export and through a star is no conflict; two are", async () => {
  const app = await load({
    "app.ts": 'export * from "./left.ts";\nexport * from "./right.ts";\n',
    "left.ts": 'export { x } from "./base.ts";\nexport const both = 1;\n',
    "right.ts": 'export * from "./base.ts";\nexport const both = 2;\n',
    "base.ts": "export const x = 5;\nexport default 1;\n",
  });
  expect({ ...app }).toEqual({ x: 5 });
});

test("an import that is exported again is the same binding", async () => {
  const app = await load({
    "app.ts":
      'import { x as renamed } from "./base.ts";\nimport * as base from "./base.ts";\nexport { renamed, base };\nexport * as again from "./base.ts";\n',
    "base.ts": "export let x = 1;\nexport function set(to: number): void {\n  x = to;\n}\n",
  });
  (app["base"] as { set: (to: number) => void }).set(7);
  expect([app["renamed"], app["again"] === app["base"]]).toEqual([7, true]);
});

test("a binding that is read too early, in a cycle, throws as in ESM", async () => {
  await expect(
    load({
      "app.ts": 'import "./b.ts";\nexport const a = 1;\n',
      "b.ts": 'import { a } from "./app.ts";\nexport const b = a + 1;\n',
    }),
  ).rejects.toThrow(ReferenceError);
});

test("a namespace stays as it is", async () => {
  const app = await load({ "app.ts": "export let b = 1;\nexport function a(): void {\n  b++;\n}\n" });
  expect(Object.keys(app)).toEqual(["a", "b"]);
  expect(() => (app["b"] = 5)).toThrow(TypeError);
  expect(() => delete app["a"]).toThrow(TypeError);
});

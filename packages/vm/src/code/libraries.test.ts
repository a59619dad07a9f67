/** Real libraries, compiled because an app names them: their usage programs do the same as with the library that Node loads. */
import { readFileSync, realpathSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { folder } from "./testing/folder.ts";
import { loadApp, runProcess } from "./testing/process.ts";

/** By usage program, the packages that it has compiled. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  decimal: ["decimal.js"],
  handlebars: ["handlebars"],
  liquidjs: ["liquidjs"],
  lodash: ["lodash"],
  marked: ["marked"],
  ms: ["ms"],
  parse5: ["parse5", "entities"],
  qs: ["qs"],
  semver: ["semver"],
  zod: ["zod"],
};

describe.each(Object.entries(LIBRARIES))("%s", (usage, packages) => {
  const read = (file: string): string => readFileSync(new URL(`./testing/libraries/${file}.js`, import.meta.url), "utf8");

  test("does the same compiled at every quota", { timeout: 240_000 }, async () => {
    const dir = folder({
      "package.json": JSON.stringify({ type: "module", agner: { compile: packages } }),
      "app.js": read(usage),
      "usage.js": read("usage"),
      "node_modules/.keep": "",
    });
    symlinkSync(
      realpathSync(new URL(`../../node_modules/${packages[0]!}`, import.meta.url)),
      dir.path(`node_modules/${packages[0]!}`),
    );
    const plain = (await import(`./testing/libraries/${usage}.js`)) as { main: () => string[] };
    const expected = plain.main();
    const { exports, compiled } = await loadApp(dir.url("app.js"));
    for (const name of packages) expect(compiled.some((url) => url.includes(`/node_modules/${name}/`))).toBe(true);
    for (const quota of [1, 7, 4000]) expect(runProcess(exports["main"] as () => unknown, quota)).toEqual(expected);
  });
});

/** The stacks of errors in processes: every logical frame once, by its function and place in TypeScript, however often it was suspended. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boot, type VM } from "@agner/vm";
import type * as Outer from "./fixtures/stacks/outer.ts";

const FIXTURES = fileURLToPath(new URL("./fixtures/stacks", import.meta.url));

/** The lines of a stack, as function and place: `fail inner.ts:5:9`. */
function frames(stack: string): string[] {
  return [...stack.matchAll(/^ {4}at (?:(.+) \()?file:.*\/([^/]+:\d+:\d+)\)?$/gm)].map(([, name, at]) => `${name ?? "?"} ${at}`);
}

describe.each([1, 3, 4_000])("with %i reductions a turn", (quota) => {
  // What an @agner package imports of itself is not compiled: an app's modules lie elsewhere.
  const folder = mkdtempSync(join(tmpdir(), "agner-stacks-"));
  let vm: VM;
  let app: Awaited<ReturnType<typeof vm.load<typeof Outer>>>;
  beforeAll(async () => {
    cpSync(FIXTURES, folder, { recursive: true });
    vm = await boot({ cores: 1, quota, longScheduleMs: Infinity });
    app = await vm.load<typeof Outer>(pathToFileURL(join(folder, "outer.ts")));
  });
  afterAll(async () => {
    await vm.stop();
    rmSync(folder, { recursive: true });
  });

  async function failure(name: keyof typeof Outer): Promise<Error> {
    return vm.run(app[name] as typeof app.plain).then(
      () => expect.unreachable(),
      (error: unknown) => error as Error,
    );
  }

  test.each<[keyof typeof Outer, string[]]>([
    ["plain", ["fail inner.ts:5:9", "plain outer.ts:7:14"]],
    ["closures", ["fail inner.ts:5:9", "(anonymous) outer.ts:13:16", "closures outer.ts:11:22"]],
    [
      "classes",
      [
        "fail inner.ts:5:9",
        "#hit inner.ts:15:16",
        "dig inner.ts:11:35",
        "dig inner.ts:11:53",
        "dig inner.ts:11:53",
        "classes outer.ts:20:19",
      ],
    ],
    ["generators", ["fail inner.ts:5:9", "numbers outer.ts:33:13", "generators outer.ts:25:19"]],
    ["tail", ["fail inner.ts:5:9"]], // a tail call leaves no frame
    ["rethrown", ["fail inner.ts:5:9", "rethrowing outer.ts:47:16", "rethrown outer.ts:42:14"]],
    ["caused", ["caused outer.ts:59:11"]],
  ])("%s", async (name, expected) => {
    const error = await failure(name);
    expect(frames(error.stack!)).toEqual(expected);
    if (name === "caused") expect(frames((error.cause as Error).stack!)).toEqual(["fail inner.ts:5:9", "caused outer.ts:56:16"]);
  });
});

/** A package that was built to JavaScript and says `"agner": { "compile": true }`: it runs as a module of the app, in terms of its TypeScript. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { folder, type Folder } from "../code/testing/folder.ts";
import { agner } from "../testing/program.ts";

/** Runs TypeScript's compiler. */
function tsc(config: string): void {
  const bin = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  execFileSync(process.execPath, [bin, "-p", config], { stdio: "pipe" });
}

/** A package below `node_modules`, built by TypeScript, and an app that uses it. `vmTypes` stand for those of `@agner/vm`. */
function build(options: Readonly<Record<string, unknown>>): Folder {
  const dir = folder({
    "node_modules/queue/package.json":
      '{ "name": "queue", "type": "module", "exports": { ".": "./dist/index.js" }, "agner": { "compile": true } }',
    "node_modules/queue/tsconfig.json": JSON.stringify({
      compilerOptions: {
        target: "ES2023",
        module: "ESNext",
        moduleResolution: "bundler",
        types: [],
        rewriteRelativeImportExtensions: true,
        rootDir: "src",
        outDir: "dist",
        ...options,
      },
      include: ["src"],
    }),
    "node_modules/queue/src/vm.d.ts":
      'declare module "@agner/vm" {\n  export function receive<T>(): T;\n  export function sleep(ms: number): void;\n  export function spawnMonitor(fn: () => void): [unknown, unknown];\n}\n',
    "node_modules/queue/src/index.ts": [
      'import { receive, sleep, spawnMonitor } from "@agner/vm";',
      'import { take, type Order } from "./take.ts";',
      "",
      "interface Unused {",
      "  readonly order: Order;",
      "}",
      "",
      "/** Waits, and fails. */",
      "function work(): void {",
      "  const order: Order = { id: 7 };",
      "",
      "  sleep(1);",
      "  take(order);",
      "}",
      "",
      "export function run(): { reason: { stack: string } } {",
      "  spawnMonitor(work);",
      "  return receive<{ reason: { stack: string } }>();",
      "}",
      "export type { Unused };",
    ].join("\n"),
    "node_modules/queue/src/take.ts":
      "export interface Order {\n  readonly id: number;\n}\n\nexport function take(order: Order): never {\n  throw new RangeError(`no order ${order.id}`);\n}\n",
    "app.ts": 'import { run } from "queue";\nexport function main(): void {\n  console.log(run().reason.stack);\n}\n',
  });
  tsc(dir.path("node_modules/queue/tsconfig.json"));
  return dir;
}

test.each([{ sourceMap: true }, { inlineSourceMap: true }])(
  "with %o, stacks and reports are in terms of its TypeScript",
  async (options) => {
    const dir = build(options);
    const { stdout, stderr, code } = await agner(["run", "app.ts", "--cores", "1"], { cwd: dir.path("") });
    expect(stdout.replaceAll(dir.url("node_modules/queue"), "queue").trimEnd().split("\n")).toEqual([
      "RangeError: no order 7",
      "    at take (queue/src/take.ts:6:9)",
      expect.stringMatching(/^ {4}at work \(queue\/src\/index\.ts:13:3\)$/) as string,
    ]);
    expect(code).toBe(0);
    expect(stderr.replaceAll(dir.url("node_modules/queue"), "queue")).toMatch(
      /^ {2}initial call {5}work \(queue\/src\/index\.ts:9:\d+\)$/m,
    );
  },
);

test("without a map, and with one that is none, in terms of its JavaScript", async () => {
  const dir = build({});
  dir.write(
    "node_modules/queue/dist/take.js",
    'export function take() {\n  throw new RangeError("no");\n}\n//# sourceMappingURL=take.js.map\n',
  );
  dir.write("node_modules/queue/dist/take.js.map", '{ "version": 3 }');
  const { stdout } = await agner(["run", "app.ts", "--cores", "1"], { cwd: dir.path("") });
  expect(stdout).toContain(`at take (${dir.url("node_modules/queue/dist/take.js")}:2:9)`);
  expect(stdout).toMatch(/at work \(.*\/queue\/dist\/index\.js:\d+:\d+\)/);
});

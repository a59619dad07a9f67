/** What a user of Vite and vitest sees: both are the real ones. */
import { existsSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, createLogger, type InlineConfig } from "vite";
import { expect, test } from "vitest";
import type { Folder } from "../code/testing/folder.ts";
import { agner as command, node } from "../testing/program.ts";
import { outputOf, project, SHOP } from "./testing/project.ts";
import { agner, type AgnerViteOptions } from "./vite.ts";

interface Built {
  readonly warnings: string[];
}

async function bundle(dir: Folder, options: AgnerViteOptions = {}, more: InlineConfig["build"] = {}): Promise<Built> {
  const warnings: string[] = [];
  const customLogger = createLogger("silent");
  customLogger.warn = (text) => warnings.push(text);
  customLogger.warnOnce = (text) => warnings.push(text);
  await build({
    root: dir.path("."),
    configFile: false,
    customLogger,
    plugins: [agner(options)],
    build: { ssr: "src/app.ts", ...more },
  });
  return { warnings };
}

test.each([{}, { minify: true }])(
  "what Vite builds for Node.js with %o runs as its modules do, preempted and moved",
  async (options) => {
    const dir = project(SHOP);
    const { warnings } = await bundle(dir, {}, options);
    expect(warnings).toEqual([]);
    const entry = ["dist/app.js", "dist/app.mjs"].find((name) => existsSync(dir.path(name)))!;
    expect(existsSync(dir.path(`${entry}.agner`))).toBe(true);
    rmSync(dir.path("src"), { recursive: true });
    const env = { AGNER_QUOTA: "7", AGNER_MOVE: "always", AGNER_CACHE: "off" };
    const { stdout, stderr } = await command(["run", entry, "--cores", "2"], { cwd: dir.path("."), env });
    // Minified, the map has no names, and begins with the constructor.
    const withoutNames = (text: string): string => text.replaceAll(/ at \w+ /g, " at … ").replace("7:13", "7:9");
    expect(stderr).toBe("");
    expect(withoutNames(stdout)).toBe(withoutNames(outputOf(dir.url("src"))));
  },
);

test("errors and warnings of the compiler are Vite's, where they were written", async () => {
  const dir = project({
    "src/app.ts":
      'import { run } from "./run.ts";\nlet runs: number = 0;\nexport function main(): void {\n  console.log(run(), ++runs);\n}\n',
    "src/run.ts": "interface Unused {\n  readonly a: string;\n}\nexport function run(): unknown {\n  return 1 as unknown;\n}\n",
  });
  const { warnings } = await bundle(dir);
  expect(warnings.length).toBe(1);
  expect(warnings[0]).toContain('"runs" is a variable of the module');
  expect(warnings[0]).toMatch(/src\/app\.ts:4:2\d/);
  expect((await bundle(dir, { warnings: false })).warnings).toEqual([]);
  dir.write("src/run.ts", "interface Unused {}\nexport function run(): unknown {\n  return eval('1' as string);\n}\n");
  await expect(bundle(dir)).rejects.toMatchObject({
    message: expect.stringMatching(/run\.ts:3:1\d[\s\S]*eval cannot be compiled/),
  });
});

test("what is built for browsers is left alone", async () => {
  const dir = project({ "index.html": '<script type="module" src="/page.ts"></script>\n', "page.ts": 'eval("1" as string);\n' });
  await build({ root: dir.path("."), configFile: false, logLevel: "silent", plugins: [agner()] });
  expect(readFileSync(dir.path("dist/index.html"), "utf8")).toContain("<script");
});

/** A project with vitest, whose tests run with the plugin. */
function tested(files: Readonly<Record<string, string>>): Folder {
  const dir = project({
    "vitest.config.ts":
      'import { agner } from "@agner/vm/vite";\n\nexport default { plugins: [agner()], test: { pool: "forks", testTimeout: 120_000 } };\n',
    ...files,
  });
  symlinkSync(
    realpathSync(dirname(createRequire(import.meta.url).resolve("vitest/package.json"))),
    dir.path("node_modules/vitest"),
  );
  return dir;
}

async function vitest(dir: Folder): Promise<{ text: string; code: number | null }> {
  const { stdout, stderr, code } = await node([join(dir.path("node_modules/vitest"), "vitest.mjs"), "run", "--no-color"], {
    cwd: dir.path("."),
    env: { AGNER_TEST_CORES: "1", AGNER_CACHE: dir.path("cache"), VITEST: "", VITEST_WORKER_ID: "", VITEST_POOL_ID: "" },
  });
  return { text: `${stdout}${stderr}`, code };
}

const COUNTER_TEST = `import { expect, test } from "vitest";
import { receive, self, send, spawn } from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { double } from "./double.ts";

test("an ordinary test", () => expect(double(2)).toBe(4));

processTest("a process", () => {
  const parent = self();
  spawn(() => send(parent, double(21)));
  expect(receive()).toBe(42);
});
`;

test("under vitest, modules of processes are tested as processes, and warned of as Vite's", { timeout: 180_000 }, async () => {
  const dir = tested({
    "double.test.ts": COUNTER_TEST,
    "double.ts": "let calls: number = 0;\nexport function double(n: number): number {\n  calls++;\n  return 2 * n;\n}\n",
  });
  const { text, code } = await vitest(dir);
  expect(text).toContain("2 passed");
  expect(text).toContain('"calls" is a variable of the module');
  expect(text).toContain(`${dir.path("double.ts")}:3:2`);
  expect(code).toBe(0);
});

test("under vitest, what cannot be compiled fails the test file, with its place", { timeout: 180_000 }, async () => {
  const dir = tested({
    "double.test.ts": COUNTER_TEST,
    "double.ts": "export function double(n: number): number {\n  return eval(`2 * ${n}`) as number;\n}\n",
  });
  const { text, code } = await vitest(dir);
  expect(text).toContain("eval cannot be compiled");
  expect(text).toMatch(/double\.ts:2:1\d/);
  expect(code).toBe(1);
});

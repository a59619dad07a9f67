import { mkdirSync, readFileSync } from "node:fs";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { expect, test } from "vitest";
import { folder, type Folder } from "../code/testing/folder.ts";
import { agner, type Outcome } from "../testing/program.ts";
import { compileForReading } from "./compile.ts";
import { parseCommand, type CompileRequest } from "./options.ts";

/** `agner compile` in this process; names of files are relative to `dir`. */
async function compiled(dir: Folder, file: string, ...options: string[]): Promise<Outcome> {
  const request = parseCommand(["compile", dir.path(file), ...options]) as unknown as CompileRequest;
  let [stdout, stderr] = ["", ""];
  const code = await compileForReading(
    { ...request, ...(request.out === undefined ? {} : { out: dir.path(request.out) }) },
    { print: (text) => (stdout += text), report: (text) => (stderr += `${text}\n`), color: false },
  );
  return { stdout, stderr, code };
}

const APP = [
  'import { receive } from "@agner/vm";',
  "interface Unused {}",
  "export function collect(n: number): number {",
  "  let sum = 0;",
  "  for (let i = 0; i < n; i++) sum += receive<number>();",
  "  return sum;",
  "}",
].join("\n");

test("the compiled form is printed, with what its numbers mean", async () => {
  const dir = folder({ "app.ts": APP });
  const { stdout, stderr, code } = await agner(["compile", "app.ts"], { cwd: dir.path("") });
  expect([stderr, code]).toEqual(["", 0]);
  const lines = stdout.split("\n");
  expect(lines).toContain("function collect(n) {");
  expect(lines).toContain("$resumes(1, 2, 4, { collect($pc, i, n, sum, $1) {");
  expect(lines).toContain("// $import0: @agner/vm");
  expect(lines).toContain("// $B + 2: collect at 5:38");
  expect(stdout).not.toMatch(/interface|sourceMappingURL/);
});

test("a file with its map", async () => {
  const dir = folder({ "app.ts": APP });
  const { stdout, stderr, code } = await compiled(dir, "app.ts", "--out", "app.out.js", "--map");
  expect([stdout, stderr, code]).toEqual(["", "", 0]);
  const text = readFileSync(dir.path("app.out.js"), "utf8");
  expect(text).toMatch(/\n\/\/# sourceMappingURL=app\.out\.js\.map\n$/);
  const map = new TraceMap(readFileSync(dir.path("app.out.js.map"), "utf8"));
  const line = text.split("\n").indexOf("  return sum;") + 1;
  expect(originalPositionFor(map, { line, column: 9 })).toMatchObject({ source: dir.path("app.ts"), line: 6, column: 9 });
});

test("the map in the text", async () => {
  const dir = folder({ "app.ts": APP });
  const { stdout } = await compiled(dir, "app.ts", "--map");
  const encoded = /sourceMappingURL=data:application\/json;base64,(\S+)\n$/.exec(stdout)![1]!;
  expect(JSON.parse(Buffer.from(encoded, "base64").toString())).toMatchObject({ version: 3, sourcesContent: [APP] });
});

test("warnings go to standard error, and do not fail", async () => {
  const dir = folder({ "app.ts": "let n = 0;\nexport function next(): number {\n  return ++n;\n}\n" });
  const { stdout, stderr, code } = await compiled(dir, "app.ts");
  expect(stdout).toContain("function next()");
  expect(stderr).toMatch(/^warning: \/.*\/app\.ts:3:\d+: "n" is a variable of the module.*\(AGNER_MODULE_STATE\)\n/);
  expect(code).toBe(0);
  const json = await compiled(dir, "app.ts", "--json");
  expect(JSON.parse(json.stderr)).toMatchObject({
    type: "warning",
    code: "AGNER_MODULE_STATE",
    file: dir.path("app.ts"),
    line: 3,
  });
});

test("what is wrong with the file is one message, and 2", async () => {
  const dir = folder({ "bad.ts": "const x = = 2;\n", "native.cjs": "", "data.json": "{}", "notes.txt": "", "app.ts": APP });
  mkdirSync(dir.path("lib"));
  const said = async (file: string, ...options: string[]): Promise<string> => {
    const { stdout, stderr, code } = await compiled(dir, file, ...options);
    expect([stdout, code]).toEqual(["", 2]);
    return stderr.replaceAll(dir.path(""), "/app");
  };
  expect(await said("bad.ts")).toMatch(/^agner: \/app\/bad\.ts:1:11: .*\n {2}1 \| const x = = 2;\n {4}\| {11}\^\n$/);
  expect(await said("ap.ts")).toBe('agner: cannot find module "/app/ap.ts": did you mean "/app/app.ts"?\n');
  expect(await said("lib")).toBe('agner: "/app/lib" is a directory; name a file in it\n');
  for (const name of ["native.cjs", "data.json"])
    expect(await said(name)).toBe(`agner: /app/${name} is not compiled: it is loaded by Node as it stands\n`);
  expect(await said("notes.txt")).toMatch(/^agner: cannot load "notes\.txt": its extension is none of /);
  expect(await said("app.ts", "--out", "gone/app.js")).toMatch(/^agner: cannot write \/app\/gone\/app\.js: ENOENT/);
});

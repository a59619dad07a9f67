import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compile } from "@agner/compiler";
import { withCache } from "./cache.ts";
import type { CompileFunction } from "./image.ts";

let folder: string;
let compiled: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agner-cache-"));
  compiled = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const counting: CompileFunction = (source, options) => {
  compiled++;
  return compile(source, options);
};

const SOURCE = 'import { send } from "@agner/vm";\nexport function f(n: number): void { send("x", n); }\n';
const APP = { filename: "/app.ts", loader: "ts" } as const;

function entries(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".json"));
}

test("a module is compiled once, whoever asks; what is remembered is what was compiled", async () => {
  const fresh = await withCache(counting, folder)(SOURCE, APP);
  const remembered = await withCache(counting, folder)(SOURCE, APP);
  expect(compiled).toBe(1);
  expect(remembered).toEqual(JSON.parse(JSON.stringify(fresh)));
  expect(remembered.code).toBe(fresh.code);
  expect(statSync(join(folder, entries()[0]!)).mode & 0o077).toBe(0);
});

test("another text, path or language is another module", async () => {
  const cached = withCache(counting, folder);
  await cached(SOURCE, APP);
  await cached(`${SOURCE}// more\n`, APP);
  await cached(SOURCE, { ...APP, filename: "/other.ts" });
  await cached("export const a = 1;", { filename: "/app.ts", loader: "js" });
  expect(compiled).toBe(4);
  expect(entries().length).toBe(4);
});

test("what does not compile is not remembered", async () => {
  const cached = withCache(counting, folder);
  await expect(async () => cached("export function (", APP)).rejects.toThrow("app.ts");
  expect(entries()).toEqual([]);
});

test("an entry that is not whole is made again", async () => {
  const cached = withCache(counting, folder);
  await cached(SOURCE, APP);
  writeFileSync(join(folder, entries()[0]!), '{"code":"');
  expect((await cached(SOURCE, APP)).code).toContain("send");
  expect(compiled).toBe(2);
  await cached(SOURCE, APP);
  expect(compiled).toBe(2);
});

test("what nobody has read for a month is removed; the rest stays, and so does what is none of the compiler's", async () => {
  await withCache(counting, folder)(SOURCE, APP);
  const unused = [`${"0".repeat(64)}.json`, `${"1".repeat(64)}.json.123e4567-e89b-42d3-a456-426614174000.part`];
  const others = ["thesis.json", "letters"];
  for (const name of [...unused, "thesis.json"]) writeFileSync(join(folder, name), "{}");
  mkdirSync(join(folder, "letters"));
  const version = "node/v24.21.0-x64-964aae3f-0";
  const nodes = [`${version}/01234567`, `${version}/89abcdef.Ab0xYz`, `${version}/89abcdef`];
  others.push("node/corepack/lastKnownGood.json", `${version}/notes.txt`);
  for (const name of [version, "node/corepack"]) mkdirSync(join(folder, name), { recursive: true });
  for (const name of [...nodes, ...others.slice(2)]) writeFileSync(join(folder, name), "");
  const long = new Date(Date.now() - 40 * 24 * 3_600_000);
  for (const name of [...unused, ...others, ...nodes.slice(0, 2), "pruned"]) utimesSync(join(folder, name), long, long);
  await withCache(counting, folder)(SOURCE, APP);
  const left = readdirSync(folder, { recursive: true });
  expect(left).toEqual(expect.arrayContaining(others));
  for (const name of unused) expect(left).not.toContain(name);
  expect(readdirSync(join(folder, version)).sort()).toEqual(["89abcdef", "notes.txt"]);
  expect(compiled).toBe(1);
});

test("a folder that cannot be used does no harm", async () => {
  writeFileSync(join(folder, "file"), "");
  const cached = withCache(counting, join(folder, "file", "below"));
  await cached(SOURCE, APP);
  await cached(SOURCE, APP);
  expect(compiled).toBe(2);
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o500);
    await withCache(counting, folder)(SOURCE, APP);
    expect(compiled).toBe(3);
  }
});

test("without a folder it is the compiler itself", () => {
  expect(withCache(counting, undefined)).toBe(counting);
});

import { existsSync, readdirSync, statSync } from "node:fs";
import nodeModule from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dist } from "../testing/dist.ts";
import { agner, node } from "../testing/program.ts";
import { cacheFolder, nodesFolder, NODES_PART } from "./cache-folder.ts";
import { folder } from "./testing/folder.ts";

const nodeKeeps = "enableCompileCache" in nodeModule;

test("the environment chooses the folder, or none", () => {
  expect(cacheFolder({ AGNER_CACHE: "off" })).toBe(undefined);
  expect(cacheFolder({ AGNER_CACHE: "/x" })).toBe("/x");
});

test("a user without a home has no folder, neither one below where the program happens to run", async () => {
  const dir = folder({
    "homeless.js": `import nodeModule from "node:module"; import os from "node:os";
      os.homedir = () => { if (process.env.HOME === "none") throw new Error("nobody knows the user"); return ""; };
      nodeModule.syncBuiltinESMExports();`,
    "app.ts": "export function main(): void {\n  console.log(6 * 7);\n}\n",
  });
  for (const HOME of ["none", ""]) {
    const args = ["--import", dir.url("homeless.js"), dist("cli/main.js"), "run", "app.ts", "--cores", "1"];
    const outcome = await node(args, { cwd: dir.path(""), env: { HOME, XDG_CACHE_HOME: "", LOCALAPPDATA: "" } });
    expect(outcome).toEqual({ stdout: "42\n", stderr: "", code: 0 });
    expect(existsSync(dir.path(".cache"))).toBe(false);
  }
});

test("Node is given a folder of the user's own, unless the user has said where, or whether", () => {
  const cache = folder({}).path("cache");
  expect(nodesFolder({ AGNER_CACHE: cache })).toBe(nodeKeeps ? join(cache, NODES_PART) : undefined);
  for (const path of nodeKeeps ? [cache, join(cache, NODES_PART)] : []) expect(statSync(path).mode & 0o077).toBe(0);
  expect(nodesFolder({ AGNER_CACHE: "off" })).toBe(undefined);
  for (const name of ["NODE_COMPILE_CACHE", "NODE_DISABLE_COMPILE_CACHE", "NODE_V8_COVERAGE"])
    expect(nodesFolder({ AGNER_CACHE: cache, [name]: "1" })).toBe(undefined);
});

test("a folder that cannot be made is none", () => {
  expect(nodesFolder({ AGNER_CACHE: folder({ file: "" }).path("file/below") })).toBe(undefined);
});

test("what Node has compiled is kept", async () => {
  const cache = folder({}).path("cache");
  await agner(["--version"], { env: { AGNER_CACHE: cache } });
  const kept = join(cache, NODES_PART);
  expect(existsSync(kept) && readdirSync(kept, { recursive: true }).length > 1).toBe(nodeKeeps);
});

test("no process sees how, but for what the user has said", async () => {
  const dir = folder({
    "app.ts": "export function main(): void {\n  console.log(process.env.NODE_COMPILE_CACHE);\n}\n",
  });
  const seen = async (env: Readonly<Record<string, string>>): Promise<string> =>
    (await agner(["run", "app.ts", "--cores", "1"], { cwd: dir.path(""), env })).stdout.trim();
  expect(await seen({})).toBe("undefined");
  expect(await seen({ NODE_COMPILE_CACHE: dir.path("chosen") })).toBe(dir.path("chosen"));
});

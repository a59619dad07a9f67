/**
 * Compiled modules on disk, by what they were made from: a module is compiled once for all programs of a user, until it or the compiler changes.
 *
 * An entry's name is a hash of the compiler, the file's path and its text, so an entry is never wrong, only unused; what nobody has read for a month is removed.
 * The folder belongs to the user alone, because what lies in it is run.
 */
import { createHash, type BinaryLike } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NODES_PART } from "./cache-folder.ts";
import type { CompileFunction, CompileOutput } from "./image.ts";
import { compilerFiles, KEPT } from "./keeper.ts";
import { bodyOf, namesOf, writeWhole } from "./whole-file.ts";

/** Entries that were not read for so long are removed; looked for once a day. */
const UNUSED_MS = 30 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** The name of an entry, or of one that was never finished. */
const ENTRY = namesOf("json");
/** How Node names the folders of its versions, and what it keeps there. */
const NODES_VERSION = /^v\d+\.\d+\.\d+.*-[0-9a-f]+(?:-\d+)?$/;
const NODES_ENTRY = /^[0-9a-f]{1,16}(?:\.\w+)?$/;

/** The same compiler with a memory in `folder`. A folder that cannot be used makes it a compiler without one. */
export function withCache(compile: CompileFunction, folder: string | undefined): CompileFunction {
  if (folder === undefined) return compile;
  let compiler: string | undefined;
  let ready: Promise<boolean> | undefined;
  return async (source, options) => {
    ready ??= prepare(folder);
    if (!(await ready)) return compile(source, options);
    compiler ??= hashOfCompiler();
    const entry = join(folder, `${hash(compiler, options.filename, options.loader, kindOf(options), source)}.json`);
    const known = await read(entry);
    if (known !== undefined) return known;
    const output = await compile(source, options);
    await writeWhole(entry, Buffer.from(JSON.stringify(output)));
    return output;
  };
}

function kindOf({ bundled = false, commonjs = false }: Parameters<CompileFunction>[1]): string {
  return bundled ? "bundled" : commonjs ? "commonjs" : "";
}

function hash(...parts: readonly BinaryLike[]): string {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part).update("\0");
  return sum.digest("hex");
}

/** What decides how a module is compiled, beside the module: the compiler's own code, which in a workspace changes without a new version. */
function hashOfCompiler(): string {
  return hash(process.versions.node, ...compilerFiles().map((file) => readFileSync(file)));
}

async function prepare(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await prune(folder);
    return true;
  } catch {
    return false;
  }
}

async function prune(folder: string): Promise<void> {
  const marker = join(folder, "pruned");
  const last = await stat(marker).catch(() => undefined);
  if (last !== undefined && Date.now() - last.mtimeMs < DAY_MS) return;
  await writeFile(marker, "");
  // The folder may be one that the user has for other things, too.
  await pruneFolder(folder, (name) => ENTRY.test(name) || KEPT.test(name));
  const versions = join(folder, NODES_PART);
  for (const version of await readdir(versions).catch(() => []))
    if (NODES_VERSION.test(version)) await pruneFolder(join(versions, version), (name) => NODES_ENTRY.test(name));
}

async function pruneFolder(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!isOurs(name)) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined); // another program may be pruning too
    if (facts !== undefined && Date.now() - Math.max(facts.atimeMs, facts.mtimeMs) > UNUSED_MS) await rm(path, { force: true });
  }
}

async function read(entry: string): Promise<CompileOutput | undefined> {
  const bytes = await readFile(entry).catch(() => undefined);
  const body = bytes === undefined ? undefined : bodyOf(bytes);
  return body === undefined ? undefined : (JSON.parse(body.toString()) as CompileOutput);
}

/** What Node's rules say of a CommonJS module that is compiled: where `require` leads, and which names an import of it sees. */
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { initSync, parse } from "cjs-module-lexer";
import { packageFiles } from "./resolve.ts";

/** The URL of the file that `require(specifier)` finds in the module at `parentUrl`; undefined for what is part of Node, or not there: that is found out when it runs. */
export function resolveRequire(specifier: string, parentUrl: string): string | undefined {
  if (isBuiltin(specifier)) return undefined;
  try {
    const found = createRequire(parentUrl).resolve(specifier);
    return isAbsolute(found) ? pathToFileURL(found).href : undefined;
  } catch {
    return undefined;
  }
}

/** Files and folders on which {@link resolveRequire} depends, whether they are there or not. */
export function* lookedAtBy(specifier: string, parentUrl: string): Iterable<string> {
  if (isBuiltin(specifier)) return;
  const from = dirname(fileURLToPath(parentUrl));
  if (specifier.startsWith("#")) yield* packageFiles(from);
  else if (/^\.{0,2}\/|^\.\.?$/.test(specifier)) yield* candidates(join(from, specifier));
  else
    for (let folder = from; ; folder = dirname(folder)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0];
      yield join(folder, "node_modules", name);
      yield join(folder, "node_modules", name, "package.json");
      yield* candidates(join(folder, "node_modules", specifier));
      if (folder === dirname(folder)) break;
    }
  const found = resolveRequire(specifier, parentUrl);
  if (found === undefined) return;
  yield fileURLToPath(found);
  yield* packageFiles(dirname(fileURLToPath(found)));
}

function* candidates(path: string): Iterable<string> {
  yield path;
  for (const ending of [".js", ".json", ".node", "/package.json", "/index.js", "/index.json", "/index.node"]) yield path + ending;
}

/** The names under which an import sees all of `module.exports`: since version 23 Node has a second one, by which it tells such a namespace from others. */
export const WHOLE: readonly string[] =
  Number.parseInt(process.versions.node) >= 23 ? ["default", "module.exports"] : ["default"];

/** The names under which an import sees the properties of `module.exports`, found as Node finds them, and {@link WHOLE}. */
export function exportedNames(url: string, source: string): string[] {
  const names = new Set(WHOLE);
  collect(url, source, names, new Set());
  return [...names].sort();
}

let ready = false;

function collect(url: string, source: string, into: Set<string>, seen: Set<string>): void {
  if (seen.has(url)) return;
  seen.add(url);
  if (!ready) initSync();
  ready = true;
  let found: ReturnType<typeof parse>;
  try {
    found = parse(source, url);
  } catch {
    return;
  }
  for (const name of found.exports) into.add(name);
  for (const specifier of found.reexports) {
    const target = resolveRequire(specifier, url);
    const path = target === undefined ? undefined : fileURLToPath(target);
    if (path !== undefined && !/^\.(?:json|node|mjs)$/.test(extname(path)))
      collect(target!, readFileSync(path, "utf8"), into, seen);
  }
}

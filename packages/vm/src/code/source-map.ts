/** The source map that a built file names in its last lines. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { BuiltFrom } from "./image.ts";

const REFERENCE = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;

/** The map of the JavaScript `source` at `url`; undefined if it names none, or none that can be read. As in Node, a map that is missing is no error. */
export async function readSourceMap(source: string, url: string): Promise<BuiltFrom | undefined> {
  const reference = [...source.matchAll(REFERENCE)].at(-1)?.[1];
  if (reference === undefined || !URL.canParse(reference, url)) return undefined;
  const at = new URL(reference, url);
  try {
    const map = at.protocol === "data:" ? await (await fetch(at)).text() : await readFile(at, "utf8");
    return isSourceMap(JSON.parse(map)) ? { map, url: at.protocol === "data:" ? url : at.href } : undefined;
  } catch {
    return undefined;
  }
}

/** The file of the map that the JavaScript `source` at `url` names, whether it is there or not. */
export function sourceMapFile(source: string, url: string): string | undefined {
  const reference = [...source.matchAll(REFERENCE)].at(-1)?.[1];
  if (reference === undefined || !URL.canParse(reference, url)) return undefined;
  const at = new URL(reference, url);
  return at.protocol === "file:" ? fileURLToPath(at) : undefined;
}

/** The source without the map that it names, which the compiler would otherwise apply too. Lines stay where they are. */
export function withoutSourceMap(source: string): string {
  const at = [...source.matchAll(REFERENCE)].at(-1);
  return at === undefined ? source : `${source.slice(0, at.index)}//${source.slice(at.index + at[0].trimEnd().length)}`;
}

/** A map of sections, which only bundlers write, is left alone. */
function isSourceMap(json: unknown): boolean {
  const { version, mappings, sources } = (json ?? {}) as { version?: unknown; mappings?: unknown; sources?: unknown };
  return version === 3 && typeof mappings === "string" && Array.isArray(sources);
}

/** Modules that Node serves to compiled code. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import type { ImageImport, ModuleImage } from "./image.ts";

/** The namespace of a module that is not compiled. */
export async function importNative(
  url: string,
  attributes: Readonly<Record<string, string>> | undefined,
): Promise<Record<string, unknown>> {
  if (attributes?.["type"] === "json") return await readJson(url);
  return (await import(/* @vite-ignore */ url, { with: { ...attributes } })) as Record<string, unknown>;
}

/** Read here, because Node 20 prints a warning with each JSON module. */
async function readJson(url: string): Promise<Record<string, unknown>> {
  const text = url.startsWith("data:") ? await (await fetch(url)).text() : await readFile(new URL(url), "utf8");
  return Object.freeze({ default: JSON.parse(text) as unknown });
}

/** That what `importer` imports there failed to load. */
export function nativeImportError(made: ImageImport, importer: ModuleImage, cause: unknown): AgnerError {
  const file = fileURLToPath(importer.url);
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AgnerError(
    "AGNER_NATIVE_IMPORT",
    `${file}:${made.line}:${made.column}: loading ${JSON.stringify(made.specifier)} failed: ${why}`,
    { cause, details: { file, line: made.line, column: made.column } },
  );
}

/** What `import()` was given after the specifier; whatever is wrong with that rejects its promise. */
export function attributesOf(options: unknown): Record<string, string> | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) throw new TypeError("The second argument of import() must be an object");
  const attributes: unknown = (options as ImportCallOptions).with;
  if (attributes === undefined) return undefined;
  if (typeof attributes !== "object" || attributes === null)
    throw new TypeError("The attributes that import() is given must be an object");
  const entries = Object.entries(attributes);
  if (entries.some(([, value]) => typeof value !== "string")) throw new TypeError("Import attribute value must be a string");
  return Object.fromEntries(entries) as Record<string, string>;
}

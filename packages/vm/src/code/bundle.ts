/**
 * Bundles that the plugins for esbuild and Vite have made: JavaScript that says so in a comment, with its compiled form in a file beside it. That file is taken if it
 * was made from this text by this compiler, and otherwise compiled anew: a bundle can be unbundled, copied or edited, and is never run as something else.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { CompileOutput } from "./image.ts";
import { compilerFiles } from "./keeper.ts";

/** The line behind the code of a bundle; only the name of a source map may follow. */
export const BUNDLE_MARK = "//# agnerBundle";
const MARK_LINE = /^\/\/# agnerBundle[^\S\n]*$/m;

/** The text of a bundle with its mark: before the name of its source map, if that is there already. */
export function markBundle(text: string): string {
  const [, code, reference] = /^(.*?)\n*((?:\/\/# sourceMappingURL=\S+\s*)?)$/s.exec(text)!;
  return `${code}\n${BUNDLE_MARK}\n${reference}`;
}

/** Where the compiled form of the bundle in `file` lies. */
export function compiledFormOf(file: string): string {
  return `${file}.agner`;
}

/** The code of a bundle; undefined for a module that no plugin has made. */
export function bundleText(source: string): string | undefined {
  const at = MARK_LINE.exec(source)?.index;
  return at === undefined ? undefined : source.slice(0, at);
}

interface CompiledForm {
  readonly compiler: string;
  readonly text: string;
  readonly output: CompileOutput;
}

/** What stands in the file beside the bundle. Its own places are left out: it may be deployed anywhere. */
export function writeCompiledForm(text: string, output: CompileOutput): string {
  const { names, mappings } = (typeof output.map === "string" ? JSON.parse(output.map) : output.map) as MapParts;
  const form = { ...output, map: { version: 3, names, mappings }, diagnostics: [] };
  return JSON.stringify({ compiler: compilerHash(), text: hash(text), output: form } satisfies CompiledForm);
}

/** The compiled form of the bundle in `file`, whose code is `text`; undefined if there is none for this text and this compiler. */
export async function readCompiledForm(file: string, text: string): Promise<CompileOutput | undefined> {
  try {
    const form = JSON.parse(await readFile(compiledFormOf(file), "utf8")) as CompiledForm;
    if (form.compiler !== compilerHash() || form.text !== hash(text)) return undefined;
    return { ...form.output, map: { ...(form.output.map as MapParts), sources: [file], sourcesContent: [text] } };
  } catch {
    return undefined; // not there, or not whole
  }
}

interface MapParts {
  readonly names: readonly string[];
  readonly mappings: string;
}

let known: string | undefined;

function compilerHash(): string {
  return (known ??= hash(...compilerFiles().map((file) => readFileSync(file, "utf8"))));
}

function hash(...parts: readonly string[]): string {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part).update("\0");
  return sum.digest("hex");
}

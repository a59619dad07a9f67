/**
 * The modules of an app as the code server found them, to be kept for the next start: compiled, with where their imports lead, and with V8's code cache.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { lookedAtBy } from "./commonjs.ts";
import type { CodeWarning, CommonJsImage, CompileOutput, BuiltFrom, ImageImport } from "./image.ts";
import type { Keeper } from "./keeper.ts";
import { lookedAt, packageFiles } from "./resolve.ts";

/** A module, and what was found out about it. */
export interface Compiled {
  readonly url: string;
  readonly output: CompileOutput;
  readonly builtFrom: BuiltFrom | undefined;
  /** Files that go with it, whether they are there or not: the source map that it names, the compiled form of a bundle. */
  readonly beside: readonly string[];
  readonly imports: readonly ImageImport[];
  readonly commonjs: CommonJsImage | undefined;
  /** What V8 made of the code. */
  readonly codeCache?: Uint8Array;
}

/** All modules behind one entry, in the order of evaluation. */
export interface Graph {
  readonly order: readonly Compiled[];
  readonly warnings: readonly CodeWarning[];
}

/** The graph of the app at `entry` from the last start, if no file has changed that had a say in it. */
export function keptGraph(keeper: Keeper, entry: string, specifiers: ReadonlySet<string>): Graph | undefined {
  return keeper.read("graph", entry, ...specifiers) as Graph | undefined;
}

/** Keeps a graph that was made from what the files held at `since` or later. */
export async function keepGraph(
  keeper: Keeper,
  entry: string,
  specifiers: ReadonlySet<string>,
  { order, warnings }: Graph,
  since: number,
): Promise<void> {
  await keeper.write(["graph", entry, ...specifiers], filesOf(entry, order), since, () => ({
    order: order.map((compiled) => ({ ...compiled, codeCache: codeCacheOf(compiled) })),
    warnings,
  }));
}

/** Every file and folder that would make another graph if it were another, or were there at all. */
function filesOf(entry: string, order: readonly Compiled[]): Set<string> {
  const files = new Set(packageFiles(dirname(fileURLToPath(entry)))); // it may name packages that are compiled
  const seen = new Set<string>();
  for (const { url, beside, imports, output } of order) {
    const file = fileURLToPath(url);
    files.add(file);
    for (const path of beside) files.add(path);
    for (const { specifier } of output.requires ?? []) for (const path of lookedAtBy(specifier, url)) files.add(path);
    for (const made of imports) {
      if (made.kind === "vm") continue;
      // Modules of one folder see the same packages.
      const key = `${/^\.{0,2}\//.test(made.specifier) ? url : dirname(file)} ${made.specifier} ${made.url}`;
      if (seen.has(key)) continue;
      seen.add(key);
      for (const path of lookedAt(made.specifier, url, made.url)) files.add(path);
    }
  }
  return files;
}

/** Compiled here with nothing run: functions that are called first are compiled then, as ever. */
function codeCacheOf({ url, output }: Compiled): Uint8Array {
  return new vm.Script(output.code, { filename: url }).createCachedData();
}

/**
 * The modules of an app as the code server found them, to be kept for the next start: compiled, with where their imports lead, and with V8's code cache.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { lookedAtBy } from "./commonjs.ts";
import type { CodeWarning, CommonJsImage, CompileOutput, ImageImport } from "./image.ts";
import type { Keeper } from "./keeper.ts";
import { gather, packParts, scatter, unpackParts, type GatheredParts, type Parts } from "./parts.ts";
import { lookedAt, packageFiles } from "./resolve.ts";
import type { Sightings } from "./witnesses.ts";

/** A module, and what was found out about it. */
export interface Compiled {
  readonly url: string;
  readonly output: Omit<CompileOutput, "code" | "map" | "functions" | "sites">;
  readonly parts: Parts;
  readonly imports: readonly ImageImport[];
  readonly commonjs: CommonJsImage | undefined;
}

/** All modules behind one entry, in the order of evaluation. */
export interface Graph {
  readonly order: readonly Compiled[];
  readonly warnings: readonly CodeWarning[];
}

interface KeptGraph extends Omit<Graph, "order"> {
  readonly order: readonly Omit<Compiled, "parts">[];
  readonly parts: GatheredParts;
}

/** The graph of the app at `entry` from the last start, if no file has changed that had a say in it. */
export function keptGraph(keeper: Keeper, entry: string, specifiers: ReadonlySet<string>): Graph | undefined {
  const kept = keeper.read("graph", entry, ...specifiers) as KeptGraph | undefined;
  if (kept === undefined) return undefined;
  const parts = scatter(kept.parts);
  return { warnings: kept.warnings, order: kept.order.map((compiled, i) => ({ ...compiled, parts: unpackParts(parts[i]!) })) };
}

/** Keeps a graph if the files that it was made from are as they were seen. */
export async function keepGraph(
  keeper: Keeper,
  entry: string,
  specifiers: ReadonlySet<string>,
  { order, warnings }: Graph,
  seen: GraphSightings,
): Promise<void> {
  await keeper.write(
    ["graph", entry, ...specifiers],
    seen.sightings,
    () =>
      ({
        order: order.map(({ parts: _, ...compiled }) => compiled),
        parts: gather(order.map(({ url, parts }) => ({ ...packParts(parts), codeCache: codeCacheOf(parts.code, url) }))),
        warnings,
      }) satisfies KeptGraph,
  );
}

/** Sees every file and folder that would make another graph if it were another, or were there at all. */
export class GraphSightings {
  readonly sightings: Sightings;
  readonly #imports = new Set<string>();

  constructor(sightings: Sightings, entry: string) {
    this.sightings = sightings;
    this.#addAll(packageFiles(dirname(fileURLToPath(entry)))); // it may name packages that are compiled
  }

  /** A file that is read next. */
  addFile(path: string): void {
    this.sightings.add(path);
  }

  /** What was looked at for an import of the module at `parentUrl` that led to `made.url`. */
  addImport(made: ImageImport, parentUrl: string): void {
    if (made.kind === "vm") return;
    // Modules of one folder see the same packages.
    const from = /^\.{0,2}\//.test(made.specifier) ? parentUrl : dirname(fileURLToPath(parentUrl));
    const key = `${from} ${made.specifier} ${made.url}`;
    if (this.#imports.has(key)) return;
    this.#imports.add(key);
    this.#addAll(lookedAt(made.specifier, parentUrl, made.url));
  }

  /** What was looked at for a `require` in it. */
  addRequire(specifier: string, parentUrl: string): void {
    this.#addAll(lookedAtBy(specifier, parentUrl));
  }

  #addAll(paths: Iterable<string>): void {
    for (const path of paths) this.sightings.add(path);
  }
}

/** V8's code cache of a script. It is compiled here with nothing run: functions that are called first are compiled then, as ever. */
export function codeCacheOf(code: string, filename: string): Uint8Array {
  return new vm.Script(code, { filename }).createCachedData();
}

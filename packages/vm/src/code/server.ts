/**
 * The code server: lives on the main thread, knows every module version of the VM, and plans what the scheduler threads have to load.
 *
 * A plan is made from files alone; evaluation happens on each thread (`module.ts`). Compilation happens here, once for all threads, and the
 * numbers that all threads must agree on (module ids, sites) are given out here and never used again.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import { bundleText, compiledFormOf, readCompiledForm } from "./bundle.ts";
import { codeFrame } from "./code-frame.ts";
import { exportedNames, resolveRequire } from "./commonjs.ts";
import { GraphSightings, keepGraph, keptGraph, type Compiled, type Graph } from "./graph.ts";
import type {
  BuiltFrom,
  CodeWarning,
  CommonJsImage,
  CompiledImport,
  CompileFunction,
  CompileOutput,
  ImageImport,
  LoadPlan,
  ModuleImage,
} from "./image.ts";
import { Keeper } from "./keeper.ts";
import { imageOf } from "./parts.ts";
import { addNamedBy, checkNamed, forgetPackages, installedRoot, NamedPackages } from "./packages.ts";
import {
  isInstalledCommonJs,
  kindOf,
  resolveEntry,
  resolveImport,
  shareAs,
  VM_SPECIFIERS,
  type SharedPackages,
} from "./resolve.ts";
import { Sightings } from "./witnesses.ts";
import { readSourceMap, sourceMapFile, withoutSourceMap } from "./source-map.ts";

export interface CodeServerOptions {
  readonly compile: CompileFunction;
  /** Specifiers that the VM serves from its own namespaces; default `["@agner/vm"]`. */
  readonly vm?: Iterable<string>;
  /** The first site number to give out; lower ones belong to the runtime. Default 0. */
  readonly firstSite?: number;
  /** Remembers the modules of an app from one start to the next. */
  readonly keeper?: Keeper;
}

/** Plans the loading of modules; one per VM. */
export class CodeServer {
  readonly #compile: CompileFunction;
  readonly #vm: ReadonlySet<string>;
  readonly #shared: SharedPackages = new Map();
  readonly #named = new NamedPackages();
  /** Every version that was ever planned, in the order of evaluation. */
  readonly #images: ModuleImage[] = [];
  /** The newest version of each URL. */
  readonly #newest = new Map<string, ModuleImage>();
  readonly #keeper: Keeper;
  #prepared: { readonly entry: string; readonly graph: Promise<Graph> } | undefined;
  #nextSite: number;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: CodeServerOptions) {
    this.#compile = options.compile;
    this.#vm = options.vm === undefined ? VM_SPECIFIERS : new Set(options.vm);
    this.#nextSite = options.firstSite ?? 0;
    this.#keeper = options.keeper ?? new Keeper(undefined);
    forgetPackages();
  }

  /**
   * What must be evaluated so that the module at `entry` and everything it imports is loaded; empty if it is already.
   * All planned images count as loaded from then on: the caller has them installed on every thread. A plan that fails changes nothing.
   *
   * @throws AgnerError `AGNER_MODULE_NOT_FOUND`, `AGNER_DIRECTORY_IMPORT`, `AGNER_COMPILE` and the like, with `file`, `line` and `column`
   *   where an import or the source is at fault
   * @example
   * const { images } = await server.plan(new URL("./app.ts", import.meta.url));
   */
  plan(entry: string | URL): Promise<LoadPlan> {
    return this.#inTurn(async () => this.#plan([resolveEntry(entry)], new Set()));
  }

  /** Begins to work out the plan of the module that will be asked for first; what is wrong with it, that plan will tell. */
  prepare(entry: string): void {
    const graph = this.#firstGraph(entry);
    graph.catch(() => {});
    this.#prepared = { entry, graph };
  }

  /**
   * A new version of each module in `urls`, compiled from what its file holds now, and whatever they import that is not loaded yet.
   * The plan's `url` is that of the last.
   */
  planNewVersions(urls: readonly [string | URL, ...(string | URL)[]]): Promise<LoadPlan> {
    return this.#inTurn(async () => {
      const stale = urls.map(resolveEntry);
      return this.#plan(stale, new Set(stale));
    });
  }

  /** Every version planned so far, in the order of evaluation: what a thread that starts late has to install. */
  get images(): readonly ModuleImage[] {
    return this.#images;
  }

  /** The newest version of the module at `url`. */
  newest(url: string): ModuleImage | undefined {
    return this.#newest.get(url);
  }

  /** Plans run one after the other: two that overlap would both number the module they share. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  async #plan(entries: readonly string[], stale: ReadonlySet<string>): Promise<LoadPlan> {
    const url = entries.at(-1)!;
    const first = this.#images.length === 0 && entries.length === 1;
    const { order, warnings } = first ? await this.#preparedGraph(url) : await this.#graph(entries, stale);
    const images = order.map((compiled) => this.#number(compiled));
    return { url, images, warnings };
  }

  #preparedGraph(entry: string): Promise<Graph> {
    return this.#prepared?.entry === entry ? this.#prepared.graph : this.#firstGraph(entry);
  }

  /** The graph of the first module to be loaded, which is an app's: kept from the last start, or to be kept for the next. */
  async #firstGraph(entry: string): Promise<Graph> {
    const kept = keptGraph(this.#keeper, entry, this.#vm);
    if (kept !== undefined) {
      addNamedBy(entry, this.#named);
      checkNamed(entry, this.#installedRoots(kept.order.map(({ url }) => url)));
      for (const { imports } of kept.order)
        for (const { kind, specifier, url } of imports) if (kind !== "vm") shareAs(specifier, url, this.#shared);
      return kept;
    }
    const seen = new GraphSightings(this.#keeper.look(), entry);
    const graph = await this.#graph([entry], new Set(), seen);
    await keepGraph(this.#keeper, entry, this.#vm, graph, seen);
    return graph;
  }

  async #graph(
    entries: readonly string[],
    stale: ReadonlySet<string>,
    seenFiles = new GraphSightings(new Sightings(), entries[0]!),
  ): Promise<Graph> {
    const order: Compiled[] = [];
    const warnings: CodeWarning[] = [];
    const seen = new Set<string>();
    const imported = new Set<string>(entries);
    const visit = async (url: string, importer: Importer | undefined): Promise<void> => {
      if (seen.has(url) || (this.#newest.has(url) && !stale.has(url))) return;
      seen.add(url);
      const file = fileURLToPath(url);
      seenFiles.addFile(file);
      const source = await read(file, importer);
      const isCommonJs = isInstalledCommonJs(file);
      const beside = (path: string): void => seenFiles.addFile(path);
      const {
        builtFrom,
        commonjs,
        output: compiledAs,
      } = isCommonJs ? await this.#commonJs(url, source, beside) : await this.#module(url, source, beside);
      const { code, map, functions, sites, ...output } = compiledAs;
      for (const d of output.diagnostics) warnings.push({ ...d, file });
      const imports: ImageImport[] = [];
      for (const made of output.imports) imports.push(this.#resolve(made, url, { file, source, at: made }));
      for (const made of imports) seenFiles.addImport(made, url);
      for (const { specifier } of output.requires ?? []) seenFiles.addRequire(specifier, url);
      const text = typeof map === "string" ? map : JSON.stringify(map);
      const compiled = {
        url,
        imports,
        output,
        commonjs,
        parts: { code, map: text, builtFrom, functions, sites, codeCache: undefined },
      };
      if (commonjs !== undefined) {
        order.push(compiled); // it runs what it requires
        for (const [, target] of commonjs.requires) await visit(target, { file, source, at: { line: 1, column: 1 } });
        return;
      }
      for (const made of imports) {
        if (made.kind !== "compiled") continue;
        imported.add(made.url);
        await visit(made.url, { file, source, at: made });
      }
      order.push(compiled);
    };
    for (const entry of entries) {
      addNamedBy(entry, this.#named);
      await visit(entry, undefined);
      checkNamed(entry, this.#installedRoots(seen));
    }
    const finished = order.map(({ commonjs, ...rest }) => ({
      ...rest,
      commonjs: commonjs === undefined ? undefined : { ...commonjs, lazy: !imported.has(rest.url) },
    }));
    return { order: finished, warnings };
  }

  /** `beside` is told of other files before they are read, whether they are there or not. */
  async #module(url: string, source: string, beside: (path: string) => void): Promise<Found> {
    const file = fileURLToPath(url);
    if (/\.m?ts$/.test(file)) {
      const output = await this.#compileFile(source, { filename: file, loader: "ts" });
      return { output, builtFrom: undefined, commonjs: undefined };
    }
    const { builtFrom, code } = await withMap(url, source, beside);
    const bundle = bundleText(source);
    if (bundle === undefined) {
      const output = await this.#compileFile(code, { filename: file, loader: "js" });
      return { output, builtFrom, commonjs: undefined };
    }
    beside(compiledFormOf(file));
    const output =
      (await readCompiledForm(file, bundle)) ??
      (await this.#compileFile(bundle, { filename: file, loader: "js", bundled: true }));
    return { output, builtFrom, commonjs: undefined };
  }

  async #commonJs(url: string, source: string, beside: (path: string) => void): Promise<Found> {
    const { builtFrom, code } = await withMap(url, source, beside);
    const compiled = await this.#compileFile(code, { filename: fileURLToPath(url), loader: "js", commonjs: true });
    const output = { ...compiled, exports: exportedNames(url, source) };
    const requires: (readonly [string, string])[] = [];
    for (const specifier of new Set((compiled.requires ?? []).map((made) => made.specifier))) {
      const target = this.#vm.has(specifier) ? undefined : resolveRequire(specifier, url);
      if (target === undefined || kindOf(target, specifier, { type: "json" }, this.#named) !== "compiled") continue;
      if (isInstalledCommonJs(fileURLToPath(target))) requires.push([specifier, target]);
    }
    return { output, builtFrom, commonjs: { requires, lazy: false } };
  }

  /** Compiles a module; what is wrong with one of a package that an app names is told with the way out. */
  async #compileFile(code: string, options: Parameters<CompileFunction>[1]): Promise<CompileOutput> {
    try {
      return await this.#compile(code, options);
    } catch (e) {
      const root = installedRoot(options.filename);
      const by = root === undefined ? undefined : this.#named.namedBy(root);
      if (by === undefined || !AgnerError.is(e)) throw e;
      const { message, code: kind, cause, ...details } = e as AgnerError & { readonly cause?: unknown };
      throw new AgnerError(
        kind,
        `${message}\nThis package is compiled because ${by} names it in agner.compile: left out there, it is loaded by Node.`,
        { cause: cause ?? e, details },
      );
    }
  }

  /** The folders of the installed packages that have compiled modules. */
  #installedRoots(planned: Iterable<string>): Set<string> {
    const roots = new Set<string>();
    for (const url of [...planned, ...this.#newest.keys()]) {
      const root = installedRoot(fileURLToPath(url));
      if (root !== undefined) roots.add(root);
    }
    return roots;
  }

  #resolve(made: CompiledImport, parentUrl: string, importer: Importer): ImageImport {
    try {
      const options = { vm: this.#vm, shared: this.#shared, named: this.#named };
      return { ...made, ...resolveImport(made.specifier, made.attributes, parentUrl, options) };
    } catch (e) {
      throw at(importer, e);
    }
  }

  /** Gives a compiled module its numbers and makes it the newest version of its URL. */
  #number({ url, output, parts, imports, commonjs }: Compiled): ModuleImage {
    const reexported = new Set(output.reexports.map(({ as }) => as));
    const version = (this.#newest.get(url)?.version ?? 0) + 1;
    const light = {
      id: this.#images.length,
      url,
      version,
      script: version === 1 ? url : `${url}?v=${version}`,
      siteBase: this.#nextSite,
      siteCount: output.siteCount,
      imports,
      exports: output.exports.filter((name) => !reexported.has(name)),
      locals: output.locals,
      commonjs,
      reexports: output.reexports,
      topLevelAwait: output.topLevelAwait,
      named: this.#named.names,
    };
    const image = imageOf(light, parts);
    this.#nextSite += output.siteCount;
    this.#images.push(image);
    this.#newest.set(url, image);
    return image;
  }
}

/** What is found out about a module from its own file. */
interface Found {
  readonly output: CompileOutput;
  readonly builtFrom: BuiltFrom | undefined;
  readonly commonjs: CommonJsImage | undefined;
}

/** The source map of JavaScript that was built from something else, and the code without it. */
async function withMap(
  url: string,
  source: string,
  beside: (path: string) => void,
): Promise<{ builtFrom: BuiltFrom | undefined; code: string }> {
  const mapFile = sourceMapFile(source, url);
  if (mapFile !== undefined) beside(mapFile);
  const builtFrom = await readSourceMap(source, url);
  return { builtFrom, code: builtFrom === undefined ? source : withoutSourceMap(source) };
}

/** Who asked for a module, for error messages. */
interface Importer {
  readonly file: string;
  readonly source: string;
  readonly at: { readonly line: number; readonly column: number };
}

async function read(file: string, importer: Importer | undefined): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw at(importer, new AgnerError("AGNER_UNREADABLE", `cannot read ${file}: ${(cause as Error).message}`, { cause }));
  }
}

/** The same error with the place of the import in front, the source below it, and `file`, `line` and `column`. */
function at(importer: Importer | undefined, e: unknown): unknown {
  if (importer === undefined || !AgnerError.is(e)) return e;
  const { file, source } = importer;
  const { line, column } = importer.at;
  return new AgnerError(e.code, `${file}:${line}:${column}: ${e.message}\n${codeFrame(source, line, column)}`, {
    ...("cause" in e ? { cause: e.cause } : {}),
    details: { file, line, column },
  });
}

/** Compiles a test and what it imports, and puts it in the order of evaluation, as the code server does. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, type CompileResult } from "@agner/compiler";
import type { ModuleImage } from "../../../../vm/src/code/image.ts";
import { resolveImport } from "./resolve.ts";

/** Of one test in one form; what it has compiled serves all its quotas. */
export class Sources {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #compiled = new Map<string, CompileResult>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** @throws CompileError, or what reading the file throws */
  compiled(url: string): CompileResult {
    let result = this.#compiled.get(url);
    if (result === undefined) {
      const file = fileURLToPath(url);
      const text = this.#texts.get(url) ?? readFileSync(file, "utf8");
      this.#compiled.set(url, (result = compile(text, { filename: file, loader: "js" })));
    }
    return result;
  }
}

/** Numbers the modules of one realm. */
export class Planner {
  readonly #sources: Sources;
  readonly #known = new Set<string>();
  #nextSite: number;
  #nextId = 0;

  constructor(sources: Sources, firstSite: number) {
    this.#sources = sources;
    this.#nextSite = firstSite;
  }

  plan(url: string): ModuleImage[] {
    const images: ModuleImage[] = [];
    const entered: string[] = [];
    try {
      this.#visit(url, images, entered);
    } catch (e) {
      for (const each of entered) this.#known.delete(each);
      throw e;
    }
    return images;
  }

  #visit(url: string, images: ModuleImage[], entered: string[]): void {
    if (this.#known.has(url)) return;
    this.#known.add(url);
    entered.push(url);
    const output = this.#sources.compiled(url);
    const imports = output.imports.map((made) => ({ ...made, ...resolveImport(made.specifier, made.attributes, url) }));
    for (const made of imports) if (made.kind === "compiled") this.#visit(made.url, images, entered);
    images.push(this.image(url, output, imports));
  }

  image(url: string, output: CompileResult, imports: ModuleImage["imports"]): ModuleImage {
    const reexported = new Set(output.reexports.map(({ as }) => as));
    const siteBase = this.#nextSite;
    this.#nextSite += output.siteCount;
    return {
      id: this.#nextId++,
      url,
      version: 1,
      script: url,
      siteBase,
      siteCount: output.siteCount,
      code: output.code,
      map: JSON.stringify(output.map),
      builtFrom: undefined,
      imports,
      exports: output.exports.filter((name) => !reexported.has(name)),
      reexports: output.reexports,
      functions: output.functions,
      sites: output.sites,
      topLevelAwait: output.topLevelAwait,
      named: [],
    };
  }
}

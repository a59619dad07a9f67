/**
 * The module table of one scheduler thread: evaluates the images that the code server planned, links them, and answers what a function, a
 * site or an exported value is.
 *
 * Every imported URL has one link record for the life of the thread; compiled code reads imports through it (`$m.imports[slot].x.name`), so
 * that a call through an import reaches the newest version and a call inside a module stays in its own.
 */
import type { ValueRef } from "@agner/scheduler";
import { AgnerError } from "@agner/scheduler/errors";
import { Constants } from "@agner/scheduler/state";
import { commonJsModule, type CommonJsModule } from "./commonjs-module.ts";
import { ExportedValues, pathOf, type ExportReference } from "./exported-values.ts";
import type { FunctionDescription, ImageImport, ModuleImage } from "./image.ts";
import { checkImports } from "./link.ts";
import { createContext, type ModuleContext } from "./module-context.ts";
import { createNamespace, type ExportTable, type LinkRecord } from "./namespace.ts";
import { attributesOf, importNative, nativeImportError } from "./native-module.ts";
import { NamedPackages } from "./packages.ts";
import { SourcePositions, type SourcePosition } from "./positions.ts";
import { resolveImport, resolveUrl, shareAs, type SharedPackages } from "./resolve.ts";
import { runScript } from "./script.ts";
import { Sites } from "./sites.ts";

/** Loads the compiled module at `url` on every thread of the VM, for a dynamic `import()` in the module at `parentUrl`. */
export type DynamicImportHook = (url: string, parentUrl: string) => Promise<void>;

export interface ModuleTableOptions {
  readonly onDynamicImport: DynamicImportHook;
  /** Told of every module that is not compiled. */
  readonly onNative?: (url: string, namespace: object) => void;
  /** Tells V8 of source maps, so that a debugger shows what was written, and breaks there. Default false. */
  readonly debugging?: boolean;
}

/** A function's place in the VM: the same on every thread. */
export interface FunctionReference {
  readonly module: number;
  readonly index: number;
}

type Body = Generator<unknown, void> | AsyncGenerator<unknown, void>;

interface Loaded {
  readonly image: ModuleImage;
  readonly table: ExportTable;
  readonly context: ModuleContext;
  readonly namespace: Record<string, unknown>;
  readonly commonjs: CommonJsModule | undefined;
  body: Body | undefined;
  /** The namespace of the version before, until this one has been evaluated. */
  replaced: Record<string, unknown> | undefined;
}

/** The newest version of a URL. */
interface Entry {
  readonly record: LinkRecord;
  table: ExportTable | undefined;
  /** What other threads find of it beside its exports. */
  locals: object | undefined;
  commonjs: CommonJsModule | undefined;
  /** Settles when the newest version has been evaluated; rejects with what its top level threw. */
  evaluated: Promise<void>;
}

/** One per scheduler thread. */
export class ModuleTable {
  readonly positions = new SourcePositions();
  readonly sites = new Sites(this.positions);
  readonly #rt: object;
  readonly #vm: Readonly<Record<string, object>>;
  readonly #vmSpecifiers: ReadonlySet<string>;
  readonly #shared: SharedPackages = new Map();
  readonly #named = new NamedPackages();
  readonly #onDynamicImport: DynamicImportHook;
  readonly #onNative: ModuleTableOptions["onNative"];
  readonly #debugging: boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #byId: (Loaded | undefined)[] = [];
  readonly #functions = new WeakMap<Function, FunctionReference>();
  readonly #exported = new ExportedValues();
  readonly #constants = new Constants();
  #linking: Promise<unknown> = Promise.resolve();

  /**
   * @param rt the runtime that compiled code calls, made by `createRuntime`
   * @param vmNamespaces by specifier, what the VM serves itself: `{ "@agner/vm": … }`
   */
  constructor(rt: object, vmNamespaces: Readonly<Record<string, object>>, options: ModuleTableOptions) {
    this.#rt = rt;
    this.#vm = vmNamespaces;
    this.#vmSpecifiers = new Set(Object.keys(vmNamespaces));
    this.#onDynamicImport = options.onDynamicImport;
    this.#onNative = options.onNative;
    this.#debugging = options.debugging === true;
    for (const [specifier, namespace] of Object.entries(vmNamespaces)) {
      this.#vmRecord(specifier);
      this.#exported.addNative(specifier, namespace as Record<string, unknown>);
    }
  }

  /**
   * Evaluates `images`, which stand in the order of evaluation, after what they import from Node.
   *
   * @throws AgnerError `AGNER_NATIVE_IMPORT` if a package that Node loads fails, `AGNER_NO_EXPORT` if an imported name does not exist;
   *   and whatever a module's top level throws
   */
  async install(images: readonly ModuleImage[]): Promise<void> {
    const linked = this.#linking.then(() => this.#link(images));
    this.#linking = linked.catch((failure: unknown) => this.#remember(images, failure));
    await this.#evaluate(await linked);
  }

  /** Whether the module at `url` has been linked on this thread. */
  has(url: string): boolean {
    return this.#entries.get(url)?.table !== undefined;
  }

  /** The namespace object of the newest version of the module at `url`. */
  namespace(url: string): Record<string, unknown> {
    const entry = this.#entries.get(url);
    if (entry === undefined) throw new AgnerError("AGNER_MODULE_NOT_FOUND", `the module ${url} is not loaded on this scheduler`);
    return entry.record.x;
  }

  /** The module and index of a function declared at the top level of a compiled module. */
  functionRef(fn: Function): FunctionReference | undefined {
    return this.#functions.get(fn);
  }

  /** This thread's instance of a function; @throws AgnerError `AGNER_NO_FUNCTION` if its module version is not loaded here. */
  resolveFunction(module: number, index: number): Function {
    const loaded = this.#byId[module];
    const fn = loaded?.context.functions[index];
    if (fn !== undefined) return fn;
    const name = loaded?.image.functions[index]?.name;
    throw new AgnerError(
      "AGNER_NO_FUNCTION",
      name === undefined
        ? `module version ${module} has no function ${index} on this scheduler`
        : `${name} of ${loaded!.image.url} is not declared at the top level, so it has no identity on other schedulers`,
    );
  }

  /** What the compiler knows of `fn`, and the URL of the file where it was written. */
  info(fn: Function): (FunctionDescription & { readonly url: string }) | undefined {
    const ref = this.#functions.get(fn);
    if (ref === undefined) return undefined;
    const { image } = this.#byId[ref.module]!;
    const known = image.functions[ref.index]!;
    return { ...known, ...this.positions.written(image.script, known.line, known.column) };
  }

  /** Module URL and export name of a value (a definition, an uncompiled package's function) that an imported module exports; `default.name` for a property of a default export. */
  exportOf(value: object): ExportReference | undefined {
    return this.#exported.of(value);
  }

  /** This thread's instance of an exported value; @throws AgnerError `AGNER_NO_EXPORT` or `AGNER_MODULE_NOT_FOUND`. */
  resolveExport(module: string, name: string): unknown {
    const locals = this.#entries.get(module)?.locals;
    let value: unknown = locals !== undefined && Object.hasOwn(locals, name) ? locals : this.namespace(module);
    for (const key of pathOf(name)) {
      if (value === null || value === undefined || !(key in Object(value)))
        throw new AgnerError("AGNER_NO_EXPORT", `${module} has no export ${JSON.stringify(name)} on this scheduler`);
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  }

  /** The module and name of a value that it keeps at its top level, if that is how every thread finds its own. */
  valueRef(value: object | symbol): ValueRef | undefined {
    const constant = this.#constants.refOf(value);
    if (constant !== undefined || typeof value === "symbol") return constant;
    const ref = this.#exported.of(value);
    return ref !== undefined && this.#isExported(ref, value) ? ref : undefined;
  }

  /** This thread's value with that name; @throws AgnerError as {@link resolveExport} does. */
  resolveValue(module: ValueRef["module"], name: ValueRef["name"]): unknown {
    return typeof module === "number" ? this.#constants.resolve(module, name) : this.resolveExport(module, String(name));
  }

  /** Whether the newest version of the module still exports the value under that name. */
  #isExported({ module, name }: ExportReference, value: unknown): boolean {
    try {
      return this.resolveExport(module, name) === value;
    } catch {
      return false;
    }
  }

  /** The place in an app's source of a place in a compiled script; line and column count from 1. */
  mapPosition(script: string, line: number, column: number): SourcePosition | undefined {
    return this.positions.map(script, line, column);
  }

  /** Everything up to evaluation. Installs take turns here, since a later one may import what an earlier one links. */
  async #link(images: readonly ModuleImage[]): Promise<Loaded[]> {
    for (const image of images) {
      for (const [name, file] of image.named) this.#named.add(name, file);
      for (const made of image.imports) {
        if (made.kind !== "vm") shareAs(made.specifier, made.url, this.#shared);
        if (made.kind === "native") await this.#importNative(made, image);
      }
    }
    const tables = new Map<string, ExportTable>();
    for (const image of images) tables.set(image.url, { own: new Set(image.exports), reexports: image.reexports, sources: [] });
    for (const image of images) {
      const sources = tables.get(image.url)!.sources as { record: LinkRecord; table: ExportTable | undefined }[];
      for (const made of image.imports) {
        if (made.kind === "vm") sources.push({ record: this.#vmRecord(made.url), table: undefined });
        else {
          const entry = this.#entry(made.url);
          const table = tables.get(made.url) ?? entry.table;
          if (table === undefined && made.kind === "compiled") await entry.evaluated; // it failed to link: say why
          sources.push({ record: entry.record, table });
        }
      }
    }
    for (const image of images) checkImports(image, tables.get(image.url)!);
    const modules: Loaded[] = [];
    for (const image of images) {
      const table = tables.get(image.url)!;
      const commonjs = this.#commonJs(image);
      const context = this.#context(image, table, commonjs);
      const body = this.#start(image, context);
      await body.next(); // defines exports, functions and sites; nothing of the module itself runs
      commonjs?.link(context.exports, () => this.#run(modules.find((loaded) => loaded.context === context)!));
      const namespace = createNamespace(table, context.exports);
      modules.push({ image, table, context, namespace, commonjs, body, replaced: undefined });
    }
    for (const loaded of modules) this.#publish(loaded);
    return modules;
  }

  /** The body of a module, of which nothing runs yet. */
  #start(image: ModuleImage, context: ModuleContext): Body {
    this.positions.add(image);
    const factory = runScript(image, this.#debugging) as (rt: object, siteBase: number, m: ModuleContext) => Body;
    return factory(this.#rt, image.siteBase, context);
  }

  #context(image: ModuleImage, table: ExportTable, commonjs: CommonJsModule | undefined): ModuleContext {
    const { url } = image;
    const given = {
      imports: table.sources.map((source) => source.record),
      commonjs: commonjs?.scope,
      import: async (specifier: string, options?: ImportCallOptions) =>
        this.#importDynamically(`${specifier}`, attributesOf(options), url),
    };
    return createContext(image, given, (specifier) =>
      this.#vmSpecifiers.has(specifier) ? resolveUrl(specifier, import.meta.url) : resolveUrl(specifier, url, this.#shared),
    );
  }

  #publish(loaded: Loaded): void {
    const { image, namespace, table } = loaded;
    this.#byId[image.id] = loaded;
    this.sites.add(image);
    this.#rememberFunctions(loaded);
    const entry = this.#entry(image.url);
    if (entry.table !== undefined) loaded.replaced = entry.record.x;
    entry.record.x = namespace;
    entry.table = table;
    entry.commonjs = loaded.commonjs;
    entry.locals = image.locals === undefined ? undefined : loaded.context.exports;
  }

  #rememberFunctions({ image, context }: Loaded): void {
    context.functions.forEach((fn, index) => {
      if (!this.#functions.has(fn)) this.#functions.set(fn, { module: image.id, index });
    });
  }

  /** Evaluates one module after the other; those behind one that fails fail with the same error. */
  async #evaluate(modules: readonly Loaded[]): Promise<void> {
    const here = new Set(modules.map((m) => m.image.url));
    const settle = modules.map(({ image }) => this.#beginEvaluation(image.url));
    let failure: { readonly error: unknown } | undefined;
    for (const [i, loaded] of modules.entries()) {
      try {
        if (failure !== undefined) throw failure.error;
        for (const made of loaded.image.imports)
          if (made.kind === "compiled" && !here.has(made.url)) await this.#evaluated(made.url);
        if (loaded.commonjs === undefined) await this.#run(loaded);
        else if (!loaded.image.commonjs!.lazy) loaded.commonjs.load();
        settle[i]!.resolve();
      } catch (error) {
        failure = { error };
        if (loaded.replaced === undefined) settle[i]!.reject(error);
        else {
          // The version that ran before goes on being the newest one.
          this.#entries.get(loaded.image.url)!.record.x = loaded.replaced;
          settle[i]!.resolve();
        }
      }
      if (loaded.commonjs === undefined) loaded.body = undefined;
    }
    if (failure !== undefined) throw failure.error;
  }

  /** Runs the module's top level; a promise only where that awaits. */
  #run(loaded: Loaded): Promise<void> | undefined {
    const { image, context, namespace } = loaded;
    const step = loaded.body!.next();
    const done = (): void => {
      loaded.body = undefined;
      this.#rememberFunctions(loaded);
      if (context.constants !== undefined) this.#constants.add(image.id, context.constants);
      if (image.commonjs === undefined) this.#exported.add(image.url, image.exports, namespace);
      this.#exported.add(image.url, image.locals ?? [], context.exports as Record<string, unknown>);
    };
    if (step instanceof Promise) return step.then(done);
    done();
    return undefined;
  }

  /** Waits until the module has run; one of CommonJS that nobody has required does so now. */
  async #evaluated(url: string): Promise<void> {
    const entry = this.#entries.get(url);
    await entry?.evaluated;
    entry?.commonjs?.load();
  }

  #commonJs(image: ModuleImage): CommonJsModule | undefined {
    if (image.commonjs === undefined) return undefined;
    return commonJsModule(image, {
      vm: this.#vm,
      named: this.#named,
      loaded: (url) => this.#entries.get(url)?.commonjs,
      onRun: (exports) => this.#exported.addNative(image.url, { default: exports }),
    });
  }

  #beginEvaluation(url: string): { resolve: () => void; reject: (error: unknown) => void } {
    const entry = this.#entries.get(url)!;
    let settle!: { resolve: () => void; reject: (error: unknown) => void };
    entry.evaluated = new Promise((resolve, reject) => (settle = { resolve, reject }));
    entry.evaluated.catch(() => {}); // whoever waits for the module is told; nobody may
    return settle;
  }

  /** Modules that could not be linked: importing them later fails for the same reason. */
  #remember(images: readonly ModuleImage[], failure: unknown): void {
    for (const { url } of images) {
      if (this.has(url)) continue;
      this.#entry(url);
      this.#beginEvaluation(url).reject(failure);
    }
  }

  #entry(url: string): Entry {
    let entry = this.#entries.get(url);
    if (entry === undefined)
      this.#entries.set(
        url,
        (entry = { record: { x: {} }, table: undefined, locals: undefined, commonjs: undefined, evaluated: Promise.resolve() }),
      );
    return entry;
  }

  #vmRecord(specifier: string): LinkRecord {
    const entry = this.#entry(specifier);
    entry.record.x = this.#vm[specifier] as Record<string, unknown>;
    return entry.record;
  }

  async #importNative(made: ImageImport, importer: ModuleImage): Promise<void> {
    if (this.#entries.has(made.url)) return;
    try {
      await this.#loadNative(made.url, made.attributes);
    } catch (cause) {
      throw nativeImportError(made, importer, cause);
    }
  }

  async #loadNative(url: string, attributes: Readonly<Record<string, string>> | undefined): Promise<object> {
    const namespace = await importNative(url, attributes);
    this.#onNative?.(url, namespace);
    this.#exported.addNative(url, namespace);
    this.#entry(url).record.x = namespace;
    return namespace;
  }

  async #importDynamically(
    specifier: string,
    attributes: Readonly<Record<string, string>> | undefined,
    parentUrl: string,
  ): Promise<object> {
    const { kind, url } = resolveImport(specifier, attributes, parentUrl, {
      vm: this.#vmSpecifiers,
      shared: this.#shared,
      named: this.#named,
    });
    if (kind === "vm") return this.#vm[url]!;
    if (kind === "native") return await this.#loadNative(url, attributes);
    if (!this.has(url)) await this.#onDynamicImport(url, parentUrl);
    await this.#evaluated(url);
    return this.namespace(url);
  }
}

/** A compiled CommonJS module on one scheduler thread: it runs when it is first required or imported, and what is required in a circle is what there is by then. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** What Node gives to a CommonJS module. */
export interface CommonJsScope {
  readonly exports: object;
  readonly require: NodeJS.Require;
  readonly module: { exports: unknown; loaded: boolean };
  readonly __filename: string;
  readonly __dirname: string;
}

export class CommonJsModule {
  readonly scope: CommonJsScope;
  /** What importers see; set when it has run. */
  readonly #values = new Map<string, unknown>();
  readonly #names: readonly string[];
  #run: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;

  readonly #done: (module: CommonJsModule) => void;

  /**
   * @param load what `require` finds, given Node's own
   * @param done called when the module has run
   */
  constructor(
    url: string,
    names: readonly string[],
    load: (specifier: string, native: NodeJS.Require) => unknown,
    done: (module: CommonJsModule) => void,
  ) {
    const filename = fileURLToPath(url);
    const native = createRequire(url);
    const { resolve, cache, extensions } = native;
    const require = Object.assign((specifier: string) => load(specifier, native), {
      resolve,
      cache,
      extensions,
      main: undefined,
    });
    const exports = {};
    const module = { exports, id: filename, filename, path: dirname(filename), loaded: false, children: [], paths: [], require };
    this.scope = { exports, require, module, __filename: filename, __dirname: dirname(filename) };
    this.#names = names;
    this.#done = done;
  }

  /** Sets what is run, once; and gives `exports` a property for each name that importers see. */
  link(exports: object, run: () => void): void {
    this.#run = run;
    for (const name of this.#names)
      Object.defineProperty(exports, name, { get: () => this.#values.get(name), enumerable: true, configurable: true });
  }

  /** `module.exports`, when it has run; in a circle what that is by now. */
  load(): unknown {
    const run = this.#run;
    const { module } = this.scope;
    this.#run = undefined;
    if (run !== undefined) {
      try {
        run();
      } catch (error) {
        this.#failure = { error };
      }
      module.loaded = true;
      this.#take(module.exports);
      this.#done(this);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return module.exports;
  }

  /** As in Node, importers see the values of this moment. */
  #take(exports: unknown): void {
    for (const name of this.#names) {
      if (exports === null || exports === undefined || !Object.hasOwn(exports, name)) continue;
      try {
        this.#values.set(name, (exports as Record<string, unknown>)[name]);
      } catch {
        // An accessor that throws is no export.
      }
    }
    this.#values.set("default", exports);
  }
}

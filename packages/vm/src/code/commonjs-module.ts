/** A compiled CommonJS module on one scheduler thread: it runs when it is first required or imported, and what is required in a circle is what there is by then. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import { resolveRequire, WHOLE } from "./commonjs.ts";
import type { ModuleImage } from "./image.ts";
import type { NamedPackages } from "./packages.ts";
import { isInstalledCommonJs, kindOf } from "./resolve.ts";

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

  readonly #onRun: (exports: unknown) => void;

  /**
   * @param load what `require` finds, given Node's own
   * @param onRun called when the module has run
   */
  constructor(
    url: string,
    names: readonly string[],
    load: (specifier: string, native: NodeJS.Require) => unknown,
    onRun: (exports: unknown) => void,
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
    this.#onRun = onRun;
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
      this.#onRun(module.exports);
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
    for (const name of WHOLE) this.#values.set(name, exports);
  }
}

/** What a module finds by `require`. */
export interface RequireHost {
  readonly vm: Readonly<Record<string, object>>;
  readonly named: NamedPackages;
  readonly loaded: (url: string) => CommonJsModule | undefined;
  readonly onRun: (exports: unknown) => void;
}

/** The module of an image that is CommonJS; what runs it is set when it is linked. */
export function commonJsModule({ url, exports, commonjs }: ModuleImage, host: RequireHost): CommonJsModule {
  const required = new Map(commonjs!.requires);
  const load = (specifier: string, native: NodeJS.Require): unknown =>
    requireFrom(host, specifier, required.get(specifier) ?? resolveRequire(specifier, url), native);
  return new CommonJsModule(url, exports, load, host.onRun);
}

/** A compiled CommonJS module, or what Node loads. */
function requireFrom(
  { vm, loaded, named }: RequireHost,
  specifier: string,
  url: string | undefined,
  native: NodeJS.Require,
): unknown {
  const own = vm[specifier];
  if (own !== undefined) return own;
  if (url === undefined) return native(specifier);
  const module = loaded(url);
  if (module !== undefined) return module.load();
  if (kindOf(url, specifier, { type: "json" }, named) !== "compiled") return native(specifier);
  const file = fileURLToPath(url);
  const why = isInstalledCommonJs(file)
    ? `${file} is to be compiled, and was not loaded with its package, since no require() has its name written out; import it in a module of the app, too`
    : `${file} is an ES module that is compiled, and can only be imported`;
  throw new AgnerError("AGNER_REQUIRE", `cannot require ${JSON.stringify(specifier)}: ${why}`);
}

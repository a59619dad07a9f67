/** What compiled code is given of its own module. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommonJsScope } from "./commonjs-module.ts";
import type { FunctionDescription, ModuleImage } from "./image.ts";
import type { LinkRecord } from "./namespace.ts";

/** What compiled code knows as `$m`. */
export interface ModuleContext {
  readonly id: number;
  readonly url: string;
  readonly imports: readonly LinkRecord[];
  /** Where the link phase defines the module's exports. */
  readonly exports: object;
  readonly meta: ImportMeta;
  readonly import: (specifier: string, options?: ImportCallOptions) => Promise<object>;
  /** Filled by the runtime as the module declares its functions. */
  readonly functions: Function[];
  readonly descriptions: readonly FunctionDescription[];
  /** Of CommonJS: what its code is given. */
  readonly commonjs?: CommonJsScope;
  /** Set by the link phase: what the constants of the top level hold, once it has run. */
  constants: (() => readonly unknown[]) | undefined;
}

/** What a context is made with; the rest follows from the image. */
type Given = Pick<ModuleContext, "imports" | "import"> & { readonly commonjs: CommonJsScope | undefined };

/** The context of a module. `resolve` is its `import.meta.resolve`. */
export function createContext(
  image: ModuleImage,
  { imports, import: load, commonjs }: Given,
  resolve: (specifier: string) => string,
): ModuleContext {
  let meta: ImportMeta | undefined;
  return {
    id: image.id,
    url: image.url,
    imports,
    exports: Object.create(null) as object, // V8 keeps that as a table, and makes no shape for each module
    ...(commonjs === undefined ? {} : { commonjs }),
    get meta() {
      return (meta ??= metaOf(image.url, resolve)); // most modules never ask
    },
    import: load,
    functions: [],
    get descriptions() {
      return image.functions;
    },
    constants: undefined,
  };
}

function metaOf(url: string, resolve: (specifier: string) => string): ImportMeta {
  const filename = fileURLToPath(url);
  return Object.assign(Object.create(null) as ImportMeta, { dirname: dirname(filename), filename, resolve, url });
}

/**
 * What the code server (main thread) hands to the module tables (scheduler threads): module versions as plain, structured-cloneable data.
 */

/** A function of a compiled module, as the compiler describes it. */
export interface FunctionDescription {
  readonly index: number;
  readonly name: string;
  /** 1-based, in the original source. */
  readonly line: number;
  readonly column: number;
  /** The name under which the module exports it, if it is declared at the top level. */
  readonly exported?: string | undefined;
  /** Its entry site, relative to the module's. */
  readonly site?: number;
  /** The variables of an entry frame, if it is unlike the others; empty for what the compiler keeps for itself. */
  readonly entry?: readonly string[];
  /** The variables of its other frames. */
  readonly slots?: readonly string[];
  /** What it captures. */
  readonly captures?: readonly { readonly name: string }[];
}

/** One import statement of a compiled module; its index is its slot in `$m.imports`. */
export interface CompiledImport {
  readonly specifier: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** The export names that are read, or exported again. */
  readonly names: readonly string[];
  readonly line: number;
  readonly column: number;
}

/** `export { name as as } from "…"`; `name: "*"` with `as: "*"` is `export *`, with another `as` it is `export * as …`. */
export interface CompiledReexport {
  readonly slot: number;
  readonly name: string;
  readonly as: string;
}

/** A finding that does not keep the module from running. */
export interface CompileDiagnostic {
  readonly code: string;
  readonly severity: "warning";
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly hint?: string;
}

/** By relative site: `[function index, line, column]`. */
export type SiteTable = readonly (readonly [number, number, number])[];

/** What the code server needs of a compiler's result. */
export interface CompileOutput<F extends FunctionDescription = FunctionDescription> {
  readonly code: string;
  readonly map: object | string;
  readonly imports: readonly CompiledImport[];
  /** Every name that the module exports, but for those of `export *`. */
  readonly exports: readonly string[];
  /** Of a bundle: what its modules keep and it does not export, by names of their own. */
  readonly locals?: readonly string[];
  readonly reexports: readonly CompiledReexport[];
  readonly functions: readonly F[];
  readonly sites: SiteTable;
  /** Of CommonJS: what it requires by a name that is written out. */
  readonly requires?: readonly { readonly specifier: string }[];
  readonly siteCount: number;
  readonly diagnostics: readonly CompileDiagnostic[];
  readonly topLevelAwait: boolean;
}

export type CompileFunction = (
  source: string,
  options: { filename: string; loader: "ts" | "js"; bundled?: boolean; commonjs?: boolean },
) => CompileOutput | Promise<CompileOutput>;

/**
 * How an import is served: `vm` by the running VM's own namespace object, `compiled` by a module of the code server, `native` by Node.
 */
export type ImportKind = "vm" | "compiled" | "native";

/** An import of a {@link ModuleImage}, resolved. */
export interface ImageImport extends CompiledImport {
  readonly kind: ImportKind;
  /** The resolved URL; for `vm`, the specifier. */
  readonly url: string;
}

/** The source map of a file that was built from another: of a package's JavaScript, to its TypeScript. */
export interface BuiltFrom {
  /** The map, as JSON. */
  readonly map: string;
  /** What its sources are relative to. */
  readonly url: string;
}

/** What a thread needs to know of a CommonJS module. */
export interface CommonJsImage {
  /** By specifier, the URLs of compiled modules that it requires. */
  readonly requires: readonly (readonly [specifier: string, url: string])[];
  /** Nothing imports it: it runs when it is required. */
  readonly lazy: boolean;
}

/** One version of one module, ready to be evaluated on every thread. */
export interface ModuleImage {
  /** Unique among all versions of all modules. */
  readonly id: number;
  readonly url: string;
  /** 1 for the first version of `url`. */
  readonly version: number;
  /** The file name that V8 knows the script by; stack frames carry it. */
  readonly script: string;
  /** Sites `siteBase … siteBase + siteCount - 1` belong to this version, on every thread and for ever. */
  readonly siteBase: number;
  readonly siteCount: number;
  readonly code: string;
  /** What V8 made of the code at an earlier start. */
  readonly codeCache?: Uint8Array | undefined;
  /** Source map to the file at `url`, as JSON. */
  readonly map: string;
  /** What that file was built from, if it says so. */
  readonly builtFrom: BuiltFrom | undefined;
  readonly imports: readonly ImageImport[];
  /** Names of the module's own bindings that it exports. */
  readonly exports: readonly string[];
  /** Names of more of them, which other threads find as if they were exported; importers do not. */
  readonly locals?: readonly string[] | undefined;
  readonly reexports: readonly CompiledReexport[];
  readonly commonjs?: CommonJsImage | undefined;
  readonly functions: readonly FunctionDescription[];
  readonly sites: SiteTable;
  readonly topLevelAwait: boolean;
  /** The installed packages that are compiled because an app names them, each with the package.json that does: what `import()` goes by. */
  readonly named: readonly (readonly [string, string])[];
}

/** A {@link CompileDiagnostic} with the file it is about. */
export interface CodeWarning extends CompileDiagnostic {
  readonly file: string;
}

/** What must be loaded for a module, in the order of evaluation; modules that are already loaded are left out. */
export interface LoadPlan {
  /** The URL of the module that was asked for, after resolution. */
  readonly url: string;
  readonly images: readonly ModuleImage[];
  readonly warnings: readonly CodeWarning[];
}

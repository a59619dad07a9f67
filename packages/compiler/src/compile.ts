/** The compiler: one module's source in, suspendable code out. */
import { findConstants, keptByModules, restoreClasses } from "./bundled.ts";
import { computeBoxes, computeFree, assignNames, localVariables, resolveSelfReferences } from "./captures.ts";
import { findEarlyThis, shareFields, splitFields } from "./construction.ts";
import { declareParameters, parseCommonJs } from "./commonjs.ts";
import { diagnose } from "./diagnostics.ts";
import { emitModule } from "./emit/module.ts";
import { LONG } from "./emit/single.ts";
import { makeUnit, type FunctionInfo, type Guards } from "./emit/unit.ts";
import { CompileError } from "./errors.ts";
import type { Node } from "./ast.ts";
import { parseModule } from "./parse.ts";
import { refuseUnsupported } from "./refusals.ts";
import { analyse } from "./scope.ts";
import { adaptSloppy, refuseSloppy } from "./sloppy.ts";
import type { EncodedSourceMap } from "./source-maps.ts";
import { computeModes } from "./suspends.ts";

export interface CompileOptions {
  /** Path or URL of the module: it appears in messages and in the source map. */
  readonly filename: string;
  /** Default: by the ending of `filename` (`.ts`, `.mts`, `.tsx`, `.jsx`), otherwise JavaScript. */
  readonly loader?: "ts" | "tsx" | "js" | "jsx";
  /** It is what a bundler made of several modules: see bundled.ts. */
  readonly bundled?: boolean;
  /** It is CommonJS: the code reads `$m.commonjs`, and what it exports is for the caller to say. */
  readonly commonjs?: boolean;
  /** For tests: takes single guards away. */
  readonly guards?: Partial<Guards>;
  /** For tests: how many nodes of syntax make a function long, see emit/single.ts. */
  readonly long?: number;
}

export interface ImportInfo {
  readonly specifier: string;
  readonly attributes?: Record<string, string>;
  /** The exports that are asked for by name. */
  readonly names: string[];
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly code: string;
  readonly severity: "warning";
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly hint?: string;
}

export interface CompileResult {
  /** An expression: `(function* ($rt, $B, $m) {…})`. The first `next()` links, the second runs the top level. */
  readonly code: string;
  /** To the source given, which it contains. */
  readonly map: EncodedSourceMap;
  /** The index is the slot in `$m.imports`. */
  readonly imports: ImportInfo[];
  /** Every exported name, but for those of `export *`. */
  readonly exports: string[];
  /** Of CommonJS: every `require("…")` that is written out. */
  readonly requires?: { readonly specifier: string; readonly line: number; readonly column: number }[];
  /** Of a bundle: what its modules kept at their top level, and it does not export. `$m.exports` has it like an export. */
  readonly locals?: string[];
  /** `export { name as as } from`: `name` is `"*"` for a namespace, and both are for `export *`. */
  readonly reexports: { readonly slot: number; readonly name: string; readonly as: string }[];
  /** Slots of `export * from`. */
  readonly stars: number[];
  readonly functions: FunctionInfo[];
  /** By relative site: function index, line and column (1-based) in the source given. */
  readonly sites: (readonly [fn: number, line: number, column: number])[];
  readonly siteCount: number;
  readonly diagnostics: Diagnostic[];
  readonly topLevelAwait: boolean;
}

/**
 * Compiles one module.
 *
 * @param source TypeScript or JavaScript text of an ES module.
 * @throws CompileError (`AGNER_COMPILE`) for a syntax error or something that cannot be compiled, with place, reason and way out.
 *
 * @example
 * const result = compile("export function main() { for (;;) {} }", { filename: "app.ts" });
 * const make = new vm.Script(result.code).runInThisContext();
 */
export function compile(source: string, options: CompileOptions): CompileResult {
  const { filename } = options;
  const commonjs = options.commonjs === true;
  const parsed = commonjs ? parseCommonJs(source, filename) : parseModule(source, filename, options.loader ?? loaderOf(filename));
  const refuse = (node: Node, reason: string, hint?: string): never => {
    throw new CompileError(filename, parsed.positions.at(node.start), reason, hint, source);
  };
  if (options.bundled === true) restoreClasses(parsed.program);
  if (commonjs) adaptSloppy(parsed.program, refuse);
  const requires = commonjs ? declareParameters(parsed.program, refuse) : [];
  const module = analyse(parsed.program, refuse);
  if (commonjs) refuseSloppy(module);
  findConstants(module);
  const locals = options.bundled === true ? keptByModules(module) : [];
  resolveSelfReferences(module);
  shareFields(module, localVariables(module));
  computeFree(module);
  findEarlyThis(module);
  computeModes(module);
  splitFields(module);
  computeBoxes(module);
  refuseUnsupported(module);
  assignNames(module);
  const place = (offset: number) => parsed.positions.at(offset);
  const diagnostics = diagnose(module, place); // before the tree is lowered
  const unit = makeUnit(
    parsed.javascript,
    module,
    refuse,
    { marker: true, wrappers: true, ...options.guards },
    options.long ?? LONG,
  );
  const writer = emitModule(unit, locals);
  for (const info of unit.infos) {
    const at = place(module.functions[info.index]!.node.start);
    info.line = at.line;
    info.column = at.column;
  }
  return {
    code: writer.toString(),
    map: parsed.positions.chain(writer, filename, source, parsed.map),
    imports: module.imports.map((i) => ({
      specifier: i.specifier,
      ...(i.attributes === undefined ? {} : { attributes: i.attributes }),
      names: [...i.names],
      ...place(i.node.start),
    })),
    exports: module.exports.map((e) => e.name).sort(),
    ...(commonjs ? { requires: requires.map(({ specifier, node }) => ({ specifier, ...place(node.start) })) } : {}),
    ...(options.bundled === true ? { locals: locals.map((v) => v.name) } : {}),
    reexports: [
      ...module.exports.filter((e) => e.variable === null).map((e) => ({ slot: e.from, name: e.imported, as: e.name })),
      ...module.stars.map((slot) => ({ slot, name: "*", as: "*" })),
    ],
    stars: module.stars,
    functions: unit.infos,
    sites: unit.sites.map(([fn, offset]) => {
      const at = place(offset);
      return [fn, at.line, at.column] as const;
    }),
    siteCount: unit.nextSite,
    diagnostics,
    topLevelAwait: module.topLevelAwait,
  };
}

function loaderOf(filename: string): "ts" | "tsx" | "js" | "jsx" {
  const end = /\.([cm]?[jt]sx?)(?:[?#].*)?$/.exec(filename)?.[1] ?? "js";
  if (end.endsWith("tsx")) return "tsx";
  if (end.endsWith("jsx")) return "jsx";
  return end.includes("t") ? "ts" : "js";
}

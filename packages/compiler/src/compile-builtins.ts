/** The compiled equivalents of built-ins, compiled on the main thread once and evaluated on every scheduler thread. */
import { existsSync, readFileSync } from "node:fs";
import { BEGUN_SITES } from "./runtime/iteration.ts";
import { compile, type CompileResult } from "./compile.ts";

/** In the order in which they import one another. */
const MODULES = [
  "iteration",
  "array",
  "sort",
  "iterables",
  "typed-array",
  "collections",
  "text",
  "json",
  "iterators",
  "functions",
] as const;

export interface CompiledBuiltins {
  /** Plain data: may be posted to a thread. */
  readonly modules: readonly { readonly name: string; readonly result: CompileResult }[];
  readonly siteCount: number;
}

/** What is compiled: for a caller that has a cache. */
export function builtinSources(): readonly { readonly name: string; readonly source: string; readonly filename: string }[] {
  const ending = existsSync(new URL("./builtins/array.ts", import.meta.url)) ? "ts" : "js";
  return MODULES.map((name) => {
    const url = new URL(`./builtins/${name}.${ending}`, import.meta.url);
    return { name, source: readFileSync(url, "utf8"), filename: url.href };
  });
}

/** What `builtinSources` gave, compiled. */
export function assembleBuiltins(modules: CompiledBuiltins["modules"]): CompiledBuiltins {
  return { modules, siteCount: modules.reduce((n, m) => n + m.result.siteCount, BEGUN_SITES) };
}

/**
 * Compiles the equivalents of `Array.prototype.map` and its like. About 100 ms; the result is plain data for
 * `installBuiltins(runtime, builtins, base)` of `@agner/compiler/runtime` on each thread.
 */
export function compileBuiltins(): CompiledBuiltins {
  return assembleBuiltins(
    builtinSources().map(({ name, source, filename }) => ({ name, result: compile(source, { filename }) })),
  );
}

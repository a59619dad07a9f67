/** The compiled equivalents of built-ins, compiled on the main thread once and evaluated on every scheduler thread. */
import { existsSync, readFileSync } from "node:fs";
import { compile, type CompileResult } from "./compile.ts";

const MODULES = ["array", "collections"] as const;

export interface CompiledBuiltins {
  /** Plain data: may be posted to a thread. */
  readonly modules: readonly { readonly name: string; readonly result: CompileResult }[];
  readonly siteCount: number;
}

/**
 * Compiles the equivalents of `Array.prototype.map` and its like. About 20 ms; the result is plain data for
 * `installBuiltins(runtime, builtins, base)` of `@agner/compiler/runtime` on each thread.
 */
export function compileBuiltins(): CompiledBuiltins {
  const ending = existsSync(new URL("./builtins/array.ts", import.meta.url)) ? "ts" : "js";
  const modules = MODULES.map((name) => {
    const url = new URL(`./builtins/${name}.${ending}`, import.meta.url);
    return { name, result: compile(readFileSync(url, "utf8"), { filename: url.href }) };
  });
  return { modules, siteCount: modules.reduce((n, m) => n + m.result.siteCount, 0) };
}

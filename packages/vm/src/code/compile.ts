/**
 * The compiler as the code server calls it.
 */
import { assembleBuiltins, builtinSources, compile, type CompiledBuiltins, type CompileResult } from "@agner/compiler";
import { cacheFolder, withCache } from "./cache.ts";
import type { CompileFunction } from "./image.ts";

/** Compiles one module, or takes it from the cache. */
export const compileModule: CompileFunction = withCache(compile, cacheFolder());

/** The compiled equivalents of built-ins, or what the cache has of them. */
export async function compileBuiltins(): Promise<CompiledBuiltins> {
  const modules = builtinSources().map(async ({ name, source, filename }) => {
    const loader = filename.endsWith(".ts") ? "ts" : "js";
    return { name, result: (await compileModule(source, { filename, loader })) as CompileResult };
  });
  return assembleBuiltins(await Promise.all(modules));
}

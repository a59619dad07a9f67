/**
 * The compiler as the code server calls it. It is loaded when there is something to compile: where the cache has everything, a start does without it.
 */
import type { CompiledBuiltins, CompileResult } from "@agner/compiler";
import { cacheFolder, withCache } from "./cache.ts";
import type { CompileFunction } from "./image.ts";
import { Keeper } from "./keeper.ts";

const folder = cacheFolder();

/** What starts of the same program have in common. */
export const keeper = new Keeper(folder);

/** Compiles one module, or takes it from the cache. */
export const compileModule: CompileFunction = withCache(
  async (source, options) => (await import("@agner/compiler")).compile(source, options),
  folder,
);

/** The compiled equivalents of built-ins, or what the cache has of them. */
export async function compileBuiltins(): Promise<CompiledBuiltins> {
  const kept = keeper.read("built-ins");
  if (kept !== undefined) return kept as CompiledBuiltins;
  const seen = keeper.look();
  const { assembleBuiltins, builtinSources } = await import("@agner/compiler");
  const sources = builtinSources();
  const modules = sources.map(async ({ name, source, filename }) => {
    const loader = filename.endsWith(".ts") ? "ts" : "js";
    return { name, result: (await compileModule(source, { filename, loader })) as CompileResult };
  });
  const builtins = assembleBuiltins(await Promise.all(modules));
  // Where they are sources, they lie beside the compiler's own, which are witnesses too.
  await keeper.write(["built-ins"], seen, () => builtins);
  return builtins;
}

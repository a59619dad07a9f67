/**
 * The compiler as the code server calls it. It is loaded when there is something to compile: where the cache has everything, a start does without it.
 */
import type { CompileResult } from "@agner/compiler";
import type { BuiltinModules } from "@agner/compiler/runtime";
import { withCache } from "./cache.ts";
import { cacheFolder } from "./cache-folder.ts";
import { codeCacheOf } from "./graph.ts";
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
export async function compileBuiltins(): Promise<BuiltinModules> {
  const kept = keeper.read("built-ins");
  if (kept !== undefined) return kept as BuiltinModules;
  const seen = keeper.look();
  const { assembleBuiltins, builtinSources } = await import("@agner/compiler");
  const sources = builtinSources();
  const compiled = sources.map(async ({ name, source, filename }) => {
    const loader = filename.endsWith(".ts") ? "ts" : "js";
    return { name, result: (await compileModule(source, { filename, loader })) as CompileResult };
  });
  const { modules, siteCount } = assembleBuiltins(await Promise.all(compiled));
  const builtins = { modules: modules.map(({ name, result }) => ({ name, result: whatRuns(result) })), siteCount };
  // Where they are sources, they lie beside the compiler's own, which are witnesses too.
  await keeper.write(["built-ins"], seen, () => ({ ...builtins, modules: builtins.modules.map(withCodeCache) }));
  return builtins;
}

type BuiltinModule = BuiltinModules["modules"][number];

/** Each thread is sent it. */
function whatRuns({ code, imports, siteCount }: CompileResult): BuiltinModule["result"] {
  return { code, imports: imports.map(({ specifier }) => ({ specifier })), siteCount };
}

function withCodeCache({ name, result }: BuiltinModule): BuiltinModule {
  return { name, result: { ...result, codeCache: codeCacheOf(result.code, `agner:${name}`) } };
}

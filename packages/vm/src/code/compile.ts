/**
 * The compiler as the code server calls it.
 */
import { compile } from "@agner/compiler";
import { cacheFolder, withCache } from "./cache.ts";
import type { CompileFunction } from "./image.ts";

/** Compiles one module, or takes it from the cache. */
export const compileModule: CompileFunction = withCache(compile, cacheFolder());

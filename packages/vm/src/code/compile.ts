/**
 * The compiler as the code server calls it.
 */
import { compile } from "@agner/compiler";
import type { CompileFunction } from "./image.ts";

/** Compiles one module. */
export const compileModule: CompileFunction = compile;

export { compile, type CompileOptions, type CompileResult, type Diagnostic, type ImportInfo } from "./compile.ts";
export { CompileError, type Position } from "./errors.ts";
export type { FunctionInfo } from "./emit/unit.ts";
export type { EncodedSourceMap } from "./source-maps.ts";
export { assembleBuiltins, builtinSources, compileBuiltins, type CompiledBuiltins } from "./compile-builtins.ts";

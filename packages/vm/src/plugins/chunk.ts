/** Compiles what a bundler has put into one file. */
import { compile, CompileError } from "@agner/compiler";
import { bundleText, writeCompiledForm } from "../code/bundle.ts";
import { WrittenPlaces, type Place } from "./places.ts";

/** An error or a warning of the compiler. */
export interface Finding {
  /** `AGNER_COMPILE`, `AGNER_MODULE_STATE` and the like. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly place: Place;
}

/** All warnings, none, or all but those with these codes. */
export type WantedWarnings = boolean | { readonly except: readonly string[] };

export function isWanted(code: string, wanted: WantedWarnings = true): boolean {
  return typeof wanted === "boolean" ? wanted : !wanted.except.includes(code);
}

export interface CompiledChunk {
  /** What is to lie beside the file; undefined if it cannot be compiled. */
  readonly form: string | undefined;
  readonly error: Finding | undefined;
  readonly warnings: readonly Finding[];
}

/** Compiles the bundle in `source`, which will lie at `file`; `map` is its source map as JSON. */
export function compileChunk(file: string, source: string, map: string | undefined): CompiledChunk {
  const text = bundleText(source) ?? source;
  const places = new WrittenPlaces(file, text, map);
  try {
    const output = compile(text, { filename: file, loader: "js", bundled: true });
    const warnings = output.diagnostics.map(({ code, message, hint, line, column }): Finding => ({
      code,
      message,
      hint,
      place: places.at(line, column),
    }));
    return { form: writeCompiledForm(text, output), error: undefined, warnings };
  } catch (e) {
    if (!CompileError.is(e)) throw e;
    const { code, reason: message, hint, line, column } = e;
    return { form: undefined, error: { code, message, hint, place: places.at(line, column) }, warnings: [] };
  }
}

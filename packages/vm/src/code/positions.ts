/** From positions in compiled scripts to positions in the sources, with the maps of the module images; decoded at the first question. */
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { ModuleImage } from "./image.ts";

/** A place in a source; line and column count from 1. */
export interface SourcePosition {
  readonly url: string;
  readonly line: number;
  readonly column: number;
  /** The name that stands there in the source, where the map knows it. */
  readonly name: string | null;
}

/** The source maps of one thread, by script name. */
export class SourcePositions {
  readonly #maps = new Map<string, { readonly url: string; readonly json: string; decoded: TraceMap | undefined }>();

  add(image: Pick<ModuleImage, "script" | "url" | "map">): void {
    this.#maps.set(image.script, { url: image.url, json: image.map, decoded: undefined });
  }

  /** Whether `script` is a compiled module's. */
  has(script: string): boolean {
    return this.#maps.has(script);
  }

  /** `undefined` where the script is not compiled, or the place was made by the compiler. */
  map(script: string, line: number, column: number): SourcePosition | undefined {
    const known = this.#maps.get(script);
    if (known === undefined) return undefined;
    known.decoded ??= new TraceMap(known.json);
    const found = originalPositionFor(known.decoded, { line, column: Math.max(0, column - 1) });
    return found.line === null ? undefined : { url: known.url, line: found.line, column: found.column + 1, name: found.name };
  }
}

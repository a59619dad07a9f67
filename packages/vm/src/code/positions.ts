/**
 * From positions in compiled scripts to positions in the sources, with the maps of the module images; decoded at the first question. A package that
 * was built to JavaScript has a map of its own, and its positions are those of what it was built from.
 */
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

type Mapped = Pick<ModuleImage, "script" | "url" | "map" | "builtFrom">;

interface Known {
  readonly image: Mapped;
  map: TraceMap | undefined;
  builtFrom: TraceMap | undefined;
}

/** The source maps of one thread, by script name. */
export class SourcePositions {
  readonly #maps = new Map<string, Known>();

  add(image: Mapped): void {
    this.#maps.set(image.script, { image, map: undefined, builtFrom: undefined });
  }

  /** Whether `script` is a compiled module's. */
  has(script: string): boolean {
    return this.#maps.has(script);
  }

  /** `undefined` where the script is not compiled, or the place was made by the compiler. */
  map(script: string, line: number, column: number): SourcePosition | undefined {
    const known = this.#maps.get(script);
    if (known === undefined) return undefined;
    const found = originalPositionFor((known.map ??= new TraceMap(known.image.map)), { line, column: Math.max(0, column - 1) });
    return found.line === null ? undefined : { ...this.#written(known, found.line, found.column + 1), name: found.name };
  }

  /** Where a place in the file that `script` was compiled from was written. */
  written(script: string, line: number, column: number): Pick<SourcePosition, "url" | "line" | "column"> {
    return this.#written(this.#maps.get(script)!, line, column);
  }

  #written(known: Known, line: number, column: number): Pick<SourcePosition, "url" | "line" | "column"> {
    const { url, builtFrom } = known.image;
    if (builtFrom !== undefined) {
      known.builtFrom ??= new TraceMap(builtFrom.map, builtFrom.url);
      const found = originalPositionFor(known.builtFrom, { line, column: column - 1 });
      if (found.source !== null) return { url: found.source, line: found.line, column: found.column + 1 };
    }
    return { url, line, column };
  }
}

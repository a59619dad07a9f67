/** Findings of the compiler about what a bundler has made, in terms of the files that its user has written. */
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";

/** Where something is in a source; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of that line, if it is known. */
  readonly lineText: string | undefined;
}

/** From places in a bundle to places in what it was made of. */
export class WrittenPlaces {
  readonly #file: string;
  readonly #text: string;
  readonly #map: TraceMap | undefined;

  /** `file` is the bundle, `map` its source map as JSON, if it has one. */
  constructor(file: string, text: string, map: string | undefined) {
    this.#file = file;
    this.#text = text;
    this.#map = map === undefined ? undefined : new TraceMap(map, pathToFileURL(resolve(dirname(file), "map")).href);
  }

  at(line: number, column: number): Place {
    const map = this.#map;
    if (map !== undefined) {
      const found = originalPositionFor(map, { line, column: column - 1 });
      if (found.source !== null) {
        const file = found.source.startsWith("file:") ? fileURLToPath(found.source) : found.source;
        const text = sourceContentFor(map, found.source) ?? undefined;
        return { file, line: found.line, column: found.column + 1, lineText: lineOf(text, found.line) };
      }
    }
    return { file: this.#file, line, column, lineText: lineOf(this.#text, line) };
  }
}

function lineOf(text: string | undefined, line: number): string | undefined {
  return text?.split(/\r?\n/)[line - 1];
}

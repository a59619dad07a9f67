/** Offsets to lines and columns, and the chain from the output over esbuild's JavaScript to the TypeScript source. */
import remapping from "@jridgewell/remapping";
import { decodedMappings, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { Writer } from "./emit/writer.ts";
import type { Position } from "./errors.ts";

export interface EncodedSourceMap {
  version: 3;
  file?: string;
  names: string[];
  sourceRoot?: string;
  sources: (string | null)[];
  sourcesContent?: (string | null)[];
  mappings: string;
}

export class LineTable {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.starts.push(i + 1);
  }

  offset(line: number, column: number): number {
    return this.starts[line]! + column;
  }

  /** 0-based line and column. */
  at(offset: number): [line: number, column: number] {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return [low, offset - this.starts[low]!];
  }
}

/** By offset in `javascript`: what a name was called in the source that `map` leads to, where that is another. */
export function formerNames(javascript: string, map: string): Map<number, string> {
  const found = new Map<number, string>();
  const trace = new TraceMap(map);
  if (trace.names.length === 0) return found;
  const lines = new LineTable(javascript);
  decodedMappings(trace).forEach((segments, line) => {
    for (const segment of segments) {
      if (segment.length === 5) found.set(lines.offset(line, segment[0]), trace.names[segment[4]]!);
    }
  });
  return found;
}

/** Positions of the JavaScript that was parsed, in the source that was given. */
export class Positions {
  private readonly lines: LineTable;
  private readonly map: TraceMap | null;

  constructor(javascript: string, map: string | null) {
    this.lines = new LineTable(javascript);
    this.map = map === null ? null : new TraceMap(map);
  }

  at(offset: number): Position {
    const [line, column] = this.lines.at(Math.max(offset, 0));
    if (this.map === null) return { line: line + 1, column: column + 1 };
    const original = originalPositionFor(this.map, { line: line + 1, column });
    return original.line === null ? { line: line + 1, column: column + 1 } : { line: original.line, column: original.column + 1 };
  }

  chain(writer: Writer, file: string, source: string, inner: string | null): EncodedSourceMap {
    const mappings: [number, number, number, number][][] = [];
    for (let i = 0; i < writer.marks.length; i += 3) {
      const line = writer.marks[i]!;
      while (mappings.length <= line) mappings.push([]);
      const [sourceLine, sourceColumn] = this.lines.at(writer.marks[i + 2]!);
      mappings[line]!.push([writer.marks[i + 1]!, 0, sourceLine, sourceColumn]);
    }
    for (const line of mappings) line.sort((a, b) => a[0] - b[0]);
    const ours = { version: 3 as const, names: [], sources: [file], sourcesContent: [source], mappings };
    const map = remapping([ours] as never, (_file, context) => (inner !== null && context.depth === 1 ? inner : null));
    const result = JSON.parse(map.toString()) as EncodedSourceMap;
    return { ...result, sources: [file], sourcesContent: [source] };
  }
}

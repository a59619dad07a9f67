/** What may be names in emitted text; those of the source may be of any alphabet. */
export const NAMES = /[\p{ID_Continue}$\u200C\u200D]+/gu;

/** Text under construction, with the source offset of every piece that has one. */
export class Writer {
  readonly pieces: string[] = [];
  line = 0;
  column = 0;
  indent = 0;
  /** Flat triples: generated line, generated column, source offset. */
  readonly marks: number[] = [];

  write(text: string, offset = -1): void {
    if (offset >= 0) this.marks.push(this.line, this.column, offset);
    this.pieces.push(text);
    const last = text.lastIndexOf("\n");
    if (last < 0) this.column += text.length;
    else {
      for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.line++;
      this.column = text.length - last - 1;
    }
  }

  newline(): void {
    this.write("\n" + "  ".repeat(this.indent));
  }

  /** Appends another writer's text, whose first line begins where this one stands (at the start of a line). */
  append(other: Writer): void {
    for (let i = 0; i < other.marks.length; i += 3) {
      this.marks.push(
        other.marks[i]! + this.line,
        other.marks[i + 1]! + (other.marks[i] === 0 ? this.column : 0),
        other.marks[i + 2]!,
      );
    }
    for (const p of other.pieces) this.pieces.push(p);
    this.column = other.line === 0 ? this.column + other.column : other.column;
    this.line += other.line;
  }

  toString(): string {
    return this.pieces.join("");
  }
}

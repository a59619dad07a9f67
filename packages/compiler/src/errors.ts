import { AgnerError } from "@agner/scheduler/errors";

/** Where in a source file, both 1-based; `column` counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * `AGNER_COMPILE`: a module cannot be compiled. The message begins with `file:line:column`, says what is wrong and what to write
 * instead, and ends with the line in question.
 *
 * @example
 * try { compile("function f() { await g() }", { filename: "a.ts" }); } catch (e) { if (CompileError.is(e)) console.log(e.line, e.hint); }
 */
export class CompileError extends AgnerError {
  declare readonly file: string;
  declare readonly line: number;
  declare readonly column: number;
  /** The bare sentence, without place and frame. */
  declare readonly reason: string;
  /** What to write instead, if that is known. */
  declare readonly hint: string | undefined;
  /** The source line with a caret under the place. */
  declare readonly frame: string;

  constructor(file: string, at: Position, reason: string, hint: string | undefined, source: string) {
    const frame = codeFrame(source, at);
    super("AGNER_COMPILE", `${file}:${at.line}:${at.column}: ${reason}${hint === undefined ? "" : `\n${hint}`}\n${frame}`, {
      details: { file, line: at.line, column: at.column, reason, hint, frame },
    });
  }

  static override is(e: unknown): e is CompileError {
    return AgnerError.is(e) && e.code === "AGNER_COMPILE";
  }
}
Object.defineProperty(CompileError.prototype, "name", { value: "CompileError", writable: true, configurable: true });

function codeFrame(source: string, at: Position): string {
  const text = source.split(/\r?\n/)[at.line - 1] ?? "";
  const gutter = `  ${at.line} | `;
  const before = text.slice(0, at.column - 1).replace(/[^\t]/g, " ");
  return `${gutter}${text}\n${" ".repeat(gutter.length - 2)}| ${before}^`;
}

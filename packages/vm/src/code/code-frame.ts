/** The lines around a place in a source file, for error messages. */

/**
 * `line` and `column` count from 1; the line before and the line after are shown too.
 *
 * @example
 * codeFrame('import "./a.ts";', 1, 8);
 * // > 1 | import "./a.ts";
 * //     |        ^
 */
export function codeFrame(source: string, line: number, column: number): string {
  const lines = source.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - 1);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const out: string[] = [];
  for (let n = first; n <= last; n++) {
    const text = lines[n - 1]!;
    out.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${text}`.trimEnd());
    // Tabs are kept in the margin, so that the caret stands under its letter whatever their width.
    if (n === line) out.push(`  ${" ".repeat(width)} | ${text.slice(0, column - 1).replace(/[^\t]/g, " ")}^`);
  }
  return out.join("\n");
}

/** A line of source with a caret under a place, for error messages; the same form as the compiler's. */

/**
 * `line` and `column` count from 1.
 *
 * @example
 * codeFrame('import "./a.ts";', 1, 8);
 * //   1 | import "./a.ts";
 * //     |        ^
 */
export function codeFrame(source: string, line: number, column: number): string {
  const text = source.split(/\r\n|\n|\r/)[line - 1] ?? "";
  const gutter = `  ${line} | `;
  // Tabs are kept in the margin, so that the caret stands under its letter whatever their width.
  const margin = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `${gutter}${text}\n${" ".repeat(gutter.length - 2)}| ${margin}^`;
}

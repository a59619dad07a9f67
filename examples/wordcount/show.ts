/**
 * Plain text for a terminal.
 */

/** Rows as aligned columns: the first to the left, the others to the right. */
export function columns(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** A progress bar of 30 characters. */
export function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * 30);
  return "█".repeat(full) + "░".repeat(30 - full);
}

export function seconds(time: number): string {
  return time < 1 ? `${Math.round(time * 1000)} ms` : `${time.toFixed(2)} s`;
}

/** The table of `statistics()`, one row a scheduler. */
import type { SchedulerStats } from "../api/system.ts";

const COLUMNS: readonly (readonly [title: string, value: (row: SchedulerStats) => number])[] = [
  ["run queue", (row) => row.runQueue],
  ["processes", (row) => row.processes],
  ["reductions", (row) => row.reductions],
  ["messages in", (row) => row.messagesIn],
  ["messages out", (row) => row.messagesOut],
  ["dropped", (row) => row.dropped],
  ["spawns", (row) => row.spawns],
  ["steals", (row) => row.steals],
  ["migrations", (row) => row.migrations],
];

/** The table, with a row of totals where there are several schedulers; without a final line feed. */
export function formatStatistics(stats: readonly SchedulerStats[]): string {
  const rows = [["scheduler", ...COLUMNS.map(([title]) => title), "busy"]];
  for (const row of stats)
    rows.push([String(row.scheduler), ...COLUMNS.map(([, value]) => count(value(row))), percent(row.busyShare)]);
  if (stats.length > 1) {
    const mean = stats.reduce((sum, row) => sum + row.busyShare, 0) / stats.length;
    rows.push(["all", ...COLUMNS.map(([, value]) => count(stats.reduce((sum, row) => sum + value(row), 0))), percent(mean)]);
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join("  ")).join("\n");
}

/** The figures as one line of JSON. */
export function statisticsToJson(stats: readonly SchedulerStats[]): string {
  return JSON.stringify({ type: "statistics", schedulers: stats });
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

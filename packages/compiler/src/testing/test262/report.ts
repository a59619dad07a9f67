/** What the terminal is shown. */
import type { TestResult } from "./run-test.ts";

/** A table: one line for each folder, and the sums. */
export function table(results: readonly TestResult[], depth: number): string {
  const rows = new Map<string, number[]>();
  const count = (name: string, r: TestResult) => {
    const row = rows.get(name) ?? [0, 0, 0, 0, 0, 0];
    rows.set(name, row);
    row[0]!++;
    if (r.status === "skipped") row[1]!++;
    else if (r.status === "same") row[2]!++;
    else if (r.status === "better") row[3]!++;
    else row[r.why === undefined ? 5 : 4]!++;
  };
  for (const r of results) count(r.path.split("/").slice(0, -1).slice(0, depth).join("/") || ".", r);
  for (const r of results) count("all", r);
  const head = ["folder", "tests", "skipped", "same", "better", "explained", "different"];
  const lines = [...rows].map(([name, numbers]) => [name, ...numbers.map(String)]);
  const widths = head.map((h, i) => Math.max(h.length, ...lines.map((l) => l[i]!.length)));
  return [head, ...lines]
    .map((l) => l.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "))
    .join("\n");
}

/** How many tests each reason accounts for. */
export function reasons(results: readonly TestResult[], status: TestResult["status"]): string {
  const counts = new Map<string, number>();
  for (const r of results) if (r.status === status && r.why !== undefined) counts.set(r.why, (counts.get(r.why) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([why, n]) => `  ${String(n).padStart(6)}  ${why}`)
    .join("\n");
}

export function describe(r: TestResult): string {
  const quotas = new Map<string, string[]>();
  for (const d of r.differences ?? []) {
    const text = `    expected ${d.expected}\n    got      ${d.got}`;
    quotas.set(text, [...(quotas.get(text) ?? []), d.quota === null ? d.variant : `${d.variant} at ${d.quota}`]);
  }
  return [r.path, ...[...quotas].map(([text, where]) => `  ${where.join(", ")}\n${text}`)].join("\n");
}

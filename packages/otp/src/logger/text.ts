/** Events as text for a terminal: a line each, more where there is a stack. */
import { stripVTControlCharacters } from "node:util";
import { paint, type Paint } from "@agner/vm/report";
import type { LogEvent } from "./event.ts";
import { isOwnReport, reportLines } from "./report-text.ts";
import { reasonBlock, safeTerm } from "./reason.ts";
import type { Level } from "./report.ts";

const COLORS: Readonly<Record<Level, Parameters<Paint>[0]>> = {
  emergency: ["inverse", "red"],
  alert: ["inverse", "red"],
  critical: ["bold", "red"],
  error: "red",
  warning: "yellow",
  notice: "cyan",
  info: "green",
  debug: "dim",
};

/** The event without a final line feed. */
export function eventText(event: LogEvent, { color }: { readonly color: boolean }): string {
  const style = paint(color);
  const { report } = event;
  const lines =
    report !== undefined && isOwnReport(event)
      ? reportLines(event, report, headOf(event, style), color)
      : ordinaryLines(event, style);
  return withoutOwnCalls(lines, style).join("\n");
}

/** Where this library lies: its calls in a stack tell a reader nothing. */
const OWN = new URL("../..", import.meta.url).href;

/** The same lines with each run of this library's own calls in a stack as one. */
function withoutOwnCalls(lines: readonly string[], style: Paint): string[] {
  const kept: string[] = [];
  let own = 0;
  const endRun = (): void => {
    if (own > 0) kept.push(`    ${style("dim", `… ${own} ${own === 1 ? "call" : "calls"} of @agner/otp`)}`);
    own = 0;
  };
  for (const line of lines.flatMap((each) => each.split("\n"))) {
    if (line.includes(OWN) && /^\s*at /.test(stripVTControlCharacters(line))) own++;
    else {
      endRun();
      kept.push(line);
    }
  }
  endRun();
  return kept;
}

/** When and how grave: `12:00:00.000 warning`. */
function headOf({ time, level }: LogEvent, style: Paint): string {
  return `${style("dim", clock(time))} ${style(COLORS[level], level)}`;
}

/** And who: `<0.4.1> "counter"`. Our own reports name the process themselves. */
function headWithProcess(event: LogEvent, style: Paint): string {
  const { pid, name } = event;
  const who = [pid?.toString(), name === undefined ? undefined : JSON.stringify(name)].filter((part) => part !== undefined);
  return [headOf(event, style), ...who.map((part) => style("dim", part))].join(" ");
}

function clock(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "??:??:??.???" : date.toISOString().replace("T", " ");
}

function ordinaryLines(event: LogEvent, style: Paint): string[] {
  const { report, message, fields } = event;
  const head = headWithProcess(event, style);
  const { plain, errors } = sortOut(fields);
  const lines: string[] = [];
  if (report instanceof Error) {
    lines.push(...reasonBlock(message === undefined ? head : `${head} ${message}:`, report, style));
    if (Object.keys(plain).length > 0) lines.push(`    ${style("dim", safeTerm(plain))}`);
  } else {
    const sorted = report === undefined ? undefined : sortOut({ ...report });
    if (sorted !== undefined) errors.push(...sorted.errors);
    const parts = [message, sorted === undefined ? undefined : showFields(sorted.plain), showFields(plain)];
    lines.push([head, ...parts.filter((part) => part !== undefined)].join(" "));
  }
  for (const [key, error] of errors) lines.push(...reasonBlock(`  ${style("dim", `${key}:`)}`, error, style));
  return lines;
}

function showFields(fields: object): string | undefined {
  return Object.keys(fields).length === 0 ? undefined : safeTerm(fields);
}

/** Errors have lines of their own, for their stacks. */
function sortOut(fields: object): { plain: Record<string, unknown>; errors: [key: string, error: Error][] } {
  const plain: Record<string, unknown> = {};
  const errors: [string, Error][] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (value instanceof Error) errors.push([key, value]);
    else plain[key] = value;
  }
  return { plain, errors };
}

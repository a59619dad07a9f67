/** Events as JSON lines, for programs that read logs. */
import { isPid, isRef } from "@agner/vm";
import { crashToJson } from "@agner/vm/report";
import type { LogEvent } from "./event.ts";
import { explain, reasonLine, safeTerm } from "./reason.ts";
import { headline, isOwnReport } from "./report-text.ts";
import type { CrashEvent, RestartRecord, UncaughtEvent } from "./report.ts";

const DEEPEST = 8;
const MOST_ENTRIES = 100;
const LONGEST_STRING = 10_000;

/** The event on one line. */
export function eventJson(event: LogEvent): string {
  const { level, time, pid, name, scheduler, report, fields, domain } = event;
  const own = report !== undefined && isOwnReport(event);
  return JSON.stringify({
    time: Number.isFinite(time) ? new Date(time).toISOString() : String(time),
    level,
    pid: pid?.toString(),
    name,
    scheduler,
    message: messageOf(event),
    ...(own ? reportJson(event, report) : { report: plain(report, 0) }),
    ...(Object.keys(fields).length === 0 ? {} : { fields: plain(fields, 0) }),
    ...(domain.length === 0 ? {} : { domain }),
  });
}

function messageOf(event: LogEvent): string | undefined {
  const { message, report } = event;
  if (message !== undefined || report === undefined) return message;
  if (report instanceof Error) return reasonLine(report);
  return isOwnReport(event) ? headline(event, report) : undefined;
}

function reportJson({ time }: LogEvent, report: object): object {
  if ((report as { type: string }).type === "crash") return crashJson(report as CrashEvent | UncaughtEvent, time);
  const entries = Object.entries(report).map(([key, value]): [string, unknown] => {
    if (key === "restarts" && Array.isArray(value)) return [key, (value as RestartRecord[]).map(restartJson)];
    return [key, plain(value, 0)];
  });
  return { ...Object.fromEntries(entries), ...("reason" in report ? reasonJson(report.reason) : {}) };
}

function crashJson(report: CrashEvent | UncaughtEvent, time: number): object {
  const { name, ...rest } = report;
  const crash = JSON.parse(crashToJson({ ...rest, ...(name === undefined ? {} : { name }), time })) as object;
  if (!("neighbours" in report)) return crash;
  const { trapExit, status, reductions, neighbours, dictionary } = report;
  const entries = dictionary.map(([key, value]) => [plain(key, 0), plain(value, 0)]);
  return { ...crash, trapExit, status, reductions, neighbours: plain(neighbours, 0), dictionary: entries };
}

function restartJson({ id, time, reason }: RestartRecord): object {
  return { id: plain(id, 0), time: new Date(time).toISOString(), ...reasonJson(reason) };
}

/** As in the VM's crash reports. */
function reasonJson(reason: unknown): object {
  const [first, ...causes] = explain(reason);
  return { reason: first!.text, stack: first!.stack, causes: causes.map(({ text, stack }) => ({ reason: text, stack })) };
}

/** A value as JSON has it; text where JSON has nothing for it, and where it is too deep or too long. */
function plain(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST_STRING ? `${value.slice(0, LONGEST_STRING)}…` : value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
    case "undefined":
      return value;
    case "object":
      return value === null ? null : safeObject(value, depth);
    default:
      return safeTerm(value);
  }
}

/** Accessors may throw. */
function safeObject(value: object, depth: number): unknown {
  try {
    return objectJson(value, depth);
  } catch {
    return safeTerm(value);
  }
}

function objectJson(value: object, depth: number): unknown {
  if (isPid(value) || isRef(value)) return value.toString();
  if (value instanceof Error) return reasonJson(value);
  if (value instanceof Date || depth >= DEEPEST) return safeTerm(value);
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map((item: unknown) => plain(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return safeTerm(value);
  const entries = Object.keys(value).slice(0, MOST_ENTRIES);
  return Object.fromEntries(entries.map((key) => [key, plain((value as Record<string, unknown>)[key], depth + 1)]));
}

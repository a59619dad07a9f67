/** This core's logger: its dispatcher and its default handler. Every core has its own, with the same configuration. */
import { isatty } from "node:tty";
import { stderrHasColors, writeReport } from "@agner/vm/report";
import { defaultHandler, type LogFormat } from "./default-handler.ts";
import { Dispatcher, isLevelLimit, type LevelLimit, type Removal } from "./dispatcher.ts";
import { originNow, type LogEvent } from "./event.ts";
import type { Level, Report } from "./report.ts";

/** As in OTP: reports of progress, which are info, are hidden. */
const DEFAULT_LEVEL: LevelLimit = "notice";
const FORMATS: readonly unknown[] = ["auto", "text", "json", "none"] satisfies LogFormat[];

/** Id of the handler that every core starts with. */
export const DEFAULT_HANDLER = "default";

export const defaultOutput = defaultHandler(
  {
    write: writeReport,
    isTerminal: () => isatty(2),
    hasColors: stderrHasColors,
    now: () => performance.now(),
    later,
  },
  { format: formatFromEnvironment() },
);

export const dispatcher = new Dispatcher(levelFromEnvironment(), reportRemoval);
dispatcher.addHandler(DEFAULT_HANDLER, defaultOutput, {});

/** Calls `action` after `ms` milliseconds, or when this thread exits before that; it need not live on for it. */
function later(ms: number, action: () => void): void {
  const timer = setTimeout(act, ms).unref();
  process.once("exit", act);
  function act(): void {
    clearTimeout(timer);
    process.removeListener("exit", act);
    action();
  }
}

function levelFromEnvironment(): LevelLimit {
  const level = process.env["AGNER_LOG_LEVEL"];
  return isLevelLimit(level) ? level : DEFAULT_LEVEL;
}

function formatFromEnvironment(): LogFormat {
  const { AGNER_LOG: format, AGNER_JSON } = process.env;
  if (isLogFormat(format)) return format;
  return AGNER_JSON === "1" ? "json" : "auto";
}

/** Whether a value is a format of the default handler. */
export function isLogFormat(value: unknown): value is LogFormat {
  return FORMATS.includes(value);
}

/** An event of this library or the VM; it names its part of the system. */
export function reportEvent(level: Level, part: "otp" | "vm", report: Report): LogEvent {
  return { level, ...originNow(), message: undefined, report, fields: {}, domain: [part, report.type] };
}

/** Somebody must be told, if need be by the default handler, even if it was taken away. */
function reportRemoval(removal: Removal): void {
  const event = reportEvent("error", "otp", { type: "removed", ...removal });
  if (dispatcher.handlers().length === 0) defaultOutput.log(event);
  else dispatcher.dispatch(event);
}

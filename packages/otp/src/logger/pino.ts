/** Events for a logger with pino's methods. */
import type { Fields, LogEvent } from "./event.ts";
import { headline, isOwnReport } from "./report-text.ts";
import type { Level } from "./report.ts";

/** What a pino-compatible logger is called with: an object first, then the message. */
export interface PinoLike {
  fatal(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  debug(fields: object, message?: string): void;
}

const METHODS: Readonly<Record<Level, keyof PinoLike>> = {
  emergency: "fatal",
  alert: "fatal",
  critical: "fatal",
  error: "error",
  warning: "warn",
  notice: "info",
  info: "info",
  debug: "debug",
};

/**
 * A handler that passes events to `pino`: their fields and report as the object, an error or a reason that is one under `err`, which pino shows with its stack.
 * Each core needs its own, so it is made at the top level of a module.
 *
 * @example
 * logger.addHandler("pino", pinoHandler(pino()));
 * logger.removeHandler("default");
 */
export function pinoHandler(pino: PinoLike): { log(event: LogEvent): void } {
  return {
    log: (event) => pino[METHODS[event.level]](fieldsOf(event), event.message ?? messageOf(event)),
  };
}

/** Pino's own `time`, `level` and `pid` stay its own: those of the event have names of their own. */
function fieldsOf({ pid, name, scheduler, report, fields, domain }: LogEvent): Fields {
  return {
    ...fields,
    ...reportFields(report),
    process: pid?.toString(),
    ...(name === undefined ? {} : { processName: name }),
    scheduler,
    ...(domain.length === 0 ? {} : { domain }),
  };
}

function reportFields(report: object | undefined): Fields {
  if (report === undefined) return {};
  if (report instanceof Error) return { err: report };
  const { reason, pid: _process, name: _processName, ...rest } = report as { reason?: unknown; pid?: unknown; name?: unknown };
  if (reason instanceof Error) return { ...rest, err: reason };
  return reason === undefined ? rest : { ...rest, reason };
}

function messageOf(event: LogEvent): string | undefined {
  const { report } = event;
  if (report === undefined) return undefined;
  return report instanceof Error ? report.message : isOwnReport(event) ? headline(event, report) : undefined;
}

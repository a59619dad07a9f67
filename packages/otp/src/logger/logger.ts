/** The logger as programs see it. */
import { AgnerError, inProcess } from "@agner/vm";
import { badArgument } from "../errors.ts";
import { configure } from "./configure.ts";
import { dispatcher, isLogFormat } from "./core.ts";
import type { DefaultHandlerOptions } from "./default-handler.ts";
import { isLevelLimit, type Filter, type HandlerOptions, type LevelLimit, type LogHandler } from "./dispatcher.ts";
import { ownMetadata, putMetadata, type Fields } from "./event.ts";
import { logAt } from "./log.ts";
import { LEVELS, type Level } from "./report.ts";

/** Logs a message with fields, or an object (a report, an error) with a message. Never throws, never waits. */
export interface LogFunction {
  (message: string, fields?: Fields): void;
  (report: object, message?: string): void;
}

function logFunction(level: Level): LogFunction {
  return (first: unknown, second?: unknown) => logAt(level, first, second);
}

function log(level: Level, message: string, fields?: Fields): void;
function log(level: Level, report: object, message?: string): void;
function log(level: Level, first: unknown, second?: unknown): void {
  if (!LEVELS.includes(level)) throw badArgument(`logger.log: the level must be one of ${LEVELS.join(", ")}`);
  logAt(level, first, second);
}

/**
 * The logger. What a process changes is changed on all cores before the call returns; what the top level of a module changes, on each core as the module is loaded there.
 *
 * @example
 * logger.notice("order placed", { order: 17 });
 * logger.error(new Error("no stock"), "order failed");
 */
export const logger = {
  emergency: logFunction("emergency"),
  alert: logFunction("alert"),
  critical: logFunction("critical"),
  error: logFunction("error"),
  warning: logFunction("warning"),
  notice: logFunction("notice"),
  info: logFunction("info"),
  debug: logFunction("debug"),

  /**
   * Logs at a level that is known only when the program runs.
   *
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for an unknown level.
   * @example
   * logger.log(failed ? "error" : "info", "request done", { ms: 12 });
   */
  log,

  /** The primary level: what is less grave is not logged. Default `"notice"`, or the environment variable `AGNER_LOG_LEVEL`. */
  level(): LevelLimit {
    return dispatcher.level;
  },

  /**
   * Sets the primary level: one of the eight, `"all"` or `"none"`.
   *
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for an unknown level.
   * @example
   * logger.setLevel("debug");
   */
  setLevel(level: LevelLimit): void {
    configure({ do: "setLevel", level: checkLevel("setLevel", level) });
  },

  /** The handlers, in the order in which they are called. `"default"` is there from the start. */
  handlers(): { readonly id: string; readonly level: LevelLimit }[] {
    return dispatcher.handlers();
  },

  /**
   * Adds a handler: a function, or an object with a method `log`. It is called with every event that passes, in the process that logs it, and must not wait. If it throws
   * it is removed.
   *
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT` if the id is taken; or, in a process, for a handler or filter that is no function of a module's top level and no definition.
   * @example
   * logger.addHandler("audit", auditHandler, { level: "error" });
   */
  addHandler(id: string, handler: LogHandler, options: HandlerOptions = {}): void {
    checkId("addHandler", id);
    if (typeof handler !== "function" && typeof (handler as { log?: unknown } | null)?.log !== "function")
      throw badArgument(
        `logger.addHandler: the handler ${JSON.stringify(id)} must be a function or an object with a method "log"`,
      );
    checkHandlerOptions(options);
    if (!configure({ do: "addHandler", id, handler, options }))
      throw badArgument(
        `logger.addHandler: there is already a handler ${JSON.stringify(id)}; remove it first, or choose another id`,
      );
  },

  /** Removes a handler; false if there was none. */
  removeHandler(id: string): boolean {
    return configure({ do: "removeHandler", id: checkId("removeHandler", id) });
  },

  /** Sets a handler's own level, which counts beside the primary one; false if there is no such handler. */
  setHandlerLevel(id: string, level: LevelLimit): boolean {
    return configure({ do: "setHandlerLevel", id: checkId("setHandlerLevel", id), level: checkLevel("setHandlerLevel", level) });
  },

  /**
   * Adds a primary filter: it sees every event that the primary level lets through, before any handler. It returns the event, a changed one, `"stop"` or `"ignore"`; one
   * that throws is removed.
   *
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT` as {@link logger.addHandler}.
   * @example
   * logger.addFilter("no passwords", (event) => ({ ...event, fields: { ...event.fields, password: "…" } }));
   */
  addFilter(id: string, filter: Filter): void {
    checkId("addFilter", id);
    checkFilter("addFilter", filter);
    if (!configure({ do: "addFilter", id, filter }))
      throw badArgument(
        `logger.addFilter: there is already a filter ${JSON.stringify(id)}; remove it first, or choose another id`,
      );
  },

  /** Removes a primary filter; false if there was none. */
  removeFilter(id: string): boolean {
    return configure({ do: "removeFilter", id: checkId("removeFilter", id) });
  },

  /** What becomes of an event that all primary filters ignore: `"log"` (the default) or `"stop"`. */
  setFilterDefault(otherwise: "log" | "stop"): void {
    configure({ do: "setFilterDefault", otherwise: checkFilterDefault("setFilterDefault", otherwise) });
  },

  /**
   * Changes options of the default handler; those that are left out stay as they are.
   *
   * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for a bad value.
   * @example
   * logger.configureDefaultHandler({ format: "json", burst: 2_000 });
   */
  configureDefaultHandler(options: DefaultHandlerOptions): void {
    checkDefaultHandlerOptions(options);
    configure({ do: "configureDefaultHandler", options });
  },

  /** The metadata of the calling process, which are among the fields of all its events; none outside a process. */
  metadata(): Fields {
    return ownMetadata();
  },

  /**
   * Replaces the metadata of the calling process. Values should be terms.
   *
   * @throws {AgnerError} `AGNER_NOT_A_PROCESS` outside a process.
   * @example
   * logger.setMetadata({ request: "r-17" });
   */
  setMetadata(fields: Fields): void {
    requireProcess("setMetadata");
    putMetadata({ ...fields });
  },

  /** Adds to the metadata of the calling process. Throws `AGNER_NOT_A_PROCESS` outside a process. */
  updateMetadata(fields: Fields): void {
    requireProcess("updateMetadata");
    putMetadata({ ...ownMetadata(), ...fields });
  },
};

function requireProcess(what: string): void {
  if (inProcess()) return;
  throw new AgnerError(
    "AGNER_NOT_A_PROCESS",
    `logger.${what}() was called outside a process: metadata belong to a process; give them as fields of the event instead`,
  );
}

function checkId(what: string, id: unknown): string {
  if (typeof id === "string") return id;
  throw badArgument(`logger.${what}: the id must be a string`);
}

function checkLevel(what: string, level: unknown): LevelLimit {
  if (isLevelLimit(level)) return level;
  throw badArgument(`logger.${what}: the level must be one of ${LEVELS.join(", ")}, all or none`);
}

function checkFilter(what: string, filter: unknown): void {
  if (typeof filter !== "function") throw badArgument(`logger.${what}: a filter must be a function`);
}

function checkFilterDefault(what: string, otherwise: unknown): "log" | "stop" {
  if (otherwise === "log" || otherwise === "stop") return otherwise;
  throw badArgument(`logger.${what}: the default of filters must be "log" or "stop"`);
}

function checkHandlerOptions({ level, filters = [], filterDefault }: HandlerOptions): void {
  if (level !== undefined) checkLevel("addHandler", level);
  if (!Array.isArray(filters)) throw badArgument("logger.addHandler: the filters must be an array of functions");
  for (const filter of filters) checkFilter("addHandler", filter);
  if (filterDefault !== undefined) checkFilterDefault("addHandler", filterDefault);
}

/** What a timer of Node.js can take. */
const LONGEST_WINDOW_MS = 2 ** 31 - 1;

function checkDefaultHandlerOptions({ format, color, burst, windowMs }: DefaultHandlerOptions): void {
  if (format !== undefined && !isLogFormat(format))
    throw badArgument('logger.configureDefaultHandler: the format must be "auto", "text", "json" or "none"');
  if (color !== undefined && typeof color !== "boolean")
    throw badArgument("logger.configureDefaultHandler: color must be true or false");
  if (burst !== undefined && !(typeof burst === "number" && burst >= 1))
    throw badArgument("logger.configureDefaultHandler: burst must be a number of events, at least 1");
  if (windowMs !== undefined && !(typeof windowMs === "number" && windowMs >= 1 && windowMs <= LONGEST_WINDOW_MS))
    throw badArgument("logger.configureDefaultHandler: windowMs must be a number of milliseconds, from 1 to 2147483647");
}

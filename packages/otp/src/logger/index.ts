/** Logging: one logger for programs, this library and crashes. */
import { logCrashes } from "./crashes.ts";

logCrashes();

export { logger, type LogFunction } from "./logger.ts";
export { pinoHandler, type PinoLike } from "./pino.ts";
export type { DefaultHandlerOptions, LogFormat } from "./default-handler.ts";
export type { Filter, HandlerOptions, LevelLimit, LogHandler } from "./dispatcher.ts";
export type { Fields, LogEvent } from "./event.ts";
export type {
  ApplicationEvent,
  CrashEvent,
  Level,
  Neighbour,
  Offender,
  OverloadEvent,
  ProgressEvent,
  RemovedEvent,
  Report,
  RestartRecord,
  SupervisorEvent,
  TerminatedEvent,
  UncaughtEvent,
  UnexpectedEvent,
} from "./report.ts";

/** The one entry through which everything is logged. */
import { dispatcher, reportEvent } from "./core.ts";
import { eventOf, type Fields, type LogEvent } from "./event.ts";
import type { Level, Report } from "./report.ts";

/** Logs a report of this library. Never throws, never waits. */
export function report(level: Level, event: Report): void {
  if (dispatcher.accepts(level)) dispatch(() => reportEvent(level, "otp", event));
}

const NO_FIELDS: Fields = Object.freeze({});

/** Logs what a program says. Never throws, never waits. */
export function logAt(level: Level, first: unknown, second: unknown): void {
  if (!dispatcher.accepts(level)) return;
  dispatch(() => {
    if (typeof first !== "object" || first === null) return eventOf(level, String(first), undefined, fieldsOf(second));
    return eventOf(level, second === undefined ? undefined : String(second), first, NO_FIELDS);
  });
}

function fieldsOf(value: unknown): Fields {
  if (value === undefined) return NO_FIELDS;
  return typeof value === "object" && value !== null && !(value instanceof Error) ? { ...value } : { value };
}

/** Whether the event could be made and was shown to the handlers. */
export function dispatch(make: () => LogEvent): boolean {
  try {
    dispatcher.dispatch(make());
    return true;
  } catch {
    // What is logged must not bring down who logs it.
    return false;
  }
}

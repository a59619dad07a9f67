/**
 * What an app module is run by: the application that is its default export, its `main`, or both.
 */
import { AgnerError, CALL } from "@agner/scheduler";

/**
 * Property of a default export that makes it an application: called with the module's `main`, if it has one, it returns the function that runs both and returns
 * as main does. It is called outside a process and must not have effects.
 */
export const APPLICATION: unique symbol = Symbol.for("agner.application") as never;

/** By this name the export resolver finds a module's entry point. */
export const ENTRY_POINT = "entry point";

/**
 * The function that the first process of an app runs.
 *
 * @throws {AgnerError} `AGNER_NO_MAIN`; and what an application throws that was given wrong options.
 */
export function entryPointOf(url: string, exports: Readonly<Record<string, unknown>>): Function {
  const application = exports["default"];
  const main = typeof exports["main"] === "function" ? exports["main"] : undefined;
  // A main that no process can run is for the spawn to refuse: it says why.
  if (!isApplication(application) || (main !== undefined && !(CALL in main))) {
    if (main === undefined) throw noMain(url);
    return main;
  }
  const run = application[APPLICATION](main);
  if (typeof run === "function") return run;
  throw new AgnerError(
    "AGNER_BAD_ARGUMENT",
    `the application that ${url} exports as its default has a method [Symbol.for("agner.application")] that returns no function`,
  );
}

function isApplication(value: unknown): value is { [APPLICATION](main: Function | undefined): unknown } {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as { [APPLICATION]?: unknown })[APPLICATION] === "function"
  );
}

function noMain(url: string): AgnerError {
  return new AgnerError(
    "AGNER_NO_MAIN",
    `${url} exports neither a function main(...args) nor an application as its default; add \`export function main(): void { … }\``,
  );
}

/** Errors as terms: taken apart into what travels, and put together again. */
import { AgnerError } from "../errors.ts";
import { copyTerm } from "./copy.ts";

/** The classes that stay what they are; an error of another class arrives as the nearest of these, with its name. */
const ERROR_CLASSES = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  AgnerError,
] as const;
const AGGREGATE = ERROR_CLASSES.indexOf(AggregateError as never);
/** Own properties that have a place of their own. */
const NAMED = new Set(["name", "message", "stack", "cause", "errors"]);

/** `[name, message, stack, own enumerable properties, errors of an AggregateError, cause if it has one]`. */
export type ErrorParts = [
  name: string,
  message: string,
  stack: string | undefined,
  properties: object,
  errors: unknown,
  cause?: unknown,
];

/** The number of an error's class on the wire. */
export function errorClass(error: object): number {
  for (let p: unknown = Object.getPrototypeOf(error); p !== null; p = Object.getPrototypeOf(p)) {
    const number = ERROR_CLASSES.findIndex((c) => c.prototype === p);
    if (number !== -1) return number;
  }
  return 0;
}

/** What of an error travels. Reads its stack, which formats it. */
export function errorParts(error: Error): ErrorParts {
  const properties: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    if (!NAMED.has(key)) defineValue(properties, key, (error as unknown as Record<string, unknown>)[key], true);
  }
  const { stack } = error as { stack?: unknown };
  const errors = errorClass(error) === AGGREGATE ? (error as AggregateError).errors : undefined;
  const parts: ErrorParts = [
    text(error.name),
    text(error.message),
    typeof stack === "string" ? stack : undefined,
    properties,
    errors,
  ];
  if (Object.hasOwn(error, "cause")) parts.push(error.cause);
  return parts;
}

/** An error of that class from its parts, which are used and not copied. */
export function makeError(number: number, parts: ErrorParts): Error {
  const [name, message, stack, properties, errors] = parts;
  const error = bareError(number, message);
  if (error.name !== name) defineValue(error, "name", name, false);
  defineValue(error, "stack", stack, false);
  if (number === AGGREGATE) defineValue(error, "errors", errors, false);
  if (parts.length === 6) defineValue(error, "cause", parts[5], false);
  for (const key of Object.keys(properties)) defineValue(error, key, (properties as Record<string, unknown>)[key], true);
  return error;
}

/**
 * A copy of an error that is always a term: what cannot be copied (a socket among its properties, a cause that is a promise) is left out, or, if
 * it is the cause, described. For the reason of a crash, which must reach whoever watches, whatever the error carried.
 */
export function toErrorTerm(error: Error): Error {
  try {
    return copyTerm(error);
  } catch {
    return withoutWhatCannotTravel(error, 0);
  }
}

/** Causes of causes beyond this are dropped; a chain that long is most likely a cycle. */
const MAX_CAUSES = 16;

function withoutWhatCannotTravel(error: Error, depth: number): Error {
  const [name, message, stack, properties, errors, ...cause] = safeParts(error);
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(properties)) {
    const value = copyOr(undefined, (properties as Record<string, unknown>)[key]);
    if (value !== undefined) defineValue(kept, key, value, true);
  }
  const travels = (value: unknown): unknown =>
    value instanceof Error && depth < MAX_CAUSES ? withoutWhatCannotTravel(value, depth + 1) : copyOr(describe(value), value);
  const causes = depth < MAX_CAUSES ? cause.map(travels) : [];
  const all = Array.isArray(errors) ? errors.slice(0, MAX_CAUSES).map(travels) : undefined;
  const parts: ErrorParts = [name, message, stack, kept, all];
  if (causes.length > 0) parts.push(causes[0]);
  return makeError(errorClass(error), parts);
}

/** A property that throws when it is read must not keep a crash from being reported. */
function safeParts(error: Error): ErrorParts {
  try {
    return errorParts(error);
  } catch {
    return ["Error", "an error whose properties throw when they are read", undefined, {}, undefined];
  }
}

function copyOr(otherwise: unknown, value: unknown): unknown {
  try {
    return copyTerm(value);
  } catch {
    return otherwise;
  }
}

function bareError(number: number, message: string): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const shown = message === "" ? undefined : message;
    if (number === AGGREGATE) return new AggregateError([], shown);
    const Class = ERROR_CLASSES[number];
    if (Class !== AgnerError) return new (Class as ErrorConstructor)(shown);
    return Object.setPrototypeOf(new Error(shown), AgnerError.prototype) as Error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Defines what assignment might not: `__proto__`, and properties that the prototype makes read-only. */
export function defineValue(target: object, key: PropertyKey, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : describe(value);
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "";
  }
}

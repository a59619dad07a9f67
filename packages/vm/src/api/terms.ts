/**
 * Values that travel in a way of their own.
 */
import { definition as markDefinition, literal as makeLiteral } from "@agner/scheduler";

/**
 * A deep-frozen copy of `value`, which consists of primitives, arrays and plain objects. It is sent without a copy on its core, and frozen again where it
 * arrives on another: for large tables that many processes read.
 *
 * @throws {BadTermError} for anything else in it.
 */
export function literal<T>(value: T): T {
  return makeLiteral(value);
}

/**
 * Marks a constant that its module exports (a server, a supervisor) as a term by reference: it travels as module and export name, and arrives as that
 * core's own instance.
 *
 * @example
 * export const Settings = definition({ load: () => 1 });
 */
export function definition<T extends object>(value: T): T {
  return markDefinition(value);
}

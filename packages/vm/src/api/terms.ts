/**
 * Values that travel in a way of their own.
 */
import {
  definition as markDefinition,
  exportNameOf,
  literal as makeLiteral,
  standIn as markStandIn,
  toErrorTerm,
  type StandIn,
} from "@agner/scheduler";

/** Key of the method by which a definition makes a stand-in again from its data: see {@link standIn}. */
export { REVIVE } from "@agner/scheduler";
export type { StandIn } from "@agner/scheduler";

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

/**
 * How a library makes an immutable object with methods a term: marks `value` to travel as `parts.definition` (a marked constant of a module) and
 * `parts.data` (a term). Where it arrives on another core, `definition[REVIVE](data)` makes it again; on its own core it is sent by reference. Returns
 * `value` itself. Freeze it afterwards, not before.
 *
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for an object that is frozen or marked already.
 * @example
 * const client = standIn({ pid, stop: () => exit(pid, "shutdown") }, { definition: Clients, data: pid });
 */
export function standIn<T extends object>(value: T, parts: StandIn): T {
  return markStandIn(value, parts);
}

/** The name under which its module exports a value marked with {@link definition}; undefined if none does. For reports and error messages. */
export function definitionName(value: object): string | undefined {
  return exportNameOf(value);
}

/**
 * A copy of an error that is always a term: what cannot be copied among its properties is left out, and a cause that cannot is described. It is what becomes
 * of an error that ends a process; for libraries that pass on errors which they did not make.
 *
 * @example
 * send(owner, { failed: errorTerm(error) });
 */
export function errorTerm(error: Error): Error {
  return toErrorTerm(error);
}

/**
 * Values that travel in a way of their own.
 */
import {
  definition as markDefinition,
  exportNameOf,
  literal as makeLiteral,
  sharedBytes as makeSharedBytes,
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
 * Memory that processes share: a `SharedArrayBuffer` of `length` bytes, all 0, which is sent by reference and not copied. Wherever it arrives, on this core, on
 * another, in Node code or in the dirty pool, it is the same memory, and so is that of typed arrays, `DataView`s and `Buffer`s over it: each arrives as a new view of
 * the same place. On one core it is the same object, however often it is sent. The memory is given back when nobody holds it any more.
 *
 * This is the one mutable thing that processes can share, and nothing orders what they do to it but `Atomics` and messages: what one has written before it sent a message,
 * its receiver sees. A process that dies in the middle of a change leaves it half made. Prefer messages; this is for large data that many read, and for
 * numeric work on one array by several cores.
 *
 * @param length size in bytes, a whole number from 0.
 * @throws {AgnerError} `AGNER_BAD_ARGUMENT` for another length; `RangeError` if there is not so much memory.
 * @example
 * const counts = new Int32Array(sharedBytes(4 * 256));
 * for (let core = 0; core < schedulers(); core++) spawnOpt({ scheduler: core }, count, counts, core);
 */
export function sharedBytes(length: number): SharedArrayBuffer {
  return makeSharedBytes(length);
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

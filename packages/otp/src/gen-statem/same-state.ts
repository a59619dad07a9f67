/** Whether two states are one. */
import { isDeepStrictEqual } from "node:util";

/**
 * Erlang's `=:=`: primitives, pids and references by `Object.is`, structured terms by what is in them. A state that is changed in place is the same one, so
 * make a new one.
 */
export function sameState(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (isStructure(a) && isStructure(b) && isDeepStrictEqual(a, b));
}

function isStructure(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Functions as terms. */
import { capturesOf } from "./process/frames.ts";
import { packState, unpackState, type PackedState } from "./state/packed.ts";
import { badTerm, describeValue } from "./terms/bad-term.ts";
import { host } from "./terms/host.ts";

/** One of the top level of a module is a term itself, a closure is told by what it captured. */
export type PackedFunction = Function | { readonly type: "$closure"; readonly state: PackedState };

/** See the public `packFunction`. */
export function packFunction(fn: Function): PackedFunction {
  if (host.functionRef(fn) !== undefined) return fn;
  if (capturesOf(fn) === undefined)
    throw badTerm("", describeValue(fn), "a function of the top level of a compiled module can, and a closure of such a module");
  return { type: "$closure", state: packState([fn]) };
}

/** See the public `unpackFunction`. */
export function unpackFunction(packed: PackedFunction): Function {
  return typeof packed === "function" ? packed : (unpackState(packed.state)[0] as Function);
}

/** Functions in child specifications. */
import { BadTermError, packFunction, type PackedFunction } from "@agner/vm";

/** A function as a term, if it can be one. Where it cannot (in plain Node, where a module is only looked at), a specification holds the function itself. */
export function packIfPossible<F extends (...args: any[]) => unknown>(fn: F): PackedFunction<F> {
  try {
    return packFunction(fn);
  } catch (e) {
    if (BadTermError.is(e)) return fn as PackedFunction<F>;
    throw e;
  }
}

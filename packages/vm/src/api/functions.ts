/**
 * Functions as terms, for libraries that run a user's function in another process.
 */
import { BadTermError, describeValue, packFunction as pack, unpackFunction as unpack } from "@agner/scheduler";
import { badArgument } from "./context.ts";

/** What {@link packFunction} makes of a function of type `F`. A term. */
export interface PackedFunction<F extends (...args: any[]) => unknown> {
  /** Only for the type checker: what {@link unpackFunction} makes of it. */
  readonly unpacked?: F;
}

/**
 * A term from which `unpackFunction` makes the function again, in any process: a function of the top level of a compiled module as it is, a closure with
 * copies of what it has captured.
 *
 * @throws {BadTermError} for a closure that has captured what cannot be copied, or that is none of a compiled module.
 * @example
 * const limit = 10;
 * send(pid, { keep: packFunction((n: number) => n < limit) });
 */
export function packFunction<F extends (...args: any[]) => unknown>(fn: F): PackedFunction<F> {
  if (typeof fn !== "function") throw badArgument(`packFunction: the argument must be a function, not ${describeValue(fn)}`);
  try {
    return pack(fn) as PackedFunction<F>;
  } catch (e) {
    if (!BadTermError.is(e)) throw e;
    throw new BadTermError(
      `the function ${fn.name === "" ? "" : `${fn.name} `}cannot be copied to another process with what it has captured: ${e.message}; pass what it needs as arguments, or declare the functions that it calls at the top level of their module`,
      e.path,
      { cause: e },
    );
  }
}

/**
 * The function that a term from {@link packFunction} stands for. Processes that unpack a closure share nothing by it, since each was sent its own term; closures that are
 * unpacked from one and the same term may share what was captured, so unpack it once.
 */
export function unpackFunction<F extends (...args: any[]) => unknown>(packed: PackedFunction<F>): F {
  return unpack(packed as never) as F;
}

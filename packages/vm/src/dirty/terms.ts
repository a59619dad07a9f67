/**
 * Errors as encoded terms, for the control plane and the dirty pool: structured clone would lose what they are.
 */
import { encodeTerm, toErrorTerm, type EncodedTerm } from "@agner/scheduler";

/** Anything thrown, as an encoded error term. */
export function encodeError(thrown: unknown): EncodedTerm {
  return encodeTerm(thrown instanceof Error ? toErrorTerm(thrown) : new Error(String(thrown)));
}

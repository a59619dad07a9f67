/**
 * Errors as bytes, for the control plane and the dirty pool: structured clone would lose what they are.
 */
import { encodeTerm, toErrorTerm } from "@agner/scheduler";

/** Anything thrown, as an encoded error term. */
export function encodeError(thrown: unknown): Uint8Array {
  return encodeTerm(thrown instanceof Error ? toErrorTerm(thrown) : new Error(String(thrown)));
}

/** What a term costs whoever sends it, in reductions. Guesses, such that a slice pays for some hundred kilobytes. */

/** Array elements that are copied for one reduction, as a power of two: what the built-in methods of arrays cost as well. */
export const ELEMENTS_SHIFT = 3;
/** Bytes of a binary that are copied, or of a term that are encoded or decoded, for one reduction; as a power of two and as a number. */
export const BYTES_SHIFT = 6;
export const BYTES_PER_REDUCTION = 1 << BYTES_SHIFT;

/** Reductions for so many bytes; there may be more than 2^31. */
export function costOfBytes(length: number): number {
  return Math.floor(length / BYTES_PER_REDUCTION);
}

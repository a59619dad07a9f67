/**
 * Who sends a message, for a mailbox that has no room. On its way between threads that is a number: one of these, or below 256 the generation of a place that was
 * reserved (memory/bounds.ts).
 */

/** A sender who learns from an error that the mailbox is full. */
export const SENDER = 258;
/** It comes from another thread: its sender was asked before, or could not know. */
export const ARRIVED = 259;
/** Nobody who could be told, as with a timer. */
export const NOBODY = 256;
/** Whoever it is, the mailbox takes it. */
export const PROMISED = 257;
export type Origin = typeof SENDER | typeof ARRIVED | typeof NOBODY | typeof PROMISED;

/** Where the process under test lives, seen from the test: most statements must hold on one core and between two. */
import { schedulerId, schedulers } from "@agner/vm";

/** Bound to the core of the test, or to another (the same one where there is only one). */
export const PLACES = ["same core", "other core"] as const;
export type Place = (typeof PLACES)[number];

/** The start options that put a process at a place. */
export function at(place: Place): { readonly scheduler: number } {
  return { scheduler: place === "same core" ? schedulerId() : (schedulerId() + 1) % schedulers() };
}

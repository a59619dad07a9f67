/** Closures of compiled code, by what they have captured. */
import { CALL, capturesOf, MAKERS, type Captured } from "../process/frames.ts";

/** A closure taken apart. */
export interface ClosureParts extends Captured {
  /** Whether it is what only compiled code calls of a function that syntax may call too, and not that function. */
  readonly bare: boolean;
}

/** What makes a closure again; undefined for any other function. */
export function takeClosureApart(fn: Function): ClosureParts | undefined {
  const found = capturesOf(fn);
  return found === undefined ? undefined : { ...found, bare: !Object.hasOwn(fn, CALL) };
}

/** Makes a closure with these captures. */
export function makeClosure(site: number, captures: readonly unknown[], bare: boolean): Function {
  const fn = MAKERS[site]!.make(...captures);
  const version = bare && Object.hasOwn(fn, CALL) ? (fn as { [CALL]?: Function })[CALL] : undefined;
  return version ?? fn;
}

/** Closures of compiled code, by what they have captured. */
import { CALL, captureEntry, MAKERS } from "../process/frames.ts";

/** A closure taken apart. */
export interface ClosureParts {
  /** The site of its entry, which names its maker. */
  readonly site: number;
  readonly captures: readonly unknown[];
  /** Whether it is what only compiled code calls of a function that syntax may call too, and not that function. */
  readonly bare: boolean;
}

/** What makes a closure again; undefined for any other function. */
export function takeClosureApart(fn: Function): ClosureParts | undefined {
  const frame = captureEntry(fn as (...args: never[]) => unknown, []);
  if (frame === undefined) return undefined;
  const site = frame[1];
  const maker = MAKERS[site];
  if (maker === undefined) return undefined;
  const { first, make } = maker;
  return { site, captures: frame.slice(first, first + make.length), bare: !Object.hasOwn(fn, CALL) };
}

/** Makes a closure with these captures. */
export function makeClosure(site: number, captures: readonly unknown[], bare: boolean): Function {
  const fn = MAKERS[site]!.make(...captures);
  const version = bare && Object.hasOwn(fn, CALL) ? (fn as { [CALL]?: Function })[CALL] : undefined;
  return version ?? fn;
}

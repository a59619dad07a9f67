/** Closures of compiled code, by what they have captured. */
import { types } from "node:util";
import { CALL, capturesOf, MAKERS, type Captured } from "../process/frames.ts";

/** A closure taken apart. */
export interface ClosureParts extends Captured {
  /** Whether it is what only compiled code calls of a function that syntax may call too, and not that function. */
  readonly bare: boolean;
}

/** What makes a closure again; undefined for any other function, for one whose prototype has been given methods, and for one that was guarded when it came to its property. */
export function takeClosureApart(fn: Function): ClosureParts | undefined {
  const found = capturesOf(fn);
  if (found === undefined || !hasFreshPrototype(fn) || isGuard(fn)) return undefined;
  return { ...found, bare: !Object.hasOwn(fn, CALL) };
}

/** Whether `fn` is the wrapper of a closure that is marked itself: what makes that closure again makes it without a wrapper. */
function isGuard(fn: Function): boolean {
  const version = (fn as { [CALL]?: Function })[CALL];
  return version !== undefined && version !== fn && Object.getOwnPropertyDescriptor(version, CALL)?.value === version;
}

function hasFreshPrototype(fn: Function): boolean {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype")?.value as object | null | undefined;
  if (prototype === undefined) return true;
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    (types.isGeneratorFunction(fn)
      ? Reflect.ownKeys(prototype).length === 0 && Object.getPrototypeOf(prototype) === GENERATOR
      : Reflect.ownKeys(prototype).length === 1 &&
        Object.hasOwn(prototype, "constructor") &&
        Object.getPrototypeOf(prototype) === Object.prototype)
  );
}

const GENERATOR = Object.getPrototypeOf(function* () {}.prototype) as object;

/** Makes a closure with these captures. */
export function makeClosure(site: number, captures: readonly unknown[], bare: boolean): Function {
  const fn = MAKERS[site]!.make(...captures);
  const version = bare && Object.hasOwn(fn, CALL) ? (fn as { [CALL]?: Function })[CALL] : undefined;
  return version ?? fn;
}

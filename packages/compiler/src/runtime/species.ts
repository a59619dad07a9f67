/**
 * Built-ins that construct, by `Symbol.species` or as `this`, the class of what they are called on. Compiled code calls them as they are, since an
 * ordinary array runs no constructor of the application. From the moment that there is a class whose constructor may suspend there, they are atomic sections.
 */
import { types } from "node:util";
import { atomic } from "@agner/scheduler/frames";
import { setVersion } from "./boundary.ts";

const Typed = Object.getPrototypeOf(Uint8Array) as Function & { of: Function };
const CONSTRUCTED = new Set<unknown>([Array, Promise, RegExp, ArrayBuffer, SharedArrayBuffer, Typed]);

function constructing(): unknown[] {
  const { prototype } = Typed as unknown as { prototype: { slice: unknown; subarray: unknown } };
  const { slice, concat, splice, flat } = Array.prototype;
  return [
    ...[slice, concat, splice, flat, Array.of, Typed.of, prototype.slice, prototype.subarray, ArrayBuffer.prototype.slice],
    ...[String.prototype.split, String.prototype.matchAll, RegExp.prototype[Symbol.split], RegExp.prototype[Symbol.matchAll]],
    ...[Promise.resolve, Promise.reject],
  ];
}

/** As they are before the application can replace them. */
const all = constructing();
let guarded = false;

/** `cls`: a class that compiled code constructs directly. */
export function guardSpecies(cls: Function): void {
  if (guarded || !isConstructed(cls)) return;
  guarded = true;
  for (let i = 0; i < all.length; i++) {
    const fn = all[i] as Function;
    setVersion(fn, function (this: unknown, ...args: unknown[]): unknown {
      return atomic(fn, this, args);
    });
  }
}

function isConstructed(cls: Function): boolean {
  let at = Object.getPrototypeOf(cls) as object | null;
  // What a Proxy inherits from is not asked for.
  while (at !== null && !CONSTRUCTED.has(at) && !types.isProxy(at)) at = Object.getPrototypeOf(at) as object | null;
  return at !== null;
}

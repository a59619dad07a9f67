/** Abstract operations of ECMAScript that the compiled equivalents of built-ins need; what they call of objects (accessors, traps) is atomic by itself. */
import { types } from "node:util";
import { isConstructor } from "./boundary.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */

/** An application may put another in its place. */
const { isArray: isList } = Array;

export function toObject(value: unknown): any {
  return Object(value);
}

export function toLength(o: any): number {
  const n = Math.trunc(+o.length) || 0;
  return Math.min(Math.max(n, 0), Number.MAX_SAFE_INTEGER);
}

/** Whether it could be told in which order an element is asked for and read. */
export function isExotic(o: unknown): boolean {
  return !isList(o) || types.isProxy(o);
}

export function reduceOfEmpty(): TypeError {
  return new TypeError("Reduce of empty array with no initial value");
}

/** The first half of ArraySpeciesCreate: undefined for an ordinary array. */
export function speciesOf(o: any): any {
  if (!isList(o)) return undefined;
  let constructor: any = o.constructor;
  if ((typeof constructor === "object" && constructor !== null) || typeof constructor === "function") {
    constructor = constructor[Symbol.species];
    if (constructor === null) constructor = undefined;
  }
  if (constructor === undefined || constructor === Array) return undefined;
  if (!isConstructor(constructor)) throw new TypeError("object.constructor[Symbol.species] is not a constructor");
  return constructor;
}

/** The constructor with which a static method of arrays was called; undefined for `Array` itself and for what is none: what they make is an ordinary array. */
export function subclass(constructor: unknown): any {
  return constructor !== ARRAY && isConstructor(constructor) ? constructor : undefined;
}

/** Whatever the application puts in its place. */
const ARRAY = Array;

export function createIndex(target: any, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

export function setIndex(target: any, key: PropertyKey, value: unknown): void {
  target[key] = value;
}

export function deleteIndex(target: any, key: PropertyKey): void {
  delete target[key];
}

/** FlattenIntoArray flattens arrays, whatever their species. */
export function isConcatenable(value: unknown): value is unknown[] {
  return isList(value);
}

export { isConstructor };

const TYPED = new Map<string, unknown>(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    (globalThis as { Float16Array?: { name: string } }).Float16Array,
  ].flatMap((c) => (c === undefined ? [] : [[c.name, c] as const])),
);

const typedName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;

/** The built-in constructor of a typed array, whatever the application says that it is. */
function ownConstructor(o: unknown): any {
  return TYPED.get(Reflect.apply(typedName, o, []) as string);
}

/** The first half of TypedArraySpeciesCreate. */
export function typedSpecies(o: any): any {
  const own = ownConstructor(o);
  const constructor: any = o.constructor;
  if (constructor === undefined || constructor === own) return own;
  if ((typeof constructor !== "object" || constructor === null) && typeof constructor !== "function")
    return withConstructor(constructor);
  const species: any = constructor[Symbol.species];
  if (species === undefined || species === null) return own;
  return isConstructor(species) ? species : withConstructor({ [Symbol.species]: species });
}

/** The built-in itself finds the words for a constructor that is none. */
function withConstructor(constructor: unknown): never {
  const array = Object.assign(new Uint8Array(), { constructor });
  Reflect.apply(typedMap, array, [Number]);
  throw new TypeError("object.constructor[Symbol.species] is not a constructor");
}
const typedMap = Uint8Array.prototype.map;

/** What a species constructor gave, if it can take `n` elements of the kind of `like`. */
export function checkedTyped(a: any, like: any, n: number): any {
  if (!types.isTypedArray(a)) throw new TypeError("this is not a typed array.");
  if (a.length < n) throw new TypeError("Derived TypedArray constructor created an array which was too small");
  if (like !== undefined && isBig(like) !== isBig(a))
    throw new TypeError("Content type of source and derived typed arrays differ");
  return a;
}

function isBig(a: any): boolean {
  return types.isBigInt64Array(a) || types.isBigUint64Array(a);
}

/** An empty typed array of the same kind, whatever its species. */
export function sameTyped(o: any, n: number): any {
  return new (ownConstructor(o))(n);
}

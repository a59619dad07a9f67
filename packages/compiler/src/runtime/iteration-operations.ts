/** Operations on iterables for the compiled equivalents of built-ins. */
import { Cursor, startIteration } from "./iteration.ts";
import { propertyKey } from "./values.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */

/** `Symbol.iterator` of what may be iterable or like an array. */
export function iteratorMethod(value: any): Function | undefined {
  const method = value[Symbol.iterator];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== "function") fromArray({ [Symbol.iterator]: method } as never);
  return method;
}
const fromArray = Array.from.bind(Array);

/** For a for-of that reads the method itself. The built-in Set finds the words for what is not iterable. */
export function iterate(value: any): Iterable<any> {
  const method = value[Symbol.iterator];
  if (typeof method !== "function") new Set(typeof value === "object" ? ({ [Symbol.iterator]: method } as never) : value);
  return startIteration(value, method, null) as never;
}

/** For a for-of over what `method` gives, which has been read. */
export function iterateMethod(value: any, method: Function): Iterable<any> {
  return startIteration(value, method, null) as never;
}

/** For a for-of over an iterator that is there already. */
export function iterateIterator(iterator: any): Iterable<any> {
  return new Cursor(iterator, iterator.next, iterator) as never;
}

/** An element that has to be a pair. */
export function entry(item: any): any {
  if ((typeof item !== "object" && typeof item !== "function") || item === null)
    throw new TypeError(`Iterator value ${String(item)} is not an entry object`);
  return [item[0], item[1]];
}

export function newCollection(C: any): any {
  return new C();
}

/** The method by which the constructor of a collection, which is a `C`, adds what it is given. The constructor itself finds the words for one that is none. */
export function adder(C: Function, collection: any, name: "set" | "add"): Function {
  const method = collection[name];
  if (typeof method === "function") return method;
  const like = function () {};
  like.prototype = Object.create(Object.getPrototypeOf(collection) as object, { [name]: { value: method } });
  return Reflect.construct(C, [[]], like) as never;
}

export function newGroups(): Map<unknown, unknown[]> {
  return new Map();
}

export function groupKey(key: unknown, asProperty: boolean): unknown {
  return asProperty ? withText(propertyKey(key)) : key;
}

/** Indexes and their texts are the same key of an object, but not of a Map. */
function withText(key: PropertyKey): PropertyKey {
  return typeof key === "number" ? String(key) : key;
}

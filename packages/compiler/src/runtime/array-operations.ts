/** Abstract operations of ECMAScript that the compiled equivalents of built-ins need; none of them calls back, but for accessors. */

/* eslint-disable @typescript-eslint/no-explicit-any */

export function toObject(value: unknown): any {
  if (value === undefined || value === null) throw new TypeError("Array.prototype method called on null or undefined");
  return Object(value);
}

export function toLength(o: any): number {
  const n = Math.trunc(Number(o.length)) || 0;
  return Math.min(Math.max(n, 0), Number.MAX_SAFE_INTEGER);
}

/** The error of the built-in itself for a callback that is none: its words differ from one version of V8 to the next. */
export function notFunction(value: unknown, by: "forEach" | "sort" | "flatMap" = "forEach"): unknown {
  try {
    [][by](value as never);
  } catch (e) {
    return e;
  }
  return new TypeError("the callback is not a function");
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null)
    return Object.prototype.toString.call(value).replace("[object Object]", "#<Object>");
  return String(value);
}

export function reduceOfEmpty(): TypeError {
  return new TypeError("Reduce of empty array with no initial value");
}

/** ArraySpeciesCreate. */
export function speciesArray(o: any, length: number): any {
  if (!Array.isArray(o)) return new Array(length);
  let constructor: any = o.constructor;
  if (typeof constructor === "object" && constructor !== null) {
    constructor = constructor[Symbol.species];
    if (constructor === null) constructor = undefined;
  } else if (typeof constructor === "function") {
    constructor = constructor[Symbol.species];
    if (constructor === null) constructor = undefined;
  }
  if (constructor === undefined) return new Array(length);
  return new constructor(length);
}

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
  return Array.isArray(value);
}

export function iteratorMethod(value: any): Function | undefined {
  if (value === undefined || value === null) throw new TypeError(`${value} is not iterable`);
  const method = value[Symbol.iterator];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== "function") throw new TypeError(`${describe(value)} is not iterable`);
  return method;
}

export function constructFrom(constructor: any, length: number | undefined): any {
  if (typeof constructor !== "function") return length === undefined ? [] : new Array(length);
  try {
    Reflect.construct(Object, [], constructor);
  } catch {
    return length === undefined ? [] : new Array(length);
  }
  return length === undefined ? new constructor() : new constructor(length);
}

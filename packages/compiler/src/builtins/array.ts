/**
 * Compiled equivalents of the array methods that call back, step by step as ECMAScript 2024 §23.1 has them: holes are skipped where it
 * skips them, the length is read once, species and thisArg are honoured. This module is compiled by our own compiler, so that a callback may
 * receive, and a long walk is preempted.
 */
import {
  createIndex,
  deleteIndex,
  isConcatenable,
  notFunction,
  reduceOfEmpty,
  setIndex,
  speciesArray,
  toLength,
  toObject,
  constructFrom,
  iteratorMethod,
} from "../runtime/array-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

export function forEach(this: any, callback: Callback, thisArg?: unknown): void {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if (v !== undefined || k in o) {
      if (thisArg === undefined) callback(v, k, o);
      else callback.call(thisArg, v, k, o);
    }
  }
}

export function map(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  const a = speciesArray(o, n);
  const plain = Array.isArray(a) && a.constructor === Array;
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if (v !== undefined || k in o) {
      const r = thisArg === undefined ? callback(v, k, o) : callback.call(thisArg, v, k, o);
      if (plain) a[k] = r;
      else createIndex(a, k, r);
    }
  }
  return a;
}

export function filter(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  const a = speciesArray(o, 0);
  const plain = Array.isArray(a) && a.constructor === Array;
  let to = 0;
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if (v !== undefined || k in o) {
      if (!(thisArg === undefined ? callback(v, k, o) : callback.call(thisArg, v, k, o))) continue;
      if (plain) a[to++] = v;
      else createIndex(a, to++, v);
    }
  }
  return a;
}

export function some(this: any, callback: Callback, thisArg?: unknown): boolean {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if ((v !== undefined || k in o) && (thisArg === undefined ? callback(v, k, o) : callback.call(thisArg, v, k, o))) return true;
  }
  return false;
}

export function every(this: any, callback: Callback, thisArg?: unknown): boolean {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if ((v !== undefined || k in o) && !(thisArg === undefined ? callback(v, k, o) : callback.call(thisArg, v, k, o)))
      return false;
  }
  return true;
}

export function find(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if (thisArg === undefined ? callback(v, k, o) : callback.call(thisArg, v, k, o)) return v;
  }
  return undefined;
}

export function findIndex(this: any, callback: Callback, thisArg?: unknown): number {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  for (let k = 0; k < n; k++) {
    if (thisArg === undefined ? callback(o[k], k, o) : callback.call(thisArg, o[k], k, o)) return k;
  }
  return -1;
}

export function findLast(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  for (let k = n - 1; k >= 0; k--) {
    const v = o[k];
    if (thisArg === undefined ? callback(v, k, o) : callback.call(thisArg, v, k, o)) return v;
  }
  return undefined;
}

export function findLastIndex(this: any, callback: Callback, thisArg?: unknown): number {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  for (let k = n - 1; k >= 0; k--) {
    if (thisArg === undefined ? callback(o[k], k, o) : callback.call(thisArg, o[k], k, o)) return k;
  }
  return -1;
}

export function reduce(this: any, callback: Callback, ...initial: unknown[]): unknown {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback);
  let k = 0;
  let result: unknown;
  if (initial.length > 0) result = initial[0];
  else {
    while (k < n && !(k in o)) k++;
    if (k >= n) throw reduceOfEmpty();
    result = o[k++];
  }
  for (; k < n; k++) {
    const v = o[k];
    if (v !== undefined || k in o) result = callback(result, v, k, o);
  }
  return result;
}

export function reduceRight(this: any, callback: Callback, ...initial: unknown[]): unknown {
  const o = toObject(this);
  let k = toLength(o) - 1;
  if (typeof callback !== "function") throw notFunction(callback);
  let result: unknown;
  if (initial.length > 0) result = initial[0];
  else {
    while (k >= 0 && !(k in o)) k--;
    if (k < 0) throw reduceOfEmpty();
    result = o[k--];
  }
  for (; k >= 0; k--) {
    const v = o[k];
    if (v !== undefined || k in o) result = callback(result, v, k, o);
  }
  return result;
}

export function flatMap(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  if (typeof callback !== "function") throw notFunction(callback, "flatMap");
  const a = speciesArray(o, 0);
  let to = 0;
  for (let k = 0; k < n; k++) {
    if (!(k in o)) continue;
    const r = thisArg === undefined ? callback(o[k], k, o) : callback.call(thisArg, o[k], k, o);
    if (isConcatenable(r)) {
      const m = toLength(r);
      for (let j = 0; j < m; j++) if (j in r) createIndex(a, to++, r[j]);
    } else createIndex(a, to++, r);
  }
  return a;
}

/** The order without a function that says another one. */
function byText(a: unknown, b: unknown): number {
  const x = `${a as string}`;
  const y = `${b as string}`;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

/** Stable merge sort of `items`, bottom up, so that its state is a few numbers. */
function merged(items: unknown[], compare: Callback): unknown[] {
  let from = items;
  let to: unknown[] = from.slice();
  const n = from.length;
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      let i = start;
      const middle = Math.min(start + width, n);
      let j = middle;
      const end = Math.min(start + 2 * width, n);
      let k = start;
      while (i < middle && j < end) {
        const order = Number(compare(from[i], from[j]));
        to[k++] = order > 0 ? from[j++] : from[i++];
      }
      while (i < middle) to[k++] = from[i++];
      while (j < end) to[k++] = from[j++];
    }
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}

export function sort(this: any, compare?: Callback): unknown {
  if (compare !== undefined && typeof compare !== "function") throw notFunction(compare, "sort");
  const o = toObject(this);
  const n = toLength(o);
  const items: unknown[] = [];
  let absent = 0;
  let holes = 0;
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if (v !== undefined) items.push(v);
    else if (k in o) absent++;
    else holes++;
  }
  const sorted = merged(items, compare ?? byText);
  let k = 0;
  for (; k < sorted.length; k++) setIndex(o, k, sorted[k]);
  for (let i = 0; i < absent; i++) setIndex(o, k++, undefined);
  for (let i = 0; i < holes; i++) deleteIndex(o, k++);
  return o;
}

export function toSorted(this: any, compare?: Callback): unknown {
  if (compare !== undefined && typeof compare !== "function") throw notFunction(compare, "sort");
  const o = toObject(this);
  const n = toLength(o);
  const copy: unknown[] = [];
  for (let k = 0; k < n; k++) copy.push(o[k]);
  const items: unknown[] = [];
  for (const v of copy) if (v !== undefined) items.push(v);
  const sorted = merged(items, compare ?? byText);
  while (sorted.length < n) sorted.push(undefined);
  return sorted;
}

/** `Array.from`, with a mapping function or over an iterator that is compiled. */
export function from(this: any, source: any, callback?: Callback, thisArg?: unknown): unknown {
  if (callback !== undefined && typeof callback !== "function") throw notFunction(callback);
  const method = iteratorMethod(source);
  if (method !== undefined) {
    const a = constructFrom(this, undefined);
    let k = 0;
    // The iterator that the method gives, walked as for-of does.
    for (const v of { [Symbol.iterator]: () => method.call(source) }) {
      createIndex(a, k, callback === undefined ? v : callback.call(thisArg, v, k));
      k++;
    }
    setIndex(a, "length", k);
    return a;
  }
  const o = toObject(source);
  const n = toLength(o);
  const a = constructFrom(this, n);
  for (let k = 0; k < n; k++) {
    const v = o[k];
    createIndex(a, k, callback === undefined ? v : callback.call(thisArg, v, k));
  }
  setIndex(a, "length", n);
  return a;
}

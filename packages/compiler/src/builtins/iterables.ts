/** Compiled equivalents of what walks an iterable that is given to it: `next` and `return` of the iterator may suspend, as may the callback. */
import { call } from "../runtime/function-operations.ts";
import { createIndex, setIndex, subclass, toLength, toObject } from "../runtime/array-operations.ts";
import {
  adder,
  entry,
  groupKey,
  iterate,
  iterateMethod,
  iteratorMethod,
  newCollection,
  newGroups,
} from "../runtime/iteration-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

/** All elements of an iterable or of an array-like. */
export function listOf(source: any): unknown[] {
  const list: unknown[] = [];
  const method = iteratorMethod(source);
  if (method !== undefined) {
    for (const v of iterateMethod(source, method)) list.push(v);
    return list;
  }
  const o = toObject(source);
  const n = toLength(o);
  for (let k = 0; k < n; k++) list.push(o[k]);
  return list;
}

/** `Array.from`. */
export function from(this: any, source: any, callback?: Callback, thisArg?: unknown): unknown {
  const C = subclass(this);
  const method = iteratorMethod(source);
  if (method !== undefined) {
    const a: any = C === undefined ? [] : new C();
    let k = 0;
    for (const item of iterateMethod(source, method)) {
      const v = callback === undefined ? item : call(callback, thisArg, item, k);
      if (C === undefined) a[k] = v;
      else createIndex(a, k, v);
      k++;
    }
    setIndex(a, "length", k);
    return a;
  }
  const o = toObject(source);
  const n = toLength(o);
  const a: any = C === undefined ? new Array(n) : new C(n);
  for (let k = 0; k < n; k++) {
    const item = o[k];
    const v = callback === undefined ? item : call(callback, thisArg, item, k);
    if (C === undefined) a[k] = v;
    else createIndex(a, k, v);
  }
  setIndex(a, "length", n);
  return a;
}

/** `Object.fromEntries`. */
export function fromEntries(iterable: any): object {
  const result = {};
  for (const item of iterate(iterable)) {
    const e = entry(item);
    createIndex(result, e[0], e[1]);
  }
  return result;
}

/** `new Map(iterable)` and `new WeakMap(iterable)`. */
export function newMap(C: any, iterable: any): unknown {
  return fillMap(C, newCollection(C), iterable);
}

/** What they do with the instance of a subclass. */
export function fillMap(C: any, map: unknown, iterable: any): unknown {
  const set = adder(C, map, "set");
  for (const item of iterate(iterable)) {
    const e = entry(item);
    call(set, map, e[0], e[1]);
  }
  return map;
}

/** `new Set(iterable)` and `new WeakSet(iterable)`. */
export function newSet(C: any, iterable: any): unknown {
  return fillSet(C, newCollection(C), iterable);
}

export function fillSet(C: any, set: unknown, iterable: any): unknown {
  const add = adder(C, set, "add");
  for (const item of iterate(iterable)) call(add, set, item);
  return set;
}

/** `new` of a typed array of what an iterable gives. */
export function newTyped(C: any, iterable: any): unknown {
  return new C(listOf(iterable));
}

function group(groups: Map<unknown, unknown[]>, items: any, callback: Callback, asProperty: boolean): void {
  let k = 0;
  for (const item of iterate(items)) {
    const key = groupKey(callback(item, k), asProperty);
    const found = groups.get(key);
    if (found === undefined) groups.set(key, [item]);
    else found.push(item);
    k++;
  }
}

/** `Object.groupBy`. */
export function objectGroupBy(items: any, callback: Callback): object {
  const groups = newGroups();
  group(groups, items, callback, true);
  const result = Object.create(null) as Record<PropertyKey, unknown>;
  for (const [key, list] of groups) createIndex(result, key as PropertyKey, list);
  return result;
}

/** `Map.groupBy`. */
export function mapGroupBy(items: any, callback: Callback): unknown {
  const groups = newGroups();
  group(groups, items, callback, false);
  return groups;
}

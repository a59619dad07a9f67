/**
 * Compiled equivalents of the array methods that call back, step by step as ECMAScript 2024 §23.1 has them: holes are skipped where it
 * skips them, the length is read once, species and thisArg are honoured. This module is compiled by our own compiler, so that a callback may
 * receive, and a long walk is preempted. A call with a callback that is none, or on nothing, goes to the built-in itself, which has the words for it.
 */
import { call } from "../runtime/function-operations.ts";
import {
  createIndex,
  isConcatenable,
  isExotic,
  reduceOfEmpty,
  speciesOf,
  toLength,
  toObject,
} from "../runtime/array-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

export function forEach(this: any, callback: Callback, thisArg?: unknown): void {
  const o = toObject(this);
  const n = toLength(o);
  const exotic = isExotic(o);
  for (let k = 0; k < n; k++) {
    if (exotic && !(k in o)) continue;
    const v = o[k];
    if (v !== undefined || exotic || k in o) {
      if (thisArg === undefined) callback(v, k, o);
      else call(callback, thisArg, v, k, o);
    }
  }
}

export function map(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  const C = speciesOf(o);
  const a: any = C === undefined ? new Array(n) : new C(n);
  const exotic = isExotic(o);
  for (let k = 0; k < n; k++) {
    if (exotic && !(k in o)) continue;
    const v = o[k];
    if (v !== undefined || exotic || k in o) {
      const r = thisArg === undefined ? callback(v, k, o) : call(callback, thisArg, v, k, o);
      if (C === undefined) a[k] = r;
      else createIndex(a, k, r);
    }
  }
  return a;
}

export function filter(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  const C = speciesOf(o);
  const a: any = C === undefined ? [] : new C(0);
  let to = 0;
  const exotic = isExotic(o);
  for (let k = 0; k < n; k++) {
    if (exotic && !(k in o)) continue;
    const v = o[k];
    if (v !== undefined || exotic || k in o) {
      if (!(thisArg === undefined ? callback(v, k, o) : call(callback, thisArg, v, k, o))) continue;
      if (C === undefined) a[to++] = v;
      else createIndex(a, to++, v);
    }
  }
  return a;
}

export function some(this: any, callback: Callback, thisArg?: unknown): boolean {
  const o = toObject(this);
  const n = toLength(o);
  const exotic = isExotic(o);
  for (let k = 0; k < n; k++) {
    if (exotic && !(k in o)) continue;
    const v = o[k];
    if ((v !== undefined || exotic || k in o) && (thisArg === undefined ? callback(v, k, o) : call(callback, thisArg, v, k, o)))
      return true;
  }
  return false;
}

export function every(this: any, callback: Callback, thisArg?: unknown): boolean {
  const o = toObject(this);
  const n = toLength(o);
  const exotic = isExotic(o);
  for (let k = 0; k < n; k++) {
    if (exotic && !(k in o)) continue;
    const v = o[k];
    if ((v !== undefined || exotic || k in o) && !(thisArg === undefined ? callback(v, k, o) : call(callback, thisArg, v, k, o)))
      return false;
  }
  return true;
}

export function find(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  for (let k = 0; k < n; k++) {
    const v = o[k];
    if (thisArg === undefined ? callback(v, k, o) : call(callback, thisArg, v, k, o)) return v;
  }
  return undefined;
}

export function findIndex(this: any, callback: Callback, thisArg?: unknown): number {
  const o = toObject(this);
  const n = toLength(o);
  for (let k = 0; k < n; k++) {
    if (thisArg === undefined ? callback(o[k], k, o) : call(callback, thisArg, o[k], k, o)) return k;
  }
  return -1;
}

export function findLast(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  for (let k = n - 1; k >= 0; k--) {
    const v = o[k];
    if (thisArg === undefined ? callback(v, k, o) : call(callback, thisArg, v, k, o)) return v;
  }
  return undefined;
}

export function findLastIndex(this: any, callback: Callback, thisArg?: unknown): number {
  const o = toObject(this);
  const n = toLength(o);
  for (let k = n - 1; k >= 0; k--) {
    if (thisArg === undefined ? callback(o[k], k, o) : call(callback, thisArg, o[k], k, o)) return k;
  }
  return -1;
}

export function reduce(this: any, callback: Callback, ...initial: unknown[]): unknown {
  const o = toObject(this);
  const n = toLength(o);
  let k = 0;
  let result: unknown;
  if (initial.length > 0) result = initial[0];
  else {
    while (k < n && !(k in o)) k++;
    if (k >= n) throw reduceOfEmpty();
    result = o[k++];
  }
  const exotic = isExotic(o);
  for (; k < n; k++) {
    if (exotic && !(k in o)) continue;
    const v = o[k];
    if (v !== undefined || exotic || k in o) result = callback(result, v, k, o);
  }
  return result;
}

export function reduceRight(this: any, callback: Callback, ...initial: unknown[]): unknown {
  const o = toObject(this);
  let k = toLength(o) - 1;
  let result: unknown;
  if (initial.length > 0) result = initial[0];
  else {
    while (k >= 0 && !(k in o)) k--;
    if (k < 0) throw reduceOfEmpty();
    result = o[k--];
  }
  const exotic = isExotic(o);
  for (; k >= 0; k--) {
    if (exotic && !(k in o)) continue;
    const v = o[k];
    if (v !== undefined || exotic || k in o) result = callback(result, v, k, o);
  }
  return result;
}

export function flatMap(this: any, callback: Callback, thisArg?: unknown): unknown {
  const o = toObject(this);
  const n = toLength(o);
  const C = speciesOf(o);
  const a: any = C === undefined ? [] : new C(0);
  let to = 0;
  for (let k = 0; k < n; k++) {
    if (!(k in o)) continue;
    const r = thisArg === undefined ? callback(o[k], k, o) : call(callback, thisArg, o[k], k, o);
    if (isConcatenable(r)) {
      const m = toLength(r);
      for (let j = 0; j < m; j++) if (j in r) createIndex(a, to++, (r as any)[j]);
    } else createIndex(a, to++, r);
  }
  return a;
}

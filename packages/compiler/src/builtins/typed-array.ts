/** Compiled equivalents of the methods of typed arrays that call back (ECMAScript 2025 §23.2.3). The receiver is a typed array in bounds. */
import { call } from "../runtime/function-operations.ts";
import { checkedTyped, sameTyped, typedSpecies } from "../runtime/array-operations.ts";
import { listOf } from "./iterables.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

export function forEach(this: any, callback: Callback, thisArg?: unknown): void {
  const n: number = this.length;
  for (let k = 0; k < n; k++) call(callback, thisArg, this[k], k, this);
}

export function map(this: any, callback: Callback, thisArg?: unknown): unknown {
  const n: number = this.length;
  const C = typedSpecies(this);
  const a = checkedTyped(new C(n), this, n);
  for (let k = 0; k < n; k++) a[k] = call(callback, thisArg, this[k], k, this);
  return a;
}

export function filter(this: any, callback: Callback, thisArg?: unknown): unknown {
  const n: number = this.length;
  const kept: unknown[] = [];
  for (let k = 0; k < n; k++) {
    const v: unknown = this[k];
    if (call(callback, thisArg, v, k, this)) kept.push(v);
  }
  const C = typedSpecies(this);
  const a = checkedTyped(new C(kept.length), this, kept.length);
  for (let k = 0; k < kept.length; k++) a[k] = kept[k];
  return a;
}

export function some(this: any, callback: Callback, thisArg?: unknown): boolean {
  const n: number = this.length;
  for (let k = 0; k < n; k++) if (call(callback, thisArg, this[k], k, this)) return true;
  return false;
}

export function every(this: any, callback: Callback, thisArg?: unknown): boolean {
  const n: number = this.length;
  for (let k = 0; k < n; k++) if (!call(callback, thisArg, this[k], k, this)) return false;
  return true;
}

export function find(this: any, callback: Callback, thisArg?: unknown): unknown {
  const n: number = this.length;
  for (let k = 0; k < n; k++) {
    const v: unknown = this[k];
    if (call(callback, thisArg, v, k, this)) return v;
  }
  return undefined;
}

export function findIndex(this: any, callback: Callback, thisArg?: unknown): number {
  const n: number = this.length;
  for (let k = 0; k < n; k++) if (call(callback, thisArg, this[k], k, this)) return k;
  return -1;
}

export function findLast(this: any, callback: Callback, thisArg?: unknown): unknown {
  for (let k: number = this.length - 1; k >= 0; k--) {
    const v: unknown = this[k];
    if (call(callback, thisArg, v, k, this)) return v;
  }
  return undefined;
}

export function findLastIndex(this: any, callback: Callback, thisArg?: unknown): number {
  for (let k: number = this.length - 1; k >= 0; k--) if (call(callback, thisArg, this[k], k, this)) return k;
  return -1;
}

export function reduce(this: any, callback: Callback, ...initial: unknown[]): unknown {
  const n: number = this.length;
  let k = 0;
  let result: unknown = initial.length > 0 ? initial[0] : this[k++];
  for (; k < n; k++) result = callback(result, this[k], k, this);
  return result;
}

export function reduceRight(this: any, callback: Callback, ...initial: unknown[]): unknown {
  let k: number = this.length - 1;
  let result: unknown = initial.length > 0 ? initial[0] : this[k--];
  for (; k >= 0; k--) result = callback(result, this[k], k, this);
  return result;
}

/** The merge sort that V8 has for typed arrays: `from` begins as a copy of `to`, and the two change places at every level. */
function merge(from: any, to: any, low: number, high: number, compare: Callback): void {
  const middle = low + ((high - low) >> 1);
  if (middle - low > 1) merge(to, from, low, middle, compare);
  if (high - middle > 1) merge(to, from, middle, high, compare);
  let left = low;
  let right = middle;
  for (let at = low; at < high; at++) {
    if (left < middle && right < high) {
      const order = +(compare(from[left], from[right]) as number);
      to[at] = order > 0 ? from[right++] : from[left++];
    } else to[at] = left < middle ? from[left++] : from[right++];
  }
}

function sorted(source: any, compare: Callback): any {
  const to: unknown[] = [];
  for (let k = 0; k < source.length; k++) to.push(source[k]);
  if (to.length > 1) merge(to.slice(), to, 0, to.length, compare);
  return to;
}

export function sort(this: any, compare: Callback): unknown {
  const items = sorted(this, compare);
  const n = Math.min(items.length, this.length);
  for (let k = 0; k < n; k++) this[k] = items[k];
  return this;
}

export function toSorted(this: any, compare: Callback): unknown {
  const result = sameTyped(this, this.length);
  const items = sorted(this, compare);
  for (let k = 0; k < items.length; k++) result[k] = items[k];
  return result;
}

/** `%TypedArray%.from`. */
export function from(this: any, source: any, callback?: Callback, thisArg?: unknown): unknown {
  const values = listOf(source);
  const n = values.length;
  const a = checkedTyped(new this(n), undefined, n);
  for (let k = 0; k < n; k++) a[k] = callback === undefined ? values[k] : call(callback, thisArg, values[k], k);
  return a;
}

/**
 * Compiled equivalents of the methods of iterators (ECMAScript 2025 §27.1.4). What the lazy ones give out is an iterator helper of V8, so that
 * uncompiled code sees what it expects; compiled code that asks it for the next element runs `helperNext`, in which everything may suspend.
 */
import {
  closeCursor,
  closeQuietly,
  cursorOfIterator,
  END,
  flattenable,
  helperOver,
  isDone,
  limitOf,
  nextResult,
  type HelperState,
} from "../runtime/iterator-operations.ts";
import { iterateIterator } from "../runtime/iteration-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

export function reduce(this: any, callback: Callback, ...initial: unknown[]): unknown {
  const cursor = cursorOfIterator(this);
  let k = 0;
  let result: unknown;
  if (initial.length > 0) result = initial[0];
  else {
    const first = nextResult(cursor);
    if (isDone(cursor, first)) throw new TypeError("Reduce of a done iterator with no initial value");
    result = first.value;
    k = 1;
  }
  for (const v of cursor) {
    result = callback(result, v, k);
    k++;
  }
  return result;
}

export function toArray(this: any): unknown[] {
  const all: unknown[] = [];
  for (const v of iterateIterator(this)) all.push(v);
  return all;
}

export function forEach(this: any, callback: Callback): void {
  let k = 0;
  for (const v of iterateIterator(this)) {
    callback(v, k);
    k++;
  }
}

export function some(this: any, callback: Callback): boolean {
  let k = 0;
  for (const v of iterateIterator(this)) {
    if (callback(v, k)) return true;
    k++;
  }
  return false;
}

export function every(this: any, callback: Callback): boolean {
  let k = 0;
  for (const v of iterateIterator(this)) {
    if (!callback(v, k)) return false;
    k++;
  }
  return true;
}

export function find(this: any, callback: Callback): unknown {
  let k = 0;
  for (const v of iterateIterator(this)) {
    if (callback(v, k)) return v;
    k++;
  }
  return undefined;
}

export function map(this: any, callback: Callback): unknown {
  return helperOver("map", cursorOfIterator(this), callback, 0);
}

export function filter(this: any, callback: Callback): unknown {
  return helperOver("filter", cursorOfIterator(this), callback, 0);
}

export function flatMap(this: any, callback: Callback): unknown {
  return helperOver("flatMap", cursorOfIterator(this), callback, 0);
}

export function take(this: any, limit: unknown): unknown {
  const n = limitOf("take", this, limit);
  return helperOver("take", cursorOfIterator(this), undefined, n);
}

export function drop(this: any, limit: unknown): unknown {
  const n = limitOf("drop", this, limit);
  return helperOver("drop", cursorOfIterator(this), undefined, n);
}

/** Calls what the application gave; if it throws, the iterator below is closed. */
function called(h: HelperState, value: unknown): any {
  try {
    return h.callback!(value, h.count);
  } catch (e) {
    closeQuietly(h.cursor);
    throw e;
  }
}

/** The next element of what lies below, or END. */
function below(h: HelperState): any {
  const result = nextResult(h.cursor);
  return isDone(h.cursor, result) ? END : result.value;
}

function flat(h: HelperState): unknown {
  for (;;) {
    if (h.inner === undefined) {
      const value = below(h);
      if (value === END) return END;
      const mapped = called(h, value);
      try {
        h.inner = flattenable(mapped);
      } catch (e) {
        closeQuietly(h.cursor);
        throw e;
      }
      h.count++;
    }
    let result: any;
    try {
      const r = nextResult(h.inner!);
      result = isDone(h.inner!, r) ? END : r.value;
    } catch (e) {
      h.inner = undefined;
      closeQuietly(h.cursor);
      throw e;
    }
    if (result !== END) return result;
    h.inner = undefined;
  }
}

function step(h: HelperState): unknown {
  switch (h.kind) {
    case "map": {
      const value = below(h);
      if (value === END) return END;
      const mapped: unknown = called(h, value);
      h.count++;
      return mapped;
    }
    case "filter":
      for (;;) {
        const value = below(h);
        if (value === END) return END;
        const kept: unknown = called(h, value);
        h.count++;
        if (kept) return value;
      }
    case "take":
      if (h.count === 0) {
        closeCursor(h.cursor);
        return END;
      }
      h.count--;
      return below(h);
    case "drop":
      while (h.count > 0) {
        h.count--;
        if (below(h) === END) return END;
      }
      return below(h);
    default:
      return flat(h);
  }
}

export function helperNext(this: HelperState): unknown {
  if (this.running) throw new TypeError("Generator is already running");
  if (this.done) return { value: undefined, done: true };
  this.running = true;
  let value: unknown = END;
  try {
    value = step(this);
  } finally {
    this.running = false;
    this.done = value === END;
  }
  return this.done ? { value: undefined, done: true } : { value, done: false };
}

export function helperReturn(this: HelperState): unknown {
  if (this.running) throw new TypeError("Generator is already running");
  if (!this.done) {
    this.done = true;
    const { inner } = this;
    if (inner !== undefined) {
      this.inner = undefined;
      try {
        closeCursor(inner);
      } catch (e) {
        closeQuietly(this.cursor);
        throw e;
      }
    }
    closeCursor(this.cursor);
  }
  return { value: undefined, done: true };
}

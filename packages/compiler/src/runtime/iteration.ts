/** Iteration in code that may be suspended. */
import { CALL, S } from "@agner/scheduler/frames";
import { bridge } from "./boundary.ts";

type Iterator = { next: unknown; return?: unknown; throw?: unknown };
type Marked = { [CALL]?: Function };

const arrayIterator = Array.prototype[Symbol.iterator];

/** An iterator on its way, with its `next` read once, as the specification has it. */
export class Cursor {
  /** Replaced where the process moves. */
  iterator: Iterator;
  readonly next: Function;
  done = false;
  /** What is iterated. */
  readonly source: unknown;
  constructor(iterator: Iterator, next: unknown, source: unknown) {
    this.iterator = iterator;
    this.source = source;
    this.next =
      typeof next === "function" ? ((next as Marked)[CALL] ?? bridge(next, "iterator.next")) : bridge(next, `${String(next)}`);
  }
}

function notIterable(text: string): TypeError {
  return new TypeError(`${text} is not iterable`);
}

function getIterator(value: unknown, method: unknown, text: string): Iterator {
  if (typeof method !== "function") throw notIterable(text);
  const n = S.nat;
  S.nat = n + 1;
  let iterator: unknown;
  try {
    iterator = Reflect.apply((method as Marked)[CALL] ?? method, value, []) as unknown;
  } finally {
    S.nat = n;
  }
  if ((typeof iterator !== "object" || iterator === null) && typeof iterator !== "function") {
    throw new TypeError(`Result of the Symbol.iterator method is not an object`);
  }
  return iterator as Iterator;
}

function methodOf(value: unknown, text: string): unknown {
  if (value === undefined || value === null) throw notIterable(text);
  return (value as { [Symbol.iterator]?: unknown })[Symbol.iterator];
}

/** For for-of: an array that its own iterator walks, or a cursor. */
export function cursorOf(value: unknown, text: string): unknown[] | Cursor {
  return startIteration(value, methodOf(value, text), text);
}

/** The same if the method has been read. */
export function startIteration(value: unknown, method: unknown, text: string): unknown[] | Cursor {
  if (method === arrayIterator && Array.isArray(value)) return value;
  if (method === itself) return value as Cursor;
  const iterator = getIterator(value, method, text);
  return new Cursor(iterator, iterator.next, value);
}

/** A cursor that a compiled built-in has made is walked by for-of as it is. */
function itself(this: Cursor): Cursor {
  return this;
}
Object.defineProperty(Cursor.prototype, Symbol.iterator, { value: itself });

export function startIndex(cursor: unknown[] | Cursor): number {
  return cursor instanceof Cursor ? -1 : 0;
}

/** Returns SUSPENDED if the iterator's `next` does. */
export function next(cursor: Cursor): unknown {
  return cursor.next.call(cursor.iterator);
}

export function isDone(_cursor: Cursor, result: unknown): boolean {
  if (typeof result !== "object" || result === null) throw new TypeError(`Iterator result ${String(result)} is not an object`);
  return Boolean((result as { done?: unknown }).done);
}

/** Calls `return`, if there is one. Returns SUSPENDED if it does. */
export function close(cursor: Cursor): unknown {
  const method = cursor.iterator.return;
  if (method === undefined || method === null) return NOTHING;
  return ((method as Marked)[CALL] ?? bridge(method, "iterator.return")).call(cursor.iterator);
}
const NOTHING = {};

export function closed(_cursor: Cursor, result: unknown): void {
  if ((typeof result !== "object" && typeof result !== "function") || result === null)
    throw new TypeError(`${String(result)} is not an object`);
}

/** The loop was left by a throw: what `return` does is an atomic section, and its own error gives way to the first. */
export function closeAfterThrow(cursor: unknown[] | Cursor, index: number, error: unknown): never {
  if (index < 0) quietly(cursor as Cursor);
  throw error;
}

function quietly(cursor: Cursor): void {
  const n = S.nat;
  S.nat = n + 1;
  try {
    const method = cursor.iterator.return;
    if (typeof method === "function") Reflect.apply(method, cursor.iterator, []);
  } catch (e) {
    if ((e as { code?: unknown } | null)?.code === "AGNER_NATIVE_FRAME") throw e;
  } finally {
    S.nat = n;
  }
}

/** Methods whose iterators call nothing back. */
const BUILT_IN: ReadonlySet<unknown> = new Set([
  arrayIterator,
  Object.getPrototypeOf(Uint8Array).prototype[Symbol.iterator],
  Map.prototype[Symbol.iterator],
  Set.prototype[Symbol.iterator],
  String.prototype[Symbol.iterator],
]);

/** What a spread or an array pattern may iterate by itself: built-in iterators as they are, others as atomic sections. */
export function iterableOf(value: unknown, text: string): unknown {
  const method = methodOf(value, text);
  if (method === arrayIterator && Array.isArray(value)) return value;
  if (typeof method !== "function") throw notIterable(text);
  if (BUILT_IN.has(method)) return value;
  return new Walk(value, method, text);
}

/** Iterates `source` step by atomic step. */
class Walk {
  readonly source: unknown;
  readonly #method: unknown;
  readonly #text: string;

  constructor(source: unknown, method: unknown, text: string) {
    this.source = source;
    this.#method = method;
    this.#text = text;
  }

  [Symbol.iterator]() {
    const iterator = getIterator(this.source, this.#method, this.#text);
    const cursor = new Cursor(iterator, iterator.next, this.source);
    const atomic = (f: Function, args: unknown[]) => {
      const n = S.nat;
      S.nat = n + 1;
      try {
        return f.apply(iterator, args) as unknown;
      } finally {
        S.nat = n;
      }
    };
    return {
      next: () => atomic(cursor.next, []),
      get return() {
        const method: unknown = iterator.return;
        return method === undefined || method === null ? undefined : () => atomic(method as Function, []);
      },
    };
  }
}

/** The value of an assignment to an array pattern: what was assigned, not what walked it. */
export function assigned(value: unknown): unknown {
  return value instanceof Walk ? value.source : value;
}

/** A step-by-step destructuring. */
export function open(value: unknown): Cursor {
  const iterator = getIterator(value, methodOf(value, String(value)), String(value));
  return new Cursor(iterator, iterator.next, value);
}

export function step(cursor: Cursor): unknown {
  if (cursor.done) return undefined;
  const n = S.nat;
  S.nat = n + 1;
  // An iterator that throws is not closed.
  cursor.done = true;
  try {
    const result: unknown = cursor.next.call(cursor.iterator);
    if (isDone(cursor, result)) return undefined;
    const { value } = result as { value: unknown };
    cursor.done = false;
    return value;
  } finally {
    S.nat = n;
  }
}

export function tail(cursor: Cursor): unknown[] {
  const rest: unknown[] = [];
  for (;;) {
    const value = step(cursor);
    if (cursor.done) return rest;
    rest.push(value);
  }
}

export function shut(cursor: Cursor): void {
  if (cursor.done) return;
  cursor.done = true;
  const n = S.nat;
  S.nat = n + 1;
  try {
    const method: unknown = cursor.iterator.return;
    if (method === undefined || method === null) return;
    closed(cursor, Reflect.apply(method as Function, cursor.iterator, []));
  } finally {
    S.nat = n;
  }
}

export function shutAfterThrow(cursor: Cursor, error: unknown): never {
  if (!cursor.done) {
    cursor.done = true;
    quietly(cursor);
  }
  throw error;
}

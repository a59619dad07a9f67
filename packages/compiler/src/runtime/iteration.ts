/** Iteration in code that may be suspended. */
import { resumeValue, saveCall, SITES, SUSPENDED } from "@agner/scheduler/frames";
import { call, versionOf } from "./boundary.ts";

type Iterator = { next: unknown; return?: unknown; throw?: unknown };

const arrayIterator = Array.prototype[Symbol.iterator];
/** Where an application may have put another `next`. */
const arrayIterators = Object.getPrototypeOf([][Symbol.iterator]()) as { next: unknown };
const nextOfArrays = arrayIterators.next;

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
    this.next = versionOf(next, typeof next === "function" ? "iterator.next" : described(next));
  }
}

/** As V8 says it of what has no name. */
function described(value: unknown): string {
  if (value === undefined) return "undefined";
  const isShown = value === null || /^(?:number|string|boolean)$/.test(typeof value);
  return isShown ? `${typeof value} ${String(value)}` : typeof value;
}

function notIterable(value: unknown, text: string | null): TypeError {
  return new TypeError(
    text === null
      ? `${described(value)} is not iterable (cannot read property Symbol(Symbol.iterator))`
      : `${text} is not iterable`,
  );
}

/** What the steps of iterations do where compiled code is called; see builtins/iteration.ts. Filled where the built-ins are installed. */
export const compiledSteps = {} as Record<
  "step" | "rest" | "take" | "close" | "closeAfterThrow",
  (...args: unknown[]) => unknown
>;

const prototypeOfIterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as {
  [Symbol.iterator]: Function;
};
/** Of built-in iterables and iterators: they call nothing of the application's. */
const BUILT_IN_METHODS = new Set<unknown>([
  arrayIterator,
  prototypeOfIterators[Symbol.iterator],
  Map.prototype.entries,
  Set.prototype.values,
  String.prototype[Symbol.iterator],
  Uint8Array.prototype.values,
]);
const BUILT_IN_NEXT = new Set<unknown>(
  [[][Symbol.iterator](), new Map().entries(), new Set().values(), ""[Symbol.iterator](), "".matchAll(/x/g)].map((it) => it.next),
);

function methodOf(value: unknown, text: string | null): unknown {
  if (value === undefined || value === null) throw notIterable(value, text);
  return (value as { [Symbol.iterator]?: unknown })[Symbol.iterator];
}

/** For for-of: an array that its own iterator walks, or a cursor. Returns SUSPENDED if the method `Symbol.iterator` does. */
export function cursorOf(value: unknown, text: string | null): unknown {
  return startIteration(value, methodOf(value, text), text);
}

/** The same if the method has been read. */
export function startIteration(value: unknown, method: unknown, text: string | null): unknown {
  if (method === arrayIterator && Array.isArray(value) && arrayIterators.next === nextOfArrays) return value;
  if (method === itself) return value;
  return begin(value, method, text, WALK);
}

/** The frames of what is below, if the method `Symbol.iterator` suspends. Their numbers are given out with those of the compiled built-ins. */
export const BEGUN_SITES = 3;
let sites = 0;

/** A cursor over `value`. Returns SUSPENDED if the method does, with a frame that goes on as the `way`th of {@link CONTINUATIONS}. */
function begin(value: unknown, method: unknown, text: string | null, way: number, count = 0): unknown {
  if (typeof method !== "function") throw notIterable(value, text);
  const iterator: unknown = call(versionOf(method, "Symbol.iterator"), value);
  if (iterator === SUSPENDED) return saveCall([null, sites + way, value, count]);
  return CONTINUATIONS[way]!(cursorFrom(iterator, value), count);
}

const WALK = 0;
const ALL = 1;
const TAKE = 2;
/** What follows when an iteration has begun. */
const CONTINUATIONS: readonly ((cursor: Cursor, count: number) => unknown)[] = [
  (cursor) => cursor,
  (cursor) => compiledSteps.rest(cursor),
  (cursor, count) => compiledSteps.take(cursor, count),
];

/** `first`: the first of {@link BEGUN_SITES} numbers. */
export function registerBegun(first: number): void {
  sites = first;
  for (const [way, go] of CONTINUATIONS.entries())
    SITES[first + way] = (frame) => go(cursorFrom(resumeValue(), frame[2]), frame[3] as number);
}

export function cursorFrom(iterator: unknown, source: unknown): Cursor {
  if ((typeof iterator !== "object" && typeof iterator !== "function") || iterator === null)
    throw new TypeError("Result of the Symbol.iterator method is not an object");
  return new Cursor(iterator as Iterator, (iterator as Iterator).next, source);
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
  return call(cursor.next, cursor.iterator);
}

export function isDone(_cursor: Cursor, result: unknown): boolean {
  if ((typeof result !== "object" || result === null) && typeof result !== "function")
    throw new TypeError(`Iterator result ${String(result)} is not an object`);
  return Boolean((result as { done?: unknown }).done);
}

/** A loop or a pattern is left: closes, unless that has been done. Returns SUSPENDED if `return` does. */
export function leave(cursor: Cursor): unknown {
  if (cursor.done) return NOTHING;
  cursor.done = true;
  return close(cursor);
}

/** Calls `return`, if there is one. Returns SUSPENDED if it does. */
export function close(cursor: Cursor): unknown {
  const method = cursor.iterator.return;
  if (method === undefined || method === null) return NOTHING;
  return call(versionOf(method, "iterator.return"), cursor.iterator);
}
const NOTHING = {};

export function closed(_cursor: Cursor, result: unknown): void {
  if ((typeof result !== "object" && typeof result !== "function") || result === null)
    throw new TypeError(`Iterator result ${String(result)} is not an object`);
}

/** The loop was left by a throw. Returns SUSPENDED if `return` does. */
export function closeAfterThrow(cursor: unknown[] | Cursor, error: unknown): unknown {
  if (!(cursor instanceof Cursor) || cursor.done) throw error;
  cursor.done = true;
  return compiledSteps.closeAfterThrow(cursor, error);
}

/** What a spread takes as it is: an array, or a copy of what is iterated. Returns SUSPENDED if a method of the iterator does. */
export function allOf(value: unknown, text: string | null): unknown {
  const method = methodOf(value, text);
  if (method === arrayIterator && Array.isArray(value) && arrayIterators.next === nextOfArrays) return value;
  return isBuiltIn(value, method) ? [...(value as Iterable<unknown>)] : begin(value, method, text, ALL);
}

/** The first `count` elements, or all, of what an array pattern takes apart. Returns SUSPENDED if a method of the iterator does. */
export function take(value: unknown, count: number, everything: boolean, text: string | null): unknown {
  const method = methodOf(value, text);
  if (method === arrayIterator && Array.isArray(value) && arrayIterators.next === nextOfArrays) return value;
  return begin(value, method, text, everything ? ALL : TAKE, count);
}

function isBuiltIn(value: unknown, method: unknown): boolean {
  if (!BUILT_IN_METHODS.has(method) || arrayIterators.next !== nextOfArrays) return false;
  return method !== prototypeOfIterators[Symbol.iterator] || BUILT_IN_NEXT.has((value as Iterator).next);
}

/** What an array pattern has left of an array. */
export function slice(array: unknown[], from: number): unknown[] {
  const rest: unknown[] = [];
  for (let i = from; i < array.length; i++) rest.push(array[i]);
  return rest;
}

/** Begins a step-by-step destructuring. Returns SUSPENDED if the method `Symbol.iterator` does. */
export function open(value: unknown, text: string | null): unknown {
  return begin(value, methodOf(value, text), text, WALK);
}

/** The next element. Returns SUSPENDED if `next` does. */
export function step(cursor: Cursor): unknown {
  return cursor.done ? undefined : compiledSteps.step(cursor);
}

export function tail(cursor: Cursor): unknown {
  return cursor.done ? [] : compiledSteps.rest(cursor);
}

export function shut(cursor: Cursor): unknown {
  return cursor.done ? undefined : compiledSteps.close(cursor);
}

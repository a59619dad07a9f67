/** Steps of iterations for compiled code: those that call a method of the iterator return SUSPENDED if it does. */
import { call, versionOf } from "./boundary.ts";
import { isDone, next, type Cursor } from "./iteration.ts";

/** An iterator that throws is not closed, nor is one whose result cannot be read. */
export function advance(cursor: Cursor): unknown {
  if (cursor.done) return END;
  cursor.done = true;
  return next(cursor);
}
const END = { done: true };

export function taken(cursor: Cursor, result: unknown): unknown {
  if (isDone(cursor, result)) return undefined;
  const { value } = result as { value: unknown };
  cursor.done = false;
  return value;
}

/** The iterator's `return`, if it has one. */
export function returnOf(cursor: Cursor): Function | undefined {
  const method = cursor.iterator.return as Function | undefined | null;
  return method ?? undefined;
}

export function callReturn(cursor: Cursor, method: Function): unknown {
  return call(versionOf(method, "iterator.return"), cursor.iterator);
}

/** What closing an iterator gave. */
export function checkClosed(result: unknown): void {
  if ((typeof result !== "object" && typeof result !== "function") || result === null)
    throw new TypeError(`Iterator result ${String(result)} is not an object`);
}

export function isNativeFrame(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === "AGNER_NATIVE_FRAME";
}

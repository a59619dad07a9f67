/** What syntax does with iterators that may suspend: walked and closed by compiled code. They are begun in runtime/iteration.ts. */
import { advance, callReturn, checkClosed, isNativeFrame, returnOf, taken } from "../runtime/iterator-steps.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */

/** The next element of an array pattern. */
export function step(cursor: any): unknown {
  return taken(cursor, advance(cursor));
}

/** Closes after a throw: what that throws itself gives way to the first error. */
export function closeAfterThrow(cursor: any, error: unknown): never {
  try {
    const method = returnOf(cursor);
    if (method !== undefined) callReturn(cursor, method);
  } catch (e) {
    if (isNativeFrame(e)) throw e;
  }
  throw error;
}

/** All elements that are left. */
export function rest(cursor: any): unknown[] {
  const list: unknown[] = [];
  for (;;) {
    const value = step(cursor);
    if (cursor.done) return list;
    list.push(value);
  }
}

/** As many elements as an array pattern takes, or all; the iterator is closed if it has more. */
export function take(cursor: any, count: number): unknown[] {
  const list: unknown[] = [];
  while (list.length < count) {
    const item = step(cursor);
    if (cursor.done) return list;
    list.push(item);
  }
  close(cursor);
  return list;
}

/** The end of a pattern. */
export function close(cursor: any): void {
  if (cursor.done) return;
  cursor.done = true;
  const method = returnOf(cursor);
  if (method !== undefined) checkClosed(callReturn(cursor, method));
}

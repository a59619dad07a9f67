/** Iterator helpers: objects of V8 whose state is kept here, and which compiled code asks through compiled functions. */
import { atomic } from "@agner/scheduler/frames";
import { addStateKind } from "@agner/scheduler/state";
import { close, Cursor, isDone as done, next, startIteration } from "./iteration.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */

export interface HelperState {
  readonly kind: "map" | "filter" | "flatMap" | "take" | "drop";
  readonly cursor: Cursor & Iterable<any>;
  readonly callback: ((value: unknown, k: number) => unknown) | undefined;
  /** Elements seen, or what is left to take or drop. */
  count: number;
  /** What flatMap walks just now. */
  inner: Cursor | undefined;
  running: boolean;
  done: boolean;
}

type IteratorClass = { prototype: Record<string, Function>; from: Function };
const { Iterator } = globalThis as { Iterator?: IteratorClass };
/** As they were before any application. */
const methods: Record<string, Function> = Iterator === undefined ? {} : { ...pick(Iterator.prototype), from: Iterator.from };

function pick(prototype: Record<string, Function>): Record<string, Function> {
  const found: Record<string, Function> = {};
  for (const name of ["map", "flatMap", "take", "drop"]) found[name] = prototype[name]!;
  return found;
}

const shape = methods["map"]?.call({ next: () => ({ done: true }) }, () => 0) as object | undefined;
/** %IteratorHelperPrototype% and %WrapForValidIteratorPrototype%, where V8 has them. */
export const helperPrototype = shape === undefined ? undefined : (Object.getPrototypeOf(shape) as Record<string, Function>);
export const wrapperPrototype =
  Iterator === undefined
    ? undefined
    : (Object.getPrototypeOf(Iterator.from({ next: () => ({ done: true }) })) as Record<string, Function>);

/** What stands for the end of an iteration among elements. */
export const END: unique symbol = Symbol.for("agner.end") as never;

const states = new WeakMap<object, HelperState>();
const wrapped = new WeakMap<object, Cursor>();

export function helperState(helper: object): HelperState | undefined {
  return states.get(helper);
}

export function wrappedCursor(wrapper: object): Cursor | undefined {
  return wrapped.get(wrapper);
}

/** What compiled code calls of a helper; set where the built-ins are installed. */
export const steps: { next: Function; return: Function } = { next: () => {}, return: () => {} };

/** Its state is looked up each time: where a process moves, it arrives after the object. */
function newHelper(): object {
  const step = (name: "next" | "return") => () => atomic(steps[name], states.get(helper), []);
  const helper = methods["map"]!.call({ next: step("next"), return: step("return") }, (value: unknown) => value) as object;
  return helper;
}

export function helperOver(
  kind: HelperState["kind"],
  cursor: HelperState["cursor"],
  callback: HelperState["callback"],
  count: number,
): object {
  const helper = newHelper();
  states.set(helper, { kind, cursor, callback, count, inner: undefined, running: false, done: false });
  return helper;
}

export function cursorOfIterator(iterator: any): HelperState["cursor"] {
  return new Cursor(iterator, iterator.next, iterator) as never;
}

/** Suspends if the iterator's own does. */
export function nextResult(cursor: Cursor): any {
  return next(cursor);
}

export function isDone(cursor: Cursor, result: unknown): boolean {
  return done(cursor, result);
}

/** IteratorClose after a normal completion. Suspends if the iterator's `return` does. */
export function closeCursor(cursor: Cursor): unknown {
  return close(cursor);
}

/** IteratorClose after a throw: an atomic section, whose own error gives way. */
export function closeQuietly(cursor: Cursor): void {
  try {
    atomic(close, undefined, [cursor]);
  } catch (e) {
    if ((e as { code?: unknown } | null)?.code === "AGNER_NATIVE_FRAME") throw e;
  }
}

/** The built-in has the words for what it cannot flatten. */
function refuse(value: unknown): void {
  methods["flatMap"]!.call({ next: () => ({ value: 0 }) }, () => value).next();
}

/** GetIteratorFlattenable, where texts are refused. */
export function flattenable(value: any): Cursor {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) refuse(value);
  const method = value[Symbol.iterator];
  if (method === undefined || method === null) return cursorOfIterator(value);
  if (typeof method !== "function") refuse({ [Symbol.iterator]: method });
  const found = atomic(startIteration, undefined, [value, method, null]) as Cursor | unknown[];
  if (found instanceof Cursor) return found;
  const iterator = found[Symbol.iterator]();
  return new Cursor(iterator as never, iterator.next, found);
}

/** How many `take` or `drop` are told; for what is no such number the built-in itself finds the words. */
export function limitOf(method: "take" | "drop", iterator: unknown, limit: unknown): number {
  let n = NaN;
  let given: unknown;
  try {
    given = n = +(limit as number);
  } catch (e) {
    given = {
      valueOf() {
        throw e;
      },
    };
  }
  const whole = Math.trunc(n);
  if (n !== n || whole < 0) methods[method]!.call(iterator, given);
  return whole + 0;
}

/** Iterator.from of what is no iterator of this realm's: the wrapper of V8, whose methods compiled code asks through compiled ones. */
export function wrapIterator(value: any): unknown {
  if (typeof value !== "string" && ((typeof value !== "object" && typeof value !== "function") || value === null))
    return methods["from"]!.call(Iterator, value);
  const method = value[Symbol.iterator];
  if (method === undefined || method === null) return wrapperOver(value);
  if (typeof method !== "function") return methods["from"]!.call(Iterator, value);
  return wrapperOver(atomic(method, value, []));
}

function wrapperOver(iterator: any): unknown {
  if ((typeof iterator !== "object" && typeof iterator !== "function") || iterator === null)
    return methods["from"]!.call(Iterator, { [Symbol.iterator]: () => iterator });
  const cursor = cursorOfIterator(iterator);
  if (Object.prototype.isPrototypeOf.call(Iterator!.prototype, iterator)) return iterator;
  return wrapperOf(cursor);
}

function wrapperOf(cursor: Cursor): object {
  const wrapper = methods["from"]!.call(Iterator, {
    next: () => atomic(next, undefined, [cursor]),
    get return() {
      const method: unknown = cursor.iterator.return;
      return method === undefined || method === null ? undefined : () => atomic(method as Function, cursor.iterator, []);
    },
  }) as object;
  wrapped.set(wrapper, cursor);
  return wrapper;
}

/** `return` of a wrapper. Suspends if the iterator's own does. */
export function wrapperReturn(cursor: Cursor): unknown {
  const method: unknown = cursor.iterator.return;
  return method === undefined || method === null ? { value: undefined, done: true } : close(cursor);
}

/** Tells this thread how iterator helpers move. */
export function prepareHelpersToMove(): void {
  if (helperPrototype === undefined) return;
  addStateKind<object>({
    name: "agner.helper",
    prototype: helperPrototype,
    takeApart: (helper) => {
      const state = states.get(helper);
      return state === undefined ? "an Iterator Helper" : [state];
    },
    make: newHelper,
    fill: (helper, [state]) => states.set(helper, state as HelperState),
  });
}

/** HOT PATH. Calls across the native boundary: bridges for functions without a suspendable version, wrappers for those with one. */
import { CALL, chargeDebt, giveTo, S } from "@agner/scheduler/frames";

/** Own property of a class that compiled code may construct directly: the class itself (a subclass inherits it, and differs). */
export const NEW: unique symbol = Symbol("agner.new");

/** Own property of functions, often given to array methods, that never suspend: the method may then be the built-in one. */
export const PLAIN: unique symbol = Symbol("agner.plain");

type Any = (...args: unknown[]) => unknown;
type Marked = Function & { [CALL]?: Function };

/** Bridges by function. Not kept on the function itself: functions that inherit from others would inherit it. */
const bridges = new WeakMap<Function, Any>();

/** The version to call of a function that has no mark: as an atomic section. What is no function throws when it is called, as in JavaScript. */
export function bridge(fn: unknown, text: string): Any {
  if (typeof fn !== "function") {
    return () => {
      throw new TypeError(`${text} is not a function`);
    };
  }
  let b = bridges.get(fn);
  if (b === undefined) {
    b = function (this: unknown, ...args: unknown[]): unknown {
      const { nat: n, debt } = S;
      S.nat = n + 1;
      giveTo(fn, args);
      try {
        return Reflect.apply(fn, this, args);
      } finally {
        S.nat = n;
        if (S.debt !== debt) chargeDebt(debt);
      }
    };
    bridges.set(fn, b);
  }
  return b;
}

/** The version to call of a method that is read only once; clears the sign that an accessor gave it out. */
export function methodVersion(fn: unknown, text: string): Function {
  S.g = 0;
  return (fn as { [CALL]?: Function } | null | undefined)?.[CALL] ?? bridge(fn, text);
}

/** `new` of something that may run compiled code below native frames. */
export function construct(constructor: unknown, text: string, ...args: unknown[]): unknown {
  const { nat: n, debt } = S;
  S.nat = n + 1;
  if (typeof constructor === "function") giveTo(constructor, args);
  try {
    return Reflect.construct(constructor as Function, args);
  } catch (e) {
    if (!isConstructor(constructor)) throw new TypeError(`${text} is not a constructor`);
    throw e;
  } finally {
    S.nat = n;
    if (S.debt !== debt) chargeDebt(debt);
  }
}

function isConstructor(value: unknown): boolean {
  try {
    Reflect.construct(Object, [], value as Function);
    return true;
  } catch {
    return false;
  }
}

/** Compiled code may call `fn` directly. */
export function mark<F extends Function>(fn: F): F {
  (fn as Marked)[CALL] = fn;
  return fn;
}

/** Functions that syntax and built-ins call by themselves are seen by them as atomic sections; compiled calls get the function itself. */
export function wrap(fn: Function): Function {
  const outer = {
    [fn.name](this: unknown, ...args: unknown[]): unknown {
      const { nat: n, debt } = S;
      S.nat = n + 1;
      try {
        const result: unknown = Reflect.apply(fn, this, args);
        if (typeof result === "function") S.g = 1;
        return result;
      } finally {
        S.nat = n;
        if (S.debt !== debt) chargeDebt(debt);
      }
    },
  }[fn.name]!;
  if (fn.length !== 0) Object.defineProperty(outer, "length", { value: fn.length, configurable: true });
  (outer as Marked)[CALL] = fn;
  return outer;
}

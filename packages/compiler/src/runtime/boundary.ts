/** HOT PATH. Calls across the native boundary: bridges for functions without a suspendable version, wrappers for those with one. */
import { types } from "node:util";
import type { ModuleRecord } from "./linking.ts";
import { CALL, chargeDebt, checksAtEntry, entered, giveTo, preempt, S } from "@agner/scheduler/frames";

/** Own property of a class that compiled code may construct directly: the class itself (a subclass inherits it, and differs). */
export const NEW: unique symbol = Symbol("agner.new");

/** Own property of functions, often given to array methods, that never suspend: the method may then be the built-in one. */
export const PLAIN: unique symbol = Symbol("agner.plain");

type Any = (...args: unknown[]) => unknown;
type Marked = Function & { [CALL]?: Function; [OF]?: Function };

/** Own property of a version that is not the function itself: the function. What a Proxy, or a function that inherits from another, says of itself is its target's. */
export const OF: unique symbol = Symbol("agner.of");

/** Compiled code calls `version` where it comes across `fn`. */
export function setVersion(fn: Function, version: Function): void {
  Object.defineProperty(fn, CALL, { value: version, configurable: true, writable: true, enumerable: false });
  if (version !== fn) Object.defineProperty(version, OF, { value: fn, configurable: true, writable: true, enumerable: false });
}

/** What error messages call it, or the number of that among those of the module. */
type Text = string | number;

/** What compiled code calls instead of `fn`. */
export function versionOf(fn: unknown, text: Text, module?: ModuleRecord): Any {
  const version = (fn as Marked | null | undefined)?.[CALL] as (Any & { [OF]?: Function }) | undefined;
  return version !== undefined && (version === fn || version[OF] === fn) ? version : bridge(fn, text, module);
}

/** `call(fn, self, ...args)`, whatever properties `fn` has: V8 puts this in place as it does `fn.call`. */
export const call = Function.prototype.call.bind(Function.prototype.call) as (
  fn: Function,
  self: unknown,
  ...args: unknown[]
) => unknown;

function written(text: Text, module: ModuleRecord | undefined): string {
  return typeof text === "string" ? text : module!.texts!.split("\n")[text]!;
}

/** Bridges by function. Not kept on the function itself: functions that inherit from others would inherit it. */
const bridges = new WeakMap<Function, Any>();

/** How compiled code leaves a function for another time: at its entry, after a call, at the head of a loop, or from the one place where all of these save. */
const LEAVES = /return \$(?:[hks]\d*|leave|r\d+_\w*)\(/;

/** Whether something in the text of a compiled function may suspend. Built-ins and what only computes carry the same mark as others. */
export function maySuspend(fn: Function): boolean {
  return LEAVES.test(Function.prototype.toString.call(fn));
}

/** Compiled code calls `version` where it comes across `fn`, which cannot be marked itself. */
export function setBridge(fn: Function, version: Function): void {
  bridges.set(fn, version as Any);
}

/** The version to call of a function that has no mark: as an atomic section, after which the slice may be over. What is no function throws when it is called, as in JavaScript. */
function bridge(fn: unknown, text: Text, module: ModuleRecord | undefined): Any {
  if (typeof fn !== "function") {
    return () => {
      throw new TypeError(`${written(text, module)} is not a function`);
    };
  }
  let b = bridges.get(fn);
  if (b === undefined) {
    // A wrapper to which the properties of another function were copied has that one's mark.
    if (Object.hasOwn(fn, CALL) && !types.isProxy(fn) && maySuspend(fn)) return mark(fn) as unknown as Any;
    b = function (this: unknown, ...args: unknown[]): unknown {
      const { nat: n, debt } = S;
      S.nat = n + 1;
      giveTo(fn, args);
      let result: unknown;
      try {
        result = Reflect.apply(fn, this, args);
      } finally {
        S.nat = n;
        if (S.debt !== debt) chargeDebt(debt);
      }
      return S.r < 0 && n === 0 ? preempt(result) : result;
    };
    if (types.isAsyncFunction(fn)) b = announced(fn, b);
    bridges.set(fn, b);
  }
  return b;
}

/** Says which async function runs, for the error of what would suspend the process in it. */
function announced(fn: Function, call: Any): Any {
  return function (this: unknown, ...args: unknown[]): unknown {
    const outer = { ...entered };
    entered.fn = fn;
    entered.nat = S.nat + 1;
    try {
      return Reflect.apply(call, this, args);
    } finally {
      Object.assign(entered, outer);
    }
  };
}

/** The version to call of a method that is read only once; clears the sign that an accessor gave it out. */
function methodVersion(fn: unknown, text: number, module: ModuleRecord): Function {
  S.g = 0;
  return versionOf(fn, text, module);
}

/** What calls of functions that the compiler does not know go through; of methods by the number of arguments. */
export const unknownCalls = {
  v: (module: ModuleRecord) => (fn: unknown, text: number) => versionOf(fn, text, module),
  mv: (module: ModuleRecord) => (fn: unknown, text: number) => methodVersion(fn, text, module),
  m0: (module: ModuleRecord) => (fn: unknown, text: number, self: unknown) => call(methodVersion(fn, text, module), self),
  m1: (module: ModuleRecord) => (fn: unknown, text: number, self: unknown, a: unknown) =>
    call(methodVersion(fn, text, module), self, a),
  m2: (module: ModuleRecord) => (fn: unknown, text: number, self: unknown, a: unknown, b: unknown) =>
    call(methodVersion(fn, text, module), self, a, b),
  m3: (module: ModuleRecord) => (fn: unknown, text: number, self: unknown, a: unknown, b: unknown, c: unknown) =>
    call(methodVersion(fn, text, module), self, a, b, c),
  nw:
    (module: ModuleRecord) =>
    (constructor: unknown, text: number, ...args: unknown[]) =>
      construct(constructor, text, args, module),
  /** In few words: also for what compiled code may construct directly. */
  n:
    (module: ModuleRecord) =>
    (constructor: unknown, text: number, ...args: unknown[]): unknown => {
      const compiled = (constructor as { [NEW]?: unknown } | null | undefined)?.[NEW];
      return compiled !== undefined && compiled === constructor
        ? Reflect.construct(constructor as Function, args)
        : construct(constructor, text, args, module);
    },
};

type Builder = (constructor: Function, argument: unknown) => unknown;
/** Compiled equivalents of constructors that iterate what they are given, and for which arguments the constructor itself is as good. */
export const builders = new Map<unknown, BuiltConstructor>();

interface BuiltConstructor {
  readonly build: Builder;
  readonly asIs: (argument: unknown) => boolean;
  /** Of a collection: the method that adds, by name and as JavaScript has it, and what puts all that is given into an instance. */
  readonly adds?: { readonly name: string; readonly method: unknown; readonly fill: (...args: unknown[]) => unknown };
}

/** The compiled equivalent of `new` for functions. */
export const functions: { construct: ((constructor: Function, args: ArrayLike<unknown>, target: Function) => unknown) | null } = {
  construct: null,
};

const calledInstead = new WeakMap<object, boolean>();

/** Whether it is a compiled function (no class) that `new` may call with an instance instead of constructing it, so that it can suspend. */
export function callsInstead(constructor: unknown): constructor is Function {
  if (typeof constructor !== "function" || functions.construct === null) return false;
  let found = calledInstead.get(constructor);
  if (found === undefined) {
    found =
      Object.hasOwn(constructor, CALL) &&
      (constructor as Marked)[CALL] === constructor &&
      (constructor as { [PLAIN]?: boolean })[PLAIN] !== true &&
      Object.getPrototypeOf(constructor) === Function.prototype &&
      Object.getOwnPropertyDescriptor(constructor, "prototype")?.writable === true;
    calledInstead.set(constructor, found);
  }
  return found;
}

/** `new` of something that may run compiled code below native frames. */
function construct(constructor: unknown, text: number, args: unknown[], module: ModuleRecord): unknown {
  const builder = args.length > 0 ? builders.get(constructor) : undefined;
  if (builder !== undefined && !builder.asIs(args[0])) return builder.build(constructor as Function, args[0]);
  if (constructor === Proxy) return proxies.make!(...args);
  if (callsInstead(constructor)) return functions.construct!(constructor, args, constructor);
  const { nat: n, debt } = S;
  S.nat = n + 1;
  if (typeof constructor === "function") giveTo(constructor, args);
  try {
    return Reflect.construct(constructor as Function, args);
  } catch (e) {
    if (!isConstructor(constructor)) throw new TypeError(`${written(text, module)} is not a constructor`);
    throw e;
  } finally {
    S.nat = n;
    if (S.debt !== debt) chargeDebt(debt);
  }
}

export function isConstructor(value: unknown): value is Function {
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

/** Whether compiled code has made a Proxy on this thread: what looks like an array may then tell that it was looked at. */
export const proxies = { made: false, make: null as ((...args: unknown[]) => unknown) | null };

/** Whether there is on this thread a compiled method of that name that may suspend. */
export const methodsByName = { toJSON: false };

/** Calls a version from outside of compiled code, as an atomic section. */
function atomicEntry(fn: Function, self: unknown, args: ArrayLike<unknown>): unknown {
  const { nat: n, debt } = S;
  S.nat = n + 1;
  try {
    const result: unknown = Reflect.apply(fn, self, args);
    if (typeof result === "function") S.g = 1;
    return result;
  } finally {
    S.nat = n;
    if (S.debt !== debt) chargeDebt(debt);
  }
}

type MakeWrapper = (fn: Function) => Record<string, Function>;

/**
 * Wrappers by the number of parameters, in objects that give them their names: a function whose `length` or `name` is defined anew keeps its properties
 * in a table, and V8 then has to look for its version at each call.
 */
/* oxlint-disable eslint(no-unused-vars) -- parameters are there to be counted */
const WRAPPERS: readonly MakeWrapper[] = [
  (fn) => ({
    [fn.name](this: unknown) {
      return atomicEntry(fn, this, arguments);
    },
  }),
  (fn) => ({
    [fn.name](this: unknown, _a: unknown) {
      return atomicEntry(fn, this, arguments);
    },
  }),
  (fn) => ({
    [fn.name](this: unknown, _a: unknown, _b: unknown) {
      return atomicEntry(fn, this, arguments);
    },
  }),
  (fn) => ({
    [fn.name](this: unknown, _a: unknown, _b: unknown, _c: unknown) {
      return atomicEntry(fn, this, arguments);
    },
  }),
];
/* oxlint-enable eslint(no-unused-vars) */

const wrapperOfMany: MakeWrapper = (fn) => {
  const made = WRAPPERS[0]!(fn);
  Object.defineProperty(made[fn.name]!, "length", { value: fn.length, configurable: true });
  return made;
};

/** Functions that syntax and built-ins call by themselves are seen by them as atomic sections; compiled calls get the function itself. */
export function wrap(fn: Function, name: string = fn.name): Function {
  if (name === "toJSON" && checksAtEntry(fn)) methodsByName.toJSON = true;
  const known = (fn as Marked)[OF];
  if (known !== undefined && (known as Marked)[CALL] === fn) return known;
  const outer = (WRAPPERS[fn.length] ?? wrapperOfMany)(fn)[fn.name]!;
  setVersion(outer, fn);
  return outer;
}

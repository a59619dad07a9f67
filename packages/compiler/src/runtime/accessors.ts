/**
 * Accessors and Proxy traps made of compiled functions: syntax runs them, so they are atomic sections. Where a function is written as one,
 * the compiler sees to it; here are those that are handed to `Object.defineProperty` and its like, or to `new Proxy`.
 */
import { inspect } from "node:util";
import { atomic, CALL, INFO, S } from "@agner/scheduler/frames";
import { globalNames } from "@agner/scheduler/state";
import { ORDINARY_NAMES, SYNTAX_METHODS, TEXT_METHODS } from "../method-names.ts";
import { maySuspend, PLAIN, proxies, setBridge, wrap } from "./boundary.ts";
import { nameByKey, propertyKey } from "./values.ts";

type Compiled = Function & { [CALL]?: Function; [PLAIN]?: boolean };

/** Whether it may suspend, or run what does, and nothing says that it must not. */
function unguarded(fn: unknown): fn is Compiled {
  return typeof fn === "function" && Object.hasOwn(fn, CALL) && (fn as Compiled)[CALL] === fn && (fn as Compiled)[PLAIN] !== true;
}

/** What every function has. */
const OF_FUNCTIONS = new Set<PropertyKey>(["length", "name", "prototype", "arguments", "caller", CALL, INFO, PLAIN]);

/** Whether an application uses the function as an object, too: it has properties, or what it makes has methods. */
function hasProperties(fn: Function): boolean {
  const { prototype } = fn as { prototype?: unknown };
  return (
    Reflect.ownKeys(fn).some((key) => !OF_FUNCTIONS.has(key)) ||
    Object.getPrototypeOf(fn) !== Function.prototype ||
    (isObject(prototype) && Reflect.ownKeys(prototype).some((key) => key !== "constructor"))
  );
}

const guardedObjects = new WeakMap<Function, Function>();

/** The wrapper of a function with properties: a Proxy of it, through which they are all there. Compiled calls get the function. */
function guardedObject(fn: Function): Function {
  let guard = guardedObjects.get(fn);
  if (guard === undefined) {
    guard = new Proxy(fn, {
      apply(target, self, args: unknown[]) {
        const result = atomic(target, self, args);
        if (typeof result === "function") S.g = 1;
        return result;
      },
    });
    guardedObjects.set(fn, guard);
    setBridge(guard, fn);
  }
  return guard;
}

/** What is written where syntax may call it. */
export function guardedMethod(value: unknown, name?: string): unknown {
  if (!unguarded(value) || !maySuspend(value)) return value;
  return hasProperties(value) ? guardedObject(value) : wrap(value, name);
}

const BUILT_IN = new Set<unknown>(
  globalNames().flatMap((name) => {
    const value = Object.getOwnPropertyDescriptor(globalThis, name)!.value as { prototype?: object } | undefined;
    return /^[A-Z]/.test(name) && value instanceof Object ? [value, value.prototype ?? value] : [];
  }),
);

/** The symbols by which JavaScript and Node.js call methods. */
const CALLED = new Set<unknown>([
  inspect.custom,
  ...Object.getOwnPropertyNames(Symbol).flatMap((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(Symbol, name)!.value;
    return typeof value === "symbol" && value !== Symbol.species ? [value] : [];
  }),
]);

/** Whether syntax may call a method of that key, or compiled code as if it were a built-in. `written`: the function is written in this place. */
function isCalledUnseen(target: unknown, key: PropertyKey, written: boolean): boolean {
  if (typeof key === "symbol" && CALLED.has(key)) return true;
  if (SYNTAX_METHODS.has(key as string) && (written || !ORDINARY_NAMES.has(key as string))) return true;
  if (TEXT_METHODS.has(key as string)) return true;
  return BUILT_IN.has(target) && key !== "constructor" && key !== Symbol.species && Object.hasOwn(target as object, key);
}

/** An accessor that gives out what syntax calls. */
function givesMethod(get: Function): Function {
  return function (this: unknown): unknown {
    return guardedMethod(Reflect.apply(get, this, []));
  };
}

const isAccessor = (value: unknown): boolean => value === undefined || typeof value === "function";
const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** Whether every object describes a property, so that a copy has to inherit nothing. */
function isDescribed(o: object): boolean {
  return "enumerable" in o || "configurable" in o || "value" in o || "writable" in o || "get" in o || "set" in o;
}

/** What a descriptor says, read from it once and in JavaScript's order. */
function described(from: PropertyDescriptor): PropertyDescriptor {
  const to = (isDescribed(Object.prototype) ? Object.create(null) : {}) as PropertyDescriptor;
  if ("enumerable" in from) to.enumerable = from.enumerable!;
  if ("configurable" in from) to.configurable = from.configurable!;
  if ("value" in from) to.value = from.value;
  if ("writable" in from) to.writable = from.writable!;
  if ("get" in from) to.get = from.get as () => unknown;
  // A getter that is none is an error before the setter is looked at.
  if (isAccessor(to.get) && "set" in from) to.set = from.set as (v: unknown) => void;
  return to;
}

/** Whether it can describe a property. */
function isSound(d: PropertyDescriptor): boolean {
  if (!isObject(d) || !isAccessor(d.get) || !isAccessor(d.set)) return false;
  return !("get" in d || "set" in d) || !("value" in d || "writable" in d);
}

function guarded(target: unknown, key: PropertyKey, descriptor: PropertyDescriptor): PropertyDescriptor {
  if (!isObject(descriptor)) return descriptor;
  const copy = described(descriptor);
  const { get, set, value } = copy;
  if (typeof get === "function") {
    const gives = Object.hasOwn(get, CALL) && isCalledUnseen(target, key, false);
    if (gives || unguarded(get)) copy.get = wrap(gives ? givesMethod(get) : get) as () => unknown;
  }
  if (unguarded(set)) copy.set = wrap(set) as (v: unknown) => void;
  if (unguarded(value) && isCalledUnseen(target, key, false))
    copy.value = guardedMethod(value, key === "toJSON" ? key : undefined);
  return copy;
}

function allGuarded(target: unknown, descriptors: PropertyDescriptorMap): PropertyDescriptorMap {
  if (!isObject(descriptors)) return descriptors;
  const copy = Object.create(null) as PropertyDescriptorMap;
  const keys = Reflect.ownKeys(descriptors);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (Object.getOwnPropertyDescriptor(descriptors, key)?.enumerable !== true) continue;
    const descriptor = guarded(target, key, descriptors[key as string]!);
    copy[key as string] = descriptor;
    // An error before the others are looked at.
    if (!isSound(descriptor)) break;
  }
  return copy;
}

/** `Object.defineProperty`, `Object.defineProperties`, `Object.create` and `Reflect.defineProperty` as compiled code calls them. */
export const define = {
  defineProperty: (target: object, key: PropertyKey, descriptor: PropertyDescriptor) =>
    isObject(target)
      ? Object.defineProperty(target, (key = propertyKey(key)), guarded(target, key, descriptor))
      : Object.defineProperty(target, key, descriptor),
  reflectDefineProperty: (target: object, key: PropertyKey, descriptor: PropertyDescriptor) =>
    isObject(target)
      ? Reflect.defineProperty(target, (key = propertyKey(key)), guarded(target, key, descriptor))
      : Reflect.defineProperty(target, key, descriptor),
  defineProperties: (target: object, descriptors: PropertyDescriptorMap) =>
    Object.defineProperties(target, isObject(target) ? allGuarded(target, descriptors) : descriptors),
  create: (prototype: object | null, descriptors?: PropertyDescriptorMap) =>
    descriptors === undefined || (prototype !== null && !isObject(prototype))
      ? Object.create(prototype)
      : Object.create(prototype, allGuarded(undefined, descriptors)),
};

/** A computed property of an object literal: its key gives its name to the function or class, which is written there. */
export function namedProperty(key: unknown, value: Function): object {
  const at = propertyKey(key);
  nameByKey(value, at);
  return { [at]: methodAt(undefined, at, value, true) };
}

/** The same without a name, of a function from elsewhere. */
export function propertyAt(key: unknown, value: unknown): object {
  const at = propertyKey(key);
  return { [at]: methodAt(undefined, at, value, false) };
}

type Target = Record<PropertyKey, unknown>;

/** `target[key] = value`, where a function from elsewhere is written. */
export function put(target: Target, key: unknown, value: unknown): unknown {
  return assign(target, key, value, false);
}

/** The same of one that is written there. */
export function putWritten(target: Target, key: unknown, value: unknown): unknown {
  return assign(target, key, value, true);
}

function assign(target: Target, key: unknown, value: unknown, written: boolean): unknown {
  if (target === undefined || target === null) return ((target as never)[key as never] = value as never);
  const at = propertyKey(key);
  return (target[at] = methodAt(target, at, value, written));
}

function methodAt(target: unknown, key: PropertyKey, value: unknown, written: boolean): unknown {
  return isCalledUnseen(target, key, written) ? guardedMethod(value, key === "toJSON" ? key : undefined) : value;
}

const TRAPS = [
  "get",
  "set",
  "has",
  "deleteProperty",
  "apply",
  "construct",
  "ownKeys",
  "getOwnPropertyDescriptor",
  "defineProperty",
  "getPrototypeOf",
  "setPrototypeOf",
  "isExtensible",
  "preventExtensions",
] as const;
type Trap = (typeof TRAPS)[number];

/** What a Proxy has for a handler: it inherits an accessor for each trap. */
interface Delegate {
  readonly handler: Record<string, unknown>;
}

/** The trap that has been looked up: JavaScript calls it before it does anything else. */
let found: Function | null = null;

/** JavaScript's own error, which tells of the handler. */
function noTrap(handler: object, trap: Trap, value: unknown): unknown {
  const proxy = new Proxy(function () {}, Object.create(handler, { [trap]: { value } }) as ProxyHandler<object>);
  const operation = Reflect[trap] as (...args: unknown[]) => unknown;
  return trap === "construct" ? operation(proxy, []) : operation(proxy, [], []);
}

/** The accessors: they look the trap up, as JavaScript does it, for each operation. */
const delegates = {};

TRAPS.forEach((trap) => {
  const guard = wrap(function (this: Delegate, ...args: unknown[]): unknown {
    const fn = found!;
    found = null;
    return Reflect.apply(fn, this.handler, args);
  });
  const get = function (this: Delegate): unknown {
    const fn = this.handler[trap];
    if (typeof fn !== "function") return fn === undefined || fn === null ? fn : noTrap(this.handler, trap, fn);
    found = fn;
    return guard;
  };
  Object.defineProperty(delegates, trap, { get });
});

function delegate(handler: object): ProxyHandler<object> {
  const own = Object.create(delegates) as { handler: object };
  own.handler = handler;
  return own as ProxyHandler<object>;
}

/** `new Proxy(target, handler)`: traps are looked up in `handler` each time, and those that are compiled functions run as atomic sections. */
export function proxy(target: object, handler: object): object {
  proxies.made = true;
  return new Proxy(target, isObject(handler) ? delegate(handler) : handler);
}

proxies.make = proxy as never;

export function revocable(target: object, handler: object): object {
  proxies.made = true;
  return Proxy.revocable(target, isObject(handler) ? delegate(handler) : handler);
}

/** What an accessor returns. A method call must not read it twice: see boundary.ts. */
export function accessed(value: unknown): unknown {
  if (typeof value === "function") S.g = 1;
  return value;
}

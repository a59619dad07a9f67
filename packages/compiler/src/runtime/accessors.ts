/**
 * Accessors and Proxy traps made of compiled functions: syntax runs them, so they are atomic sections. Where a function is written as one,
 * the compiler sees to it; here are those that are handed to `Object.defineProperty` and its like, or to `new Proxy`.
 */
import { CALL, checksAtEntry, S } from "@agner/scheduler/frames";
import { SYNTAX_METHODS, TEXT_METHODS } from "../method-names.ts";
import { PLAIN, proxies, wrap } from "./boundary.ts";
import { dataProperty, nameByKey, propertyKey } from "./values.ts";

type Compiled = Function & { [CALL]?: Function; [PLAIN]?: boolean };

/** Whether it may suspend, or run what does, and nothing says that it must not. */
function unguarded(fn: unknown): fn is Compiled {
  return typeof fn === "function" && Object.hasOwn(fn, CALL) && (fn as Compiled)[CALL] === fn && (fn as Compiled)[PLAIN] !== true;
}

/** What is written where syntax may call it. */
export function guardedMethod(value: unknown, name?: string): unknown {
  return unguarded(value) && checksAtEntry(value) ? wrap(value, name) : value;
}

const BUILT_IN = new Set<unknown>(
  Object.getOwnPropertyNames(globalThis).flatMap((name) => {
    const value = Object.getOwnPropertyDescriptor(globalThis, name)!.value as { prototype?: object } | undefined;
    return /^[A-Z]/.test(name) && value instanceof Object ? [value, value.prototype ?? value] : [];
  }),
);

/** Whether syntax may call a method of that key, or compiled code as if it were a built-in. */
function isCalledUnseen(target: unknown, key: PropertyKey): boolean {
  if (typeof key === "symbol") return key !== Symbol.species;
  if (SYNTAX_METHODS.has(key as string) || TEXT_METHODS.has(key as string)) return true;
  return BUILT_IN.has(target) && key !== "constructor" && Object.hasOwn(target as object, key);
}

/** An accessor that gives out what syntax calls. */
function givesMethod(get: Function): Function {
  return function (this: unknown): unknown {
    return guardedMethod(Reflect.apply(get, this, []));
  };
}

function guarded(target: unknown, key: PropertyKey, descriptor: PropertyDescriptor): PropertyDescriptor {
  if (typeof descriptor !== "object" || descriptor === null) return descriptor;
  const { get, set } = descriptor;
  const isCalled = isCalledUnseen(target, key);
  const value: unknown = isCalled ? descriptor.value : undefined;
  const method = unguarded(value);
  const gives = isCalled && typeof get === "function" && Object.hasOwn(get, CALL);
  if (!unguarded(get) && !unguarded(set) && !method && !gives) return descriptor;
  const copy: PropertyDescriptor = {};
  // What is inherited counts.
  for (const name of ["enumerable", "configurable", "value", "writable", "get", "set"] as const)
    if (name in descriptor) copy[name] = descriptor[name] as never;
  if (gives || unguarded(get)) copy.get = wrap(gives ? givesMethod(get) : get!) as () => unknown;
  if (unguarded(set)) copy.set = wrap(set) as (v: unknown) => void;
  if (method) copy.value = guardedMethod(value, key === "toJSON" ? key : undefined);
  return copy;
}

function allGuarded(target: unknown, descriptors: PropertyDescriptorMap): PropertyDescriptorMap {
  if (typeof descriptors !== "object" || descriptors === null) return descriptors;
  const copy: PropertyDescriptorMap = {};
  const keys = Reflect.ownKeys(descriptors);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (Object.getOwnPropertyDescriptor(descriptors, key)!.enumerable === true)
      copy[key as string] = guarded(target, key, descriptors[key as string]!);
  }
  return copy;
}

/** `Object.defineProperty`, `Object.defineProperties`, `Object.create` and `Reflect.defineProperty` as compiled code calls them. */
export const define = {
  defineProperty: (target: object, key: PropertyKey, descriptor: PropertyDescriptor) =>
    Object.defineProperty(target, (key = propertyKey(key)), guarded(target, key, descriptor)),
  reflectDefineProperty: (target: object, key: PropertyKey, descriptor: PropertyDescriptor) =>
    Reflect.defineProperty(target, (key = propertyKey(key)), guarded(target, key, descriptor)),
  defineProperties: (target: object, descriptors: PropertyDescriptorMap) =>
    Object.defineProperties(target, allGuarded(target, descriptors)),
  create: (prototype: object | null, descriptors?: PropertyDescriptorMap) =>
    descriptors === undefined ? Object.create(prototype) : Object.create(prototype, allGuarded(undefined, descriptors)),
};

/** A computed property of an object literal: its key gives its name to the function or class. */
export function namedProperty(key: unknown, value: Function): object {
  const at = propertyKey(key);
  nameByKey(value, at);
  return propertyAt(at, value);
}

/** The same without a name. */
export function propertyAt(key: unknown, value: unknown): object {
  const at = propertyKey(key);
  return { [at]: methodAt(undefined, at, value) };
}

/** `target[key] = value`, where a function is written. */
export function put(target: Record<PropertyKey, unknown>, key: unknown, value: unknown): unknown {
  if (target === undefined || target === null) return ((target as never)[key as never] = value as never);
  const at = propertyKey(key);
  return (target[at] = methodAt(target, at, value));
}

function methodAt(target: unknown, key: PropertyKey, value: unknown): unknown {
  return isCalledUnseen(target, key) ? guardedMethod(value, key === "toJSON" ? key : undefined) : value;
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
type Handler = Record<Trap, Function | undefined>;

/** A trap that is there when the Proxy is made; what it is when it is called may be another, or none. */
function trapOf(handler: Handler, trap: Trap): Function {
  const byDefault = Reflect[trap] as (...args: unknown[]) => unknown;
  return wrap(function (...args: unknown[]): unknown {
    const fn = handler[trap];
    return fn === undefined || fn === null ? byDefault(...args) : Reflect.apply(fn, handler, args);
  });
}

/** Any other: looked up, as JavaScript does it, for each operation. */
function lookup(handler: Handler, trap: Trap): PropertyDescriptor {
  const get = (): unknown => {
    const fn = handler[trap];
    if (typeof fn !== "function") return fn;
    return wrap(function (...args: unknown[]): unknown {
      return Reflect.apply(fn, handler, args);
    });
  };
  return { get };
}

function delegate(handler: Handler): ProxyHandler<object> {
  const own = {} as Handler;
  for (let i = 0; i < TRAPS.length; i++) {
    const trap = TRAPS[i]!;
    if (typeof dataProperty(handler, trap) === "function") own[trap] = trapOf(handler, trap);
    else Object.defineProperty(own, trap, lookup(handler, trap));
  }
  return own as ProxyHandler<object>;
}

/** `new Proxy(target, handler)`: traps are looked up in `handler` each time, and those that are compiled functions run as atomic sections. */
export function proxy(target: object, handler: object): object {
  proxies.made = true;
  return new Proxy(target, typeof handler === "object" && handler !== null ? delegate(handler as Handler) : handler);
}

proxies.make = proxy as never;

export function revocable(target: object, handler: object): object {
  proxies.made = true;
  return Proxy.revocable(target, typeof handler === "object" && handler !== null ? delegate(handler as Handler) : handler);
}

/** What an accessor returns. A method call must not read it twice: see boundary.ts. */
export function accessed(value: unknown): unknown {
  if (typeof value === "function") S.g = 1;
  return value;
}

/**
 * Accessors and Proxy traps made of compiled functions: syntax runs them, so they are atomic sections. Where a function is written as one,
 * the compiler sees to it; here are those that are handed to `Object.defineProperty` and its like, or to `new Proxy`.
 */
import { CALL, S } from "@agner/scheduler/frames";
import { PLAIN, proxies, wrap } from "./boundary.ts";

type Compiled = Function & { [CALL]?: Function; [PLAIN]?: boolean };

/** Whether it may suspend, or run what does, and nothing says that it must not. */
function unguarded(fn: unknown): fn is Compiled {
  return typeof fn === "function" && Object.hasOwn(fn, CALL) && (fn as Compiled)[CALL] === fn && (fn as Compiled)[PLAIN] !== true;
}

function guarded(descriptor: PropertyDescriptor): PropertyDescriptor {
  if (typeof descriptor !== "object" || descriptor === null || (!unguarded(descriptor.get) && !unguarded(descriptor.set)))
    return descriptor;
  const copy = { ...descriptor };
  if (unguarded(copy.get)) copy.get = wrap(copy.get) as () => unknown;
  if (unguarded(copy.set)) copy.set = wrap(copy.set) as (v: unknown) => void;
  return copy;
}

function allGuarded(descriptors: PropertyDescriptorMap): PropertyDescriptorMap {
  if (typeof descriptors !== "object" || descriptors === null) return descriptors;
  const copy: PropertyDescriptorMap = {};
  const keys = Reflect.ownKeys(descriptors);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (Object.getOwnPropertyDescriptor(descriptors, key)!.enumerable === true)
      copy[key as string] = guarded(descriptors[key as string]!);
  }
  return copy;
}

/** `Object.defineProperty`, `Object.defineProperties`, `Object.create` and `Reflect.defineProperty` as compiled code calls them. */
export const define = {
  defineProperty: (target: object, key: PropertyKey, descriptor: PropertyDescriptor) =>
    Object.defineProperty(target, key, guarded(descriptor)),
  reflectDefineProperty: (target: object, key: PropertyKey, descriptor: PropertyDescriptor) =>
    Reflect.defineProperty(target, key, guarded(descriptor)),
  defineProperties: (target: object, descriptors: PropertyDescriptorMap) =>
    Object.defineProperties(target, allGuarded(descriptors)),
  create: (prototype: object | null, descriptors?: PropertyDescriptorMap) =>
    descriptors === undefined ? Object.create(prototype) : Object.create(prototype, allGuarded(descriptors)),
};

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

/** `new Proxy(target, handler)`: traps that are compiled functions are looked up in `handler` each time, and run as atomic sections. */
export function proxy(target: object, handler: Record<string, Function | undefined>): object {
  proxies.made = true;
  if (typeof handler !== "object" || handler === null || !TRAPS.some((t) => unguarded(handler[t])))
    return new Proxy(target, handler as ProxyHandler<object>);
  const delegate: Record<string, Function> = {};
  for (let i = 0; i < TRAPS.length; i++) {
    const trap = TRAPS[i]!;
    if (typeof handler[trap] !== "function") continue;
    delegate[trap] = wrap(function (...args: unknown[]): unknown {
      return Reflect.apply(handler[trap]!, handler, args);
    });
  }
  return new Proxy(target, delegate as ProxyHandler<object>);
}

/** What an accessor returns. A method call must not read it twice: see boundary.ts. */
export function accessed(value: unknown): unknown {
  if (typeof value === "function") S.g = 1;
  return value;
}

/** Marks what a class definition made, so that compiled code calls its methods directly. */
import { CALL } from "@agner/scheduler/frames";
import { mark, NEW, wrap } from "./boundary.ts";
import { setName } from "./values.ts";

/** Methods that operators, coercions and iteration call without a call being written, and those that calls reach unchecked. */
const SEEN_BY_SYNTAX = new Set<PropertyKey>([
  "toString", "valueOf", "toJSON", "toLocaleString", "then", "next", "return", "throw", "charCodeAt", "codePointAt", "charAt", "substring", "substr",
  "toUpperCase", "toLowerCase", "startsWith", "endsWith", "padStart", "padEnd", "toFixed", "toPrecision", "toExponential", "localeCompare", "hasOwnProperty",
]);

export function markClass<C extends Function>(cls: C, constructible: boolean, name: string): C {
  if (cls.name !== name && Object.getOwnPropertyDescriptor(cls, "name")?.writable === false) setName(cls, name);
  markMethods(cls);
  markMethods(cls.prototype as object);
  if (constructible) Object.defineProperty(cls, NEW, { value: cls });
  return cls;
}

function markMethods(target: object): void {
  for (const key of Reflect.ownKeys(target)) {
    if (key === "constructor") continue;
    const d = Object.getOwnPropertyDescriptor(target, key)!;
    const fn: unknown = d.value;
    // Methods are not enumerable; static fields, which may hold any function, are.
    if (d.enumerable === true || typeof fn !== "function" || Object.getPrototypeOf(fn) !== Function.prototype || Object.hasOwn(fn, CALL)) continue;
    if (Object.hasOwn(fn, "prototype")) continue;
    if (typeof key === "symbol" || SEEN_BY_SYNTAX.has(key)) Object.defineProperty(target, key, { ...d, value: wrap(fn) });
    else mark(fn);
  }
}

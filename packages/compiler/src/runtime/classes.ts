/** Marks what a class definition made, so that compiled code calls its methods directly. */
import { CALL } from "@agner/scheduler/frames";
import { SYNTAX_METHODS, TEXT_METHODS } from "../method-names.ts";
import { mark, NEW, wrap } from "./boundary.ts";
import { setName } from "./values.ts";

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
    if (
      d.enumerable === true ||
      typeof fn !== "function" ||
      Object.getPrototypeOf(fn) !== Function.prototype ||
      Object.hasOwn(fn, CALL)
    )
      continue;
    if (Object.hasOwn(fn, "prototype")) continue;
    if (typeof key === "symbol" || SYNTAX_METHODS.has(key) || TEXT_METHODS.has(key))
      Object.defineProperty(target, key, { ...d, value: wrap(fn) });
    else mark(fn);
  }
}

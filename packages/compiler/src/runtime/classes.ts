/** Marks what a class definition made, so that compiled code calls its methods directly. */
import { types } from "node:util";
import { CALL } from "@agner/scheduler/frames";
import { SYNTAX_METHODS, TEXT_METHODS } from "../method-names.ts";
import { mark, NEW, wrap } from "./boundary.ts";
import { markGeneratorMethod } from "./generators.ts";
import { guardSpecies } from "./species.ts";
import { setName } from "./values.ts";

/** Own property of a class that may be made more than once: functions that only its own body could say. */
export const INNER: unique symbol = Symbol("agner.inner");

export function keepInner(cls: Function, inner: readonly Function[]): void {
  Object.defineProperty(cls, INNER, { value: inner });
}

/** Own property of a class under construction: the function that initialises its static fields and runs its static blocks. */
export const STATICS: unique symbol = Symbol("agner.statics");

export function keepStatics(cls: Function & { [STATICS]?: Function }, init: Function): void {
  Object.defineProperty(cls, STATICS, { get: () => (delete cls[STATICS], init), configurable: true });
}

/** Gives a class its own name before anything of it runs. A static method `name` stays. */
export function renameClass(cls: Function, printed: string, name: string): void {
  const d = Object.getOwnPropertyDescriptor(cls, "name");
  if (d === undefined || (d.value === printed && d.writable === false)) setName(cls, name);
}

export function markClass<C extends Function>(cls: C, constructible: boolean, name: string): C {
  const d = Object.getOwnPropertyDescriptor(cls, "name");
  if (d?.writable === false && typeof d.value === "string" && d.value !== name) setName(cls, name);
  markMethods(cls, cls, true);
  markMethods(cls.prototype as object, cls, false);
  if (constructible) {
    Object.defineProperty(cls, NEW, { value: cls });
    guardSpecies(cls);
  }
  return cls;
}

function markMethods(target: object, cls: Function, isStatic: boolean): void {
  const keys = Reflect.ownKeys(target);
  // Without iteration here: the application may have replaced that of arrays.
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key === "constructor" && !isStatic) continue;
    const d = Object.getOwnPropertyDescriptor(target, key)!;
    const fn: unknown = d.value;
    // Methods are not enumerable; static fields, which may hold any function, are.
    if (d.enumerable === true || typeof fn !== "function" || Object.hasOwn(fn, CALL)) continue;
    if (types.isGeneratorFunction(fn)) markGeneratorMethod(fn, cls, isStatic, key);
    if (Object.getPrototypeOf(fn) !== Function.prototype) continue;
    if (Object.hasOwn(fn, "prototype")) continue;
    if (typeof key === "symbol" || SYNTAX_METHODS.has(key) || TEXT_METHODS.has(key))
      Object.defineProperty(target, key, { ...d, value: wrap(fn) });
    else mark(fn);
  }
}

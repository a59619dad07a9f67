/** Of which classes objects can be made again on another thread from their properties and what their classes tell. */
import { types } from "node:util";
import { host } from "../terms/host.ts";
import { takeClosureApart } from "./closures.ts";
import { intrinsicName } from "./intrinsics.ts";
import { kindOf } from "../terms/kinds.ts";
import { stateKindOf } from "./kinds.ts";
import { tellsPrivateMembers } from "./private.ts";

/** The answers that were a class; another may be different when more modules are there. */
const known = new WeakMap<object, Function>();

/** The class of the objects with this prototype, if nothing of them is hidden for good; its name on other threads is another question. */
export function classOfInstance(prototype: object): Function | undefined {
  let found = known.get(prototype);
  if (found === undefined) {
    found = findClass(prototype);
    if (found !== undefined) known.set(prototype, found);
  }
  return found;
}

/** Whether a value is an object of a class of which none can be made elsewhere, such as a socket or a response: told at a glance, without the walk that finds out why. */
export function isForeign(value: unknown): value is object {
  if (typeof value !== "object" || value === null || types.isProxy(value) || kindOf(value) !== undefined) return false;
  if (types.isBoxedPrimitive(value) || host.valueRef(value) !== undefined || intrinsicName(value) !== undefined) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (
    prototype !== null &&
    Object.hasOwn(prototype, "constructor") &&
    classOfInstance(prototype) === undefined &&
    stateKindOf(value, prototype) === undefined
  );
}

function findClass(prototype: object): Function | undefined {
  const Class = constructorOf(prototype);
  if (Class === undefined) return undefined;
  for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p) as object | null) {
    const ancestor = constructorOf(p);
    if (ancestor === undefined) return undefined;
    const name = intrinsicName(ancestor);
    if (name !== undefined) {
      if (ancestor === Object || Error.prototype.isPrototypeOf(p) || ancestor === Error) continue;
      return undefined;
    }
    if (!isCompiled(ancestor) || (hasPrivateMembers(ancestor) && !tellsPrivateMembers(ancestor))) return undefined;
  }
  return Class;
}

function constructorOf(prototype: object): Function | undefined {
  const found = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
  return typeof found === "function" && found.prototype === prototype ? found : undefined;
}

/** What Node loaded may keep anything anywhere. */
function isCompiled(Class: Function): boolean {
  return (
    host.functionRef(Class) !== undefined ||
    typeof host.valueRef(Class)?.module === "number" ||
    takeClosureApart(Class) !== undefined
  );
}

/** Conservative: a text in the class that looks like a private member counts as one. */
function hasPrivateMembers(Class: Function): boolean {
  const text = Function.prototype.toString.call(Class);
  return text.startsWith("class") && /(?:^|[\s.;{}(,!])#[\p{ID_Start}$_]/u.test(text);
}

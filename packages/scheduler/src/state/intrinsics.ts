/**
 * JavaScript's and Node's own objects and functions, by name: `Math.max`, `Array.prototype.map`, `console`. A process may hold them, and every thread
 * has its own.
 */
import { AgnerError, BadTermError, NoProcError } from "../errors.ts";
import { globalNames } from "./late-globals.ts";

/** Taken when this module is loaded, before any of the application: what that adds is not the same on every thread. */
const GLOBALS: readonly string[] = globalNames();

/** What no global leads to. */
const HIDDEN: Readonly<Record<string, () => object>> = {
  "%TypedArray%": () => Object.getPrototypeOf(Uint8Array) as object,
  "%ArrayIterator%": () => Object.getPrototypeOf([][Symbol.iterator]()) as object,
  "%MapIterator%": () => Object.getPrototypeOf(new Map().entries()) as object,
  "%SetIterator%": () => Object.getPrototypeOf(new Set().values()) as object,
  "%StringIterator%": () => Object.getPrototypeOf(""[Symbol.iterator]()) as object,
  "%RegExpStringIterator%": () => Object.getPrototypeOf("".matchAll(/x/g)) as object,
  "%GeneratorFunction%": () => Object.getPrototypeOf(function* () {}) as object,
  "%Generator%": () => Object.getPrototypeOf(function* () {}.prototype) as object,
  "%Iterator%": () => Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object,
  "%Buffer%": () => Buffer,
  "%process%": () => process,
  "%AgnerError%": () => AgnerError,
  "%BadTermError%": () => BadTermError,
  "%NoProcError%": () => NoProcError,
};

let names: Map<object, string> | undefined;
let values: Map<string, object>;

/** The name of an intrinsic; undefined for any other value. */
export function intrinsicName(value: object): string | undefined {
  names ??= findAll();
  return names.get(value);
}

/** This thread's intrinsic with that name. */
export function intrinsic(name: string): object {
  names ??= findAll();
  const value = values.get(name);
  if (value === undefined)
    throw new AgnerError("AGNER_INTERNAL", `a process came from another core with ${name}, which this one does not have`);
  return value;
}

/** Functions of the VM's own that a process may hold: each is known as `owner.name`. */
export function addIntrinsics(owner: string, functions: object): void {
  names ??= findAll();
  putFunctions(owner, functions);
}

function findAll(): Map<object, string> {
  names = new Map();
  values = new Map();
  put("globalThis", globalThis);
  for (const name of GLOBALS) visit(name, Object.getOwnPropertyDescriptor(globalThis, name)?.value);
  for (const [name, get] of Object.entries(HIDDEN)) visit(name, get());
  return names;
}

function visit(name: string, value: unknown): void {
  if (!isObject(value) || value === globalThis) return;
  put(name, value);
  if (typeof value === "function" && isObject(value.prototype)) {
    put(`${name}.prototype`, value.prototype);
    putFunctions(`${name}.prototype`, value.prototype);
  }
  putFunctions(name, value);
}

/** The functions that an object holds, and what classes among them give to their instances. */
function putFunctions(owner: string, value: object): void {
  for (const key of Reflect.ownKeys(value)) {
    const found: unknown = Object.getOwnPropertyDescriptor(value, key)!.value;
    if (typeof found !== "function") continue;
    const name = `${owner}.${String(key)}`;
    const isNew = put(name, found);
    if (isNew && isObject(found.prototype) && put(`${name}.prototype`, found.prototype))
      putFunctions(`${name}.prototype`, found.prototype);
  }
}

/** The first name stays. */
function put(name: string, value: object): boolean {
  if (names!.has(value)) return false;
  names!.set(value, name);
  values.set(name, value);
  return true;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

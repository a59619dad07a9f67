/** Marks of JavaScript's own functions: which compiled code may call as they are, and what it calls instead of those that call back. */
import vm from "node:vm";
import { CALL, S } from "@agner/scheduler/frames";
import { addIntrinsics } from "@agner/scheduler/state";
import type { Runtime } from "../runtime.ts";
import * as operations from "./array-operations.ts";
import { bridge, PLAIN } from "./boundary.ts";
import type { ModuleRecord } from "./linking.ts";
import { prepareToMove } from "./moving.ts";

export interface BuiltinModules {
  readonly modules: readonly {
    readonly name: string;
    readonly result: { readonly code: string; readonly siteCount: number; readonly imports: readonly unknown[] };
  }[];
  readonly siteCount: number;
}

type Any = (...args: never[]) => unknown;

function set(fn: unknown, version: unknown): void {
  if (typeof fn === "function")
    Object.defineProperty(fn, CALL, { value: version, configurable: true, writable: true, enumerable: false });
}

function pure(owner: object | undefined, except: readonly string[] = []): void {
  if (owner === undefined) return;
  for (const key of Reflect.ownKeys(owner)) {
    if (key === "constructor" || (typeof key === "string" && except.includes(key))) continue;
    const fn: unknown = Object.getOwnPropertyDescriptor(owner, key)!.value;
    if (typeof fn === "function" && !Object.hasOwn(fn, CALL)) set(fn, fn);
  }
}

const ARRAY = [
  "forEach",
  "map",
  "filter",
  "some",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "reduce",
  "reduceRight",
  "flatMap",
  "sort",
  "toSorted",
] as const;

/**
 * Prepares this thread's built-ins. Idempotent in effect; once per thread.
 *
 * @param builtins What `compileBuiltins()` gave on the main thread.
 * @param base First site number of `builtins.siteCount` reserved ones, the same on all threads.
 */
export function installBuiltins(runtime: Runtime, builtins?: BuiltinModules, base = 0): void {
  markPure();
  markFunctionMethods();
  prepareToMove();
  if (builtins === undefined) return;
  let at = base;
  const exports: Record<string, Record<string, Any>> = {};
  for (const { name, result } of builtins.modules) {
    const make = new vm.Script(result.code, { filename: `agner:${name}` }).runInThisContext() as (
      rt: Runtime,
      base: number,
      m: ModuleRecord,
    ) => Iterator<unknown>;
    const module: ModuleRecord = {
      imports: result.imports.map(() => ({ x: operations as never })),
      exports: {},
      meta: {},
      import: () => Promise.reject(new Error("no imports")),
    };
    const it = make(runtime, at, module);
    it.next();
    it.next();
    at += result.siteCount;
    addIntrinsics(`agner:${name}`, { ...module.functions });
    exports[name] = module.exports as Record<string, Any>;
  }
  const array = exports["array"]!;
  for (const name of ARRAY) {
    const builtIn = (Array.prototype as unknown as Record<string, Any>)[name]!;
    set(builtIn, dispatch(builtIn, array[name]!));
  }
  set(Array.from, array["from"]);
  set(Map.prototype.forEach, exports["collections"]!["mapForEach"]);
  set(Set.prototype.forEach, exports["collections"]!["setForEach"]);
}

/** Longest array that the built-in method walks at once: some 100 µs with a small callback. */
const UNPREEMPTED = 10_000;

/** With a callback that never suspends, or none, and an array of moderate length, the built-in method is as good, and several times faster. */
function dispatch(builtIn: Any, compiled: Any): Any {
  return function (this: unknown, ...args: unknown[]): unknown {
    const callback = args[0] as { [PLAIN]?: boolean } | null | undefined;
    const plain = callback === undefined || (typeof callback === "function" && callback[PLAIN] === true);
    if (plain && Array.isArray(this) && this.length <= UNPREEMPTED) {
      S.r -= this.length >> 3;
      return Reflect.apply(builtIn, this, args);
    }
    return Reflect.apply(compiled, this, args);
  } as Any;
}

/** Built-ins that call no function given to them, now or later. What they call of objects (`toString`, accessors) is an atomic section by itself. */
function markPure(): void {
  for (const op of Object.values(operations)) set(op, op);
  pure(Array.prototype, ARRAY);
  pure(Array, ["from", "fromAsync"]);
  pure(String.prototype, ["replace", "replaceAll"]);
  pure(String);
  for (const c of [Number, Boolean, BigInt, Symbol, Date, RegExp, Map, WeakMap, WeakSet, WeakRef, ArrayBuffer, DataView, Error]) {
    pure(c.prototype as object, ["forEach"]);
    pure(c, ["groupBy"]);
  }
  for (const name of ["add", "delete", "has", "clear", "entries", "values", "keys"] as const)
    set(Set.prototype[name], Set.prototype[name]);
  pure(Object, ["fromEntries", "groupBy"]);
  pure(Object.prototype);
  pure(Math);
  pure(Reflect, ["apply", "construct"]);
  pure(Atomics);
  pure(console);
  set(Promise.resolve, Promise.resolve);
  set(Promise.reject, Promise.reject);
  const typed = Object.getPrototypeOf(Uint8Array) as { prototype: object };
  pure(typed.prototype, [
    "every",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "forEach",
    "map",
    "reduce",
    "reduceRight",
    "some",
    "sort",
    "toSorted",
    "set",
  ]);
  pure(Buffer.prototype);
  for (const iterator of [
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    ""[Symbol.iterator](),
    "".matchAll(/x/g),
  ])
    pure(Object.getPrototypeOf(iterator) as object);
  for (const fn of [
    parseInt,
    parseFloat,
    isNaN,
    isFinite,
    Number,
    String,
    Boolean,
    BigInt,
    Symbol,
    Object,
    Array,
    Date,
    Error,
    TypeError,
    RangeError,
    RegExp,
    clearTimeout,
    clearInterval,
    clearImmediate,
    structuredClone,
    encodeURIComponent,
    decodeURIComponent,
    encodeURI,
    decodeURI,
  ])
    set(fn, fn);
}

/** call, apply, bind and Reflect.apply leave no frame that would have to be saved: they return what the function returns. */
function markFunctionMethods(): void {
  const version = (fn: unknown): Any => (fn as { [CALL]?: Any } | null | undefined)?.[CALL] ?? (bridge(fn, String(fn)) as Any);
  set(Function.prototype.call, function (this: unknown, self: unknown, ...args: unknown[]) {
    return Reflect.apply(version(this), self, args);
  });
  set(Function.prototype.apply, function (this: unknown, self: unknown, args?: ArrayLike<unknown> | null) {
    return Reflect.apply(version(this), self, args ?? []);
  });
  set(Reflect.apply, (fn: unknown, self: unknown, args: ArrayLike<unknown>) => Reflect.apply(version(fn), self, args));
  set(Function.prototype.bind, function (this: Function & { [CALL]?: Function }, ...args: unknown[]) {
    const bound = Reflect.apply(Function.prototype.bind, this, args) as Function;
    if (typeof this === "function" && Object.hasOwn(this, CALL))
      set(bound, Reflect.apply(Function.prototype.bind, this[CALL]!, args));
    return bound;
  });
  set(Function.prototype.toString, Function.prototype.toString);
}

/** `f.bind(…)` in native mode: the bound function is marked there too. */
export function bindMarked(target: { bind: unknown }, ...args: unknown[]): unknown {
  const method = target.bind as { [CALL]?: Function } & Function;
  return Reflect.apply(method[CALL] ?? method, target, args);
}

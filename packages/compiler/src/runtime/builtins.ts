/** Marks of JavaScript's own functions: which compiled code may call as they are, and what it calls instead of those that call back. */
import vm from "node:vm";
import { atomic, CALL, S, SUSPENDED } from "@agner/scheduler/frames";
import { addIntrinsics } from "@agner/scheduler/state";
import type { Runtime } from "../runtime.ts";
import { define, revocable } from "./accessors.ts";
import * as arrayOperations from "./array-operations.ts";
import { callsInstead, functions, isConstructor, NEW, setVersion, versionOf } from "./boundary.ts";
import { installCallingMethods } from "./calling-methods.ts";
import { installEquivalents } from "./equivalents.ts";
import * as functionOperations from "./function-operations.ts";
import { installGenerators } from "./generators.ts";
import { installInspection } from "./inspecting.ts";
import { BEGUN_SITES, compiledSteps, registerBegun } from "./iteration.ts";
import * as iterationOperations from "./iteration-operations.ts";
import * as iteratorOperations from "./iterator-operations.ts";
import * as iteratorSteps from "./iterator-steps.ts";
import * as jsonOperations from "./json-operations.ts";
import type { ModuleRecord } from "./linking.ts";
import { prepareToMove } from "./moving.ts";
import * as setOperations from "./set-operations.ts";
import * as textOperations from "./text-operations.ts";

export interface BuiltinModules {
  readonly modules: readonly {
    readonly name: string;
    readonly result: {
      readonly code: string;
      /** What V8 made of the code at an earlier start. */
      readonly codeCache?: Uint8Array;
      readonly siteCount: number;
      readonly imports: readonly { readonly specifier: string }[];
    };
  }[];
  readonly siteCount: number;
}

type Any = (...args: never[]) => unknown;

/** Methods that call what they are given, or are given what they call. */
const CALLING = new Set<PropertyKey>([
  ..."forEach map filter some every find findIndex findLast findLastIndex reduce reduceRight flatMap sort toSorted".split(" "),
  ..."from fromAsync fromEntries groupBy replace replaceAll apply construct toLocaleString".split(" "),
  Symbol.replace,
  "constructor",
]);

function pure(owner: object): void {
  for (const key of Reflect.ownKeys(owner)) {
    if (CALLING.has(key)) continue;
    const fn: unknown = Object.getOwnPropertyDescriptor(owner, key)!.value;
    if (typeof fn === "function" && !Object.hasOwn(fn, CALL)) setVersion(fn, fn);
  }
}

/** What compiled built-ins import besides each other; as objects of values, since a bundler's namespaces call a function at each reading. */
const OPERATIONS: Record<string, object> = {
  "array-operations": { ...arrayOperations },
  "function-operations": { ...functionOperations },
  "iteration-operations": { ...iterationOperations },
  "iterator-operations": { ...iteratorOperations },
  "iterator-steps": { ...iteratorSteps },
  "json-operations": { ...jsonOperations },
  "set-operations": { ...setOperations },
  "text-operations": { ...textOperations },
};

/**
 * Prepares this thread's built-ins. Idempotent in effect; once per thread.
 *
 * @param builtins What `compileBuiltins()` gave on the main thread.
 * @param base First site number of `builtins.siteCount` reserved ones, the same on all threads.
 */
export function installBuiltins(runtime: Runtime, builtins?: BuiltinModules, base = 0): void {
  installGenerators();
  installCallingMethods();
  installInspection();
  markPure();
  markFunctionMethods();
  addIntrinsics("agner:operations", Object.assign({}, ...Object.values(OPERATIONS)) as object);
  prepareToMove();
  iteratorOperations.prepareHelpersToMove();
  if (builtins === undefined) return;
  registerBegun(base);
  let at = base + BEGUN_SITES;
  const exports: Record<string, Record<string, Any>> = {};
  for (const { name, result } of builtins.modules) {
    const cached = result.codeCache === undefined ? {} : { cachedData: result.codeCache };
    const make = new vm.Script(result.code, { filename: `agner:${name}`, ...cached }).runInThisContext() as (
      rt: Runtime,
      base: number,
      m: ModuleRecord,
    ) => Iterator<unknown>;
    const module: ModuleRecord = {
      imports: result.imports.map(({ specifier }) => {
        const [, file] = /([\w-]+)\.[jt]s$/.exec(specifier)!;
        return { x: (OPERATIONS[file!] ?? exports[file!]) as Record<string, unknown> };
      }),
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
  Object.assign(compiledSteps, exports["iteration"]);
  installEquivalents(exports);
}

/** Built-ins that call no function given to them, now or later. What they call of objects (`toString`, accessors) is an atomic section by itself. */
function markPure(): void {
  for (const operations of Object.values(OPERATIONS))
    for (const op of Object.values(operations)) if (typeof op === "function") setVersion(op, op);
  pure(Array.prototype);
  pure(Array);
  pure(String.prototype);
  pure(String);
  for (const c of [Number, Boolean, BigInt, Symbol, Date, RegExp, Map, WeakMap, WeakSet, WeakRef, ArrayBuffer, DataView, Error]) {
    pure(c.prototype as object);
    pure(c);
  }
  for (const name of ["add", "delete", "has", "clear", "entries", "values", "keys"] as const)
    setVersion(Set.prototype[name], Set.prototype[name]);
  setVersion(Object.defineProperty, define.defineProperty);
  setVersion(Object.defineProperties, define.defineProperties);
  setVersion(Object.create, define.create);
  setVersion(Reflect.defineProperty, define.reflectDefineProperty);
  setVersion(Proxy.revocable, revocable);
  pure(Object);
  pure(Object.prototype);
  pure(Math);
  pure(Reflect);
  pure(Atomics);
  pure(console);
  setVersion(Promise.resolve, Promise.resolve);
  setVersion(Promise.reject, Promise.reject);
  const typed = Object.getPrototypeOf(Uint8Array) as { prototype: object };
  pure(typed.prototype);
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
    EvalError,
    ReferenceError,
    SyntaxError,
    URIError,
    RegExp,
    clearTimeout,
    clearInterval,
    clearImmediate,
    structuredClone,
    encodeURIComponent,
    decodeURIComponent,
    encodeURI,
    decodeURI,
    // Those of Node, which not every realm has.
    globalThis.performance?.now,
    globalThis.process?.hrtime,
    globalThis.process?.hrtime.bigint,
    globalThis.process?.cwd,
  ])
    if (fn !== undefined) setVersion(fn, fn);
}

/** call, apply, bind and Reflect.apply leave no frame that would have to be saved: they return what the function returns. */
function markFunctionMethods(): void {
  // What is no function gets the error of the built-in itself.
  const { call, apply, bind } = Function.prototype;
  setVersion(call, function (this: unknown, self: unknown, ...args: unknown[]) {
    if (typeof this !== "function") return Reflect.apply(call, this, [self]);
    return Reflect.apply(versionOf(this, ""), self, args);
  });
  setVersion(apply, function (this: unknown, self: unknown, args?: ArrayLike<unknown> | null) {
    if (typeof this !== "function") return Reflect.apply(apply, this, [self]);
    return Reflect.apply(versionOf(this, ""), self, args ?? []);
  });
  setVersion(Reflect.construct, (constructor: unknown, ...rest: [args: ArrayLike<unknown>, target?: Function]) => {
    const target = rest.length >= 2 ? rest[1] : constructor;
    if (typeof rest[0] === "object" && rest[0] !== null && callsInstead(constructor) && isConstructor(target))
      return functions.construct!(constructor, rest[0], target);
    if ((constructor as { [NEW]?: unknown } | null | undefined)?.[NEW] !== constructor)
      return atomic(Reflect.construct, undefined, [constructor, ...rest]);
    const made: unknown = Reflect.construct(constructor as Function, ...(rest as [ArrayLike<unknown>, Function]));
    return S.u !== 0 ? SUSPENDED : made;
  });
  setVersion(Reflect.apply, (fn: unknown, self: unknown, args: ArrayLike<unknown>) =>
    Reflect.apply(typeof fn === "function" ? versionOf(fn, "") : (fn as Any), self, args),
  );
  setVersion(bind, function (this: Function & { [CALL]?: Function }, ...args: unknown[]) {
    const bound = Reflect.apply(bind, this, args) as Function;
    if (typeof this === "function" && Object.hasOwn(this, CALL))
      setVersion(bound, Reflect.apply(bind, versionOf(this, ""), args) as Function);
    return bound;
  });
  setVersion(Function.prototype.toString, Function.prototype.toString);
}

/** `f.bind(…)` in native mode: the bound function is marked there too. */
export function bindMarked(target: { bind: unknown }, ...args: unknown[]): unknown {
  return Reflect.apply(versionOf(target.bind, "bind"), target, args);
}

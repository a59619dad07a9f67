/** Which built-ins have compiled equivalents, and when the built-in itself is as good: nothing that it calls can suspend, and it takes a bounded time. */
import { atomic, S } from "@agner/scheduler/frames";
import { types } from "node:util";
import { isConstructor } from "./array-operations.ts";
import { builders, functions, methodsByName, PLAIN, proxies, setVersion } from "./boundary.ts";
import { ARRAY_CALLBACKS } from "../method-names.ts";
import { chargeResult } from "./sizes.ts";
import * as iterators from "./iterator-operations.ts";

type Any = (...args: never[]) => unknown;
type Args = readonly unknown[];
type Exports = Record<string, Record<string, Any>>;
type AsIs = (self: unknown, args: Args) => boolean;

/** Most elements that a built-in walks at once: some 100 µs with a small callback. */
const UNPREEMPTED = 10_000;

/** Compiled code calls the equivalent, unless `asIs`. Neither leaves a frame here: what they return is returned. */
function equivalent(builtIn: unknown, compiled: Any, asIs: AsIs): void {
  if (typeof builtIn !== "function") return; // V8 of this Node does not have it
  setVersion(builtIn, function (this: unknown, ...args: unknown[]): unknown {
    return asIs(this, args) ? atomic(builtIn, this, args) : Reflect.apply(compiled, this, args);
  });
}

/** The same of one whose cost goes by the length of a text: of `text`, or of what the built-in returns. */
function sized(builtIn: Function, compiled: Any, asIs: AsIs, text?: (self: unknown, args: Args) => unknown): void {
  setVersion(builtIn, function (this: unknown, ...args: unknown[]): unknown {
    if (!asIs(this, args)) return Reflect.apply(compiled, this, args);
    const result = atomic(builtIn, this, args);
    chargeResult(text === undefined ? result : text(this, args));
    return result;
  });
}

const isPlain = (fn: unknown): boolean => (fn as { [PLAIN]?: boolean })[PLAIN] === true;

/** Charges what a built-in walks by itself. */
function small(n: number): boolean {
  if (n > UNPREEMPTED) return false;
  S.r -= n >> 3;
  return true;
}

/** The array methods as V8 has them. */
export const arrayMethods: Record<string, unknown> = Object.fromEntries(
  [...ARRAY_CALLBACKS].map((name) => [name, method(Array.prototype, name)]),
);

/** HOT PATH. Whether a built-in with a callback that never suspends may walk `xs` at once; then it is charged. */
export function walksAtOnce(xs: unknown): boolean {
  if (!Array.isArray(xs) || proxies.made || xs.length > UNPREEMPTED || xs.constructor !== Array) return false;
  S.r -= xs.length >> 3;
  return true;
}

const arrayValues = Array.prototype.values;
const prototypes = new Map<object, unknown>([
  [Array.prototype, arrayValues],
  [Map.prototype, Map.prototype.entries],
  [Set.prototype, Set.prototype.values],
]);
for (const name of [
  "Int8",
  "Uint8",
  "Uint8Clamped",
  "Int16",
  "Uint16",
  "Int32",
  "Uint32",
  "Float32",
  "Float64",
  "BigInt64",
  "BigUint64",
])
  prototypes.set(
    (globalThis as unknown as Record<string, { prototype: object }>)[`${name}Array`]!.prototype,
    Uint8Array.prototype.values,
  );

function isOwnArray(value: unknown): value is unknown[] {
  return Array.isArray(value) && !types.isProxy(value) && value.constructor === Array;
}

/** How many elements V8's own iterator would give of `value`, which nobody could tell from another; undefined of any other value. */
function ownCount(value: unknown): number | undefined {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || types.isProxy(value)) return undefined;
  const prototype = Object.getPrototypeOf(value) as { [Symbol.iterator]?: unknown } | null;
  if (prototype === null || Object.hasOwn(value, Symbol.iterator)) return undefined;
  const method = prototypes.get(prototype);
  if (method === undefined || prototype[Symbol.iterator] !== method) return undefined;
  return (value as { length?: number }).length ?? (value as Set<unknown>).size;
}

/** The same, or an object that has only a length. */
function ownLength(value: unknown): number | undefined {
  const n = ownCount(value);
  if (n !== undefined || typeof value !== "object" || value === null || types.isProxy(value)) return n;
  if (Object.getPrototypeOf(value) !== Object.prototype || Symbol.iterator in value) return undefined;
  const length: unknown = Object.getOwnPropertyDescriptor(value, "length")?.value;
  return typeof length === "number" ? length : undefined;
}

function walksItself(value: unknown, count: (value: unknown) => number | undefined): boolean {
  const n = count(value);
  return n !== undefined && small(n);
}

const ARRAY = "forEach map filter some every find findIndex findLast findLastIndex reduce reduceRight flatMap".split(" ");

function installArray({ array, sort, iterables, "typed-array": typed }: Exports): void {
  const asIs: AsIs = (self, [callback]) => {
    if (typeof callback !== "function" || self === undefined || self === null) return true;
    return isPlain(callback) && isOwnArray(self) && small(self.length);
  };
  for (const name of ARRAY) equivalent(method(Array.prototype, name), array![name]!, asIs);
  for (const name of ["sort", "toSorted"])
    equivalent(method(Array.prototype, name), sort![name]!, (self, args) =>
      args[0] === undefined && self !== undefined && self !== null ? isOwnArray(self) && small(self.length) : asIs(self, args),
    );
  const fromAsIs =
    (constructs: (C: unknown) => boolean): AsIs =>
    (self, [source, callback]) => {
      if (source === undefined || source === null || (callback !== undefined && typeof callback !== "function")) return true;
      return constructs(self) && (callback === undefined || isPlain(callback)) && walksItself(source, ownLength);
    };
  equivalent(
    Array.from,
    iterables!["from"]!,
    fromAsIs((C) => C === Array),
  );
  const Typed = Object.getPrototypeOf(Uint8Array) as { prototype: object; from: unknown };
  const typedAsIs: AsIs = (self, [callback]) => {
    if (typeof callback !== "function" || !types.isTypedArray(self) || self.length === 0) return true;
    return isPlain(callback) && small(self.length);
  };
  for (const name of [...ARRAY, "sort", "toSorted"])
    if (name !== "flatMap") equivalent(method(Typed.prototype, name), typed![name]!, typedAsIs);
  const typedFrom = fromAsIs((C) => typeof C === "function" && Object.getPrototypeOf(C) === Typed);
  equivalent(Typed.from, typed!["from"]!, (self, args) => !isConstructor(self) || typedFrom(self, args));
}

function method(owner: object, name: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(owner, name)?.value;
}

function installCollections({ iterables, collections }: Exports): void {
  equivalent(
    Object.fromEntries,
    iterables!["fromEntries"]!,
    (_self, [iterable]) => iterable === undefined || iterable === null || walksItself(iterable, ownCount),
  );
  const groups: AsIs = (_self, [items, callback]) =>
    typeof callback !== "function" ||
    items === undefined ||
    items === null ||
    (isPlain(callback) && walksItself(items, ownCount));
  equivalent(method(Object, "groupBy"), iterables!["objectGroupBy"]!, groups);
  equivalent(method(Map, "groupBy"), iterables!["mapGroupBy"]!, groups);
  equivalent(
    Map.prototype.forEach,
    collections!["mapForEach"]!,
    (self, [f]) => typeof f !== "function" || !types.isMap(self) || (isPlain(f) && small(self.size)),
  );
  equivalent(
    Set.prototype.forEach,
    collections!["setForEach"]!,
    (self, [f]) => typeof f !== "function" || !types.isSet(self) || (isPlain(f) && small(self.size)),
  );
  for (const name of "union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom".split(" "))
    equivalent(method(Set.prototype, name), collections![name]!, (self, [other]) => !types.isSet(self) || isOwnCollection(other));
  const asIs = (iterable: unknown): boolean => iterable === undefined || iterable === null || ownCount(iterable) !== undefined;
  const collection = (C: { readonly prototype: object }, name: string, adder: string, fill: Any) => {
    const adds = { name: adder, method: method(C.prototype, adder), fill: fill as never };
    // What an application has put in the place of the method may suspend.
    const isOwn = (argument: unknown): boolean => asIs(argument) && method(C.prototype, adder) === adds.method;
    builders.set(C, { build: iterables![name] as never, asIs: isOwn, adds });
  };
  for (const C of [Map, WeakMap]) collection(C, "newMap", "set", iterables!["fillMap"]!);
  for (const C of [Set, WeakSet]) collection(C, "newSet", "add", iterables!["fillSet"]!);
  const typed = (argument: unknown): boolean =>
    typeof argument !== "object" ||
    argument === null ||
    types.isTypedArray(argument) ||
    types.isAnyArrayBuffer(argument) ||
    ownLength(argument) !== undefined;
  for (const [prototype, values] of prototypes)
    if (values === Uint8Array.prototype.values)
      builders.set(prototype.constructor, { build: iterables!["newTyped"] as never, asIs: typed });
}

/** A Map or Set to which nothing has been added. */
function isOwnCollection(value: unknown): boolean {
  if (!types.isMap(value) && !types.isSet(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Set.prototype || prototype === Map.prototype) && Reflect.ownKeys(value).length === 0;
}

const { exec } = RegExp.prototype;
const replaceMatches = RegExp.prototype[Symbol.replace];

function isOwnRegExp(value: unknown): boolean {
  return (
    types.isRegExp(value) &&
    Object.getPrototypeOf(value) === RegExp.prototype &&
    Reflect.ownKeys(value).length === 1 &&
    value.exec === exec &&
    value[Symbol.replace] === replaceMatches
  );
}

function installTexts({ text, json }: Exports): void {
  const asIs: AsIs = (self, [search, replacement]) =>
    self === undefined ||
    self === null ||
    ((typeof replacement !== "function" || isPlain(replacement)) &&
      ((typeof search !== "object" && typeof search !== "function") || search === null || isOwnRegExp(search)));
  const own = (self: unknown): unknown => self;
  sized(String.prototype.replace, text!["replace"]!, asIs, own);
  sized(String.prototype.replaceAll, text!["replaceAll"]!, asIs, own);
  equivalent(
    replaceMatches,
    text!["replaceMatches"]!,
    (self, [, f]) => typeof f !== "function" || (typeof self !== "object" && typeof self !== "function") || isPlain(f),
  );
  sized(
    JSON.parse,
    json!["parse"]!,
    (_self, [, reviver]) => typeof reviver !== "function" || isPlain(reviver),
    (_self, [source]) => source,
  );
  // Whether an object has a method toJSON that may suspend is not known before it has been walked: the built-in does that where there is none at all.
  sized(JSON.stringify, json!["stringify"]!, (_self, [value, replacer]) =>
    typeof replacer === "function"
      ? isPlain(replacer) && !methodsByName.toJSON
      : (typeof value !== "object" && typeof value !== "function") || value === null || !methodsByName.toJSON,
  );
}

const iteratorPrototypes = new Set<unknown>(
  [[][Symbol.iterator](), new Map().entries(), new Set().values(), ""[Symbol.iterator](), "".matchAll(/x/g)].map((it) =>
    Object.getPrototypeOf(it),
  ),
);

/** An iterator of a built-in collection. */
function isOwnIterator(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !types.isProxy(value) &&
    iteratorPrototypes.has(Object.getPrototypeOf(value)) &&
    !Object.hasOwn(value, "next")
  );
}

function installIterators({ iterators: compiled }: Exports): void {
  const { helperPrototype, wrapperPrototype } = iterators;
  if (helperPrototype === undefined || wrapperPrototype === undefined) return;
  const Iterator = (globalThis as unknown as { Iterator: { prototype: object; from: unknown } }).Iterator;
  const isObject = (value: unknown): boolean => (typeof value === "object" && value !== null) || typeof value === "function";
  for (const name of "map filter flatMap reduce forEach some every find".split(" "))
    equivalent(
      method(Iterator.prototype, name),
      compiled![name]!,
      (self, [f]) => typeof f !== "function" || !isObject(self) || (isPlain(f) && isOwnIterator(self)),
    );
  for (const name of ["take", "drop", "toArray"])
    equivalent(method(Iterator.prototype, name), compiled![name]!, (self) => !isObject(self) || isOwnIterator(self));
  equivalent(Iterator.from, iterators.wrapIterator as Any, (_self, [value]) => ownCount(value) !== undefined);
  for (const name of ["next", "return"] as const) {
    const builtIn = helperPrototype[name]!;
    const step = compiled![name === "next" ? "helperNext" : "helperReturn"]!;
    iterators.steps[name] = step;
    setVersion(builtIn, function (this: object): unknown {
      const state = isObject(this) ? iterators.helperState(this) : undefined;
      return state === undefined ? atomic(builtIn, this, []) : Reflect.apply(step, state, []);
    });
    const ofWrapper = wrapperPrototype[name]!;
    const forward = (name === "next" ? iterators.nextResult : iterators.wrapperReturn) as (cursor: unknown) => unknown;
    setVersion(ofWrapper, function (this: object): unknown {
      const cursor = isObject(this) ? iterators.wrappedCursor(this) : undefined;
      return cursor === undefined ? atomic(ofWrapper, this, []) : forward(cursor);
    });
  }
}

/** @param exports What the compiled modules export, by module. */
export function installEquivalents(exports: Exports): void {
  installArray(exports);
  installCollections(exports);
  installTexts(exports);
  installIterators(exports);
  functions.construct = exports["functions"]!["constructFunction"] as never;
}

/** Arbitrary terms and values that are none, for property tests; and what a term's copy must look like. */
import fc from "fast-check";
import { AgnerError } from "../errors.ts";
import { internPid } from "../process/pid.ts";
import { newRef, type Ref } from "../process/ref.ts";
import { sharedBytes } from "../terms/shared.ts";

const refs: readonly Ref[] = Array.from({ length: 4 }, () => newRef());

const strings = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 50 }),
  // Code units: lone surrogates among them.
  fc.array(fc.integer({ min: 0xd700, max: 0xe000 }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.string({ minLength: 60, maxLength: 300 }),
);

const numbers = fc.oneof(
  fc.integer(),
  fc.integer({ min: -200, max: 70_000 }),
  fc.double(),
  fc.constantFrom(
    -0,
    NaN,
    Infinity,
    -Infinity,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53,
    -(2 ** 31),
    -(2 ** 31) - 1,
    63,
    64,
    127,
    128,
  ),
);

const bytes = fc.uint8Array({ maxLength: 40 }).map((data) => new Uint8Array(data));

const binaries = fc.oneof(
  bytes,
  bytes.map((data) => Buffer.from(data)),
  bytes.map((data) => data.buffer),
  bytes.map((data) => new DataView(data.buffer, data.length >> 1)),
  bytes.map((data) => new Uint8Array(data.buffer, data.length >> 1)),
  fc
    .constantFrom(Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array)
    .map((C) => new C([1, 2, 3, 250])),
  fc.constantFrom(BigInt64Array, BigUint64Array).map((C) => new C([1n, 2n ** 62n])),
);

const memory = sharedBytes(64);
type ViewOfShared = new (buffer: SharedArrayBuffer, offset?: number, length?: number) => ArrayBufferView;
const views: ViewOfShared[] = [Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int32Array, Float64Array, BigInt64Array];

/** Memory that travels by reference, and views of it. */
export const shared: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(memory, Buffer.from(memory, 8, 3), new DataView(memory, 5), new DataView(memory, 64, 0)),
  fc.constantFrom(...views).chain((C) => fc.constantFrom(new C(memory), new C(memory, 16, 2), new C(memory, 64))),
  fc.nat({ max: 40 }).map((length) => sharedBytes(length)),
);

const leaves: fc.Arbitrary<unknown> = fc.oneof(
  numbers,
  strings,
  fc.boolean(),
  fc.constantFrom(undefined, null),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
  fc.constantFrom(2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n),
  strings.map((key) => Symbol.for(key)),
  fc.integer({ min: 0, max: 50 }).map((slot) => internPid(slot, 1 + (slot % 3))),
  fc.constantFrom(...refs),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(/a\/b/gi, /[\]]/su, new RegExp("")),
  binaries,
  shared,
);

const keys = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.constantFrom("a", "b", "c", "__proto__", "constructor", "toString", "0", "10", "length", "then"),
);

function withoutPrototype(value: object): object {
  return Object.setPrototypeOf(value, null) as object;
}

function withSymbolKey(value: object, property: unknown): object {
  return Object.assign(value, { [Symbol.for("agner.test")]: property });
}

function errorOf(inner: fc.Arbitrary<unknown>): fc.Arbitrary<Error> {
  const classes = fc.constantFrom(Error, TypeError, RangeError, SyntaxError, EvalError, URIError, ReferenceError);
  return fc
    .tuple(classes, strings, fc.option(inner, { nil: NONE }), fc.dictionary(keys, inner, { maxKeys: 2 }), fc.boolean())
    .map(([Class, message, cause, properties, ofAgner]) => {
      const options = cause === NONE ? undefined : { cause };
      const error = ofAgner ? new AgnerError("AGNER_TEST", message, options) : new Class(message, options);
      for (const [key, value] of Object.entries(properties)) {
        if (!RESERVED.has(key))
          Object.defineProperty(error, key, { value, enumerable: true, writable: true, configurable: true });
      }
      return error;
    });
}

const NONE = Symbol("none");
const RESERVED = new Set(["constructor", "toString", "message", "name", "stack", "cause", "errors"]);

/** Terms of every kind, nested. */
export const terms: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  term: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaves,
    tie("object"),
    tie("array"),
    tie("map"),
    tie("set"),
    tie("error"),
    tie("other"),
  ),
  object: fc.dictionary(keys, tie("term"), { maxKeys: 5, noNullPrototype: true }),
  array: fc.array(tie("term"), { maxLength: 6 }),
  map: fc.array(fc.tuple(tie("term"), tie("term")), { maxLength: 4 }).map((entries) => new Map(entries)),
  set: fc.array(tie("term"), { maxLength: 4 }).map((members) => new Set(members)),
  error: errorOf(tie("term")),
  other: fc.oneof(
    fc.dictionary(keys, tie("term"), { maxKeys: 3, noNullPrototype: true }).map(withoutPrototype),
    fc
      .tuple(fc.dictionary(keys, tie("term"), { maxKeys: 3, noNullPrototype: true }), tie("term"))
      .map(([value, property]) => withSymbolKey(value, property)),
    fc.array(errorOf(tie("term")), { maxLength: 2 }).map((errors) => new AggregateError(errors, "several")),
  ),
})).term;

class Account {
  balance = 1;
}
class Names extends Map {}
class List extends Array {}

/** Values that may not be sent, each with a piece of what the error says of it. */
export const refusals: readonly (readonly [value: unknown, said: RegExp])[] = [
  [() => 1, /a closure.*top level of its module/],
  [Account, /the class Account/],
  [Math.max, /the native or bound function max/],
  [new Account(), /an instance of class Account.*plain object/],
  [new Names(), /an instance of class Names/],
  [new List(), /an instance of class List/],
  [Object.create({ inherited: 1 }), /an object with a prototype of its own/],
  [Promise.resolve(), /a promise.*wait/],
  [new WeakMap(), /a WeakMap/],
  [new WeakSet(), /a WeakSet/],
  [new WeakRef({}), /a WeakRef/],
  [Symbol("local"), /a local symbol, Symbol\(local\).*Symbol\.for/],
  [{ [Symbol("key")]: 1 }, /\[Symbol\(key\)\] is a local symbol/],
  [new SharedArrayBuffer(8), /a SharedArrayBuffer that sharedBytes\(…\) has not made; make it with sharedBytes/],
  [new Uint8Array(new SharedArrayBuffer(8)), /a view of a SharedArrayBuffer that sharedBytes\(…\) has not made/],
  [(function* () {})(), /a generator/],
  [new Proxy(new Account(), {}), /class Account/],
  [Object.create(Map.prototype), /Map/],
  [new Number(1), /class Number/],
];

/** A container with a place for a part, and the path to that place. */
export const places: readonly (readonly [put: (part: unknown) => unknown, path: string])[] = [
  [(part) => ({ a: 1, b: part }), ".b"],
  [(part) => [1, 2, part], "[2]"],
  [(part) => [0, 0, 0, 0, part], "[4]"],
  [(part) => ({ "not an identifier": part }), '["not an identifier"]'],
  [(part) => new Map([["key", part]]), '(Map value of "key")'],
  [(part) => new Map([[1, part]]), "(Map value 0)"],
  [(part) => new Map([[part, 1]]), "(Map key 0)"],
  [(part) => new Set([1, part]), "(Set member 1)"],
  [(part) => Object.assign(Object.create(null) as object, { x: part }), ".x"],
  [(part) => ({ [Symbol.for("s")]: part }), "[Symbol(s)]"],
  [(part) => new Error("outer", { cause: part }), ".cause"],
  [(part) => Object.assign(new Error("outer"), { extra: part }), ".extra"],
  [(part) => new AggregateError([part]), ".errors[0]"],
];

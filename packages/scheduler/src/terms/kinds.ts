/** What kind of term an object is, by its prototype and its insides. Cold but for the first lines of copy.ts and codec.ts, which do without. */
import { types } from "node:util";
import { Pid } from "../process/pid.ts";
import { Ref } from "../process/ref.ts";
import { TERM } from "./host.ts";
import { sharedId } from "./shared.ts";

export type Kind =
  | "array"
  | "plain"
  | "null prototype"
  | "pid"
  | "ref"
  | "map"
  | "set"
  | "date"
  | "regexp"
  | "error"
  | "binary"
  | "shared"
  | "literal"
  | "definition"
  | "stand-in"
  | undefined;

/** Binary classes by their number on the wire. */
export const BINARY_CLASSES: readonly BinaryClass[] = [
  Buffer,
  ArrayBuffer,
  DataView,
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  ...("Float16Array" in globalThis ? [(globalThis as unknown as { Float16Array: BinaryClass }).Float16Array] : []),
] as unknown as readonly BinaryClass[];

const BUFFER = 1;

export type Binary = ArrayBuffer | ArrayBufferView;
type BinaryClass = {
  readonly prototype: Binary;
  readonly name: string;
  /** Of a typed array. */
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer | SharedArrayBuffer, offset?: number, length?: number): Binary;
};

/** Memory that travels by reference, or a view of it. */
export type Shared = SharedArrayBuffer | ArrayBufferView<SharedArrayBuffer>;

const binaryNumbers = new Map<object, number>(BINARY_CLASSES.map((c, i) => [c.prototype, i]));

/** The number of a binary's class; the object must be of kind "binary". */
export function binaryNumber(value: Binary): number {
  return binaryNumbers.get(Object.getPrototypeOf(value) as object)!;
}

/** The number of the class with that prototype, if it is one of a binary. */
export function binaryNumberOf(prototype: object | null): number | undefined {
  return prototype === null ? undefined : binaryNumbers.get(prototype);
}

/** The bytes of a binary: of a view, only its own. */
export function binaryBytes(value: Binary): Uint8Array {
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
}

/** A binary of the class with that number over bytes that nobody else has. */
export function makeBinary(number: number, bytes: ArrayBuffer): Binary {
  if (number === 0) return Buffer.from(bytes);
  if (number === 1) return bytes;
  return new BINARY_CLASSES[number]!(bytes);
}

/** Where a view of shared memory lies; the memory itself has the number of an `ArrayBuffer`. */
export interface SharedPlace {
  readonly buffer: SharedArrayBuffer;
  readonly number: number;
  readonly offset: number;
  readonly byteLength: number;
}

export function sharedPlace(value: Shared): SharedPlace {
  const { byteLength } = value;
  if (!ArrayBuffer.isView(value)) return { buffer: value, number: BUFFER, offset: 0, byteLength };
  return { buffer: value.buffer, number: binaryNumber(value), offset: value.byteOffset, byteLength };
}

/** The memory itself, or a new view of it. */
export function makeShared({ buffer, number, offset, byteLength }: SharedPlace): Shared {
  if (number === BUFFER) return buffer;
  if (number === 0) return Buffer.from(buffer, offset, byteLength);
  const Class = BINARY_CLASSES[number]!;
  return new Class(buffer, offset, byteLength / (Class.BYTES_PER_ELEMENT ?? 1)) as Shared;
}

/** The kind of an object; undefined for what is no term. Functions are not asked. */
export function kindOf(value: object): Kind {
  const mark = (value as { [TERM]?: unknown })[TERM];
  if (mark !== undefined && Object.hasOwn(value, TERM)) return mark === "literal" || mark === "definition" ? mark : "stand-in";
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return "null prototype";
  if (prototype === Object.prototype) return Array.isArray(value) ? undefined : "plain";
  if (prototype === Array.prototype) return Array.isArray(value) ? "array" : undefined;
  if (prototype === Pid.prototype) return "pid";
  if (prototype === Ref.prototype) return "ref";
  if (prototype === Map.prototype) return types.isMap(value) ? "map" : undefined;
  if (prototype === Set.prototype) return types.isSet(value) ? "set" : undefined;
  if (prototype === Date.prototype) return types.isDate(value) ? "date" : undefined;
  if (prototype === RegExp.prototype) return types.isRegExp(value) ? "regexp" : undefined;
  if (binaryNumbers.has(prototype)) return kindOfBinary(value);
  if (prototype === SharedArrayBuffer.prototype) return sharedId(value) === undefined ? undefined : "shared";
  if (types.isNativeError(value) || value instanceof Error) return "error";
  return undefined;
}

function kindOfBinary(value: object): Kind {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (types.isArrayBuffer(buffer)) return "binary";
  return sharedId(buffer) === undefined ? undefined : "shared";
}

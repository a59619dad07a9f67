/**
 * HOT PATH. Terms to bytes, appended in place to a {@link Writer}. The format is in wire.ts.
 *
 * As in copy.ts, what recursion cannot do makes it give up; then everything since the frame began is taken back, and the value is refused with a
 * path, or written again without recursion.
 */
import { exportRef, Ref } from "../process/ref.ts";
import { S } from "../process/frames.ts";
import { Pid } from "../process/pid.ts";
import { badTerm, changedWhileCopied, findBadTerm } from "./bad-term.ts";
import { BYTES_PER_REDUCTION, costOfBytes } from "./cost.ts";
import { host, TERM } from "./host.ts";
import { binaryBytes, binaryNumber, kindOf, sharedPlace, type Binary, type Kind, type Shared } from "./kinds.ts";
import { isContainer, takeApart, type Container } from "./parts.ts";
import { sharedId } from "./shared.ts";
import { hotShapeOf, type Shape } from "./shapes.ts";
import { Extension, Wire } from "./wire.ts";
import { ATTACH_FROM_BYTES, type TermEncoder, type Writer } from "./writer.ts";

const RECURSION_LIMIT = 500;
const MAX_RECORDS = 0x1_0000;
const NEAR_RECORDS = 64;
/** Strings up to this length are written unit by unit while they are ASCII. */
const SHORT_STRING = 40;
/** Longer strings are measured before room is made for them. */
const MEASURED_STRING = 8 * 1024;
const GIVE_UP: object = Object.freeze({ message: "not encoded by recursion" });
const { getPrototypeOf, getOwnPropertySymbols } = Object;
const { isArray } = Array;
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;
const pidPrototype = Pid.prototype;

const CONTAINER_MARKS: Readonly<Record<Container, number>> = {
  array: 0,
  plain: Extension.KEYED,
  "null prototype": Extension.NULL_PROTOTYPE,
  map: Extension.MAP,
  set: Extension.SET,
  error: Extension.ERROR,
  "stand-in": Extension.STAND_IN,
};

export interface EncoderOptions {
  /** Whether structures learned in one term may be used in the next; false for bytes that any decoder must be able to read (default true). */
  readonly shared?: boolean;
  /** Whether to use record structures at all (default true). Without them JSON-like values are plain MessagePack, but for numbers from 64 to 127. */
  readonly records?: boolean;
}

/** The writing state of an ordered pair of threads: the record structures that the other side has been told of. */
export class Encoder implements TermEncoder {
  private readonly remembers: boolean;
  private readonly records: boolean;
  /** Record numbers by shape id; -1 or a hole: not defined. */
  private readonly numbers: number[] = [];
  private readonly defined: Shape[] = [];
  /** How many records were defined when the current frame began. */
  private definedBefore = 0;
  private frame = -1;
  private writer!: Writer;
  private depth = 0;
  private inLiteral = false;

  constructor(options: EncoderOptions = {}) {
    this.remembers = options.shared ?? true;
    this.records = options.records ?? true;
  }

  /**
   * Appends a term. Throws {@link BadTermError} for what is none; the writer is then where the frame began. The running process is charged for
   * the size.
   */
  encode(value: unknown, writer: Writer): void {
    if (!this.remembers) this.forgetFrom(0);
    else if (writer.frame !== this.frame) this.beginFrame(writer);
    this.writer = writer;
    // From the frame's beginning: a frame that becomes large moves to another buffer.
    const start = writer.position - writer.frameStart;
    const defined = this.defined.length;
    const attached = writer.attachments?.length ?? 0;
    writer.busy = true;
    try {
      this.value(value);
      writer.busy = false;
    } catch (e) {
      this.depth = 0;
      this.inLiteral = false;
      if (e !== GIVE_UP) this.fail(e);
      writer.position = writer.frameStart + start;
      this.forgetFrom(defined);
      writer.attachments?.splice(attached);
      this.encodeSlowly(value);
    }
    const length = writer.position - writer.frameStart - start;
    if (length >= BYTES_PER_REDUCTION) S.r -= costOfBytes(length);
  }

  private beginFrame(writer: Writer): void {
    this.frame = writer.frame;
    writer.learner = this;
    this.definedBefore = this.defined.length;
  }

  frameCancelled(): void {
    this.forgetFrom(this.definedBefore);
  }

  private forgetFrom(count: number): void {
    while (this.defined.length > count) this.numbers[this.defined.pop()!.id] = -1;
    if (this.definedBefore > count) this.definedBefore = count;
  }

  private fail(error: unknown): never {
    this.writer.busy = false;
    if (!this.remembers) this.forgetFrom(0);
    this.writer.rollback();
    this.depth = 0;
    throw error;
  }

  /** Writes one value; for the generated functions of shapes too. */
  value(value: unknown): void {
    const { writer } = this;
    if (writer.position + 16 > writer.bytes.length) writer.reserve(16);
    switch (typeof value) {
      case "number":
        return this.number(value);
      case "string":
        return this.string(value);
      case "object":
        return value === null ? this.byte(0xc0) : this.object(value);
      case "boolean":
        return this.byte(value ? 0xc3 : 0xc2);
      case "undefined":
        return this.mark(Extension.UNDEFINED, 0);
      case "bigint":
        return this.bigint(value);
      case "symbol":
        return this.symbol(value);
      case "function":
        return this.named(value);
    }
  }

  private byte(byte: number): void {
    const { writer } = this;
    writer.bytes[writer.position++] = byte;
  }

  private mark(type: number, data: number): void {
    const { writer } = this;
    writer.reserve(3);
    const { bytes, position } = writer;
    bytes[position] = Wire.FIXEXT1;
    bytes[position + 1] = type;
    bytes[position + 2] = data;
    writer.position = position + 3;
  }

  private number(n: number): void {
    const { writer } = this;
    const { bytes, position } = writer;
    const whole = n | 0;
    if (whole !== n || (n === 0 && 1 / n < 0)) {
      if (n > 0 && n >>> 0 === n) {
        bytes[position] = 0xce;
        writer.position = position + 1;
        writer.u32(n);
        return;
      }
      bytes[position] = 0xcb;
      writer.position = position + 1;
      writer.f64(n);
      return;
    }
    if (whole >= -32 && whole < 64) {
      bytes[position] = whole;
      writer.position = position + 1;
    } else if (whole >= 0 && whole < 0x100) {
      bytes[position] = 0xcc;
      bytes[position + 1] = whole;
      writer.position = position + 2;
    } else if (whole >= -0x8000 && whole < 0x8000) {
      bytes[position] = whole >= 0 ? 0xcd : 0xd1;
      bytes[position + 1] = whole >> 8;
      bytes[position + 2] = whole;
      writer.position = position + 3;
    } else {
      bytes[position] = whole >= 0 ? 0xce : 0xd2;
      bytes[position + 1] = whole >> 24;
      bytes[position + 2] = whole >> 16;
      bytes[position + 3] = whole >> 8;
      bytes[position + 4] = whole;
      writer.position = position + 5;
    }
  }

  private string(text: string): void {
    const { length } = text;
    if (length > SHORT_STRING) return this.longString(text);
    const { writer } = this;
    if (writer.position + length + 2 > writer.bytes.length) writer.reserve(length + 2);
    const { bytes, position } = writer;
    let at = position;
    if (length < 32) bytes[at++] = 0xa0 | length;
    else {
      bytes[at++] = 0xd9;
      bytes[at++] = length;
    }
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return this.longString(text);
      bytes[at++] = unit;
    }
    writer.position = at;
  }

  private longString(text: string): void {
    const { writer } = this;
    const { length } = text;
    if (!text.isWellFormed()) {
      this.extension(Extension.UTF16, length * 2);
      writer.position += writer.bytes.ucs2Write(text, writer.position);
      return;
    }
    const most = length > MEASURED_STRING ? Buffer.byteLength(text) : length * 3;
    const header = most < 0x100 ? 2 : most < 0x1_0000 ? 3 : 5;
    writer.reserve(header + most);
    const { bytes, position } = writer;
    const count = bytes.utf8Write(text, position + header);
    if (header === 2) {
      bytes[position] = 0xd9;
      bytes[position + 1] = count;
    } else if (header === 3) {
      bytes[position] = 0xda;
      bytes[position + 1] = count >> 8;
      bytes[position + 2] = count;
    } else {
      bytes[position] = 0xdb;
      writer.patch32(position + 1, count);
    }
    writer.position = position + header + count;
  }

  /** The header of an `ext 32`, and room for its content. */
  private extension(type: number, length: number): void {
    const { writer } = this;
    writer.reserve(6 + length);
    writer.bytes[writer.position] = Wire.EXT32;
    writer.patch32(writer.position + 1, length);
    writer.bytes[writer.position + 5] = type;
    writer.position += 6;
  }

  private bigint(n: bigint): void {
    const { writer } = this;
    if (BigInt.asIntN(64, n) === n) {
      this.byte(0xd3);
      writer.u32(Number(BigInt.asUintN(32, n >> 32n)));
      writer.u32(Number(BigInt.asUintN(32, n)));
      return;
    }
    const digits = n.toString(16);
    this.extension(Extension.BIGINT, digits.length);
    writer.position += writer.bytes.latin1Write(digits, writer.position);
  }

  private symbol(symbol: symbol): void {
    const key = Symbol.keyFor(symbol);
    if (key === undefined) throw GIVE_UP;
    this.mark(Extension.SYMBOL, 0);
    this.value(key);
  }

  /** A function or a definition. */
  private named(value: Function | object): void {
    const { writer } = this;
    const ref = typeof value === "function" ? host.functionRef(value) : undefined;
    if (ref !== undefined) {
      this.mark(Extension.FUNCTION, 0);
      writer.varint(ref.module);
      writer.varint(ref.index);
      return;
    }
    const definition = (value as { [TERM]?: unknown })[TERM] === "definition" ? host.definitionRef(value) : undefined;
    if (definition === undefined) throw GIVE_UP;
    this.mark(Extension.DEFINITION, 0);
    writer.string(definition.module);
    writer.string(definition.name);
  }

  private object(value: object): void {
    const prototype = getPrototypeOf(value) as unknown;
    if (prototype === objectPrototype) this.plain(value);
    else if (prototype === pidPrototype) this.pid(value as Pid);
    else if (prototype === arrayPrototype && isArray(value)) this.array(value);
    else this.other(value, kindOf(value));
  }

  private array(value: readonly unknown[]): void {
    if (this.depth >= RECURSION_LIMIT) throw GIVE_UP;
    if ((value as { [TERM]?: unknown })[TERM] !== undefined && !this.inLiteral) return this.other(value, kindOf(value));
    const { length } = value;
    this.arrayHeader(length);
    this.depth++;
    for (let i = 0; i < length; i++) this.value(value[i]);
    this.depth--;
  }

  private arrayHeader(length: number): void {
    if (length < 16) this.byte(0x90 | length);
    else this.header32(0xdd, length);
  }

  private header32(token: number, length: number): void {
    const { writer } = this;
    writer.reserve(5);
    this.byte(token);
    writer.u32(length);
  }

  private plain(value: object): void {
    if (this.depth >= RECURSION_LIMIT) throw GIVE_UP;
    if (getOwnPropertySymbols(value).length !== 0) {
      const kind = kindOf(value);
      if (kind === "plain") return this.parts(value, kind);
      if (kind !== "literal") return this.other(value, kind);
      if (!this.inLiteral || getOwnPropertySymbols(value).length > 1) return this.literal(value);
    }
    const shape = this.records ? hotShapeOf(value) : undefined;
    if (shape === undefined) return this.properties(value);
    this.recordToken(shape);
    this.depth++;
    shape.write!(value, this);
    this.depth--;
  }

  private recordToken(shape: Shape): void {
    const { writer } = this;
    const { position, bytes } = writer;
    const number = this.numbers[shape.id];
    if (number === undefined || number === -1) this.define(shape);
    else if (number < NEAR_RECORDS) {
      bytes[position] = Wire.RECORD + number;
      writer.position = position + 1;
    } else {
      bytes[position] = Wire.FAR_RECORD;
      bytes[position + 1] = number >> 8;
      bytes[position + 2] = number;
      writer.position = position + 3;
    }
  }

  /** Cold: tells the reader of a record structure; its first values follow. */
  private define(shape: Shape): void {
    const { writer } = this;
    const number = this.defined.length;
    if (number >= MAX_RECORDS) throw changedWhileCopied();
    while (this.numbers.length <= shape.id) this.numbers.push(-1);
    this.numbers[shape.id] = number;
    this.defined.push(shape);
    this.mark(Extension.DEFINE_RECORD, number >> 8);
    writer.u8(number & 0xff);
    writer.varint(shape.keys.length);
    for (const key of shape.keys) writer.string(key);
    writer.reserve(16);
  }

  private properties(value: object): void {
    const keys = Object.keys(value);
    if (keys.length < 16) this.byte(0x80 | keys.length);
    else this.header32(0xdf, keys.length);
    this.depth++;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      this.value(key);
      this.value((value as Record<string, unknown>)[key]);
    }
    this.depth--;
  }

  private pid(pid: Pid): void {
    const { writer } = this;
    host.pidExported(pid);
    const { bytes, position } = writer;
    bytes[position] = Wire.FIXEXT8;
    bytes[position + 1] = Extension.PID;
    writer.patch32(position + 2, pid.slot);
    writer.patch32(position + 6, pid.serial);
    writer.position = position + 10;
  }

  private ref(ref: Ref): void {
    const { writer } = this;
    exportRef(ref);
    const owner = Ref.owner(ref);
    writer.reserve(25);
    writer.u8(Wire.EXT8);
    writer.u8(owner === undefined ? 12 : 21);
    writer.u8(Extension.REF);
    writer.u32(ref.scheduler);
    writer.f64(ref.id);
    if (owner === undefined) return;
    host.pidExported(owner);
    writer.u32(owner.slot);
    writer.u32(owner.serial);
    writer.u8(Ref.takesOne(ref) ? 1 : 0);
  }

  /** Cold: all kinds but plain objects, arrays and pids. */
  private other(value: object, kind: Kind): void {
    const { writer } = this;
    switch (kind) {
      case "pid":
        return this.pid(value as Pid);
      case "ref":
        return this.ref(value as Ref);
      case "date":
        this.byte(Wire.FIXEXT8);
        this.byte(Extension.DATE);
        return writer.f64((value as Date).getTime());
      case "regexp":
        this.mark(Extension.REGEXP, 0);
        this.value((value as RegExp).source);
        return this.value((value as RegExp).flags);
      case "binary":
        return this.binary(value as Binary);
      case "shared":
        return this.shared(value as Shared);
      case "definition":
        return this.named(value);
      case "literal":
        return this.literal(value);
      case undefined:
        throw GIVE_UP;
      default:
        return this.parts(value, kind);
    }
  }

  private parts(value: object, kind: Container): void {
    if (this.depth >= RECURSION_LIMIT) throw GIVE_UP;
    const parts = this.open(value, kind);
    this.depth++;
    for (const part of parts) this.value(part);
    this.depth--;
  }

  /** Writes a container's marker and header; its parts are to follow. */
  private open(value: object, kind: Container): unknown[] {
    const parts = takeApart(value, kind);
    if (kind !== "array") this.mark(CONTAINER_MARKS[kind], 0);
    this.writer.reserve(16);
    this.arrayHeader(parts.length);
    return parts;
  }

  private literal(value: object): void {
    const outer = !this.inLiteral;
    this.inLiteral = true;
    if (outer) this.mark(Extension.LITERAL, 0);
    this.writer.reserve(16);
    const structure = structureOf(value);
    if (structure === "array") this.array(value as unknown[]);
    else if (structure === "plain" && getOwnPropertySymbols(value).length === 1) this.plain(value);
    else this.parts(value, structure);
    if (outer) this.inLiteral = false;
  }

  private binary(value: Binary): void {
    const { writer } = this;
    const number = binaryNumber(value);
    const data = binaryBytes(value);
    if (data.length > ATTACH_FROM_BYTES && writer.attachments !== undefined) {
      this.mark(Extension.ATTACHED, number);
      writer.varint(writer.attachments.length);
      writer.attachments.push(data.slice().buffer);
      S.r -= costOfBytes(data.length);
      return;
    }
    if (number !== 0) this.mark(Extension.BINARY, number);
    this.header32(0xc6, data.length);
    writer.raw(data);
  }

  private shared(value: Shared): void {
    const { writer } = this;
    const { attachments } = writer;
    if (attachments === undefined)
      throw badTerm("", "or holds memory made by sharedBytes(…)", "such memory cannot go to another core but in a message");
    const { buffer, number, offset, byteLength } = sharedPlace(value);
    let index = attachments.indexOf(buffer);
    if (index < 0) index = attachments.push(buffer) - 1;
    this.mark(Extension.SHARED, number);
    writer.varint(index);
    writer.string(sharedId(buffer)!);
    writer.varint(offset);
    writer.varint(byteLength);
  }

  /** Cold: refuses with the reason, or writes what was too deep. */
  private encodeSlowly(root: unknown): void {
    const bad = findBadTerm(root);
    if (bad !== undefined) this.fail(bad);
    try {
      this.encodeWithoutRecursion(root);
      this.writer.busy = false;
    } catch (e) {
      this.fail(e === GIVE_UP ? changedWhileCopied() : e);
    }
  }

  private encodeWithoutRecursion(root: unknown): void {
    const levels: { parts: unknown[]; next: number; literal: boolean }[] = [{ parts: [root], next: 0, literal: false }];
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      if (level.next === level.parts.length) {
        levels.pop();
        continue;
      }
      const value = level.parts[level.next++];
      let kind = typeof value === "object" && value !== null ? kindOf(value) : undefined;
      const literal = kind === "literal";
      if (literal) {
        if (!level.literal) this.mark(Extension.LITERAL, 0);
        kind = structureOf(value as object);
      }
      if (isContainer(kind)) levels.push({ parts: this.open(value as object, kind), next: 0, literal });
      else this.value(value);
    }
  }
}

/** What a literal is made of. */
function structureOf(literal: object): "array" | "plain" | "null prototype" {
  return isArray(literal) ? "array" : getPrototypeOf(literal) === null ? "null prototype" : "plain";
}

/** HOT PATH. Bytes to terms: reads what encoder.ts wrote. The format is in wire.ts. */
import { AgnerError } from "../errors.ts";
import { internPid } from "../process/pid.ts";
import { internRef, Ref } from "../process/ref.ts";
import { defineValue } from "./error-term.ts";
import { host } from "./host.ts";
import { makeBinary, makeShared, type Shared } from "./kinds.ts";
import { freezeLiteral } from "./literal.ts";
import { putTogether, type Container } from "./parts.ts";
import { SHORT_STRING, shortString, type Reader, type TermDecoder } from "./reader.ts";
import { shapeOfKeys, type Shape } from "./shapes.ts";
import { internShared } from "./shared.ts";
import { Extension, Wire } from "./wire.ts";

const RECURSION_LIMIT = 500;
/** V8 makes a hash table of an array that is longer than this when it is made (`JSArray::kMaxFastArrayLength`). */
const LARGEST_ARRAY = 32 * 1024 * 1024;
const TOO_DEEP: object = Object.freeze({ message: "not decoded by recursion" });

/** A container that is being read without recursion: it is made when all its parts are there. */
interface Level {
  left: number;
  readonly parts: unknown[];
  readonly make: (parts: unknown[]) => unknown;
}

/** The reading state of an ordered pair of threads. */
export class Decoder implements TermDecoder {
  private readonly shapes: Shape[] = [];
  private reader!: Reader;
  private depth = 0;

  /** Reads the next term. */
  decode(reader: Reader): unknown {
    this.reader = reader;
    const start = reader.position;
    try {
      return this.value();
    } catch (e) {
      this.depth = 0;
      if (e !== TOO_DEEP) throw e;
      reader.position = start;
      return this.decodeWithoutRecursion();
    }
  }

  /** Reads one value; for the generated functions of shapes too. */
  value(): unknown {
    const { reader } = this;
    const token = reader.bytes[reader.position++]!;
    if (token < 0x40) return token;
    if (token < 0x80) return this.record(this.shapes[token - Wire.RECORD]!);
    if (token < 0x90) return this.properties(token - 0x80);
    if (token < 0xa0) return this.array(token - 0x90);
    if (token < 0xc0) return this.string(token - 0xa0);
    if (token >= 0xe0) return token - 0x100;
    const { bytes, position } = reader;
    if (token === 0xcc) {
      reader.position = position + 1;
      return bytes[position]!;
    }
    if (token === 0xcd) {
      reader.position = position + 2;
      return (bytes[position]! << 8) | bytes[position + 1]!;
    }
    return this.leaf(token);
  }

  /** All tokens that are not in {@link value}. */
  private leaf(token: number): unknown {
    const { reader } = this;
    const { bytes, position: at } = reader;
    switch (token) {
      case 0xc0:
        return null;
      case Wire.FAR_RECORD:
        reader.position = at + 2;
        return this.record(this.shapes[(bytes[at]! << 8) | bytes[at + 1]!]!);
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xcb:
        return reader.f64();
      case 0xce:
        return reader.u32();
      case 0xd1:
        reader.position = at + 2;
        return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!;
      case 0xd2:
        return reader.u32() | 0;
      case 0xd9:
        reader.position = at + 1;
        return this.string(bytes[at]!);
      case 0xda:
        reader.position = at + 2;
        return this.string((bytes[at]! << 8) | bytes[at + 1]!);
      case Wire.FIXEXT1:
        return this.marked();
      case Wire.FIXEXT8:
        return this.fixed();
      case 0xdb:
        return this.string(reader.u32());
      case 0xdd:
        return this.array(reader.u32());
      case 0xdf:
        return this.properties(reader.u32());
      case Wire.EXT8:
        reader.position = at + 2;
        return this.ref(bytes[at]!);
      case 0xc6:
        return Buffer.from(reader.raw(reader.u32()));
      case 0xd3:
        return (BigInt(reader.u32() | 0) << 32n) | BigInt(reader.u32());
      case Wire.EXT32:
        return this.extension(reader.u32(), reader.u8());
      default:
        throw corrupt(token);
    }
  }

  private ref(length: number): Ref {
    const { reader } = this;
    const ref = internRef(reader.u32(), reader.f64());
    if (length > 12) Ref.setOwner(ref, internPid(reader.u32(), reader.u32()), reader.u8() === 1);
    return ref;
  }

  private string(length: number): string {
    const { reader } = this;
    const start = reader.position;
    const end = start + length;
    const { bytes } = reader;
    reader.position = end;
    if (length > SHORT_STRING) return bytes.utf8Slice(start, end);
    for (let i = start; i < end; i++) if (bytes[i]! >= 0x80) return bytes.utf8Slice(start, end);
    return shortString(bytes, start, length);
  }

  private array(length: number): unknown[] {
    if (++this.depth > RECURSION_LIMIT) throw TOO_DEEP;
    const result = this.elements(length);
    this.depth--;
    return result;
  }

  private elements(length: number): unknown[] {
    switch (length) {
      case 0:
        return [];
      case 1:
        return [this.value()];
      case 2:
        return [this.value(), this.value()];
      case 3:
        return [this.value(), this.value(), this.value()];
    }
    if (length > LARGEST_ARRAY) return this.manyElements(length);
    const result = new Array<unknown>(length);
    for (let i = 0; i < length; i++) result[i] = this.value();
    return result;
  }

  /** Cold: an array that has to grow. */
  private manyElements(length: number): unknown[] {
    const result: unknown[] = [];
    for (let i = 0; i < length; i++) result.push(this.value());
    return result;
  }

  private record(shape: Shape): unknown {
    if (++this.depth > RECURSION_LIMIT) throw TOO_DEEP;
    const result = shape.read!(this);
    this.depth--;
    return result;
  }

  private properties(count: number): object {
    if (++this.depth > RECURSION_LIMIT) throw TOO_DEEP;
    const result: Record<string, unknown> = {};
    for (let i = 0; i < count; i++) {
      const key = this.value() as string;
      if (key === "__proto__") defineValue(result, key, this.value(), true);
      else result[key] = this.value();
    }
    this.depth--;
    return result;
  }

  private fixed(): unknown {
    const { reader } = this;
    if (reader.u8() === Extension.DATE) return new Date(reader.f64());
    const slot = reader.u32();
    return internPid(slot, reader.u32());
  }

  private extension(length: number, type: number): unknown {
    const { reader } = this;
    const start = reader.position;
    reader.position = start + length;
    if (type === Extension.UTF16) return reader.bytes.ucs2Slice(start, start + length);
    const digits = reader.bytes.latin1Slice(start, start + length);
    return digits.startsWith("-") ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);
  }

  /** What follows a marker. */
  private marked(): unknown {
    const { reader } = this;
    const type = reader.u8();
    const data = reader.u8();
    switch (type) {
      case Extension.UNDEFINED:
        return undefined;
      case Extension.DEFINE_RECORD:
        return this.record(this.define(data));
      case Extension.SYMBOL:
        return Symbol.for(this.value() as string);
      case Extension.REGEXP:
        return new RegExp(this.value() as string, this.value() as string);
      case Extension.FUNCTION:
        return host.resolveFunction(reader.varint(), reader.varint());
      case Extension.DEFINITION:
        return host.resolveDefinition(reader.string(), reader.string());
      case Extension.ATTACHED:
        return makeBinary(data, reader.attachments[reader.varint()] as ArrayBuffer);
      case Extension.SHARED:
        return this.shared(data);
      case Extension.BINARY:
        return this.binary(data);
      case Extension.LITERAL: {
        const value = this.value();
        freezeLiteral(value);
        return value;
      }
      default:
        return this.parts(containerOf(type));
    }
  }

  private parts(kind: Container): unknown {
    return putTogether(kind, this.value() as unknown[]);
  }

  private binary(number: number): unknown {
    const { reader } = this;
    reader.position++; // the token of `bin 32`
    return makeBinary(number, new Uint8Array(reader.raw(reader.u32())).buffer);
  }

  private shared(number: number): Shared {
    const { reader } = this;
    const buffer = reader.attachments[reader.varint()] as SharedArrayBuffer;
    return makeShared({
      buffer: internShared(reader.string(), buffer),
      number,
      offset: reader.varint(),
      byteLength: reader.varint(),
    });
  }

  /** Cold: learns a record structure. */
  private define(high: number): Shape {
    const { reader } = this;
    const number = (high << 8) | reader.u8();
    const keys = Array.from({ length: reader.varint() }, () => reader.string());
    const shape = shapeOfKeys(keys);
    this.shapes[number] = shape;
    return shape;
  }

  /** Cold: keeps its own stack. Only tokens of containers are looked at here. */
  private decodeWithoutRecursion(): unknown {
    const levels: Level[] = [];
    for (;;) {
      const opened = this.open();
      let value: unknown;
      if (opened === undefined) value = this.value();
      else if (opened.left > 0) {
        levels.push(opened);
        continue;
      } else value = opened.make(opened.parts);
      for (;;) {
        const level = levels.at(-1);
        if (level === undefined) return value;
        level.parts.push(value);
        if (--level.left > 0) break;
        levels.pop();
        value = level.make(level.parts);
      }
    }
  }

  /** Consumes the header of a container and says what it needs; undefined if something else comes next. */
  private open(): Level | undefined {
    const { reader } = this;
    const { bytes, position } = reader;
    const token = bytes[position]!;
    reader.position++;
    if (token >= 0x40 && token < 0x80) return recordLevel(this.shapes[token - Wire.RECORD]!);
    if (token >= 0x80 && token < 0x90)
      return { left: (token - 0x80) * 2, parts: [], make: (parts) => putTogether("plain", parts) };
    if (token >= 0x90 && token < 0xa0) return { left: token - 0x90, parts: [], make: (parts) => parts };
    if (token === 0xdd) return { left: reader.u32(), parts: [], make: (parts) => parts };
    if (token === 0xdf) return { left: reader.u32() * 2, parts: [], make: (parts) => putTogether("plain", parts) };
    if (token === Wire.FIXEXT1) {
      const type = bytes[position + 1]!;
      reader.position = position + 3;
      if (type === Extension.DEFINE_RECORD) return recordLevel(this.define(bytes[position + 2]!));
      if (type === Extension.LITERAL) return { left: 1, parts: [], make: ([value]) => (freezeLiteral(value), value) };
      const kind = CONTAINERS[type];
      if (kind !== undefined) return { left: 1, parts: [], make: ([parts]) => putTogether(kind, parts as unknown[]) };
    }
    reader.position = position;
    return undefined;
  }
}

function recordLevel(shape: Shape): Level {
  return { left: shape.keys.length, parts: [], make: (parts) => shape.read!({ value: () => parts.shift() }) };
}

const CONTAINERS: Readonly<Record<number, Container | undefined>> = {
  [Extension.KEYED]: "plain",
  [Extension.NULL_PROTOTYPE]: "null prototype",
  [Extension.MAP]: "map",
  [Extension.SET]: "set",
  [Extension.ERROR]: "error",
  [Extension.STAND_IN]: "stand-in",
};

function containerOf(type: number): Container {
  const kind = CONTAINERS[type];
  if (kind === undefined) throw corrupt(type);
  return kind;
}

function corrupt(token: number): AgnerError {
  return new AgnerError("AGNER_INTERNAL", `a term could not be decoded: unexpected byte 0x${token.toString(16)}`);
}

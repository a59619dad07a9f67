/** Bytes to the graph of values that writer.ts wrote. */
import { types } from "node:util";
import { AgnerError } from "../errors.ts";
import { internPid } from "../process/pid.ts";
import { internRef, Ref } from "../process/ref.ts";
import { decodeTermInline } from "../terms/codec.ts";
import { defineValue } from "../terms/error-term.ts";
import { host, TERM } from "../terms/host.ts";
import { revive } from "../terms/revive.ts";
import { BINARY_CLASSES } from "../terms/kinds.ts";
import type { Reader } from "../terms/reader.ts";
import { makeClosure } from "./closures.ts";
import { intrinsic } from "./intrinsics.ts";
import { stateKindNamed, type StateKind } from "./kinds.ts";
import { instanceWith, privateMembersOf } from "./private.ts";
import { Attribute, Body, Key, Token } from "./tokens.ts";

const NO_PARTS: readonly unknown[] = [];

/** Reads roots, one after the other; they are complete after {@link finish}. */
export class StateReader {
  private readonly source: Reader;
  /** Objects and closures by their numbers. */
  private readonly met: object[] = [];
  /** Shells whose bodies are to follow, and the tokens that began them. */
  private readonly queue: object[] = [];
  private readonly tokens: number[] = [];
  private readonly keys: string[] = [];
  /** Objects of the VM's own, by their place in the queue. */
  private readonly kinds = new Map<object, { readonly kind: StateKind; parts: readonly unknown[] }>();

  /** Which private members instances have. */
  private readonly bits = new Map<object, number>();

  private readonly beside: readonly unknown[];

  /** `beside`: what the writer left out. */
  constructor(source: Reader, beside: readonly unknown[] = []) {
    this.source = source;
    this.beside = beside;
  }

  /** A number beside the graph. */
  count(): number {
    return this.source.varint();
  }

  root(): unknown {
    return this.value();
  }

  /** Fills all that the roots lead to. */
  finish(): void {
    const { queue, tokens } = this;
    for (let i = 0; i < queue.length; i++) this.body(queue[i]!, tokens[i]!);
    for (const [value, { kind, parts }] of this.kinds) if (kind.first === true) kind.fill(value, parts);
    for (const [value, { kind, parts }] of this.kinds) if (kind.first !== true) kind.fill(value, parts);
  }

  private value(): unknown {
    const { source } = this;
    const token = source.u8();
    if (token >= Token.SMALL) return token - Token.SMALL;
    switch (token) {
      case Token.UNDEFINED:
        return undefined;
      case Token.NULL:
        return null;
      case Token.TRUE:
        return true;
      case Token.FALSE:
        return false;
      case Token.INTEGER: {
        const n = source.varint();
        return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
      }
      case Token.DOUBLE:
        return source.f64();
      case Token.STRING:
        return source.string();
      case Token.SEEN:
        return this.met[source.varint()];
      case Token.ARRAY:
        return this.meet([], token);
      case Token.PLAIN:
        return this.meet({}, token);
      case Token.CLOSURE:
        this.closure();
        return this.value();
      case Token.PID: {
        const slot = source.u32();
        return internPid(slot, source.u32());
      }
      default:
        return this.other(token);
    }
  }

  private meet<T extends object>(value: T, token: number): T {
    this.met.push(value);
    this.queue.push(value);
    this.tokens.push(token);
    return value;
  }

  private other(token: number): unknown {
    const { source } = this;
    switch (token) {
      case Token.BIGINT: {
        const digits = source.string();
        return digits.startsWith("-") ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);
      }
      case Token.REGISTERED_SYMBOL:
        return Symbol.for(source.string());
      case Token.WELL_KNOWN_SYMBOL:
        return (Symbol as unknown as Record<string, unknown>)[source.string()];
      case Token.FUNCTION:
        return host.resolveFunction(source.varint(), source.varint());
      case Token.NAMED:
        return host.resolveValue(this.value() as number | string, this.value() as number | string);
      case Token.INTRINSIC:
        return intrinsic(source.string());
      case Token.REFERENCE:
        return this.ref();
      case Token.STAND_IN:
        return this.standIn();
      case Token.NULL_PROTOTYPE:
        return this.meet(Object.create(null) as object, token);
      case Token.MAP:
        return this.meet(new Map(), token);
      case Token.SET:
        return this.meet(new Set(), token);
      case Token.DATE:
        return this.meet(new Date(source.f64()), token);
      case Token.REGEXP:
        return this.meet(new RegExp(source.string(), source.string()), token);
      case Token.ERROR:
        return this.meet(emptyError(this.value() as Function), token);
      case Token.INSTANCE:
        return this.meet(Object.create((this.value() as Function).prototype as object) as object, token);
      case Token.PRIVATE_INSTANCE: {
        const Class = this.value() as Function;
        const bits = source.varint();
        const value = this.meet(instanceWith(Class, bits), token);
        this.bits.set(value, bits);
        return value;
      }
      case Token.DERIVED:
        return this.meet({}, token);
      case Token.ARGUMENTS:
        return this.meet(argumentsObject(), token);
      case Token.BOXED:
        return this.meet(Object(this.value()) as object, token);
      case Token.ARRAY_BUFFER: {
        const bytes = new Uint8Array(source.raw(source.varint()));
        this.met.push(bytes.buffer);
        return bytes.buffer;
      }
      case Token.VIEW:
        return this.view();
      case Token.DEFINITION:
        return host.resolveDefinition(source.string(), source.string());
      case Token.BESIDE: {
        const value = this.beside[source.varint()];
        if (typeof value === "object") this.met.push(value as object);
        return value;
      }
      case Token.KIND: {
        const kind = stateKindNamed(source.string());
        const value = this.meet(kind.make(), token);
        this.kinds.set(value, { kind, parts: NO_PARTS });
        return value;
      }
      default:
        throw new AgnerError("AGNER_INTERNAL", `the state of a process could not be decoded: unexpected byte ${token}`);
    }
  }

  private closure(): void {
    const { source } = this;
    const header = source.varint();
    const captures: unknown[] = [];
    for (let left = source.varint(); left > 0; left--) captures.push(this.value());
    const fn = makeClosure(header >>> 1, captures, (header & 1) === 1);
    this.met.push(fn);
    if (source.u8() === 0) return;
    this.queue.push(fn);
    this.tokens.push(Token.CLOSURE);
  }

  private ref(): Ref {
    const { source } = this;
    const ref = internRef(source.varint(), source.f64());
    if (source.u8() === 1) Ref.setOwner(ref, internPid(source.u32(), source.u32()), source.u8() === 1);
    return ref;
  }

  private standIn(): object {
    const { source } = this;
    const definition = this.value();
    const value = revive(definition, decodeTermInline(source.raw(source.varint())));
    this.met.push(value);
    return value;
  }

  private view(): object {
    const { source } = this;
    const number = source.u8();
    const offset = source.varint();
    const length = source.varint();
    const buffer = this.value() as ArrayBuffer;
    const value = number === 0 ? Buffer.from(buffer, offset, length) : new BINARY_CLASSES[number]!(buffer, offset, length);
    this.met.push(value);
    return value;
  }

  private body(value: object, token: number): void {
    switch (token) {
      case Token.PLAIN:
        break;
      case Token.ARRAY:
        this.elements(value as unknown[]);
        break;
      case Token.MAP:
        for (let left = this.source.varint(); left > 0; left--) (value as Map<unknown, unknown>).set(this.value(), this.value());
        break;
      case Token.SET:
        for (let left = this.source.varint(); left > 0; left--) (value as Set<unknown>).add(this.value());
        break;
      case Token.PRIVATE_INSTANCE:
        this.privateMembers(value);
        break;
      case Token.DERIVED:
        Object.setPrototypeOf(value, this.value() as object);
        break;
      case Token.ARGUMENTS: {
        const length = this.source.varint();
        for (let i = 0; i < length; i++) (value as unknown[])[i] = this.value();
        (value as unknown[]).length = length;
        return;
      }
      case Token.KIND: {
        const parts: unknown[] = [];
        for (let left = this.source.varint(); left > 0; left--) parts.push(this.value());
        this.kinds.get(value)!.parts = parts;
        return;
      }
    }
    this.properties(value);
  }

  private privateMembers(value: object): void {
    const bits = this.bits.get(value)!;
    for (const [i, members] of privateMembersOf(Object.getPrototypeOf(value) as object).entries()) {
      if ((bits & (1 << i)) === 0) continue;
      members.write(
        value,
        members.names.map(() => this.value()),
      );
    }
  }

  private elements(array: unknown[]): void {
    const { source } = this;
    const length = source.varint();
    if (source.u8() === 0) {
      for (let i = 0; i < length; i++) {
        if (source.bytes[source.position] !== Token.HOLE) array.push(this.value());
        else {
          source.position++;
          array.length++;
        }
      }
    } else array.length = length;
  }

  private properties(value: object): void {
    const { source } = this;
    const flags = source.u8();
    if (flags === 0) return;
    if ((flags & Body.PROPERTIES) !== 0) {
      const attributed = (flags & Body.ATTRIBUTES) !== 0;
      for (let left = source.varint(); left > 0; left--) {
        const key = this.key();
        if (attributed) this.attributed(value, key, source.u8());
        else if (key === "__proto__") defineValue(value, key, this.value(), true);
        else (value as Record<PropertyKey, unknown>)[key] = this.value();
      }
    }
    if (flags >= Body.CLOSED) close(value, flags);
  }

  private attributed(value: object, key: PropertyKey, attributes: number): void {
    if (key === "stack" && STACK !== undefined && attributes === STACK_ATTRIBUTES && types.isNativeError(value)) {
      Object.defineProperty(value, key, STACK);
      value.stack = this.value() as string;
      return;
    }
    Object.defineProperty(value, key, {
      value: this.value(),
      enumerable: (attributes & Attribute.ENUMERABLE) !== 0,
      writable: (attributes & Attribute.WRITABLE) !== 0,
      configurable: (attributes & Attribute.CONFIGURABLE) !== 0,
    });
  }

  private key(): PropertyKey {
    const number = this.source.varint();
    if (number >= Key.FIRST) return this.keys[number - Key.FIRST]!;
    if (number === Key.SYMBOL) return this.value() as symbol;
    const key = this.source.string();
    this.keys.push(key);
    return key;
  }
}

function close(value: object, flags: number): void {
  if ((flags & Body.LITERAL) !== 0) Object.defineProperty(value, TERM, { value: "literal" });
  if ((flags & (Body.LITERAL | Body.FROZEN)) !== 0) Object.freeze(value);
  else if ((flags & Body.SEALED) !== 0) Object.seal(value);
  else Object.preventExtensions(value);
}

/** A function's own, with nothing in it. */
function argumentsObject(): object {
  return (function (): object {
    return arguments; // oxlint-disable-line prefer-rest-params
  })();
}

/** How newer versions of V8 give the stack of an error, as an own accessor that is the same for all; undefined where it is a value. */
const STACK = accessorOf(new Error(), "stack");
/** Those of an ordinary stack: the writer cannot tell one that was defined as a value from it. */
const STACK_ATTRIBUTES = Attribute.WRITABLE | Attribute.CONFIGURABLE;

function accessorOf(value: object, key: PropertyKey): PropertyDescriptor | undefined {
  const found = Object.getOwnPropertyDescriptor(value, key);
  return found?.get === undefined ? undefined : found;
}

/** An error without any property, not even a stack. */
function emptyError(Class: Function): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  delete error.stack;
  return Object.setPrototypeOf(error, Class.prototype as object) as Error;
}

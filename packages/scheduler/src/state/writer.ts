/**
 * A graph of values as bytes: see tokens.ts. What cannot leave its thread is refused with its place ({@link PinnedStateError}); the walk is the same
 * where that alone is asked.
 */
import { types } from "node:util";
import { CALL, INFO } from "../process/frames.ts";
import { Pid } from "../process/pid.ts";
import { exportRef, Ref } from "../process/ref.ts";
import { encodeTermInline } from "../terms/codec.ts";
import { host, TERM, type StandIn } from "../terms/host.ts";
import { binaryNumberOf, type Binary } from "../terms/kinds.ts";
import type { Writer } from "../terms/writer.ts";
import { takeClosureApart, type ClosureParts } from "./closures.ts";
import { classOfInstance, isForeign } from "./instances.ts";
import { presentMembers, privateMembersOf } from "./private.ts";
import { intrinsicName } from "./intrinsics.ts";
import { stateKindOf } from "./kinds.ts";
import { captureStep, Step, Trail } from "./path.ts";
import { PinnedStateError, whatCannotMove } from "./pinned.ts";
import { Attribute, Body, Key, SMALL_NUMBERS, Token } from "./tokens.ts";

const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { isArray } = Array;
const { ownKeys } = Reflect;

/** An array with fewer elements than its length divided by this is written by its elements. */
const SPARSE = 4;
/** Shorter arrays are never sparse. */
const DENSE_LENGTH = 64;

/** Properties that every function has, and the marks of compiled ones. */
const FUNCTION_KEYS: ReadonlySet<PropertyKey> = new Set(["length", "name", "prototype", "arguments", "caller"]);

/** Says that a walk met more objects than it was to look at. */
export const TOO_MANY: unique symbol = Symbol("too many objects");

/** What ends the walk into a value that goes beside the bytes: nobody wants to know where in it the reason stands. */
const REFUSED: unique symbol = Symbol("refused");

export interface StateWriterOptions {
  /** Only look whether all can move: nothing is kept of what is written, and nobody is told that pids leave. */
  readonly dry?: boolean;
  /** What is written is read on this thread. */
  readonly local?: boolean;
  /** Whether a value is left out of the bytes, and goes its own way beside them. */
  readonly beside?: (value: object | symbol) => boolean;
  /** With `beside`: is told of each value that cannot move, which then goes beside the bytes, too. */
  readonly refused?: (value: object | symbol) => void;
  /** Most objects and elements to look at; beyond them {@link TOO_MANY} is thrown. */
  readonly limit?: number;
}

/** Writes roots, one after the other, and then, in {@link finish}, what they lead to. */
export class StateWriter {
  private readonly out: Writer;
  /** Nothing leaves this thread: pids and references do not become known to others. */
  private readonly dry: boolean;
  private readonly discards: boolean;
  private readonly limit: number;
  private readonly isBeside: StateWriterOptions["beside"];
  private readonly onRefused: StateWriterOptions["refused"];
  /** Walks that end with {@link REFUSED}, one inside the other. */
  private guards = 0;
  /** What was left out. */
  readonly beside: (object | symbol)[] = [];
  private readonly start: number;
  private looked = 0;
  /** Numbers of the objects and closures that were written. */
  private readonly numbers = new Map<object, number>();
  /** Objects whose bodies are to follow, and their numbers in the trail. */
  private readonly queue: object[] = [];
  private readonly places: number[] = [];
  private readonly keys = new Map<string, number>();
  /** Objects of the VM's own, taken apart. */
  private readonly kindParts = new Map<object, readonly unknown[]>();
  private readonly trail = new Trail();

  constructor(out: Writer, { dry = false, local = false, limit = Infinity, beside, refused }: StateWriterOptions = {}) {
    this.out = out;
    this.dry = dry || local;
    this.discards = dry;
    this.limit = limit;
    this.isBeside = beside;
    this.onRefused = refused;
    this.start = out.position;
  }

  /** A number beside the graph: a count, a site. */
  count(n: number): void {
    this.out.varint(n);
  }

  /** The next root. `number` is for the error that refuses what it leads to. */
  root(value: unknown, number: number): void {
    const { trail } = this;
    trail.owner = -1;
    trail.kind = Step.ROOT;
    trail.step = number;
    this.value(value);
  }

  /** Writes all that the roots lead to. */
  finish(): void {
    const { queue, places, trail } = this;
    for (let i = 0; i < queue.length; i++) {
      trail.owner = places[i]!;
      this.body(queue[i]!);
      if (this.discards) this.out.position = this.start;
    }
  }

  private value(value: unknown): void {
    const { out } = this;
    switch (typeof value) {
      case "number":
        return this.number(value);
      case "string":
        out.u8(Token.STRING);
        return out.string(value);
      case "object":
        if (value === null) return out.u8(Token.NULL);
        return this.isBeside === undefined ? this.object(value) : this.guarded(value);
      case "boolean":
        return out.u8(value ? Token.TRUE : Token.FALSE);
      case "undefined":
        return out.u8(Token.UNDEFINED);
      case "bigint":
        out.u8(Token.BIGINT);
        return out.string(value.toString(16));
      case "symbol":
        return this.isBeside === undefined ? this.symbol(value) : this.guarded(value);
      case "function":
        return this.isBeside === undefined ? this.function(value) : this.guarded(value);
    }
  }

  /** Writes a value, or leaves it out. Nothing of it has been written when it is refused. */
  private guarded(value: object | symbol): void {
    const { out, onRefused } = this;
    if (typeof value === "object" && this.seen(value)) return;
    if (this.isBeside!(value)) return this.putBeside(value);
    if (onRefused === undefined) return this.unguarded(value);
    const { position } = out;
    let isRefused = isForeign(value) || hasAccessors(value);
    if (!isRefused) {
      this.guards++;
      try {
        this.unguarded(value);
      } catch (e) {
        if (e !== REFUSED) throw e;
        isRefused = true;
      } finally {
        this.guards--;
      }
    }
    if (!isRefused) return;
    out.position = position;
    onRefused(value);
    this.putBeside(value);
  }

  private unguarded(value: object | symbol): void {
    if (typeof value === "symbol") this.symbol(value);
    else if (typeof value === "function") this.function(value);
    else this.object(value);
  }

  private putBeside(value: object | symbol): void {
    this.out.u8(Token.BESIDE);
    this.out.varint(this.beside.push(value) - 1);
    if (typeof value === "object") this.numbers.set(value, this.numbers.size);
  }

  private number(n: number): void {
    const { out } = this;
    const whole = n | 0;
    if (whole !== n || (n === 0 && 1 / n < 0)) {
      out.u8(Token.DOUBLE);
      out.f64(n);
    } else if (whole >= 0 && whole < SMALL_NUMBERS) out.u8(Token.SMALL + whole);
    else {
      out.u8(Token.INTEGER);
      out.varint(whole >= 0 ? whole * 2 : -whole * 2 - 1);
    }
  }

  private symbol(symbol: symbol): void {
    const { out } = this;
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) {
      out.u8(Token.REGISTERED_SYMBOL);
      return out.string(key);
    }
    const { description } = symbol;
    const name = description?.startsWith("Symbol.") === true ? description.slice("Symbol.".length) : "";
    if (name !== "" && (Symbol as unknown as Record<string, unknown>)[name] === symbol) {
      out.u8(Token.WELL_KNOWN_SYMBOL);
      return out.string(name);
    }
    if (!this.named(symbol)) this.refuse(symbol);
  }

  /** Something that every thread finds by its name in a module. */
  private named(value: object | symbol): boolean {
    const ref = host.valueRef(value);
    if (ref === undefined) return false;
    const { out } = this;
    out.u8(Token.NAMED);
    this.value(ref.module);
    this.value(ref.name);
    return true;
  }

  private seen(value: object): boolean {
    const number = this.numbers.get(value);
    if (number === undefined) return false;
    this.out.u8(Token.SEEN);
    this.out.varint(number);
    return true;
  }

  /** Gives `value` its number; its body is to follow. */
  private meet(value: object): void {
    const { numbers } = this;
    numbers.set(value, numbers.size);
    this.queue.push(value);
    this.places.push(this.trail.enter());
    this.look(1);
  }

  private function(fn: Function): void {
    if (types.isProxy(fn)) this.refuse(fn);
    if (this.seen(fn) || this.knownFunction(fn)) return;
    const parts = takeClosureApart(fn);
    if (parts === undefined) this.refuse(fn);
    this.closure(fn, parts);
    this.seen(fn);
  }

  /** A function that travels by name. */
  private knownFunction(fn: Function): boolean {
    const { out } = this;
    const ref = host.functionRef(fn);
    if (ref !== undefined) {
      out.u8(Token.FUNCTION);
      out.varint(ref.module);
      out.varint(ref.index);
      return true;
    }
    if (this.named(fn)) return true;
    const intrinsic = intrinsicName(fn);
    if (intrinsic === undefined) return false;
    out.u8(Token.INTRINSIC);
    out.string(intrinsic);
    return true;
  }

  /** Announces a closure, after those that it has captured. Every circle of closures leads through a box, an array of one element. */
  private closure(first: Function, parts: ClosureParts): void {
    const { trail, out, numbers } = this;
    const { owner, kind, step } = trail;
    const open = [{ fn: first, parts, next: 0, place: trail.enter() }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { captures, site, bare } = top.parts;
      trail.owner = top.place;
      trail.kind = Step.CAPTURE;
      let needed: { fn: Function; parts: ClosureParts } | undefined;
      for (; top.next < captures.length && needed === undefined; top.next++) needed = this.unmadeClosure(captures[top.next]);
      if (needed !== undefined) {
        trail.step = captureStep(site, top.next - 1);
        const { fn } = needed;
        if (open.some((other) => other.fn === fn)) this.refuse(fn);
        open.push({ ...needed, next: 0, place: trail.enter() });
        continue;
      }
      out.u8(Token.CLOSURE);
      out.varint(site * 2 + (bare ? 1 : 0));
      out.varint(captures.length);
      for (const [i, value] of captures.entries()) {
        trail.step = captureStep(site, i);
        this.value(value);
      }
      numbers.set(top.fn, numbers.size);
      this.look(1);
      if (hasProperties(top.fn)) {
        this.queue.push(top.fn);
        this.places.push(top.place);
        out.u8(1);
      } else out.u8(0);
      open.pop();
    }
    trail.owner = owner;
    trail.kind = kind;
    trail.step = step;
  }

  private unmadeClosure(value: unknown): { fn: Function; parts: ClosureParts } | undefined {
    if (typeof value !== "function" || types.isProxy(value) || this.numbers.has(value)) return undefined;
    if (host.functionRef(value) !== undefined || host.valueRef(value) !== undefined || intrinsicName(value) !== undefined)
      return undefined;
    const parts = takeClosureApart(value);
    return parts === undefined ? undefined : { fn: value, parts };
  }

  private object(value: object): void {
    const { out } = this;
    if (types.isProxy(value)) this.refuse(value); // before it is asked anything, which its handler could see
    if (value instanceof Pid) return this.pid(value);
    if (value instanceof Ref) return this.ref(value);
    if (this.seen(value) || this.named(value)) return;
    if ((value as { [TERM]?: unknown })[TERM] !== undefined && Object.hasOwn(value, TERM)) {
      const mark = (value as { [TERM]?: unknown })[TERM];
      if (mark === "definition") return this.definition(value);
      if (mark !== "literal") return this.standIn(value, mark as StandIn);
    }
    const prototype = getPrototypeOf(value) as object | null;
    if (isArray(value)) {
      if (prototype !== Array.prototype) this.refuse(value);
      out.u8(Token.ARRAY);
      return this.meet(value);
    }
    if (prototype === Object.prototype) {
      if (Symbol.toStringTag in value && this.intrinsic(value)) return;
      out.u8(types.isArgumentsObject(value) ? Token.ARGUMENTS : Token.PLAIN);
      return this.meet(value);
    }
    this.other(value, prototype);
  }

  private intrinsic(value: object): boolean {
    const name = intrinsicName(value);
    if (name === undefined) return false;
    this.out.u8(Token.INTRINSIC);
    this.out.string(name);
    return true;
  }

  private pid(pid: Pid): void {
    const { out } = this;
    if (!this.dry) host.pidExported(pid);
    out.u8(Token.PID);
    out.u32(pid.slot);
    out.u32(pid.serial);
  }

  private ref(ref: Ref): void {
    const { out } = this;
    if (!this.discards) exportRef(ref); // also for a copy on this core: it must be the same object
    out.u8(Token.REFERENCE);
    out.varint(ref.scheduler);
    out.f64(ref.id);
    const owner = Ref.owner(ref);
    out.u8(owner === undefined ? 0 : 1);
    if (owner === undefined) return;
    if (!this.dry) host.pidExported(owner);
    out.u32(owner.slot);
    out.u32(owner.serial);
    out.u8(Ref.takesOne(ref) ? 1 : 0);
  }

  private standIn(value: object, { definition, data }: StandIn): void {
    const { out } = this;
    if (host.valueRef(definition) === undefined && host.definitionRef(definition) === undefined) this.refuse(value);
    let bytes: Uint8Array;
    try {
      bytes = encodeTermInline(data);
    } catch {
      this.refuse(value);
    }
    out.u8(Token.STAND_IN);
    this.value(definition);
    out.varint(bytes.length);
    if (!this.discards) out.raw(bytes);
    this.numbers.set(value, this.numbers.size);
  }

  private definition(value: object): void {
    const ref = host.definitionRef(value);
    if (ref === undefined) this.refuse(value);
    const { out } = this;
    out.u8(Token.DEFINITION);
    out.string(ref.module);
    out.string(ref.name);
  }

  /** Cold: all but arrays and plain objects. */
  private other(value: object, prototype: object | null): void {
    const { out } = this;
    if (prototype === null) {
      if (this.intrinsic(value)) return;
      if ((value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === "Module") this.refuse(value);
      out.u8(Token.NULL_PROTOTYPE);
    } else if (prototype === Map.prototype && types.isMap(value)) out.u8(Token.MAP);
    else if (prototype === Set.prototype && types.isSet(value)) out.u8(Token.SET);
    else if (prototype === Date.prototype && types.isDate(value)) {
      out.u8(Token.DATE);
      out.f64(value.getTime());
    } else if (prototype === RegExp.prototype && types.isRegExp(value)) {
      out.u8(Token.REGEXP);
      out.string(value.source);
      out.string(value.flags);
    } else if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return this.binary(value as Binary, prototype);
    else if (types.isNativeError(value)) this.instance(Token.ERROR, value, prototype);
    else if (types.isBoxedPrimitive(value)) this.boxed(value, prototype);
    else {
      const kind = stateKindOf(value, prototype);
      if (kind !== undefined) {
        const parts = kind.takeApart(value);
        if (typeof parts === "string") this.refuseAs(parts);
        this.kindParts.set(value, parts);
        out.u8(Token.KIND);
        out.string(kind.name);
        return this.meet(value);
      }
      if (this.intrinsic(value)) return;
      if (isExotic(value)) this.refuse(value);
      if (Object.hasOwn(prototype, "constructor")) this.instance(Token.INSTANCE, value, prototype);
      else out.u8(Token.DERIVED);
    }
    this.meet(value);
  }

  private boxed(value: object, prototype: object): void {
    const primitive = value.valueOf();
    if (typeof primitive === "object" || prototype !== getPrototypeOf(Object(primitive))) this.refuse(value);
    this.out.u8(Token.BOXED);
    this.value(primitive);
  }

  /** An object of a class that can be named, or whose constructor is a function that can move. */
  private instance(token: number, value: object, prototype: object): void {
    const Class = classOfInstance(prototype);
    if (Class === undefined) this.refuse(value);
    const { trail } = this;
    const { owner, kind, step } = trail;
    if (!this.isKnown(Class)) {
      if (takeClosureApart(Class) === undefined) this.refuse(value);
      trail.owner = trail.enter();
      trail.kind = Step.CLASS;
    }
    const members = privateMembersOf(prototype);
    if (members.length > 0 && token !== Token.INSTANCE) this.refuse(value);
    this.announce(Class);
    this.out.u8(members.length > 0 ? Token.PRIVATE_INSTANCE : token);
    this.value(Class);
    if (members.length > 0) this.out.varint(presentMembers(members, value));
    trail.owner = owner;
    trail.kind = kind;
    trail.step = step;
  }

  private isKnown(fn: Function): boolean {
    return host.functionRef(fn) !== undefined || host.valueRef(fn) !== undefined || intrinsicName(fn) !== undefined;
  }

  /** A closure that is needed inside a token is announced before it. */
  private announce(fn: Function): void {
    const needed = this.unmadeClosure(fn);
    if (needed !== undefined) this.closure(fn, needed.parts);
  }

  private binary(value: Binary, prototype: object): void {
    const { out } = this;
    const number = binaryNumberOf(prototype);
    if (number === undefined || types.isSharedArrayBuffer(value)) this.refuse(value);
    if (!ArrayBuffer.isView(value)) {
      const buffer = value as ArrayBuffer & { resizable?: boolean };
      if (buffer.resizable === true) this.refuse(value);
      const bytes = new Uint8Array(buffer);
      out.u8(Token.ARRAY_BUFFER);
      out.varint(bytes.length);
      if (!this.discards) out.raw(bytes);
      this.numbers.set(value, this.numbers.size);
      return;
    }
    if (getPrototypeOf(value.buffer) !== ArrayBuffer.prototype) this.refuse(value);
    out.u8(Token.VIEW);
    out.u8(number);
    out.varint(value.byteOffset);
    out.varint(value instanceof DataView ? value.byteLength : (value as Uint8Array).length);
    this.value(value.buffer);
    this.numbers.set(value, this.numbers.size);
  }

  private refuse(value: unknown): never {
    this.refuseAs(whatCannotMove(value));
  }

  private refuseAs(what: string): never {
    if (this.guards > 0) throw REFUSED;
    const { root, path } = this.trail.here();
    throw new PinnedStateError(root, path, what);
  }

  /** Counts what is looked at. */
  private look(more: number): void {
    this.looked += more;
    if (this.looked > this.limit) throw TOO_MANY;
  }

  private body(value: object): void {
    if (typeof value === "function")
      return this.properties(
        value,
        ownKeys(value).filter((key) => isOwnProperty(value, key)),
      );
    if (isArray(value)) return this.elements(value);
    const prototype = getPrototypeOf(value) as object | null;
    if (prototype === Object.prototype && !types.isArgumentsObject(value)) return this.properties(value, ownKeys(value));
    const { trail } = this;
    const parts = this.kindParts.get(value);
    if (parts !== undefined) return this.parts(parts);
    if (types.isArgumentsObject(value)) return this.arguments(value as unknown as ArrayLike<unknown>);
    if (types.isMap(value)) this.entries(value);
    else if (types.isSet(value)) this.members(value);
    else if (types.isBoxedPrimitive(value)) {
      const length = typeof value.valueOf() === "string" ? (value as unknown as string).length + 1 : 0;
      return this.properties(value, ownKeys(value).slice(length));
    } else if (prototype !== null && !Object.hasOwn(prototype, "constructor")) {
      trail.kind = Step.PROTOTYPE;
      this.value(prototype);
    } else if (prototype !== null) this.privateMembers(value, prototype);
    this.properties(value, ownKeys(value));
  }

  private privateMembers(value: object, prototype: object): void {
    const { trail } = this;
    for (const members of privateMembersOf(prototype)) {
      for (const [i, member] of (members.read(value) ?? NO_PARTS).entries()) {
        trail.kind = Step.PROPERTY;
        trail.step = members.names[i];
        this.value(member);
      }
    }
  }

  private parts(parts: readonly unknown[]): void {
    this.out.varint(parts.length);
    this.trail.kind = Step.PART;
    for (const part of parts) this.value(part);
  }

  private elements(array: readonly unknown[]): void {
    const { out, trail } = this;
    const { length } = array;
    this.look(length);
    const keys = ownKeys(array);
    out.varint(length);
    if (length > DENSE_LENGTH && keys.length < length / SPARSE) {
      out.u8(1);
      return this.properties(
        array,
        keys.filter((key) => key !== "length"),
      );
    }
    out.u8(0);
    trail.kind = Step.ELEMENT;
    let present = 0;
    for (let i = 0; i < length; i++) {
      const found = getOwnPropertyDescriptor(array, i);
      if (found === undefined) {
        out.u8(Token.HOLE);
        continue;
      }
      present++;
      trail.step = i;
      if (found.get !== undefined || found.set !== undefined) this.refuseAs("an accessor");
      this.value(found.value);
    }
    // Elements come first, then `length`.
    this.properties(array, keys.length === present + 1 ? NO_KEYS : keys.slice(present).filter((key) => key !== "length"));
  }

  private arguments(list: ArrayLike<unknown>): void {
    const { trail } = this;
    this.out.varint(list.length);
    trail.kind = Step.ELEMENT;
    for (let i = 0; i < list.length; i++) {
      trail.step = i;
      this.value(list[i]);
    }
  }

  private entries(map: Map<unknown, unknown>): void {
    const { trail } = this;
    this.look(map.size);
    this.out.varint(map.size);
    Map.prototype.forEach.call(map, (value, key) => {
      trail.kind = Step.MAP_KEY;
      trail.step = undefined;
      this.value(key);
      trail.kind = Step.MAP_VALUE;
      trail.step = key;
      this.value(value);
    });
  }

  private members(set: Set<unknown>): void {
    this.look(set.size);
    this.out.varint(set.size);
    this.trail.kind = Step.MEMBER;
    Set.prototype.forEach.call(set, (member) => this.value(member));
  }

  private properties(value: object, keys: readonly PropertyKey[]): void {
    const { out, trail } = this;
    const descriptors: PropertyDescriptor[] = [];
    let flags = keys.length === 0 ? 0 : Body.PROPERTIES;
    if (!isExtensible(value)) flags |= closedness(value);
    let count = 0;
    for (const key of keys) {
      const found = this.descriptor(value, key);
      descriptors.push(found);
      if (key === TERM) continue;
      count++;
      if (attributesOf(found) !== Attribute.ALL) flags |= Body.ATTRIBUTES;
    }
    out.u8(flags);
    if (keys.length === 0) return;
    out.varint(count);
    for (const [i, key] of keys.entries()) {
      if (key === TERM) continue;
      this.key(key as string | symbol);
      const found = descriptors[i]!;
      if ((flags & Body.ATTRIBUTES) !== 0) out.u8(attributesOf(found));
      trail.kind = Step.PROPERTY;
      trail.step = key;
      this.value(found.value);
    }
  }

  private descriptor(value: object, key: PropertyKey): PropertyDescriptor {
    const found = getOwnPropertyDescriptor(value, key)!;
    if (found.get === undefined && found.set === undefined) return found;
    // Newer versions of V8 give an error's stack as an accessor.
    if (key === "stack" && types.isNativeError(value))
      return { value: value.stack, enumerable: false, writable: true, configurable: true };
    this.trail.kind = Step.PROPERTY;
    this.trail.step = key;
    return this.refuseAs("an accessor");
  }

  private key(key: string | symbol): void {
    const { out, keys } = this;
    if (typeof key === "symbol") {
      out.varint(Key.SYMBOL);
      this.trail.kind = Step.PROPERTY;
      this.trail.step = key;
      return this.value(key);
    }
    const number = keys.get(key);
    if (number !== undefined) return out.varint(number);
    keys.set(key, Key.FIRST + keys.size);
    out.varint(Key.NEW);
    out.string(key);
  }
}

const NO_KEYS: readonly PropertyKey[] = [];
const NO_PARTS: readonly unknown[] = [];

function attributesOf({ enumerable, writable, configurable }: PropertyDescriptor): number {
  return (
    (enumerable === true ? Attribute.ENUMERABLE : 0) |
    (writable === true ? Attribute.WRITABLE : 0) |
    (configurable === true ? Attribute.CONFIGURABLE : 0)
  );
}

function closedness(value: object): number {
  if ((value as { [TERM]?: unknown })[TERM] === "literal" && Object.hasOwn(value, TERM)) return Body.LITERAL;
  // V8 calls an empty array frozen whose length can be assigned.
  if (Object.isFrozen(value) && getOwnPropertyDescriptor(value, "length")?.writable !== true) return Body.FROZEN;
  return Object.isSealed(value) ? Body.SEALED : Body.CLOSED;
}

/** Whether a closure has properties that the application gave it. */
function hasProperties(fn: Function): boolean {
  return ownKeys(fn).some((key) => isOwnProperty(fn, key));
}

function isOwnProperty(fn: object, key: PropertyKey): boolean {
  if (FUNCTION_KEYS.has(key) || key === CALL || key === INFO) return false;
  // The compiler's other marks are local symbols, too, and made again with the closure.
  return !(typeof key === "symbol" && key.description?.startsWith("agner.") === true && Symbol.keyFor(key) === undefined);
}

function hasAccessors(value: object | symbol): boolean {
  if (typeof value === "symbol" || types.isProxy(value) || types.isNativeError(value) || ArrayBuffer.isView(value)) return false;
  return ownKeys(value).some((key) => {
    const { get, set } = getOwnPropertyDescriptor(value, key)!;
    return get !== undefined || set !== undefined;
  });
}

/** Objects with state that no property shows. */
function isExotic(value: object): boolean {
  return (
    types.isPromise(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isModuleNamespaceObject(value) ||
    types.isExternal(value) ||
    value instanceof WeakRef ||
    Object.prototype.toString.call(value).endsWith(" Iterator]")
  );
}

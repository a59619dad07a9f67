/**
 * HOT PATH. Compiled generators. The object that the application holds is stamped with an activation: the frame of the body, and whether
 * it stands, runs or has ended. `next`, `return` and `throw` of all generators look for it, so that native code finds a generator like any
 * other (its steps are atomic sections then), and compiled code gets one whose steps may suspend.
 */
import { atomic, chargeDebt, S, SITES, type Frame } from "@agner/scheduler/frames";
import { call, setVersion, versionOf } from "./boundary.ts";
import { close, closed, isDone, type Cursor } from "./iteration.ts";

const START = 0;
const SUSPENDED = 1;
const RUNNING = 2;
const DONE = 3;

/** With what a body goes on. */
const NEXT = 0;
const THROW = 1;
const RETURN = 2;
type Mode = typeof NEXT | typeof THROW | typeof RETURN;

/** The state of one generator. The frames of its body hold it. */
export class Activation {
  status: number = START;
  mode: Mode = NEXT;
  /** The body's, while it stands. */
  frame: Frame | null;
  /** The generator function; null for a method of a class. */
  fn: Function | null;
  constructor(fn: Function | null, frame: Frame | null) {
    this.fn = fn;
    this.frame = frame;
  }
}

/** Puts an activation into an object, where nobody sees it: a private member of a class whose constructor returns the object. */
const Bare = class {
  constructor(object: object) {
    return object;
  }
} as unknown as new (object: object) => object;

class Stamp extends Bare {
  readonly #activation: Activation;
  constructor(object: object, activation: Activation) {
    super(object);
    this.#activation = activation;
  }
  static of(object: object): Activation | undefined {
    return #activation in object ? object.#activation : undefined;
  }
}

/** The activation of a compiled generator; undefined for anything else. */
export function activationOf(value: unknown): Activation | undefined {
  return typeof value === "object" && value !== null ? Stamp.of(value) : undefined;
}

export function stamp(object: object, activation: Activation): void {
  new Stamp(object, activation);
}

const prototype = Object.getPrototypeOf(function* () {}.prototype) as Generator;
const native = { next: prototype.next, return: prototype.return, throw: prototype.throw };

/** A call of a generator function: the object, with the body at its start. */
export function makeGenerator(fn: Function, frame: Frame): object {
  const own: unknown = fn.prototype;
  const object = Object.create(typeof own === "object" && own !== null ? own : prototype) as object;
  const activation = new Activation(fn, frame);
  frame[2] = activation;
  new Stamp(object, activation);
  return object;
}

/** What the body of a shell, which native code has called, hands over at its first step. */
let handedOver: Activation | null = null;

export function startShell(fn: Function | null, frame: Frame): void {
  handedOver = new Activation(fn, frame);
  frame[2] = handedOver;
}

/** `yield value`. */
export function yieldValue(activation: Activation, value: unknown, frame: Frame): object {
  activation.status = SUSPENDED;
  activation.frame = frame;
  return { value, done: false };
}

/** What an iterator that was delegated to gave out, as it is. */
export function yieldResult(activation: Activation, result: unknown, frame: Frame): unknown {
  activation.status = SUSPENDED;
  activation.frame = frame;
  return result;
}

/** The body returned. */
export function finish(activation: Activation, value: unknown): object {
  activation.status = DONE;
  return { value, done: true };
}

/** The body threw. The parameters, which stand in the same frames, have no activation yet. */
export function failed(activation: Activation | undefined, error: unknown): unknown {
  if (activation !== undefined) activation.status = DONE;
  return error;
}

/** The value of a yield. */
export function yielded(activation: Activation): unknown {
  const { p } = S;
  const { value } = p;
  p.value = undefined;
  if (activation.mode === THROW) {
    activation.mode = NEXT;
    throw value;
  }
  return value;
}

/** Whether the body has to return what the yield gave. */
export function isReturn(activation: Activation): boolean {
  if (activation.mode !== RETURN) return false;
  activation.mode = NEXT;
  return true;
}

export function takeMode(activation: Activation): Mode {
  const { mode } = activation;
  activation.mode = NEXT;
  return mode;
}

/** Where the generator methods of classes are, by the prototypes of their generators. */
const methods = new WeakMap<object, ClassMethod>();
type ClassMethod = readonly [cls: Function, isStatic: boolean, key: PropertyKey];

/** A generator method of a class: if its body is compiled, compiled code gets compiled generators at once. */
export function markGeneratorMethod(fn: Function, ...place: ClassMethod): void {
  if (!isMethodShell(fn)) return;
  methods.set(fn.prototype as object, place);
  const version = function (this: unknown, ...args: unknown[]): unknown {
    return atomic(begun, this, [fn, args]);
  };
  setVersion(fn, version);
}

/** The generator that the shell `fn` makes, as a compiled one. */
function begun(this: unknown, fn: Function, args: readonly unknown[]): object {
  const object = Reflect.apply(fn, this, args) as object;
  Reflect.apply(native.next, object, []);
  adopt(object);
  return object;
}

/** The end of the text of such a shell, and of no other function. */
const SHELL_END = /\n\s*return \$gs\(null, \[[^\n]*\]\);\s*\}$/;

function isMethodShell(fn: Function): boolean {
  return SHELL_END.test(Function.prototype.toString.call(fn));
}

/** What a generator is made of, but for its activation: its function, or where that stands in its class. Undefined if that is not certain. */
export function originOf(object: object, activation: Activation): readonly unknown[] | undefined {
  const proto = Object.getPrototypeOf(object) as object | null;
  if (proto === null || Reflect.ownKeys(object).length > 0 || !Object.isExtensible(object)) return undefined;
  if (activation.fn !== null) return activation.fn.prototype === proto ? [activation.fn] : undefined;
  return methods.get(proto);
}

/** Gives an empty object what a generator is made of. */
export function restore(object: object, origin: readonly unknown[], activation: Activation): void {
  let fn = origin[0] as Function;
  if (origin.length > 1) {
    const [cls, isStatic, key] = origin as ClassMethod;
    fn = ((isStatic ? cls : cls.prototype) as Record<PropertyKey, Function>)[key]!;
  } else activation.fn = fn;
  Object.setPrototypeOf(object, fn.prototype as object);
  stamp(object, activation);
}

/** Enters the body. Returns SUSPENDED if it does. */
function advance(activation: Activation, mode: Mode, value: unknown): unknown {
  const { status } = activation;
  if (status === SUSPENDED || (status === START && mode === NEXT)) {
    const frame = activation.frame!;
    activation.frame = null;
    activation.status = RUNNING;
    activation.mode = mode;
    const { p } = S;
    p.value = status === START ? undefined : value;
    p.threw = 0;
    return SITES[frame[1]]!(frame);
  }
  if (status === RUNNING) throw new TypeError("Generator is already running");
  activation.status = DONE;
  activation.frame = null;
  if (mode === THROW) throw value;
  return { value: mode === RETURN ? value : undefined, done: true };
}

type Method = "next" | "return" | "throw";
const MODES = { next: NEXT, return: RETURN, throw: THROW } as const;

/** The method as compiled code calls it. */
function stepOf(method: Method): Function {
  const mode = MODES[method];
  return function (this: unknown, value: unknown): unknown {
    const activation = activationOf(this);
    if (activation !== undefined) return advance(activation, mode, value);
    // No compiled one, or not known to be: native code below which nothing is suspended.
    const result = atomic(native[method], this, [value]);
    if (handedOver === null) return result;
    return advance(adopt(this as object), mode, value);
  };
}

/** A generator that a shell made becomes a compiled one. */
function adopt(object: object): Activation {
  const activation = handedOver!;
  handedOver = null;
  stamp(object, activation);
  return activation;
}

/** The method as everybody else sees it: an atomic section. */
function methodOf(method: Method, step: Function): Function {
  const outer = {
    [method](this: unknown, value: unknown): unknown {
      if (activationOf(this) === undefined) {
        const result: unknown = Reflect.apply(native[method], this, [value]);
        if (handedOver === null) return result;
        adopt(this as object);
      }
      const { nat: n, debt } = S;
      S.nat = n + 1;
      try {
        return call(step, this, value);
      } finally {
        S.nat = n;
        if (S.debt !== debt) chargeDebt(debt);
      }
    },
  }[method]!;
  setVersion(outer, step);
  return outer;
}

/** Makes the methods of this thread's generators look for activations. Once per thread. */
export function installGenerators(): void {
  if (prototype.next !== native.next) return;
  for (const method of ["next", "return", "throw"] as const)
    Object.defineProperty(prototype, method, {
      value: methodOf(method, stepOf(method)),
      writable: true,
      enumerable: false,
      configurable: true,
    });
}

/** `yield*`: the iterator is told what the generator was. Returns SUSPENDED if its method does. */
export function delegate(cursor: Cursor, mode: Mode, value: unknown): unknown {
  if (mode === NEXT) return call(cursor.next, cursor.iterator, value);
  const method = cursor.iterator[mode === THROW ? "throw" : "return"];
  if (method === undefined || method === null) {
    if (mode === RETURN) return { value, done: true };
    cursor.done = true;
    return close(cursor);
  }
  const version = versionOf(method, mode === THROW ? "iterator.throw" : "iterator.return");
  return call(version, cursor.iterator, value);
}

/** Whether the iterator that was delegated to has ended with this result. */
export function isDelegated(cursor: Cursor, mode: Mode, result: unknown): boolean {
  if (mode === THROW && cursor.done) {
    closed(cursor, result);
    throw new TypeError("The iterator does not provide a 'throw' method.");
  }
  return isDone(cursor, result);
}

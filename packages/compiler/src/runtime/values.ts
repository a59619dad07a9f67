/** Small operations that compiled code spells out, with JavaScript's own results and errors. */
import { types } from "node:util";
import { S } from "@agner/scheduler/frames";

/** What a variable holds before it is initialised. A registered symbol, so that it can travel in a frame. */
export const UNINITIALISED: unique symbol = Symbol.for("agner.uninitialised") as never;

export function initialised(value: unknown, name: string): unknown {
  if (value === UNINITIALISED) throw new ReferenceError(`Cannot access '${name}' before initialization`);
  return value;
}

export function initialisedBox(box: [unknown], name: string): [unknown] {
  initialised(box[0], name);
  return box;
}

export function constantAssignment(_name: string, _value?: unknown): never {
  throw new TypeError("Assignment to constant variable.");
}

/** What a constructor returns in its resume version. */
export function constructed(value: unknown, self: object): unknown {
  return (typeof value === "object" && value !== null) || typeof value === "function" ? value : self;
}

export function propertyKey(key: unknown): PropertyKey {
  if (typeof key === "string" || typeof key === "symbol" || typeof key === "number") return key;
  const o: Record<PropertyKey, unknown> = Object.create(null) as Record<PropertyKey, unknown>;
  o[key as string] = 0;
  return Reflect.ownKeys(o)[0]!;
}

/** The key of a property that is read and then written. Of nothing no property is read, and the key is not asked for its name. */
export function keyOf(object: unknown, key: unknown): unknown {
  return object === undefined || object === null ? key : propertyKey(key);
}

export function destructurable(value: unknown): void {
  if (value === undefined || value === null)
    throw new TypeError(`Cannot destructure '${String(value)}' as it is ${String(value)}.`);
}

export function restOf(source: unknown, taken: readonly unknown[]): object {
  const result: Record<PropertyKey, unknown> = {};
  const from = Object(source) as Record<PropertyKey, unknown>;
  const left = Reflect.ownKeys(from).filter((key) => !taken.some((t) => key === (typeof t === "symbol" ? t : String(t))));
  // Without iteration here: the application may have replaced that of arrays.
  for (let i = 0; i < left.length; i++) {
    const d = Reflect.getOwnPropertyDescriptor(from, left[i]!);
    if (d?.enumerable === true)
      Object.defineProperty(result, left[i]!, { value: from[left[i]!], writable: true, enumerable: true, configurable: true });
  }
  return result;
}

export function enumerable(value: unknown): object | null {
  return value === undefined || value === null ? null : (Object(value) as object);
}

export function enumerableKeys(object: object | null): string[] {
  const keys: string[] = [];
  const n = S.nat;
  S.nat = n + 1;
  try {
    if (object !== null) for (const key in object) keys.push(key);
  } finally {
    S.nat = n;
  }
  return keys;
}

/** Whether a key found at the start of a for-in is still there. */
export function stillThere(key: string, object: object): boolean {
  return key in object;
}

export function superProperty(home: object, key: PropertyKey, self: unknown): unknown {
  const parent = Object.getPrototypeOf(home) as object | null;
  if (parent === null) throw new TypeError(`Cannot read properties of null (reading '${String(key)}')`);
  return Reflect.get(parent, propertyKey(key), self);
}

/** `super.x` where it is written: assigning to its property `v` assigns to it. */
export function superReference(home: object, key: unknown, self: unknown): { v: unknown } {
  const name = propertyKey(key);
  return {
    get v() {
      return superProperty(home, name, self);
    },
    set v(value: unknown) {
      const parent = Object.getPrototypeOf(home) as object | null;
      if (parent === null) throw new TypeError(`Cannot set properties of null (setting '${String(name)}')`);
      if (!Reflect.set(parent, name, value, self))
        throw new TypeError(`Cannot assign to read only property '${String(name)}' of object`);
    },
  };
}

export function superDeleted(_key?: unknown): never {
  throw new ReferenceError("Unsupported reference to 'super'");
}

/** Tells the methods of a literal, by their box, what object they are of. */
export function atHome(box: [unknown], object: object): object {
  box[0] = object;
  return object;
}

export function nameByKey(value: Function, at: PropertyKey): void {
  const name = typeof at === "symbol" ? (at.description === undefined ? "" : `[${at.description}]`) : String(at);
  const own = Object.getOwnPropertyDescriptor(value, "name");
  // Not over a static member of a class.
  if (own === undefined || (typeof own.value === "string" && own.writable === false)) setName(value, name);
}

/** What a pattern or loop assigns to where it names a constant. */
export const constants = {
  set constant(_value: unknown) {
    constantAssignment("");
  },
};

/** The value of a property that holds one, of an object or one of its prototypes: no accessor and no trap is called for it. */
export function dataProperty(object: unknown, key: PropertyKey): unknown {
  let at = object as object | null;
  for (; at !== null && !types.isProxy(at); at = Object.getPrototypeOf(at) as object | null) {
    const d = Object.getOwnPropertyDescriptor(at, key);
    if (d !== undefined) return d.value;
  }
  return undefined;
}

export function setName<F extends Function>(fn: F, name: string): F {
  Object.defineProperty(fn, "name", { value: name, configurable: true });
  return fn;
}

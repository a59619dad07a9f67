/**
 * Private members of instances. Only the body of their class can read and write them; a compiled class of a module's top level hands out functions
 * that do, and can be made to give its private names to an object without running its constructor.
 */

/** Own property of a class: what it tells of the private members of its instances; null if they have none. */
export const PRIVATE: unique symbol = Symbol("agner.private");

export interface PrivateMembers {
  /** The names of its private fields, with their `#`. */
  readonly names: readonly string[];
  /** Their values, or undefined of an object that does not have them. */
  read(instance: object): readonly unknown[] | undefined;
  write(instance: object, values: readonly unknown[]): void;
  /** An object of the class with the given prototype and nothing but the private names; absent for a class that extends another. */
  readonly make?: (Class: Function) => object;
  /** Gives an object the private names. */
  readonly add?: (instance: object) => void;
}

const known = new WeakMap<object, readonly PrivateMembers[]>();
const NONE: readonly PrivateMembers[] = [];

/** Whether a class tells of them. */
export function tellsPrivateMembers(Class: Function): boolean {
  return Object.hasOwn(Class, PRIVATE);
}

/** Those of objects with this prototype, which all tell of them, from the base class on. */
export function privateMembersOf(prototype: object): readonly PrivateMembers[] {
  let found = known.get(prototype);
  if (found === undefined) {
    const all: PrivateMembers[] = [];
    for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p) as object | null) {
      const Class = Object.getOwnPropertyDescriptor(p, "constructor")?.value as { [PRIVATE]?: PrivateMembers | null } | undefined;
      const members = typeof Class === "function" && Object.hasOwn(Class, PRIVATE) ? Class[PRIVATE] : null;
      if (members != null) all.unshift(members);
    }
    found = all.length === 0 ? NONE : all;
    known.set(prototype, found);
  }
  return found;
}

/** Bits of those of `all` that an instance has. */
export function presentMembers(all: readonly PrivateMembers[], instance: object): number {
  let bits = 0;
  for (const [i, members] of all.entries()) if (members.read(instance) !== undefined) bits |= 1 << i;
  return bits;
}

/** An instance without properties that has the private names told by `bits`. */
export function instanceWith(Class: Function, bits: number): object {
  let made: object | undefined;
  for (const [i, members] of privateMembersOf(Class.prototype as object).entries()) {
    if ((bits & (1 << i)) === 0) continue;
    if (members.make !== undefined) made = members.make(Class);
    else members.add!((made ??= Object.create(Class.prototype as object) as object));
  }
  made ??= Object.create(Class.prototype as object) as object;
  // Fields, in an order in which V8 takes them back.
  for (const key of Reflect.ownKeys(made).reverse()) Reflect.deleteProperty(made, key);
  return made;
}

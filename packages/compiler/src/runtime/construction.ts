/**
 * What constructors that may suspend need. An instance whose construction was suspended in the class that it extends is given the fields and
 * private names of a subclass by entering that subclass's constructor again: it calls `super` at once, whose constructor gives the instance out.
 */
import { giveTo, S, chargeDebt, setEntryHook, SUSPENDED } from "@agner/scheduler/frames";
import { PRIVATE, type PrivateMembers } from "@agner/scheduler/state";
import { builders, isConstructor, NEW } from "./boundary.ts";
import { dataProperty, nameByKey, propertyKey } from "./values.ts";

type Marked = Function & { [NEW]?: Function };

/** Own property of a class: the computed keys of fields that its constructor initialises. */
export const KEYS: unique symbol = Symbol("agner.keys");

/** What the constructor that is entered next has to call `super` with, and what the one after that has to return, if anything. */
let superArguments: readonly unknown[] = [];
let instance: object | undefined;
/** The reductions left before the entry. */
let reductions = 0;

setEntryHook(() => {
  const made = instance;
  leaveEntry();
  return made;
});

function leaveEntry(): void {
  S.a = 0;
  S.r = reductions;
  instance = undefined;
}

function enter(cls: Function, newTarget: Function, args: readonly unknown[], made?: object): object {
  superArguments = args;
  instance = made;
  reductions = S.r;
  S.a = 2;
  S.r = -1;
  try {
    return Reflect.construct(cls, [], newTarget) as object;
  } finally {
    // Another class was put above it meanwhile.
    if ((S.a as number) !== 0) leaveEntry();
  }
}

/** What is passed where a constructor does nothing: any simple pattern can take an array apart. */
const NO_ARGUMENTS: readonly never[] = Array.from({ length: 16 }, () => Object.freeze([]) as never);

/** Enters a constructor that gives an object nothing but what JavaScript itself gives instances of its class, none of it evaluated. */
function enterBare(cls: Function, newTarget: Function, mode: 2 | 3): object {
  const { u } = S;
  superArguments = [];
  instance = undefined;
  reductions = S.r;
  S.a = mode;
  S.u = mode === 2 ? 1 : u;
  S.r = -1;
  try {
    return Reflect.construct(cls, NO_ARGUMENTS, newTarget) as object;
  } finally {
    S.u = u;
    if ((S.a as number) !== 0) leaveEntry();
  }
}

/** Tells of the private members of instances of a class; without functions, that they have none. */
function tellPrivate(
  cls: Function,
  names?: readonly string[],
  read?: PrivateMembers["read"],
  write?: PrivateMembers["write"],
  isDerived = false,
): void {
  let value: PrivateMembers | null = null;
  if (names !== undefined) {
    const make = (Class: Function): object => enterBare(cls, Class, 3);
    const add = (made: object): void => {
      // Whose constructor gives the object out.
      const above = Object.getPrototypeOf(cls) as object;
      const giver = function (): object {
        return made;
      };
      Object.setPrototypeOf(cls, giver);
      try {
        enterBare(cls, cls, 2);
      } finally {
        Object.setPrototypeOf(cls, above);
      }
    };
    value = { names, read: read!, write: write!, ...(isDerived ? { add } : { make }) };
  }
  Object.defineProperty(cls, PRIVATE, { value });
}

function takeArguments(): readonly unknown[] {
  const args = superArguments;
  superArguments = [];
  if (instance === undefined) leaveEntry();
  else S.a = 1;
  return args;
}

function unwound(value: unknown): unknown {
  return value === SUSPENDED ? Object.create(null) : value;
}

export interface Section {
  readonly nat: number;
  readonly debt: number;
}

/** Before `super(…)`: an atomic section if the class above is not compiled. */
function enterSuper(cls: Function): Section | null {
  const parent = Object.getPrototypeOf(cls) as Marked | null;
  if (typeof parent === "function" && parent[NEW] === parent) return null;
  const section = { nat: S.nat, debt: S.debt };
  S.nat++;
  return section;
}

function leaveSuper(section: Section | null): void {
  if (section === null) return;
  S.nat = section.nat;
  if (S.debt !== section.debt) chargeDebt(section.debt);
}

/** The constructor above `cls`. */
function superOf(cls: Function): Function {
  const parent = Object.getPrototypeOf(cls) as unknown;
  if (isConstructor(parent)) return parent;
  const own = dataProperty(cls, "name");
  const words = typeof own === "string" && own !== "" ? refusal(class Named extends Object {}) : refusal(class extends Object {});
  throw new TypeError(words.replace("null", () => described(parent)).replace("Named", () => own as string));
}

/** How V8 refuses to construct a class that extends nothing. */
function refusal(cls: new () => object): string {
  Object.setPrototypeOf(cls, null);
  try {
    return String(new cls());
  } catch (e) {
    return (e as Error).message;
  }
}

function described(parent: unknown): string {
  const named = parent === null || typeof parent === "function" ? parent : dataProperty(parent, "constructor");
  const name = String(dataProperty(named, "name") || null);
  return named === parent ? name : `#<${name}>`;
}

function callSuper(cls: Function, construct: (parent: Function) => object, args: readonly unknown[]): object {
  const parent = superOf(cls);
  const section = enterSuper(cls);
  if (section !== null) giveTo(parent, args);
  try {
    return construct(parent);
  } finally {
    leaveSuper(section);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Of a subclass of a collection: what its constructor has to put into the instance itself, since that may suspend; undefined if the built-in may do it. */
function toFill(cls: Function, newTarget: Function, args: readonly unknown[]): unknown {
  const adds = builders.get(Object.getPrototypeOf(cls))?.adds;
  if (adds === undefined || args[0] === undefined || args[0] === null) return undefined;
  const prototype = dataProperty(newTarget, "prototype");
  // Of a Proxy, and where there is no prototype, nobody knows yet what the instance will have.
  const own = isObject(prototype) && dataProperty(prototype, adds.name) === adds.method;
  return own && builders.get(Object.getPrototypeOf(cls))!.asIs(args[0]) ? undefined : args[0];
}

/** Returns SUSPENDED if the iterator or the method that adds does. */
function fill(cls: Function, made: unknown, iterable: unknown): unknown {
  const C = Object.getPrototypeOf(cls) as Function;
  return iterable === undefined ? made : builders.get(C)!.adds!.fill(C, made, iterable);
}

/** What emitted constructors call, by the names that they use. */
export const construction = {
  private: tellPrivate,
  toFill,
  fill,
  un: unwound,
  sa: takeArguments,
  sn: enterSuper,
  sx: leaveSuper,
  /** `super(…args)`, where the class has no fields or private names. */
  sup: (cls: Function, newTarget: Function, args: unknown[]): object =>
    callSuper(cls, (parent) => Reflect.construct(parent, args, newTarget) as object, args),
  /** `super(…args)`, where it has. */
  supe: (cls: Function, newTarget: Function, args: unknown[], before: unknown): object =>
    before === undefined ? callSuper(cls, () => enter(cls, newTarget, args), args) : construction.sup(cls, newTarget, args),
  /** Gives an instance that the class above has made what `cls` adds to it. */
  adopt: (cls: Function, made: object, before: unknown): object => {
    construction.bindThis(before, made);
    return enter(cls, cls, [], made);
  },
  bindThis: (before: unknown, made: object): object => {
    if (before !== undefined) throw new ReferenceError("Super constructor may only be called once");
    return made;
  },
  bindBox: (box: [unknown], made: object): void => {
    if (box[0] !== undefined) throw new ReferenceError("Super constructor may only be called once");
    box[0] = made;
  },
  ti: (self: unknown): unknown => {
    if (self === undefined)
      throw new ReferenceError(
        "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
      );
    return self;
  },
  /** What a derived constructor returns. */
  rd: (value: unknown, self: unknown): unknown => {
    if (isObject(value)) return value;
    if (value !== undefined) throw new TypeError("Derived constructors may only return object or undefined");
    return construction.ti(self);
  },
  /** Defines a field. `nameless`: the value is a function that gets its name from the key. */
  field: (self: object, key: PropertyKey, value: unknown, nameless = false): void => {
    if (nameless) nameByKey(value as Function, key);
    Object.defineProperty(self, key, { value, writable: true, enumerable: true, configurable: true });
  },
  key$: (key: unknown): string => {
    const name = `agner.key${keys.length}`;
    keys.push({ name, key: propertyKey(key) });
    return name;
  },
  keys$: (cls: { prototype: Record<string, unknown> }, count: number): void => {
    const own = keys.splice(keys.length - count);
    for (const { name } of own) delete cls.prototype[name];
    Object.defineProperty(cls, KEYS, { value: own.map((k) => k.key) });
  },
  K: KEYS,
};

/** Keys of classes whose definition is under way. */
const keys: { readonly name: string; readonly key: PropertyKey }[] = [];

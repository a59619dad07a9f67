/** Objects of the VM's own that processes hold, whose state is not in their properties: whoever has such a class says how one is taken apart. */
export interface StateKind<T extends object = object> {
  /** Unique; the same on every thread. */
  readonly name: string;
  /** That of all of them, or how one is told. */
  readonly prototype: T | ((value: object) => boolean);
  /** What it is made of, or, if it cannot leave its thread, what it is said to be. The object must go on as before. */
  takeApart(value: T): readonly unknown[] | string;
  /** It is filled before others, which may read its properties, and reads no properties of others itself. */
  readonly first?: boolean;
  /** An empty one. */
  make(): T;
  /** Fills an empty one with its parts, which are complete, as is all that they lead to. */
  fill(value: T, parts: readonly unknown[]): void;
}

const byPrototype = new Map<object, StateKind>();
const tested: StateKind[] = [];
const byName = new Map<string, StateKind>();

/** Tells this thread of a kind. */
export function addStateKind<T extends object>(kind: StateKind<T>): void {
  if (typeof kind.prototype === "function") tested.push(kind as unknown as StateKind);
  else byPrototype.set(kind.prototype, kind as unknown as StateKind);
  byName.set(kind.name, kind as unknown as StateKind);
}

export function stateKindOf(value: object, prototype: object): StateKind | undefined {
  return byPrototype.get(prototype) ?? tested.find((kind) => (kind.prototype as (value: object) => boolean)(value));
}

export function stateKindNamed(name: string): StateKind {
  return byName.get(name)!;
}

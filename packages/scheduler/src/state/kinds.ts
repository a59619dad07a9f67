/** Objects of the VM's own that processes hold, whose state is not in their properties: whoever has such a class says how one is taken apart. */
export interface StateKind<T extends object = object> {
  /** Unique; the same on every thread. */
  readonly name: string;
  readonly prototype: T;
  /** What it is made of, or, if it cannot leave its thread, what it is said to be. The object must go on as before. */
  takeApart(value: T): readonly unknown[] | string;
  /** An empty one. */
  make(): T;
  /** Fills an empty one with its parts, which are complete, as is all that they lead to. */
  fill(value: T, parts: readonly unknown[]): void;
}

const byPrototype = new Map<object, StateKind>();
const byName = new Map<string, StateKind>();

/** Tells this thread of a kind. */
export function addStateKind<T extends object>(kind: StateKind<T>): void {
  byPrototype.set(kind.prototype, kind as unknown as StateKind);
  byName.set(kind.name, kind as unknown as StateKind);
}

export function stateKindOf(prototype: object): StateKind | undefined {
  return byPrototype.get(prototype);
}

export function stateKindNamed(name: string): StateKind {
  return byName.get(name)!;
}

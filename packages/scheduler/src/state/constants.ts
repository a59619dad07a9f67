/**
 * What modules keep at their top level, by name: a process that holds such a thing (a class, a table of handlers, a symbol, an object that stands for a
 * state) compares it with the module's own, so it has to find that of the thread that it moves to.
 */
import type { ValueRef } from "../terms/host.ts";

/** How deep the members of a constant are known: `HANDLERS.users.create`. */
const MAX_DEPTH = 3;
/** An object with more members is a table of data; they are copied. */
const MAX_MEMBERS = 100;

/** The constants of one thread's modules, looked at when a process that moves is first to be written. */
export class Constants {
  readonly #modules = new Map<number, () => readonly unknown[]>();
  readonly #names = new WeakMap<object, ValueRef>();
  readonly #symbols = new Map<symbol, ValueRef>();
  #unseen: number[] = [];

  /** A module that has run. `read` gives what its constants hold, in the same order on every thread. */
  add(module: number, read: () => readonly unknown[]): void {
    let values: readonly unknown[] | undefined;
    this.#modules.set(module, () => (values ??= read()));
    this.#unseen.push(module);
  }

  refOf(value: object | symbol): ValueRef | undefined {
    if (this.#unseen.length > 0) this.#look();
    const ref = typeof value === "symbol" ? this.#symbols.get(value) : this.#names.get(value);
    if (ref === undefined || typeof ref.name === "number") return ref;
    // A member may have been replaced since.
    return this.resolve(ref.module as number, ref.name) === value ? ref : undefined;
  }

  resolve(module: number, name: number | string): unknown {
    const values = this.#modules.get(module)?.();
    if (typeof name === "number") return values?.[name];
    const [index, ...keys] = name.split(".");
    let value = values?.[Number(index)];
    for (const key of keys) value = memberOf(value, key);
    return value;
  }

  #look(): void {
    const modules = this.#unseen;
    this.#unseen = [];
    for (const module of modules)
      for (const [index, value] of this.#modules.get(module)!().entries()) this.#put(module, index, value, 0);
  }

  #put(module: number, name: number | string, value: unknown, depth: number): void {
    const ref: ValueRef = { module, name };
    if (typeof value === "symbol") {
      if (Symbol.keyFor(value) === undefined && !this.#symbols.has(value)) this.#symbols.set(value, ref);
      return;
    }
    if (!isObject(value) || this.#names.has(value)) return;
    this.#names.set(value, ref);
    if (depth === MAX_DEPTH || !hasMembers(value)) return;
    const keys = Object.getOwnPropertyNames(value);
    if (keys.length > MAX_MEMBERS) return;
    for (const key of keys) {
      const member = key.includes(".") || key === "constructor" ? undefined : memberOf(value, key);
      if (isObject(member) || typeof member === "symbol") this.#put(module, `${name}.${key}`, member, depth + 1);
    }
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Functions have members for the sake of classes: their methods. */
function hasMembers(value: object): boolean {
  if (typeof value === "function" || Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype || Object.hasOwn(value, "constructor");
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) ? (Object.getOwnPropertyDescriptor(value, key)?.value as unknown) : undefined;
}

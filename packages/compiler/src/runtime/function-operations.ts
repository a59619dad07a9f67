/** What compiled built-ins need to call functions, and `new` of a compiled function. */
import { call as callFunction, versionOf } from "./boundary.ts";

/** `fn.call(self, ...args)`, whatever properties `fn` has. Leaves no frame: what the function returns is returned. */
export function call(fn: Function, self: unknown, ...args: unknown[]): any {
  return callFunction(versionOf(fn, "callback"), self, ...args);
}

/** The same with a list of arguments. */
export function apply(fn: Function, self: unknown, args: readonly unknown[]): unknown {
  return Reflect.apply(versionOf(fn, "callback"), self, args);
}

export function instanceOf(constructor: Function): object {
  const prototype: unknown = constructor.prototype;
  return Object.create(isObject(prototype) ? prototype : Object.prototype) as object;
}

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** The `new.target` of the function that is called next, if that asks for it. */
let announced: Function | undefined;

/** How the text of a function begins that asks for it, after its parameters. */
const ASKS = "new.target ?? $nt()";
const asking = new WeakMap<Function, boolean>();

function asks(fn: Function): boolean {
  let found = asking.get(fn);
  if (found === undefined) {
    const text = Function.prototype.toString.call(fn).slice(0, 4_000);

    const at = text.indexOf(ASKS);
    // One of a function inside does not count.
    found = at >= 0 && text.lastIndexOf("{", at) === text.indexOf("{");
    asking.set(fn, found);
  }
  return found;
}

export function announce(fn: Function, target: Function): void {
  if (asks(fn)) announced = target;
}

export function announceAgain(target: Function | undefined): void {
  announced = target;
}

export function takeAnnounced(): Function | undefined {
  const target = announced;
  announced = undefined;
  return target;
}

/**
 * Built-ins that call a method by a name which applications also give to what is theirs, so that it has no guard (`join`): they are replaced by
 * ones that call it as an atomic section for native code, as where `${list}` is written, and so that it suspends for compiled code.
 */
import { atomic } from "@agner/scheduler/frames";
import { setVersion, versionOf } from "./boundary.ts";

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Call = (fn: Function, self: unknown) => unknown;

const { toString, join } = Array.prototype as unknown as { toString: Method; join: Method };
const objectText = Object.prototype.toString;
const { toJSON, toISOString } = Date.prototype as unknown as { toJSON: Method; toISOString: Method };

function textOf(self: unknown, call: Call): unknown {
  if (self === undefined || self === null) return Reflect.apply(toString, self, []);
  const list = Object(self) as { readonly join: unknown };
  const own = list.join;
  if (own === join) return Reflect.apply(join, list, []);
  return typeof own === "function" ? call(own, list) : (Reflect.apply(objectText, list, []) as string);
}

const replacements = {
  toString(this: unknown): unknown {
    return textOf(this, (fn, self) => atomic(fn, self, []));
  },
  toJSON(this: unknown, key: unknown): unknown {
    const own = (this as { readonly toISOString?: unknown } | null | undefined)?.toISOString;
    return own === toISOString ? Reflect.apply(toJSON, this, [key]) : atomic(toJSON, this, [key]);
  },
};

function replace(owner: object, name: keyof typeof replacements): void {
  Object.defineProperty(owner, name, { value: replacements[name], writable: true, enumerable: false, configurable: true });
}

/** Once per thread; what is there already, an application may have replaced since. */
export function installCallingMethods(): void {
  if (Array.prototype.toString !== toString) return;
  replace(Array.prototype, "toString");
  replace(Object.getPrototypeOf(Uint8Array.prototype) as object, "toString");
  replace(Date.prototype, "toJSON");
  setVersion(replacements.toString, function (this: unknown) {
    return textOf(this, (fn, self) => Reflect.apply(versionOf(fn, ""), self, []));
  });
}

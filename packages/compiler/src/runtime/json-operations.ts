/** Operations of JSON for its compiled equivalents. What they call of objects (accessors, traps, coercions) is atomic by itself. */
import { types } from "node:util";
import { dataProperty } from "./values.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */

/** An application may put another in its place. */
const { isArray: isList } = Array;
const { parse, stringify } = JSON;
const { rawJSON, isRawJSON } = JSON as { rawJSON?: unknown; isRawJSON?: (value: unknown) => boolean };

/** Whether a reviver is told the source of what it gets (V8 11.4 and later). */
export const withContext = ((): boolean => {
  let count = 0;
  parse("1", function () {
    count = arguments.length;
  });
  return count > 2;
})();

/** What has been parsed at one object: by key, the value, its text if it is a primitive one, and what is below. */
type Sources = Map<string, { readonly value: unknown; readonly source?: string; readonly below?: Sources }>;

export function parseWithSources(text: unknown): { root: object; sources: Sources | undefined } {
  if (!withContext) return { root: { "": parse(text as string) as unknown }, sources: undefined };
  const found = new Map<unknown, Sources>();
  const at = (holder: unknown): Sources => {
    let sources = found.get(holder);
    if (sources === undefined) found.set(holder, (sources = new Map()));
    return sources;
  };
  let top: Sources | undefined;
  const value: unknown = parse(
    text as string,
    function (this: unknown, key: string, value: unknown, context?: { source?: string }) {
      top = at(this);
      top.set(key, isObject(value) ? { value, below: at(value) } : { value, source: context!.source! });
      return value;
    } as never,
  );
  return { root: { "": value }, sources: top };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What was parsed below `key`, if it has not been replaced since. */
export function sourcesBelow(sources: Sources | undefined, key: string, value: unknown): Sources | undefined {
  const found = sources?.get(key);
  return found !== undefined && found.value === value ? found.below : undefined;
}

export function reviverContext(sources: Sources | undefined, key: string, value: unknown): object {
  const found = sources?.get(key);
  return found?.source !== undefined && Object.is(found.value, value) ? { source: found.source } : {};
}

export function isArray(value: unknown): boolean {
  return isList(value);
}

export function keysOf(value: object): string[] {
  return Object.keys(value);
}

export function createKey(target: any, key: string, value: unknown): void {
  Reflect.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

export function deleteKey(target: any, key: string): void {
  Reflect.deleteProperty(target, key);
}

/** The text of what is no object; undefined for what has none. */
export function primitiveText(value: unknown): string | undefined {
  if (typeof value !== "bigint") return typeof value === "function" ? undefined : stringify(value);
  throw new TypeError("Do not know how to serialize a BigInt");
}

export function quoted(key: string): string {
  return stringify(key);
}

export function rawText(value: object): string | undefined {
  return rawJSON !== undefined && isRawJSON!(value) ? (value as { rawJSON: string }).rawJSON : undefined;
}

/** What a wrapper object holds; any other object itself. */
export function unboxed(value: any): unknown {
  if (!types.isBoxedPrimitive(value)) return value;
  if (types.isNumberObject(value)) return Number(value);
  if (types.isStringObject(value)) return `${value as unknown as string}`;
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : value;
}

/** The keys that an array given as replacer names, each once. */
export function allowedKeys(replacer: any): string[] | undefined {
  if (!isList(replacer)) return undefined;
  const keys = new Set<string>();
  for (let i = 0; i < replacer.length; i++) {
    const key: unknown = replacer[i];
    if (typeof key === "string") keys.add(key);
    else if (typeof key === "number" || types.isNumberObject(key) || types.isStringObject(key)) keys.add(`${key as string}`);
  }
  return [...keys];
}

export function indentOf(space: unknown): string {
  let by: unknown = space;
  if (types.isNumberObject(by)) by = Number(by);
  else if (types.isStringObject(by)) by = `${by as unknown as string}`;
  if (typeof by === "number") return " ".repeat(Math.max(0, Math.min(10, Math.trunc(by) || 0)));
  return typeof by === "string" ? by.slice(0, 10) : "";
}

/** The error of the built-in itself, which it throws for a circle of the same shape and with the same names of constructors. */
export function circular(stack: readonly unknown[], keys: readonly string[], value: unknown, key: string): unknown {
  const start = stack.indexOf(value);
  const copies = stack.slice(start).map(emptyLike);
  for (let i = 1; i < copies.length; i++) createKey(copies[i - 1], keys[start + i]!, copies[i]);
  createKey(copies.at(-1), key, copies[0]);
  try {
    stringify(copies[0]);
  } catch (e) {
    return e;
  }
  return new TypeError("Converting circular structure to JSON");
}

function emptyLike(value: unknown): object {
  if (isList(value)) return [];
  const constructor = dataProperty(value, "constructor");
  const named = typeof constructor === "function" && constructor !== Object;
  const name = named ? dataProperty(constructor, "name") : dataProperty(value, Symbol.toStringTag);
  return typeof name === "string" ? (Object.defineProperty({}, Symbol.toStringTag, { value: name }) as object) : {};
}

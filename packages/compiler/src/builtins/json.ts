/** Compiled equivalents of `JSON.parse` with a reviver and of `JSON.stringify` (ECMAScript 2025 §25.5). */
import { call } from "../runtime/function-operations.ts";
import {
  allowedKeys,
  circular,
  createKey,
  deleteKey,
  isArray,
  keysOf,
  parseWithSources,
  primitiveText,
  quoted,
  rawText,
  reviverContext,
  sourcesBelow,
  unboxed,
  withContext,
  indentOf,
} from "../runtime/json-operations.ts";
import { toLength } from "../runtime/array-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

/** InternalizeJSONProperty. `sources`: what has been parsed at the holder, as long as it is the same. */
function revive(holder: any, key: string, reviver: Callback, sources: any): unknown {
  const value: any = holder[key];
  if (typeof value === "object" && value !== null) {
    const below = sourcesBelow(sources, key, value);
    if (isArray(value)) {
      const n = toLength(value);
      for (let i = 0; i < n; i++) reviveInto(value, `${i}`, reviver, below);
    } else {
      for (const k of keysOf(value)) reviveInto(value, k, reviver, below);
    }
  }
  return withContext ? call(reviver, holder, key, value, reviverContext(sources, key, value)) : call(reviver, holder, key, value);
}

function reviveInto(value: any, key: string, reviver: Callback, below: any): void {
  const element = revive(value, key, reviver, below);
  if (element === undefined) deleteKey(value, key);
  else createKey(value, key, element);
}

export function parse(text: unknown, reviver: Callback): unknown {
  const { root, sources } = parseWithSources(text);
  return revive(root, "", reviver, sources);
}

interface State {
  readonly replacer: Callback | undefined;
  readonly allowed: readonly string[] | undefined;
  readonly gap: string;
  /** What is being written, outermost first, and the keys that led there. */
  readonly stack: unknown[];
  readonly keys: string[];
}

/** SerializeJSONProperty: undefined for what has no text. */
function property(s: State, holder: any, key: string, indent: string): string | undefined {
  let value: any = holder[key];
  if ((typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "bigint") {
    const toJSON = value.toJSON;
    if (typeof toJSON === "function") value = call(toJSON, value, key);
  }
  if (s.replacer !== undefined) value = call(s.replacer, holder, key, value);
  if (typeof value !== "object" || value === null) return primitiveText(value);
  const raw = rawText(value);
  if (raw !== undefined) return raw;
  value = unboxed(value);
  if (typeof value !== "object") return primitiveText(value);
  if (s.stack.includes(value)) throw circular(s.stack, s.keys, value, key);
  s.stack.push(value);
  s.keys.push(key);
  const inner = indent + s.gap;
  const array = isArray(value);
  const parts: string[] = [];
  if (array) {
    const n = toLength(value);
    for (let i = 0; i < n; i++) parts.push(property(s, value, `${i}`, inner) ?? "null");
  } else {
    const colon = s.gap === "" ? ":" : ": ";
    for (const k of s.allowed ?? keysOf(value)) {
      const text = property(s, value, k, inner);
      if (text !== undefined) parts.push(quoted(k) + colon + text);
    }
  }
  s.stack.pop();
  s.keys.pop();
  const open = array ? "[" : "{";
  const close = array ? "]" : "}";
  if (parts.length === 0) return open + close;
  return s.gap === "" ? open + parts.join(",") + close : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

export function stringify(value: unknown, replacer?: unknown, space?: unknown): string | undefined {
  const called = typeof replacer === "function" ? (replacer as Callback) : undefined;
  const s: State = {
    replacer: called,
    allowed: called === undefined ? allowedKeys(replacer) : undefined,
    gap: indentOf(space),
    stack: [],
    keys: [],
  };
  const holder = {};
  createKey(holder, "", value);
  return property(s, holder, "", "");
}

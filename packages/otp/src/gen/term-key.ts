/**
 * Terms as keys of a map. Every copy of an object is a new object, so two keys are the same if they are made of the same; numbers, strings and all that is no
 * object are compared with `===` (and `NaN` equals itself).
 */
import { definitionName, isPid, isRef } from "@agner/vm";
import { badArgument } from "../errors.ts";

/** Begins the keys that stand for objects. A string that begins so is made such a key, too: no other string can be taken for one. */
const MARK = "\u0000";

/** The key of a term: itself for whatever a `Map` tells apart as it should, else a text. The same on every core, but for definitions and functions. */
export function termKey(term: unknown): unknown {
  if (typeof term === "string") return term.startsWith(MARK) ? MARK + textOf(term) : term;
  if (isStructure(term)) return MARK + textOf(term);
  return term === 0 ? 0 : term;
}

/** A number from 0 to 2^32 - 1, the same for equal terms, on every core. */
export function hashTerm(term: unknown): number {
  if (typeof term === "string") return hashText(term);
  return hashText(isStructure(term) || isPrimitive(term) ? textOf(term) : nameOf(term as object));
}

/** FNV-1a over code units, then the finisher of MurmurHash3: the low bits, which choose a partition, depend on the whole text. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function isPrimitive(term: unknown): boolean {
  return term === null || (typeof term !== "object" && typeof term !== "function") || isPid(term) || isRef(term);
}

function isStructure(term: unknown): term is object {
  return typeof term === "object" && term !== null && !isPid(term) && !isRef(term) && definitionName(term) === undefined;
}

function nameOf(value: object): string {
  return typeof value === "function" ? (value as { readonly name: string }).name : (definitionName(value) ?? "");
}

/** A text that is the same for equal terms, and different for others. */
function textOf(term: unknown): string {
  switch (typeof term) {
    case "string":
      return JSON.stringify(term);
    case "number":
      return String(term);
    case "bigint":
      return `${term}n`;
    case "symbol":
      return `symbol(${JSON.stringify(Symbol.keyFor(term))})`;
    case "function":
      throw badArgument("a function cannot be a part of a key");
    case "object":
      return term === null ? "null" : textOfObject(term);
    default:
      return String(term);
  }
}

function textOfObject(term: object): string {
  if (isPid(term) || isRef(term)) return term.toString();
  if (Array.isArray(term)) return `[${term.map(textOf).join()}]`;
  if (term instanceof Map) return `Map(${sorted([...term].map(([key, value]) => `${textOf(key)}:${textOf(value)}`))})`;
  if (term instanceof Set) return `Set(${sorted([...term].map(textOf))})`;
  if (term instanceof Date) return `Date(${term.getTime()})`;
  if (term instanceof RegExp) return `RegExp(${JSON.stringify(term.source)},${term.flags})`;
  if (term instanceof Error) return `Error(${JSON.stringify(term.name)},${JSON.stringify(term.message)},${entriesOf(term)})`;
  if (ArrayBuffer.isView(term)) return `${term.constructor.name}(${hex(term.buffer, term.byteOffset, term.byteLength)})`;
  if (term instanceof ArrayBuffer) return `ArrayBuffer(${hex(term, 0, term.byteLength)})`;
  if (!isPlain(term))
    throw badArgument("what is neither data nor a process, such as a client or a definition, cannot be a part of a key");
  return `{${entriesOf(term)}}`;
}

function isPlain(term: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(term);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && definitionName(term) === undefined);
}

function entriesOf(term: object): string {
  return sorted(Object.entries(term).map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`));
}

function sorted(texts: string[]): string {
  return texts.sort().join();
}

function hex(buffer: ArrayBufferLike, offset: number, length: number): string {
  return Buffer.from(buffer, offset, length).toString("hex");
}

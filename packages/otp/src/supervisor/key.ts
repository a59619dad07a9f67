/** Ids of children as keys of a map. An id is a term, and every copy of a term is a new object: ids that look the same are the same. */
import { definitionName, isPid, isRef } from "@agner/vm";

/** Begins the keys of ids that are objects: no other id begins with it. */
const OBJECT = "\u0000";

/** The key of an id: itself for a primitive, a pid, a reference, a definition or a function; for other objects what they are made of. */
export function keyOf(id: unknown): unknown {
  return isStructure(id) ? OBJECT + textOf(id) : id;
}

function isStructure(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isPid(value) && !isRef(value) && definitionName(value) === undefined;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (!isStructure(value))
    return `${typeof value} ${typeof value === "object" && value !== null ? nameOf(value) : String(value)}`;
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (value instanceof Map) return `Map${textOf([...value])}`;
  if (value instanceof Set) return `Set${textOf([...value])}`;
  if (value instanceof Date) return `Date ${value.getTime()}`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${textOf(item)}`).join()}}`;
}

function nameOf(value: object): string {
  return definitionName(value) ?? String(value);
}

/**
 * Cold. Containers taken apart into a flat list of parts, and put together again from copies of them. The copier, the encoder and the decoder
 * do so for all containers but arrays and plain objects, and for those too when they are nested too deeply to recurse.
 */
import { changedWhileCopied } from "./bad-term.ts";
import { defineValue, errorClass, errorParts, makeError } from "./error-term.ts";
import { TERM, type StandIn } from "./host.ts";
import { revive } from "./revive.ts";
import type { Kind } from "./kinds.ts";

/** Kinds of terms that have parts. */
export type Container = "array" | "plain" | "null prototype" | "map" | "set" | "error" | "stand-in";

/** Whether terms of this kind have parts. A literal counts as a leaf: it is copied by reference or encoded as a whole. */
export function isContainer(kind: Kind): kind is Container {
  switch (kind) {
    case "array":
    case "plain":
    case "null prototype":
    case "map":
    case "set":
    case "error":
    case "stand-in":
      return true;
    default:
      return false;
  }
}

/** The parts of a container, in the order in which they are copied and written. */
export function takeApart(value: object, kind: Container): unknown[] {
  switch (kind) {
    case "array":
      return Array.from(value as unknown[]);
    case "plain":
    case "null prototype":
      return keysAndValues(value);
    case "map":
      return mapParts(value as Map<unknown, unknown>);
    case "set":
      return [...(value as Set<unknown>)];
    case "error": {
      const [name, message, stack, properties, errors, ...cause] = errorParts(value as Error);
      return [errorClass(value), name, message, stack, errors, cause.length, ...cause, ...keysAndValues(properties)];
    }
    case "stand-in": {
      const { definition, data } = (value as { [TERM]: StandIn })[TERM];
      return [definition, data];
    }
  }
}

/** The container that has these parts. */
export function putTogether(kind: Container, parts: unknown[]): unknown {
  switch (kind) {
    case "array":
      return parts;
    case "plain":
      return assign({}, parts, 0);
    case "null prototype":
      return assign(Object.create(null) as object, parts, 0);
    case "map": {
      const map = new Map<unknown, unknown>();
      for (let i = 0; i < parts.length; i += 2) map.set(parts[i], parts[i + 1]);
      return map;
    }
    case "set":
      return new Set(parts);
    case "error": {
      const [number, name, message, stack, errors, causes] = parts as [
        number,
        string,
        string,
        string | undefined,
        unknown,
        number,
      ];
      const properties = assign({}, parts, 6 + causes);
      return causes === 0
        ? makeError(number, [name, message, stack, properties, errors])
        : makeError(number, [name, message, stack, properties, errors, parts[6]]);
    }
    case "stand-in":
      return revive(parts[0], parts[1]);
  }
}

function mapParts(map: Map<unknown, unknown>): unknown[] {
  const parts: unknown[] = [];
  map.forEach((value, key) => {
    parts.push(key, value);
  });
  return parts;
}

function keysAndValues(value: object): unknown[] {
  const parts: unknown[] = [];
  for (const key of Object.keys(value)) parts.push(key, (value as Record<string, unknown>)[key]);
  for (const symbol of Object.getOwnPropertySymbols(value)) {
    if (!Object.prototype.propertyIsEnumerable.call(value, symbol)) continue;
    parts.push(symbol, (value as Record<symbol, unknown>)[symbol]);
  }
  return parts;
}

function assign(target: object, parts: readonly unknown[], from: number): object {
  for (let i = from; i < parts.length; i += 2) defineValue(target, parts[i] as PropertyKey, parts[i + 1], true);
  return target;
}

/**
 * Copies a container without recursion. `copyLeaf` copies what has no parts; `kindOf` says what has.
 * The caller has made sure that there is no cycle.
 */
export function copyWithoutRecursion(
  root: object,
  kindOf: (value: object) => Kind,
  copyLeaf: (value: unknown) => unknown,
): unknown {
  interface Level {
    readonly kind: Container;
    readonly value: object;
    readonly parts: unknown[];
    next: number;
  }
  const levels: Level[] = [];
  let result: unknown = root;
  for (;;) {
    // Down: open what has parts, copy what has none.
    const kind = typeof result === "object" && result !== null ? kindOf(result) : undefined;
    if (isContainer(kind)) levels.push({ kind, value: result as object, parts: takeApart(result as object, kind), next: 0 });
    else result = copyLeaf(result);
    if (levels.length > 20_000) throw changedWhileCopied();
    // Up: put the copy in its place, and close what is complete.
    let level = levels.at(-1);
    if (level === undefined) return result;
    if (!isContainer(kind)) level.parts[level.next++] = result;
    while (level.next === level.parts.length) {
      result = level.kind === "stand-in" ? level.value : putTogether(level.kind, level.parts);
      levels.pop();
      level = levels.at(-1);
      if (level === undefined) return result;
      level.parts[level.next++] = result;
    }
    result = level.parts[level.next];
  }
}

/**
 * HOT PATH. Copies a term for a receiver on the same core: a tree that shares nothing with the original but what cannot change.
 *
 * The fast copier recurses. What it cannot do (refuse with a path, go deeper than the native stack should) it gives up on by throwing
 * `GIVE_UP`; `copyTerm` then walks the value again without recursion. Measurements: docs/terms.md, `packages/scheduler/bench/terms.js`.
 */
import { S } from "../process/frames.ts";
import { Pid } from "../process/pid.ts";
import { Ref } from "../process/ref.ts";
import { changedWhileCopied, findBadTerm } from "./bad-term.ts";
import { costOfBytes, ELEMENTS_SHIFT } from "./cost.ts";
import { defineValue } from "./error-term.ts";
import { isKnownDefinition } from "./definition.ts";
import { host, TERM } from "./host.ts";
import { binaryBytes, binaryNumber, kindOf, makeBinary, makeShared, sharedPlace, type Binary, type Shared } from "./kinds.ts";
import { copyWithoutRecursion, putTogether, takeApart, type Container } from "./parts.ts";
import { generateRun, hotShapeOf, type Shape } from "./shapes.ts";

/** Levels that are copied by recursion: about 200 bytes of stack each, so a fifth of a megabyte. */
const RECURSION_LIMIT = 500;

const GIVE_UP: object = Object.freeze({ message: "not copied by recursion" });
const { getPrototypeOf, getOwnPropertySymbols } = Object;
const { isArray } = Array;
const slice = Array.prototype.slice as (this: readonly unknown[]) => unknown[];
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;
const pidPrototype = Pid.prototype;
const refPrototype = Ref.prototype;

/**
 * A copy of a term, as a receiver would get it: what it shares with the original cannot change (primitives, pids, references, functions,
 * definitions, literals), and shared memory. Throws {@link BadTermError} for what is no term, with the path to it. The running process is
 * charged for the size.
 *
 * @example
 * copyTerm({ a: [1, self()] });      // { a: [1, <0.1.0>] }
 * copyTerm({ a: [1, () => 2] });     // BadTermError: … .a[1] is a closure …
 */
export function copyTerm<T>(value: T): T {
  if (typeof value === "number" || typeof value === "string") return value;
  try {
    return copy(value, 0) as T;
  } catch (e) {
    if (e !== GIVE_UP) throw e;
    return copySlowly(value) as T;
  }
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value !== "object") {
    if (typeof value === "function" || typeof value === "symbol") return copyName(value);
    return value;
  }
  if (value === null) return null;
  // Behind a property that each of them has, V8 knows the prototype; elsewhere it costs a call (benchmark: server-call-small).
  if (isArray(value)) return copyArray(value, depth);
  if (value instanceof Pid && value.slot >= 0 && getPrototypeOf(value) === pidPrototype) return value;
  if (value instanceof Ref && value.id >= 0 && getPrototypeOf(value) === refPrototype) return value;
  if (getPrototypeOf(value) === objectPrototype) return copyPlain(value, depth);
  return copyOther(value, depth);
}

function copyArray(value: readonly unknown[], depth: number): unknown[] {
  if (depth >= RECURSION_LIMIT) throw GIVE_UP;
  const { length } = value;
  if (getPrototypeOf(value) !== arrayPrototype || (value as { [TERM]?: unknown })[TERM] !== undefined)
    return copyOther(value, depth) as unknown[];
  const next = depth + 1;
  // Tuples, most messages: literals are the fastest arrays to make.
  switch (length) {
    case 0:
      return [];
    case 1:
      return [copyElement(value[0], next)];
    case 2:
      return [copyElement(value[0], next), copyElement(value[1], next)];
    case 3:
      return [copyElement(value[0], next), copyElement(value[1], next), copyElement(value[2], next)];
  }
  S.r -= length >> ELEMENTS_SHIFT;
  const result = slice.call(value);
  for (let i = 0; i < length; i++) {
    const element = result[i];
    if (typeof element === "number" || typeof element === "string") continue;
    copyElements(result, i, next);
    break;
  }
  return result;
}

/** Replaces elements from index `from` on by copies. */
function copyElements(items: unknown[], from: number, depth: number): void {
  for (let i = from; i < items.length; i++) {
    const element = items[i];
    if (typeof element === "number" || typeof element === "string") continue;
    const copied = copy(element, depth);
    // `undefined` may stand for a hole, which becomes an element.
    if (copied !== element || element === undefined) items[i] = copied;
    if (lastShape !== undefined) i = copyRun(lastShape, items, i + 1, depth) - 1;
  }
}

/** That of the last object copied which has one. */
let lastShape: Shape | undefined;

/** Copies the elements of `items` from index `from` on that are of this shape; returns the index of the first that is not. */
function copyRun(shape: Shape, items: unknown[], from: number, depth: number): number {
  lastShape = undefined;
  const run = shape.copyRun === undefined ? generateRun(shape) : shape.copyRun;
  if (run === null) return from;
  const to = run(items, from, items.length, copy, depth + 1);
  S.r -= to - from;
  return to;
}

function copyElement(element: unknown, depth: number): unknown {
  return typeof element === "number" || typeof element === "string" ? element : copy(element, depth);
}

function copyPlain(value: object, depth: number): unknown {
  if (depth >= RECURSION_LIMIT) throw GIVE_UP;
  if ((value as { [TERM]?: unknown })[TERM] !== undefined) return copyOther(value, depth);
  const shape = hotShapeOf(value);
  if (shape !== undefined && shape.copyIfWhole !== undefined) {
    const copied = shape.copyIfWhole(value, copy, depth + 1);
    if (copied !== undefined) {
      S.r--;
      lastShape = shape;
      return copied;
    }
    shape.copyIfWhole = undefined; // each of them would cost an error
  }
  if (getOwnPropertySymbols(value).length !== 0) return copyOther(value, depth);
  S.r--;
  if (shape !== undefined) {
    const copied = shape.copy!(value, copy, depth + 1);
    lastShape = shape;
    return copied;
  }
  return copyProperties({}, value, depth);
}

/** Copies own enumerable properties with string keys one by one. */
function copyProperties(target: Record<string, unknown>, source: object, depth: number): object {
  for (const key of Object.keys(source)) {
    const property = copy((source as Record<string, unknown>)[key], depth + 1);
    if (key === "__proto__") defineValue(target, key, property, true);
    else target[key] = property;
  }
  return target;
}

function copyName(value: Function | symbol): unknown {
  if (typeof value === "symbol") {
    if (Symbol.keyFor(value) === undefined) throw GIVE_UP;
  } else if (host.functionRef(value) === undefined && !isKnownDefinition(value)) throw GIVE_UP;
  return value;
}

/** Cold: all kinds but plain objects, arrays, pids and references. */
function copyOther(value: object, depth: number): unknown {
  const kind = kindOf(value);
  switch (kind) {
    case "literal":
      return value;
    case "definition":
      if (!isKnownDefinition(value)) throw GIVE_UP;
      return value;
    case "binary":
      S.r -= costOfBytes((value as Binary).byteLength);
      return copyBinary(value as Binary);
    case "shared":
      return makeShared(sharedPlace(value as Shared));
    case "date":
      return new Date((value as Date).getTime());
    case "regexp":
      return new RegExp((value as RegExp).source, (value as RegExp).flags);
    case "pid":
    case "ref":
      return value;
    case undefined:
      throw GIVE_UP;
    default:
      if (depth >= RECURSION_LIMIT) throw GIVE_UP;
      return copyParts(value, kind, depth + 1);
  }
}

function copyParts(value: object, kind: Container, depth: number): unknown {
  const parts = takeApart(value, kind);
  S.r -= parts.length >> ELEMENTS_SHIFT;
  for (let i = 0; i < parts.length; i++) parts[i] = copy(parts[i], depth);
  return kind === "stand-in" ? value : putTogether(kind, parts);
}

function copyBinary(value: Binary): Binary {
  const number = binaryNumber(value);
  if (number === 0) return Buffer.from(value as Buffer);
  return makeBinary(number, binaryBytes(value).slice().buffer);
}

/** Cold: refuses with the reason, or copies what was too deep. */
function copySlowly(root: unknown): unknown {
  const bad = findBadTerm(root);
  if (bad !== undefined) throw bad;
  try {
    return copyWithoutRecursion(root as object, kindOf, (leaf) => copy(leaf, 0));
  } catch (e) {
    throw e === GIVE_UP ? changedWhileCopied() : e;
  }
}

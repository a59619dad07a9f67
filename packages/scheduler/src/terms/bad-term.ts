/**
 * Why a value is no term: where in it, what stands there, and what to do. Cold: the copier and the encoder only find out that something is
 * wrong; then the value is walked again here, so that both say the same. The walk keeps its own stack: it survives any depth and any cycle.
 */
import { types } from "node:util";
import { BadTermError } from "../errors.ts";
import { errorParts } from "./error-term.ts";
import { isKnownDefinition } from "./definition.ts";
import { host, TERM, type StandIn } from "./host.ts";
import { kindOf, type Kind } from "./kinds.ts";

/** Nesting deeper than this is refused, here and across cores. */
export const MAX_DEPTH = 10_000;
/** A longer path is shown by its first and last steps. */
const SHOWN_STEPS = 24;

/** A part of a container, and the step of the path that leads to it. */
interface Part {
  readonly step: string;
  readonly value: unknown;
}

interface Level {
  readonly value: object;
  readonly parts: Parts;
  next: number;
}

/** The parts of a container in the order in which they are copied. Those of an array, which may be millions, are not put into a list. */
interface Parts {
  readonly length: number;
  value(index: number): unknown;
  step(index: number): string;
}

/** The error with which a value is refused; undefined if it is a term. A getter that throws, throws. */
export function findBadTerm(root: unknown): BadTermError | undefined {
  const levels: Level[] = [];
  const inside = new Set<object>();
  const path = (): string => pathOf(levels);
  let value = root;
  for (;;) {
    const refusal = refuse(value);
    if (refusal !== undefined) return badTerm(path(), refusal[0], refusal[1]);
    const parts = partsOf(value);
    if (parts !== undefined) {
      const container = value as object;
      if (inside.has(container)) {
        const first = levels.findIndex((level) => level.value === container);
        const where = pathOf(levels.slice(0, first));
        return badTerm(
          path(),
          `the same object as ${where === "" ? "the whole value" : where}: a cycle`,
          "terms are trees; send ids or keys in place of references back",
        );
      }
      if (levels.length >= MAX_DEPTH) {
        return badTerm(path(), `nested deeper than ${MAX_DEPTH.toLocaleString("en-US")} levels`, "send long chains as arrays");
      }
      inside.add(container);
      levels.push({ value: container, parts, next: 0 });
    }
    for (;;) {
      const level = levels.at(-1);
      if (level === undefined) return undefined;
      if (level.next < level.parts.length) {
        value = level.parts.value(level.next++);
        break;
      }
      inside.delete(level.value);
      levels.pop();
    }
  }
}

/** The error for something that a walk does not find again, such as a getter that answers differently each time. */
export function changedWhileCopied(): BadTermError {
  return badTerm("", "a value that changed while it was copied", "make sure that its getters have no side effects");
}

/** A {@link BadTermError} with the usual wording. */
export function badTerm(path: string, what: string, todo: string): BadTermError {
  const where = path === "" ? "it" : path;
  return new BadTermError(`this value cannot be copied to another process: ${where} is ${what}; ${todo}`, path);
}

/** What a value is, in a few words, for messages about arguments: `the string "abc"`, `an array`, `an instance of class Socket`. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "undefined":
      return "undefined";
    case "number":
    case "boolean":
      return String(value);
    case "bigint":
      return `${value}n`;
    case "symbol":
      return `the symbol ${String(value)}`;
    case "function":
      return /^class\b/.test(Function.prototype.toString.call(value))
        ? `the class ${nameOf(value)}`
        : `the function ${nameOf(value)}`;
    case "object":
      return value === null ? "null" : describeObject(value);
  }
}

function describeObject(value: object): string {
  const kind = kindOf(value);
  switch (kind) {
    case undefined:
      return refuseObject(value)[0];
    case "array":
      return "an array";
    case "plain":
    case "null prototype":
      return "an object";
    case "pid":
      return `the pid ${String(value)}`;
    case "ref":
      return `the reference ${String(value)}`;
    case "error":
      return `the error ${JSON.stringify((value as Error).message)}`;
    case "literal":
      return Array.isArray(value) ? "an array" : "an object";
    case "shared":
      return "shared memory";
    case "definition":
    case "stand-in":
      return `a ${kind === "definition" ? "definition" : "client"}`;
    default:
      return `a ${className(value)}`;
  }
}

function pathOf(levels: readonly Level[]): string {
  const step = (level: Level): string => level.parts.step(level.next - 1);
  if (levels.length <= SHOWN_STEPS) return levels.map(step).join("");
  const half = SHOWN_STEPS / 2;
  const left = levels.length - SHOWN_STEPS;
  return `${levels.slice(0, half).map(step).join("")} … ${left} more … ${levels.slice(-half).map(step).join("")}`;
}

/** What a value is and what to do, if it may not be sent whatever is in it. */
function refuse(value: unknown): [what: string, todo: string] | undefined {
  if (typeof value === "symbol") {
    if (Symbol.keyFor(value) !== undefined) return undefined;
    return [`a local symbol, ${String(value)}`, "use Symbol.for(…), which is the same symbol on every core"];
  }
  if (typeof value === "function") {
    if (host.functionRef(value) !== undefined || isKnownDefinition(value)) return undefined;
    return refuseFunction(value);
  }
  if (typeof value !== "object" || value === null) return undefined;
  const kind = kindOf(value);
  if (kind === undefined) return refuseObject(value);
  if (kind === "definition" && !isKnownDefinition(value)) {
    return [
      "a definition that no loaded module exports",
      "export the constant that definition(…), genServer(…) or supervisor(…) made",
    ];
  }
  return undefined;
}

function refuseFunction(value: Function): [string, string] {
  if (/^class\b/.test(Function.prototype.toString.call(value))) {
    return [`the class ${nameOf(value)}`, "send its name or a plain description of what to make"];
  }
  const name = nameOf(value);
  if (/\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(value))) {
    return [`the native or bound function ${name}`, "send data, and call the function at the receiver"];
  }
  return [`a closure${name === "(anonymous)" ? "" : `, ${name}`}`, "declare the function at the top level of its module"];
}

function refuseObject(value: object): [string, string] {
  if (types.isPromise(value)) return ["a promise", "wait(…) for it and send what it gives"];
  if (types.isSharedArrayBuffer(value))
    return [
      "a SharedArrayBuffer that sharedBytes(…) has not made",
      "make it with sharedBytes(…) if its memory is to be shared, or send a copy of its bytes",
    ];
  if (ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer)) {
    return [
      "a view of a SharedArrayBuffer that sharedBytes(…) has not made",
      "make that with sharedBytes(…) if its memory is to be shared, or send a copy of its bytes",
    ];
  }
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) {
    return [`a ${className(value)}`, "what it holds lives on one core only: send the objects themselves"];
  }
  if (types.isGeneratorObject(value) || Object.prototype.toString.call(value) === "[object Generator]")
    return ["a generator", "send what it yields, as an array"];
  const name = className(value);
  return [
    name === "" ? "an object with a prototype of its own" : `an instance of class ${name}`,
    "send a plain object with its data, or keep it in a process and send that process's pid",
  ];
}

function className(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: unknown } | null;
  const constructor = prototype?.constructor;
  return typeof constructor === "function" && constructor !== Object ? nameOf(constructor) : "";
}

function nameOf(fn: Function): string {
  return typeof fn.name === "string" && fn.name !== "" ? fn.name : "(anonymous)";
}

/** The parts of a container; undefined for what has none. */
function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const kind = kindOf(value);
  if (kind === "array") return arrayParts(value as unknown[]);
  const list = partsOfOther(value, kind);
  return list && { length: list.length, value: (index) => list[index]!.value, step: (index) => list[index]!.step };
}

function arrayParts(array: readonly unknown[]): Parts {
  return { length: array.length, value: (index) => array[index], step: (index) => `[${index}]` };
}

function partsOfOther(value: object, kind: Kind): Part[] | undefined {
  switch (kind) {
    case "plain":
    case "null prototype":
      return objectParts(value);
    case "map":
      return mapParts(value as Map<unknown, unknown>);
    case "set":
      return [...(value as Set<unknown>)].map((member, i) => ({ step: `(Set member ${i})`, value: member }));
    case "error":
      return errorSteps(value as Error);
    case "stand-in":
      return standInParts((value as { [TERM]: StandIn })[TERM]);
    default:
      return undefined;
  }
}

function objectParts(value: object): Part[] {
  const record = value as Record<PropertyKey, unknown>;
  const parts: Part[] = Object.keys(value).map((key) => ({ step: keyStep(key), value: record[key] }));
  for (const key of Object.getOwnPropertySymbols(value)) {
    if (!Object.prototype.propertyIsEnumerable.call(value, key)) continue;
    const step = `[${String(key)}]`;
    parts.push({ step, value: Symbol.keyFor(key) === undefined ? key : record[key] });
  }
  return parts;
}

function mapParts(map: Map<unknown, unknown>): Part[] {
  const parts: Part[] = [];
  let i = 0;
  for (const [key, value] of map) {
    parts.push({ step: `(Map key ${i})`, value: key });
    parts.push({ step: typeof key === "string" ? `(Map value of ${JSON.stringify(key)})` : `(Map value ${i})`, value });
    i++;
  }
  return parts;
}

function errorSteps(error: Error): Part[] {
  const [, , , properties, errors, cause] = errorParts(error);
  const parts = objectParts(properties);
  if (errors !== undefined) parts.push({ step: ".errors", value: errors });
  if (cause !== undefined) parts.push({ step: ".cause", value: cause });
  return parts;
}

function standInParts(standIn: StandIn): Part[] {
  return [
    { step: "(definition)", value: standIn.definition },
    { step: "(data)", value: standIn.data },
  ];
}

function keyStep(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

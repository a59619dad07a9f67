/** What the runtime keeps in frames for compiled code, made ready to go on on another thread. */
import { addStateKind } from "@agner/scheduler/state";
import { types } from "node:util";
import { versionOf } from "./boundary.ts";
import { Activation, activationOf, originOf, restore } from "./generators.ts";
import { Cursor } from "./iteration.ts";

type Source = Map<unknown, unknown> | Set<unknown> | string | ArrayLike<unknown>;

/** Tells this thread how iterations move, and by which names what compiled built-ins call. */
export function prepareToMove(): void {
  generatorsMove();
  addStateKind<Cursor>({
    name: "agner.cursor",
    prototype: Cursor.prototype,
    takeApart: (cursor) =>
      builtInParts(cursor) ?? ownParts(cursor) ?? "an iteration with a method next that is not its iterator's own",
    make: () => Object.create(Cursor.prototype) as Cursor,
    fill: (cursor, [isBuiltIn, source, position, done]) => {
      const iterator = isBuiltIn === true ? iteratorAt(source as Source, position as number) : (source as Cursor["iterator"]);
      Object.assign(cursor, new Cursor(iterator, iterator.next, isBuiltIn === true ? source : iterator), { done });
    },
  });
}

/** Compiled generators, and what their frames hold of them. */
function generatorsMove(): void {
  addStateKind<Activation>({
    name: "agner.activation",
    prototype: Activation.prototype,
    takeApart: ({ status, mode, frame }) => (frame === null ? [status, mode] : [status, mode, ...frame.slice(1)]),
    make: () => new Activation(null, null),
    fill: (activation, [status, mode, ...frame]) => {
      Object.assign(activation, { status, mode, frame: frame.length === 0 ? null : [null, ...frame] });
    },
  });
  addStateKind({
    name: "agner.generator",
    prototype: (value) => activationOf(value) !== undefined,
    takeApart: (object) => {
      const activation = activationOf(object)!;
      const origin = originOf(object, activation);
      return origin === undefined ? "a generator" : [activation, ...origin];
    },
    first: true,
    make: () => ({}),
    fill: (object, [activation, ...origin]) => {
      restore(object, origin, activation as Activation);
    },
  });
}

/** An iterator that the application has made is an object like any other; its `next` is read again. */
function ownParts({ iterator, next, done }: Cursor): readonly unknown[] | undefined {
  return typeof iterator.next === "function" && next === versionOf(iterator.next, "iterator.next")
    ? [false, iterator, 0, done]
    : undefined;
}

/**
 * The iterator of a collection or of a string tells nothing of itself. But nobody else has it, so it can be run to its end, to see how much is left, and
 * another be put in its place.
 */
function builtInParts(cursor: Cursor): readonly unknown[] | undefined {
  if (cursor.iterator === cursor.source) return undefined;
  const source = cursor.source as Source;
  const total = sizeOf(source, cursor.iterator);
  if (total === undefined) return undefined;
  const { done } = cursor;
  let left = 0;
  let rest = "";
  const next = cursor.iterator.next as () => IteratorResult<unknown>;
  for (let result = next.call(cursor.iterator); result.done !== true; result = next.call(cursor.iterator)) {
    left++;
    if (typeof source === "string") rest += result.value as string;
  }
  const from = typeof source === "string" ? rest : source;
  const position = typeof source === "string" ? 0 : total - left;
  cursor.iterator = iteratorAt(from, position);
  return [true, from, position, done];
}

/** How many elements there are in what a built-in iterator walks; undefined if it is not certain that it does. */
function sizeOf(source: unknown, iterator: object): number | undefined {
  const kind = Object.prototype.toString.call(iterator);
  if (typeof source === "string") return kind === "[object String Iterator]" ? source.length : undefined;
  if (typeof source !== "object" || source === null) return undefined;
  const method = (source as { [Symbol.iterator]?: unknown })[Symbol.iterator];
  if (types.isMap(source)) return method === Map.prototype.entries && types.isMapIterator(iterator) ? source.size : undefined;
  if (types.isSet(source)) return method === Set.prototype.values && types.isSetIterator(iterator) ? source.size : undefined;
  if (kind !== "[object Array Iterator]") return undefined;
  if (Array.isArray(source) || types.isArgumentsObject(source))
    return method === Array.prototype.values ? (source as unknown[]).length : undefined;
  return types.isTypedArray(source) && method === typedArrayValues ? source.length : undefined;
}

const typedArrayValues = Uint8Array.prototype.values;

function iteratorAt(source: Source, position: number): Cursor["iterator"] {
  const iterator = (source as Iterable<unknown>)[Symbol.iterator]();
  for (let i = 0; i < position; i++) iterator.next();
  return iterator;
}

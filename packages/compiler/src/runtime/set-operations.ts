/** Operations of Map and Set for the compiled equivalents of their methods: of the data itself, whatever an application has put in the place of a method. */
import { Cursor } from "./iteration.ts";

const { entries } = Map.prototype;
const { values, has } = Set.prototype;
const size = Object.getOwnPropertyDescriptor(Set.prototype, "size")!.get!;

/** For a for-of over a Map that nobody has overridden. */
export function entriesOf(map: Map<unknown, unknown>): Iterable<[unknown, unknown]> {
  return walk(Reflect.apply(entries, map, []), map);
}

export function membersOf(set: Set<unknown>): Iterable<unknown> {
  return walk(Reflect.apply(values, set, []), set);
}

function walk<T>(iterator: Iterator<T>, source: unknown): Iterable<T> {
  return new Cursor(iterator as never, iterator.next, source) as never;
}

export function sizeOfSet(set: Set<unknown>): number {
  return Reflect.apply(size, set, []) as number;
}

export function isMember(set: Set<unknown>, key: unknown): boolean {
  return Reflect.apply(has, set, [key]);
}

export function copyOfSet(set?: Set<unknown>): Set<unknown> {
  const copy = new Set<unknown>();
  if (set !== undefined) for (const member of Reflect.apply(values, set, [])) copy.add(member);
  return copy;
}

export interface SetRecord {
  readonly set: unknown;
  readonly size: number;
  readonly has: Function;
  readonly keys: Function;
}

type SetMethod =
  | "union"
  | "intersection"
  | "difference"
  | "symmetricDifference"
  | "isSubsetOf"
  | "isSupersetOf"
  | "isDisjointFrom";

/** GetSetRecord; for what is no set the built-in itself finds the words. */
export function setRecord(method: SetMethod, self: Set<unknown>, other: unknown): SetRecord {
  sizeOfSet(self);
  const fail = (like: unknown): never => {
    (Set.prototype as unknown as Record<SetMethod, (other: unknown) => unknown>)[method].call(new Set(), like);
    throw new TypeError("The argument is no set");
  };
  if ((typeof other !== "object" && typeof other !== "function") || other === null) return fail(other);
  const set = other as { size: unknown; has: unknown; keys: unknown };
  const raw = set.size;
  const number = +(raw as number);
  if (Number.isNaN(number)) return fail({ size: raw === undefined ? undefined : NaN });
  const whole = Math.trunc(number);
  if (whole < 0) return fail({ size: whole });
  const { has } = set;
  if (typeof has !== "function") return fail({ size: whole, has });
  const { keys } = set;
  if (typeof keys !== "function") return fail({ size: whole, has, keys });
  return { set, size: whole, has, keys };
}

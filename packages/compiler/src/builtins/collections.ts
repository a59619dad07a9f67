/** Compiled equivalents of the methods of Map and Set that call back (ECMAScript 2025 §24.1.3.5, §24.2.4). */
import { call } from "../runtime/function-operations.ts";
import { copyOfSet, entriesOf, isMember, membersOf, sizeOfSet, setRecord, type SetRecord } from "../runtime/set-operations.ts";
import { iterateIterator } from "../runtime/iteration-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

export function mapForEach(this: Map<unknown, unknown>, callback: Callback, thisArg?: unknown): void {
  for (const [key, value] of entriesOf(this)) call(callback, thisArg, value, key, this);
}

export function setForEach(this: Set<unknown>, callback: Callback, thisArg?: unknown): void {
  for (const value of membersOf(this)) call(callback, thisArg, value, value, this);
}

/** What the other's `keys` gives, for a for-of. */
function keysOf(record: SetRecord): Iterable<unknown> {
  return iterateIterator(call(record.keys, record.set));
}

export function union(this: Set<unknown>, other: unknown): unknown {
  const keys = keysOf(setRecord("union", this, other));
  const result = copyOfSet(this);
  for (const key of keys) result.add(key);
  return result;
}

export function intersection(this: Set<unknown>, other: unknown): unknown {
  const record = setRecord("intersection", this, other);
  const result = copyOfSet();
  if (sizeOfSet(this) <= record.size) {
    for (const member of membersOf(this)) if (call(record.has, record.set, member)) result.add(member);
  } else {
    for (const key of keysOf(record)) if (isMember(this, key)) result.add(key);
  }
  return result;
}

export function difference(this: Set<unknown>, other: unknown): unknown {
  const record = setRecord("difference", this, other);
  if (sizeOfSet(this) <= record.size) {
    const result = copyOfSet(this);
    for (const member of membersOf(this)) if (call(record.has, record.set, member)) result.delete(member);
    return result;
  }
  const keys = keysOf(record);
  const result = copyOfSet(this);
  for (const key of keys) result.delete(key);
  return result;
}

export function symmetricDifference(this: Set<unknown>, other: unknown): unknown {
  const keys = keysOf(setRecord("symmetricDifference", this, other));
  const result = copyOfSet(this);
  for (const key of keys) {
    if (isMember(this, key)) result.delete(key);
    else result.add(key);
  }
  return result;
}

export function isSubsetOf(this: Set<unknown>, other: unknown): boolean {
  const record = setRecord("isSubsetOf", this, other);
  if (sizeOfSet(this) > record.size) return false;
  for (const member of membersOf(this)) if (!call(record.has, record.set, member)) return false;
  return true;
}

export function isSupersetOf(this: Set<unknown>, other: unknown): boolean {
  const record = setRecord("isSupersetOf", this, other);
  if (sizeOfSet(this) < record.size) return false;
  for (const key of keysOf(record)) if (!isMember(this, key)) return false;
  return true;
}

export function isDisjointFrom(this: Set<unknown>, other: unknown): boolean {
  const record = setRecord("isDisjointFrom", this, other);
  if (sizeOfSet(this) <= record.size) {
    for (const member of membersOf(this)) if (call(record.has, record.set, member)) return false;
  } else {
    for (const key of keysOf(record)) if (isMember(this, key)) return false;
  }
  return true;
}

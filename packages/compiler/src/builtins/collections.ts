/** Compiled equivalents of the callback methods of Map and Set (ECMAScript 2024 §24.1.3.5, §24.2.3.6). */
import { notFunction } from "../runtime/array-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Callback = (...args: any[]) => any;

export function mapForEach(this: Map<unknown, unknown>, callback: Callback, thisArg?: unknown): void {
  const entries = Map.prototype.entries.call(this);
  if (typeof callback !== "function") throw notFunction(callback);
  for (const [key, value] of entries) callback.call(thisArg, value, key, this);
}

export function setForEach(this: Set<unknown>, callback: Callback, thisArg?: unknown): void {
  const values = Set.prototype.values.call(this);
  if (typeof callback !== "function") throw notFunction(callback);
  for (const value of values) callback.call(thisArg, value, value, this);
}

/** Operations on texts and regular expressions for the compiled equivalents of built-ins; what they call of objects is atomic by itself. */
import { types } from "node:util";
import { toLength } from "./array-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */

export function toText(value: unknown): string {
  return `${value as string}`;
}

export function isRegExp(value: any): boolean {
  if (typeof value !== "object" && typeof value !== "function") return false;
  const matcher: unknown = value[Symbol.match];
  return matcher === undefined ? types.isRegExp(value) : Boolean(matcher);
}

const execute = RegExp.prototype.exec;
const text = { replace: String.prototype.replace, replaceAll: String.prototype.replaceAll };

/** The built-in itself finds the words for what is wrong. */
export function checkGlobal(pattern: any): void {
  const flags: unknown = pattern.flags;
  if (flags === undefined || flags === null || !toText(flags).includes("g"))
    nativeReplaceAll("", { [Symbol.match]: true, flags: flags === undefined || flags === null ? flags : "" }, "");
}

export function replacer(search: any): any {
  const method = search[Symbol.replace];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== "function") nativeReplace("", { [Symbol.replace]: method }, "");
  return method;
}

export function nativeReplace(string: string, search: any, replacement: any): string {
  return Reflect.apply(text.replace, string, [search, replacement]) as string;
}

export function nativeReplaceAll(string: string, search: any, replacement: any): string {
  return Reflect.apply(text.replaceAll, string, [search, replacement]) as string;
}

export function nativeExec(pattern: any, string: string): unknown {
  return Reflect.apply(execute, pattern, [string]);
}

export function checkedMatch(result: unknown): unknown {
  if (typeof result !== "object" && typeof result !== "function") throw new TypeError(`object null is not a function`);
  return result;
}

export function flagsOf(pattern: any): string {
  return toText(pattern.flags);
}

export function lastIndexOf(pattern: any): number {
  const n = Math.trunc(+pattern.lastIndex) || 0;
  return Math.min(Math.max(n, 0), Number.MAX_SAFE_INTEGER);
}

export function setLastIndex(pattern: any, at: number): void {
  pattern.lastIndex = at;
}

/** AdvanceStringIndex. */
export function advance(string: string, at: number, unicode: boolean): number {
  return at + (unicode && at < string.length && string.codePointAt(at)! > 0xffff ? 2 : 1);
}

export function lengthOf(result: any): number {
  return toLength(result);
}

export function positionOf(result: any): number {
  const n = Math.trunc(+result.index);
  return n !== n ? 0 : n;
}

export function groupsOf(result: any): unknown {
  return result.groups;
}

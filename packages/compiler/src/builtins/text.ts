/** Compiled equivalents of `replace` and `replaceAll` with a function (ECMAScript 2025 §22.1.3.19, §22.1.3.20, §22.2.6.11). */
import { call } from "../runtime/function-operations.ts";
import {
  advance,
  checkedMatch,
  checkGlobal,
  flagsOf,
  groupsOf,
  isRegExp,
  nativeExec,
  nativeReplace,
  nativeReplaceAll,
  positionOf,
  replacer,
  setLastIndex,
  lastIndexOf,
  lengthOf,
  toText,
} from "../runtime/text-operations.ts";

/* eslint-disable @typescript-eslint/no-explicit-any */

export function replace(this: any, search: any, replacement: any): unknown {
  if (search !== undefined && search !== null) {
    const method = replacer(search);
    if (method !== undefined) return call(method, search, this, replacement);
  }
  if (typeof replacement !== "function") return nativeReplace(toText(this), search, replacement);
  const text: string = toText(this);
  const pattern: string = toText(search);
  const at = text.indexOf(pattern);
  if (at < 0) return text;
  const by: string = toText(replacement(pattern, at, text));
  return text.slice(0, at) + by + text.slice(at + pattern.length);
}

export function replaceAll(this: any, search: any, replacement: any): unknown {
  if (search !== undefined && search !== null) {
    if (isRegExp(search)) checkGlobal(search);
    const method = replacer(search);
    if (method !== undefined) return call(method, search, this, replacement);
  }
  if (typeof replacement !== "function") return nativeReplaceAll(toText(this), search, replacement);
  const text: string = toText(this);
  const pattern: string = toText(search);
  const step = Math.max(1, pattern.length);
  const found: number[] = [];
  for (let at = text.indexOf(pattern); at >= 0; at = at + step > text.length ? -1 : text.indexOf(pattern, at + step))
    found.push(at);
  let result = "";
  let end = 0;
  for (const at of found) {
    const by: string = toText(replacement(pattern, at, text));
    result += text.slice(end, at) + by;
    end = at + pattern.length;
  }
  return result + text.slice(end);
}

/** RegExpExec. */
function match(pattern: any, text: string): any {
  const exec = pattern.exec;
  return typeof exec === "function" ? checkedMatch(call(exec, pattern, text)) : nativeExec(pattern, text);
}

/** `RegExp.prototype[Symbol.replace]`, with a function. */
export function replaceMatches(this: any, source: any, replacement: any): unknown {
  const text: string = toText(source);
  const flags: string = flagsOf(this);
  const all = flags.includes("g");
  const unicode = flags.includes("u") || flags.includes("v");
  if (all) setLastIndex(this, 0);
  const results: any[] = [];
  for (;;) {
    const result = match(this, text);
    if (result === null) break;
    results.push(result);
    if (!all) break;
    if (toText(result[0]) === "") setLastIndex(this, advance(text, lastIndexOf(this), unicode));
  }
  let built = "";
  let end = 0;
  for (const result of results) {
    const captures = Math.max(lengthOf(result) - 1, 0);
    const matched: string = toText(result[0]);
    const at = Math.max(Math.min(positionOf(result), text.length), 0);
    const args: unknown[] = [matched];
    for (let n = 1; n <= captures; n++) {
      const capture: unknown = result[n];
      args.push(capture === undefined ? undefined : toText(capture));
    }
    args.push(at, text);
    const groups: unknown = groupsOf(result);
    if (groups !== undefined) args.push(groups);
    const by: string = toText(replacement(...args));
    if (at >= end) {
      built += text.slice(end, at) + by;
      end = at + matched.length;
    }
  }
  return end >= text.length ? built : built + text.slice(end);
}

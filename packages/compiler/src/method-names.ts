/** Names of methods that mean something to the compiler; also read by the runtime. */

/** Methods that operators, coercions, iteration, `await` or built-ins taken to call nothing back call without a call being written. */
export const SYNTAX_METHODS = new Set([
  "toString",
  "valueOf",
  "toJSON",
  "toLocaleString",
  "then",
  "next",
  "return",
  "throw",
  "exec", // by test, match, split and search of a RegExp
  "join", // by toString of an array
  "toISOString", // by toJSON of a Date
]);
/** Those of them that applications also use for what is theirs: a function that comes there from elsewhere is left as it is, since it may be a constructor or a key. */
export const ORDINARY_NAMES = new Set(["then", "next", "return", "throw", "exec", "join"]);
/** What may become part of the handler of a Proxy, or of a property descriptor. */
export const PROXY_TRAPS = new Set([
  "get",
  "set",
  "has",
  "deleteProperty",
  "apply",
  "construct",
  "ownKeys",
  "getOwnPropertyDescriptor",
  "defineProperty",
  "getPrototypeOf",
  "setPrototypeOf",
  "isExtensible",
  "preventExtensions",
]);
/**
 * Methods of strings and numbers that calls reach by name, unchecked, so that small text helpers stay plain functions. A compiled
 * method of the same name is exposed as an atomic wrapper, which makes the unchecked call right, if unpreempted.
 */
export const TEXT_METHODS = new Set([
  "charCodeAt",
  "codePointAt",
  "charAt",
  "substring",
  "substr",
  "toUpperCase",
  "toLowerCase",
  "startsWith",
  "endsWith",
  "padStart",
  "padEnd",
  "toFixed",
  "toPrecision",
  "toExponential",
  "localeCompare",
  "hasOwnProperty",
]);
/** Methods of arrays that call back. */
export const ARRAY_CALLBACKS = new Set([
  "map",
  "filter",
  "forEach",
  "reduce",
  "reduceRight",
  "some",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "flatMap",
  "sort",
  "toSorted",
]);
/** What a function written as an argument of such a call is used for: calling it, nothing else. */
export const CALLBACK_METHODS = new Set([...ARRAY_CALLBACKS, "then", "catch", "finally", "replace", "replaceAll"]);
/** The same of functions of global objects. */
export const CALLBACK_STATICS = new Set(["Array.from", "Object.groupBy", "Map.groupBy", "JSON.parse", "JSON.stringify"]);

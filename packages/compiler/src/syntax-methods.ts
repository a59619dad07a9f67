/**
 * What syntax and built-ins call by themselves: methods with certain names, with symbols for names, and what an application puts in the place of a
 * built-in. A function written there is exposed as an atomic wrapper; a value that may be one asks the runtime to see to it.
 */
import { helper, isClass, isFunction, literal, type Node } from "./ast.ts";
import type { Variable } from "./variables.ts";
import { ORDINARY_NAMES, PROXY_TRAPS, SYNTAX_METHODS, TEXT_METHODS } from "./method-names.ts";

const isGlobal = (node: Node): boolean => node.type === "Identifier" && node.v === undefined;

/** `Array.prototype` and `Math`, whose methods compiled code calls as those that JavaScript has there: the object of that name. */
function builtIn(node: Node): object | undefined {
  if (node.type === "MemberExpression" && node.computed !== true && node.property.name === "prototype" && isGlobal(node.object))
    return (own(globalThis, node.object.name) as { prototype?: object } | undefined)?.prototype;
  return isGlobal(node) && /^[A-Z]/.test(node.name) ? (own(globalThis, node.name) as object | undefined) : undefined;
}

function own(object: object | undefined, name: string): unknown {
  return object instanceof Object ? Object.getOwnPropertyDescriptor(object, name)?.value : undefined;
}

/** Whether a method of JavaScript's own is written over. */
function replaces(member: Node, name: string): boolean {
  if (member.type !== "MemberExpression" || name === "constructor") return false;
  return typeof own(builtIn(member.object), name) === "function";
}

/** By which name syntax may call what stands at a member of a class, a property or a target of an assignment; null if it does not. */
export function syntaxName(member: Node): string | null {
  const key: Node = member.key ?? member.property;
  if (key.type === "PrivateIdentifier") return null;
  if (member.computed === true && key.type !== "Literal") {
    // A symbol, or a name that is only known when it runs.
    if (key.type !== "MemberExpression" || !isGlobal(key.object) || key.object.name !== "Symbol") return "computed";
    return key.property.name === "species" ? null : "symbol";
  }
  const name = key.type === "Identifier" ? key.name : String(key.value);
  if (SYNTAX_METHODS.has(name) || TEXT_METHODS.has(name) || PROXY_TRAPS.has(name)) return name;
  return replaces(member, name) ? name : null;
}

/** Whether a function is written to a member whose name is only known when it runs. */
export function isWrittenAnywhere(member: Node, value: Node): boolean {
  const known = isFunction(value) || (value.type === "Identifier" && (value.v as Variable | undefined)?.kind === "function");
  return known && syntaxName(member) === "computed" && member.object?.type !== "Super";
}

/** A value that is written to such a member, with the question whether it is a function that has to be guarded. */
export function guardedValue(member: Node, value: Node): Node {
  const name = syntaxName(member);
  if (
    name === null ||
    name === "computed" ||
    isFunction(value) ||
    isClass(value) ||
    /^(Literal|Template|Object|Array|New|Update|Unary|Binary|Yield|Await)/.test(value.type)
  )
    return value;
  if ((PROXY_TRAPS.has(name) || ORDINARY_NAMES.has(name)) && !replaces(member, name)) return value;
  const call = helper("$syn", value, ...(name === "toJSON" ? [literal(name)] : []));
  return { ...call, written: value, start: value.start, end: value.end };
}

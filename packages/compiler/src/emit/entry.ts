/** The frame with which a function begins, and how it is gone on from: the function is called anew. */
import { isClass, type Node } from "../ast.ts";
import { isLifted } from "../captures.ts";
import type { Parameter } from "../lower/function.ts";
import { isCalledInstead, isCompiledGenerator, type ClassUnit, type Fn, type Variable } from "../variables.ts";
import type { Printer } from "./expression.ts";
import { captured } from "./function.ts";
import { factoryText, linkOf, linkText } from "./inner.ts";
import { addInfo, nameOf, type Unit } from "./unit.ts";

/** Classes that statements of the module's top level keep in a variable: they are made once. */
const KEPT = new WeakSet<ClassUnit>();

/** `statements`: those of the module's top level. */
export function findKeptClasses(statements: readonly Node[]): void {
  for (const s of statements) {
    if (s.type !== "VariableDeclaration") continue;
    for (const { init } of s.declarations as Node[]) if (isClass(init)) KEPT.add(init.cls);
  }
}

const METHODS = new WeakMap<ClassUnit, readonly (Fn | undefined)[]>();

/** The methods of a class of the module's top level that are called anew, by their places among the keys of its prototype. */
export function methodsOf(cls: ClassUnit): readonly (Fn | undefined)[] {
  let methods = METHODS.get(cls);
  if (methods === undefined) METHODS.set(cls, (methods = findMethods(cls)));
  return methods;
}

/** None where their places are not known when compiling. */
function findMethods(cls: ClassUnit): readonly (Fn | undefined)[] {
  if (!cls.nameVariable.module && !KEPT.has(cls)) return [];
  const members = (cls.node.body.body as Node[]).filter((m) => m.type === "MethodDefinition" && m.static !== true);
  if (members.some((m) => m.computed === true)) return [];
  const found = new Map<string, Fn | undefined>();
  for (const { key, value } of members) {
    if (key.type === "PrivateIdentifier" || value.fn.kind === "constructor") continue;
    const name = String(key.name ?? key.value);
    if (/^\d/.test(name)) return [];
    // The last of a name stands in the place of the first.
    found.set(name, isCalledAgain(value.fn) ? value.fn : undefined);
  }
  return [...found.values()];
}

function isCalledAgain(fn: Fn): boolean {
  if (fn.kind !== "method" || fn.mode !== "S" || fn.generator || fn.free.size > 0 || fn.argumentsVariable !== null) return false;
  return (fn.node.params as Node[]).every((x) => x.type !== "RestElement");
}

/** Whether a method is called anew from its entry frame, which then begins with the receiver. */
export function isMethodAnew(fn: Fn): boolean {
  return fn.kind === "method" && fn.cls !== null && methodsOf(fn.cls).includes(fn);
}

/** The entry frame of a function that is called anew: receiver, captures, parameters, and the function itself where it knows itself by name. */
export interface EntryFrame {
  receiver: boolean;
  free: Variable[];
  usesArguments: boolean;
  /** Its `new.target`, where that is a variable. */
  target: Variable | null;
  self: boolean;
  slots: string[];
  names: string[];
}

export function entryOf(fn: Fn, parameters: Parameter[]): EntryFrame {
  const free = captured(fn);
  const self = fn.selfVariable !== null && (fn.selfVariable.references.length > 0 || fn.generator) && isLifted(fn);
  const receiver = !fn.arrow && (fn.thisVariable !== null || isMethodAnew(fn));
  const usesArguments = fn.argumentsVariable !== null;
  const target = isCalledInstead(fn) ? fn.newTargetVariable : null;
  const slots = [
    ...(receiver ? ["this"] : []),
    ...free.map((v) => v.id),
    ...(usesArguments ? ["[...arguments]"] : parameters.map((x) => x.v.id)),
    ...(target === null ? [] : [target.id]),
    ...(self ? [fn.selfVariable!.id] : []),
  ];
  const names = [
    ...(receiver ? ["this"] : []),
    ...free.map(nameOf),
    ...(usesArguments ? ["arguments"] : parameters.map((x) => nameOf(x.v))),
    ...(target === null ? [] : [""]),
    ...(self ? [nameOf(fn.selfVariable!)] : []),
  ];
  return { receiver, free, usesArguments, target, self, slots, names };
}

export function addFunction(unit: Unit, fn: Fn, e: EntryFrame | null, parameters: Parameter[], layout: Variable[]): void {
  addInfo(unit, fn, {
    captures: e?.free ?? [],
    first: 2 + (e?.receiver === true ? 1 : 0),
    params: fn.argumentsVariable !== null ? 1 : parameters.length,
    self: e?.self === true ? 2 + e.slots.length - 1 : -1,
    entry: e?.names ?? null,
    slots: layout,
  });
}

/** Whether the frame is taken apart by the runtime: receiver, captures, and all others are arguments. */
function isOrdinary(fn: Fn, e: EntryFrame, parameters: Parameter[]): boolean {
  if (e.usesArguments || e.target !== null || e.self || isCompiledGenerator(fn) || parameters.some((x) => x.rest)) return false;
  if (fn.topLevel) return fn.heldBy === null || fn.node.type === "FunctionDeclaration";
  return fn.syntaxName === null && fn.factory!.inside === null;
}

export function entryResume(p: Printer, fn: Fn, entry: number, e: EntryFrame, parameters: Parameter[]): void {
  if (isMethodAnew(fn)) return; // its class sees to it
  if (isOrdinary(fn, e, parameters)) {
    if (fn.topLevel) {
      p.unit.entries.push(entry, e.receiver ? ~fn.index : fn.index);
      return;
    }
    const counts = e.receiver ? `, ${e.free.length}, 1` : e.free.length > 0 ? `, ${e.free.length}` : "";
    p.unit.link.push(`$entry(${entry}, ${fn.factory!.name}${counts});`);
    return;
  }
  let slot = 2;
  const receiver = e.receiver ? `$f[${slot++}]` : "undefined";
  const captures = e.free.map(() => `$f[${slot++}]`);
  const args = e.usesArguments ? [`...$f[${slot++}]`] : parameters.map((x) => `${x.rest ? "..." : ""}$f[${slot++}]`);
  const keeper = (cls: ClassUnit): string => captures[e.free.indexOf(cls.nameVariable)]!;
  const isNamed = fn.heldBy !== null && fn.heldBy.holds === fn && fn.heldBy.module;
  let callee = fn.topLevel
    ? isNamed
      ? fn.heldBy!.id
      : `$m.functions[${fn.index}]`
    : `${factoryText(fn.factory!, keeper)}(${captures.join(", ")})`;
  const generator = isCompiledGenerator(fn);
  if (fn.syntaxName !== null && !fn.topLevel && fn.mode === "S" && !generator) callee = `${callee}[$C]`;
  const announced = e.target === null ? "" : `$nta($f[${slot++}]), `;
  if (e.self) callee = `($f[${slot}] ?? ${callee})`;
  if (generator) callee = `${callee}[$C]`;
  const call = e.receiver ? `$call(${[callee, receiver, ...args].join(", ")})` : `${callee}(${args.join(", ")})`;
  const maker = fn.topLevel ? "" : `, ${linkText(fn.factory!, e.free)}${e.receiver ? ", 3" : ""}`;
  const link = fn.topLevel ? p.unit.link : linkOf(p.unit, fn.factory!);
  link.push(`$sites(${entry}, 1, ($f) => ${announced === "" ? call : `(${announced}${call})`}${maker});`);
}

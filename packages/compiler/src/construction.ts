/**
 * How classes are constructed. Initialisers of fields belong to the constructor: a class that has none in the source gets one where it matters.
 * A constructor that may suspend is a function like any other, which returns from `new` with what says that the stack unwinds; its
 * resume version calls `super` through the runtime. Initialisers that suspend become statements of it, with all that follow them.
 */
import type { Node } from "./ast.ts";
import { hasSuspension } from "./suspends.ts";
import type { ClassUnit, Fn, Module, Unit, Variable } from "./variables.ts";

/** Built-in constructors whose methods construct, by themselves, the class of what they are called on: such a class is constructed atomically. */
const CONSTRUCTED_BY_METHODS =
  /^(Array|Promise|RegExp|ArrayBuffer|SharedArrayBuffer|(Big)?(Int|Uint|Float)(8|16|32|64)(Clamped)?Array)$/;

/**
 * Whether it extends a collection of JavaScript's, whose constructor calls the `set` or `add` that the subclass has of its own before that has its
 * fields: such a constructor fills the instance itself, so that they can suspend.
 */
export function fillsItself(cls: ClassUnit): boolean {
  const parent = cls.node.superClass as Node | null;
  if (parent?.type !== "Identifier" || parent.v !== undefined || !/^(Weak)?(Map|Set)$/.test(parent.name)) return false;
  const members = (cls.node.body.body as Node[]).filter((m) => m.static !== true && m.type !== "StaticBlock");
  const adder = parent.name.endsWith("Map") ? "set" : "add";
  // Of computed keys only symbols, which are written Symbol.x, are certainly others.
  const isAdder = ({ computed, key }: Node): boolean =>
    computed === true ? key.type !== "MemberExpression" : (key.name ?? key.value) === adder;
  return (
    members.some((m) => m.type === "MethodDefinition" && isAdder(m)) && !members.some((m) => m.key.type === "PrivateIdentifier")
  );
}

export function isDerived(fn: Fn): boolean {
  return fn.kind === "constructor" && fn.cls!.node.superClass != null;
}

/** The class of this module that another certainly extends. */
export function parentOf(cls: ClassUnit): ClassUnit | null {
  if (cls.reparented) return null;
  const parent = cls.node.superClass as Node | null;
  return parent?.type === "Identifier" ? ((parent.v as Variable | undefined)?.holdsClass ?? null) : null;
}

export function isConstructedByMethods(cls: ClassUnit): boolean {
  for (let c: ClassUnit | null = cls; c !== null; c = parentOf(c)) {
    const parent = c.node.superClass as Node | null;
    if (parent?.type === "Identifier" && parent.v === undefined && CONSTRUCTED_BY_METHODS.test(parent.name)) return true;
    if (parentOf(c) === c) return false;
  }
  return false;
}

function inside(at: Node, outer: Node): boolean {
  return outer.start <= at.start && at.end <= outer.end;
}

function isWithin(unit: Unit, outer: Unit): boolean {
  for (let u: Unit | null = unit; u !== null; u = u.up) if (u === outer) return true;
  return false;
}

export function isInField(cls: ClassUnit, node: Node): boolean {
  return cls.fields.some((f) => inside(node, f));
}

/**
 * Where arrow functions call `super`, what initialisers need is needed there. To be called before free variables are computed; `variables`:
 * all that can be captured.
 */
export function shareFields(module: Module, variables: readonly Variable[]): void {
  for (const cls of module.classes) {
    if (cls.superArrows.length === 0 || cls.fields.length === 0) continue;
    for (const v of variables) {
      // Of a function inside the initialiser.
      if (isInField(cls, v.owner.node)) continue;
      for (const r of v.references.slice()) {
        if (!isInField(cls, r.node)) continue;
        for (const unit of cls.superArrows) if (isWithin(unit, v.owner)) v.references.push({ ...r, unit });
      }
    }
  }
}

/**
 * A derived constructor whose `this` is needed by closures before it is there, that lets them call `super`, or that may call it twice, keeps it in
 * a box of its own.
 * To be called when it is known who captures what.
 */
export function findEarlyThis(module: Module): void {
  for (const cls of module.classes) {
    const fn = cls.constructorFn;
    if (fn === null || fn.thisVariable === null || !isDerived(fn)) continue;
    const first = (fn.node.body.body as Node[]).find(
      (s) => s.type === "ExpressionStatement" && s.expression.type === "CallExpression" && s.expression.callee.type === "Super",
    );
    const ready = first?.end ?? Infinity;
    const calls = fn.calls.filter((c) => c.callee?.type === "Super").length;
    // JavaScript's own `super` complains of a second call though the stack unwinds, and of a collection that is not filled yet `this` is nothing.
    const again = calls > 1 || (first === undefined && (fn.loops > 0 || fillsItself(cls)));
    const early = (unit: Unit): boolean => unit.node.start < ready && !isInField(cls, unit.node);
    if (again || cls.superArrows.length > 0 || [...fn.thisVariable.capturers].some(early)) fn.thisVariable.boxed = true;
  }
}

/** Whether it reads a `this` that the constructor keeps in a box, of which JavaScript's own field knows nothing. */
function readsBoxedThis(cls: ClassUnit, field: Node): boolean {
  const self = cls.constructorFn?.thisVariable;
  return self?.boxed === true && self.references.some((r) => inside(r.node, field));
}

/** Finds the first initialisers that may suspend. To be called when modes are known. */
export function splitFields(module: Module): void {
  for (const cls of module.classes) {
    const all = fillsItself(cls);
    const first =
      cls.constructorFn?.mode === "S" ? cls.fields.findIndex((f) => all || hasSuspension(f.value) || readsBoxedThis(cls, f)) : -1;
    cls.split = first < 0 ? cls.fields.length : first;
    const later =
      cls.staticFn?.mode === "S" ? cls.statics.findIndex((m) => m.type === "StaticBlock" || hasSuspension(m.value)) : -1;
    cls.staticSplit = later < 0 ? cls.statics.length : later;
  }
}

/** Whether it is defined by a function of the class, and not by JavaScript. */
export function isSplit(cls: ClassUnit, m: Node): boolean {
  const all = m.static === true || m.type === "StaticBlock" ? cls.statics : cls.fields;
  return all.indexOf(m) >= (all === cls.statics ? cls.staticSplit : cls.split);
}

/** Fields with computed keys that are kept for the functions that define them. */
export function keptKeys(cls: ClassUnit): Node[] {
  return (cls.node.body.body as Node[]).filter((m) => m.type === "PropertyDefinition" && m.computed === true && isSplit(cls, m));
}

export function keptKey(cls: ClassUnit, m: Node): number {
  return keptKeys(cls).indexOf(m);
}

/** Whether JavaScript itself gives instances something of this class beside what its constructor does. */
export function hasElements(cls: ClassUnit): boolean {
  return cls.split > 0 || (cls.node.body.body as Node[]).some((m) => m.static !== true && m.key?.type === "PrivateIdentifier");
}

/** The private members of a class that its instances have. */
function privateMembers(cls: ClassUnit): Node[] {
  return (cls.node.body.body as Node[]).filter((m) => m.key?.type === "PrivateIdentifier" && m.static !== true);
}

/** Names of private members by which instances are told, the fields among them first; null if nobody can tell. */
export function toldMembers(cls: ClassUnit): { all: string[]; fields: number } | null {
  const fn = cls.constructorFn;
  if (!cls.nameVariable.module || fn?.mode === "N") return null;
  if (!(cls.node.body.body as Node[]).some((m) => m.key?.type === "PrivateIdentifier")) return null;
  if (fn !== null && fn.mode !== "S" && !(fn.node.params as Node[]).every(isSimpleParameter)) return null;
  const members = privateMembers(cls);
  const fields = members.filter((m) => m.type === "PropertyDefinition");
  const others = members.filter((m) => m.type !== "PropertyDefinition");
  return { all: [...new Set([...fields, ...others].map((m) => m.key.name as string))], fields: fields.length };
}

/** Whether an empty array is enough to bind it, and binding it runs nothing. */
export function isSimpleParameter(p: Node): boolean {
  const target: Node = p.type === "AssignmentPattern" ? p.left : p.type === "RestElement" ? p.argument : p;
  if (target.type === "ArrayPattern") return (target.elements as (Node | null)[]).every((e) => e === null || isSimple(e));
  if (target.type === "ObjectPattern")
    return (target.properties as Node[]).every((e) => e.computed !== true && isSimple(e.type === "RestElement" ? e : e.value));
  return target.type === "Identifier";
}

function isSimple(element: Node): boolean {
  if (element.type === "AssignmentPattern") return element.left.type === "Identifier" && element.right.type === "Literal";
  return element.type === "Identifier" || (element.type === "RestElement" && element.argument.type === "Identifier");
}

/** Whether its constructor may be entered to give an object the private names alone. */
export function isEnteredBare(cls: ClassUnit): boolean {
  return privateMembers(cls).length > 0 && toldMembers(cls) !== null;
}

/** Whether evaluating an initialiser for an object that nobody will see has no effect. */
export function isHarmless(value: Node): boolean {
  switch (value.type) {
    case "Literal":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ThisExpression":
      return true;
    case "ArrayExpression":
      return (value.elements as (Node | null)[]).every((e) => e === null || (e.type !== "SpreadElement" && isHarmless(e)));
    case "ObjectExpression":
      return (value.properties as Node[]).every((q) => q.type === "Property" && q.computed !== true && isHarmless(q.value));
    case "UnaryExpression":
      return value.argument.type === "Literal";
    case "NewExpression":
      return (
        value.arguments.length === 0 &&
        value.callee.type === "Identifier" &&
        value.callee.v === undefined &&
        /^(Map|Set|WeakMap|WeakSet|Array|Object)$/.test(value.callee.name)
      );
    default:
      return false;
  }
}

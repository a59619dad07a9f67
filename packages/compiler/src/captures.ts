/**
 * Who captures what, and what follows from it: self references, boxes, variables that need a check for use before initialisation, where
 * function declarations are created, and names that clash with nothing.
 */
import { children, isFunction, type Node } from "./ast.ts";
import { makeVariable, type Fn, type Module, type Scope, type Unit, type Variable } from "./variables.ts";

/** The variables that belong to functions or classes, that is, all that can be captured. */
export function localVariables(module: Module): Variable[] {
  const all: Variable[] = [];
  const add = (v: Variable | null) => {
    if (v !== null && !v.module) all.push(v);
  };
  for (const fn of [module.top, ...module.functions]) {
    fn.own.forEach(add);
    add(fn.thisVariable);
    add(fn.argumentsVariable);
    add(fn.newTargetVariable);
    if (fn.selfVariable !== null && !fn.own.includes(fn.selfVariable)) add(fn.selfVariable);
  }
  for (const cls of module.classes) add(cls.nameVariable);
  return all;
}

function inside(unit: Unit, fn: Fn): boolean {
  for (let u: Unit | null = unit; u !== null; u = u.up) if (u === fn) return true;
  return false;
}

/** A function that calls itself by the name of the variable that holds it for good refers to itself, not to a captured variable. */
export function resolveSelfReferences(module: Module): void {
  for (const fn of module.functions) {
    const held = fn.heldBy;
    if (held === null || held.module || held.holds !== fn || held.kind === "var" || fn.selfVariable !== null) continue;
    if (held.kind !== "function" && held.kind !== "const" && held.kind !== "let") continue;
    const own = held.references.filter((r) => inside(r.unit, fn));
    if (own.length === 0) continue;
    const self = makeVariable(held.name, "self", fn);
    self.holds = fn;
    fn.selfVariable = self;
    self.references = own;
    held.references = held.references.filter((r) => !own.includes(r));
    for (const r of own) r.node.v = self;
  }
  // What a generator function makes inherits from its prototype: where it is gone on with from its entry, it has to be itself.
  for (const fn of module.functions) {
    if (!fn.generator || fn.async || fn.selfVariable !== null || fn.topLevel || fn.kind === "method") continue;
    fn.selfVariable = makeVariable("generator", "self", fn);
    fn.selfVariable.holds = fn;
  }
}

export function computeFree(module: Module): void {
  for (const v of localVariables(module)) {
    for (const r of v.references) {
      let u = r.unit;
      while (u !== v.owner) {
        u.free.add(v);
        const up: Unit = u.up!;
        if (up === v.owner) v.capturers.add(u);
        u = up;
      }
    }
  }
}

/** Whether the closure is made by a factory at the end of the module rather than where it stands. */
export function isLifted(fn: Fn): boolean {
  if (fn.kind === "declaration" && fn.topLevel) return false;
  if (fn.cls !== null || fn.kind === "static" || fn.kind === "module") return false;
  if (fn.kind === "getter" || fn.kind === "setter" || fn.inKey) return false;
  return fn.mode === "S" || fn.parent!.mode === "S" || needsMark(fn);
}

/** Whether compiled code may come across the function as a value. */
export function needsMark(fn: Fn): boolean {
  if (fn.generator || fn.async || fn.inKey) return false;
  if (fn.use === "callee") return false;
  if (fn.use === "held" && fn.heldBy!.holds === fn && !fn.topLevel) {
    return [...fn.heldBy!.references, ...(fn.selfVariable?.references ?? [])].some((r) => !r.callee && !r.write);
  }
  return true;
}

/** Whether a property's key, which is computed, gives its name to a function or class that does not stand there in the output. */
export function namedByKey({ kind, computed, value, namesNothing }: Node): boolean {
  if (kind !== "init" || computed !== true || namesNothing === true) return false;
  if (value.type === "ClassExpression") return value.id == null;
  if (!isFunction(value) || value.id != null) return false;
  const fn = value.fn as Fn;
  return isLifted(fn) || (fn.objectMethod === null && needsMark(fn));
}

export function isLiftedClass(cls: { parent: Fn }): boolean {
  return cls.parent.mode === "S";
}

function crosses(v: Variable): boolean {
  if (v.owner.unit === "fn" && v.owner.mode === "S" && v.capturers.size > 0) return true;
  for (const r of v.references) {
    for (let u = r.unit; u !== v.owner; u = u.up!) {
      if (u.unit === "class" ? isLiftedClass(u) : u.mode === "S" || isLifted(u)) return true;
    }
  }
  return false;
}

/**
 * Function declarations inside functions are made as late as their first use allows, so that what they capture is mostly initialised
 * by then and needs neither box nor check. Writes the index of the statement before which each is made to `node.place`.
 */
function placeDeclarations(list: Node[], late: boolean): void {
  // Of several with one name the last is the one.
  const declarations = list.filter(
    (s) => s.type === "FunctionDeclaration" && s.id?.v != null && !(s.fn as Fn).topLevel && s.id.v.init === s,
  );
  if (declarations.length === 0) return;
  for (const d of declarations) {
    d.place = late ? list.length : 0;
    if (!late) continue;
    for (const r of (d.id.v as Variable).references) {
      const index = list.findIndex((s) => s.start <= r.node.start && r.node.start < s.end);
      if (index < 0) d.place = 0;
      else if (list[index]!.type !== "FunctionDeclaration" || !declarations.includes(list[index]!))
        d.place = Math.min(d.place, index);
    }
  }
  for (let changed = true; changed;) {
    changed = false;
    for (const d of declarations) {
      for (const r of (d.id.v as Variable).references) {
        const by = declarations.find((o) => o !== d && o.start <= r.node.start && r.node.start < o.end);
        if (by !== undefined && by.place < d.place) {
          d.place = by.place;
          changed = true;
        }
      }
    }
  }
  for (const d of declarations) d.placePosition = d.place < list.length ? list[d.place]!.start : list[list.length - 1]!.end;
}

function visitLists(node: Node, visit: (list: Node[], late: boolean) => void): void {
  const go = (n: Node): void => {
    if (n.type === "BlockStatement" || n.type === "StaticBlock") visit(n.body, true);
    if (n.type === "SwitchStatement")
      visit(
        (n.cases as Node[]).flatMap((c) => c.consequent),
        false,
      );
    children(n, go);
  };
  go(node);
}

function creationPosition(unit: Unit): number {
  const node = unit.node;
  if (unit.unit === "fn" && unit.kind === "declaration" && node.placePosition !== undefined) return node.placePosition;
  return unit.unit === "fn" && unit.objectMethod !== null ? unit.objectMethod.start : node.start;
}

/** Whether a closure may exist before `v` is initialised. */
function createdEarly(unit: Unit, v: Variable): boolean {
  if (v.kind === "function") {
    const d = v.init!;
    if (d.placePosition === undefined) return false;
    const at = creationPosition(unit);
    return at < d.placePosition || (at === d.placePosition && unit.node.start <= d.start);
  }
  return creationPosition(unit) < v.declarationEnd;
}

function sameCase(scope: Scope, a: number, b: number): boolean {
  return scope.cases!.some((c) => c.start <= a && a < c.end && c.start <= b && b < c.end);
}

export function computeBoxes(module: Module): void {
  visitLists(module.program, placeDeclarations);
  for (const v of localVariables(module)) {
    if (v.kind === "this" || v.kind === "arguments" || v.kind === "newTarget" || v.kind === "self") continue;
    if (v.owner.unit === "class" || v.ofClass) continue;
    const lexical = v.kind === "let" || v.kind === "const" || v.kind === "class" || (v.kind === "param" && v.owner.mode === "S");
    const ownerSuspends = v.owner.mode === "S";
    const early = [...v.capturers].some((u) => createdEarly(u, v));
    if (crosses(v)) {
      v.early = early;
      v.boxed = v.writes > 0 || early || (v.kind === "var" && v.init !== null);
      // `let x;` that is assigned once later was counted as a write; a declaration without initialiser in a loop resets it.
    }
    if (!lexical) {
      if (v.kind === "function" && ownerSuspends && !v.boxed) continue;
      continue;
    }
    if (!ownerSuspends && !v.boxed) continue;
    for (const r of v.references) {
      const before =
        r.unit === v.owner
          ? r.node.start < v.declarationEnd ||
            (v.scope!.kind === "switch" && !sameCase(v.scope!, r.node.start, v.declarationEnd - 1))
          : createdEarly(capturerOf(r.unit, v), v) ||
            (v.scope!.kind === "switch" && !sameCase(v.scope!, r.node.start, v.declarationEnd - 1));
      if (before) {
        // Only a box says at an assignment, of whatever form, whether the clause of the declaration has run.
        if (r.write && v.scope!.kind === "switch") v.boxed = true;
        v.tdz = true;
        r.node.tdz = true;
        if (v.boxed) v.early = true;
      }
    }
  }
}

function capturerOf(unit: Unit, v: Variable): Unit {
  let u = unit;
  while (u.up !== v.owner) u = u.up!;
  return u;
}

const RESERVED = new Set(
  (
    "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof " +
    "new null return super switch this throw true try typeof var void while with yield let static implements interface package private " +
    "protected public await eval arguments undefined NaN Infinity async of get set"
  ).split(" "),
);

export function assignNames(module: Module): void {
  const taken = new Set<string>([...module.globals, ...RESERVED]);
  const fresh = (name: string, used: (n: string) => boolean): string => {
    // The compiler's own names begin with $ and do not end with _.
    const base = name.startsWith("$") ? `${name}_` : RESERVED.has(name) ? `${name}$` : name;
    let candidate = base;
    for (let i = 2; used(candidate); i++) candidate = `${base}$${i}`;
    return candidate;
  };
  for (const v of module.scope.list) {
    v.id = fresh(v.name, (n) => taken.has(n));
    taken.add(v.id);
  }
  for (const cls of module.classes) {
    // The inner name of a class at the top level is printed as the class's own name.
    if (cls.nameVariable.module) cls.nameVariable.id = ((cls.node.id?.v as Variable | undefined) ?? module.defaultVariable!).id;
  }
  const visit = (unit: Unit, outer: ReadonlySet<string>[]): void => {
    const names = new Set<string>();
    const chain = [...outer, names];
    const used = (n: string) => taken.has(n) || chain.some((s) => s.has(n));
    const name = (v: Variable | null, base?: string) => {
      if (v === null || v.module) return;
      v.id = base ?? fresh(v.name, used);
      names.add(v.id);
    };
    if (unit.unit === "fn") {
      name(unit.thisVariable, "$this");
      name(unit.argumentsVariable, "$arguments");
      name(unit.newTargetVariable, "$newTarget");
      if (unit.selfVariable !== null && !unit.own.includes(unit.selfVariable)) name(unit.selfVariable);
      for (const v of unit.own) name(v);
    } else {
      // A class declaration is printed under the name of its variable, inside too.
      const outerVariable = unit.node.type === "ClassDeclaration" ? (unit.node.id?.v as Variable | undefined) : undefined;
      name(unit.nameVariable, outerVariable?.id);
    }
    for (const kid of unit.kids) visit(kid, chain);
  };
  visit(module.top, []);
}

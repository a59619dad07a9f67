/** Destructuring. A pattern without suspension and without nested array patterns stays JavaScript's own; others are spelled out. */
import { assign, binary, hasArrayPattern, helper, id, literal, nestsArray, raw, UNDEFINED, type Node } from "../ast.ts";
import type { Ir } from "../ir.ts";
import type { Variable } from "../variables.ts";
import { hasSuspension } from "../suspends.ts";
import { lower, lowerInto, lowerSuperKey, text, walking } from "./expressions.ts";
import { declaring, type Lowering } from "./lowering.ts";

/** `value` must be a name. `isArray`: it is certainly an array. */
export function assignPattern(l: Lowering, pattern: Node, value: Node, declares: boolean, isArray = false): void {
  if (pattern.type === "Identifier") {
    l.code(assign(target(pattern, declares), value, pattern));
    return;
  }
  const iterates = pattern.type === "ArrayPattern" ? !isArray || nestsArray(pattern) : hasArrayPattern(pattern);
  if (!iterates && !hasSuspension(pattern) && !writesConstant(pattern, declares))
    l.code(assign(markDeclared(pattern, declares), value, pattern));
  else if (pattern.type === "ArrayPattern") arrayPattern(l, pattern, value, declares);
  else objectPattern(l, pattern, value, declares);
}

function writesConstant(pattern: Node, declares: boolean): boolean {
  if (declares) return false;
  let found = false;
  const go = (p: Node | null): void => {
    if (p === null) return;
    if (p.type === "Identifier") found ||= p.v !== undefined && (p.v.kind === "const" || p.v.kind === "self" || p.tdz === true);
    else if (p.type === "ObjectPattern")
      (p.properties as Node[]).forEach((q) => go(q.type === "RestElement" ? q.argument : q.value));
    else if (p.type === "ArrayPattern") (p.elements as (Node | null)[]).forEach(go);
    else if (p.type === "AssignmentPattern") go(p.left);
    else if (p.type === "RestElement") go(p.argument);
  };
  go(pattern);
  return found;
}

/** A declaration makes the boxes of the variables that it declares before it fills them. */
export function markDeclared(pattern: Node, declares: boolean): Node {
  if (!declares) return pattern;
  const go = (p: Node | null): Node | null => {
    if (p === null) return null;
    switch (p.type) {
      case "Identifier":
        return { ...p, declares: true, tdz: false };
      case "ObjectPattern":
        return {
          ...p,
          properties: (p.properties as Node[]).map((q) =>
            q.type === "RestElement" ? { ...q, argument: go(q.argument) } : { ...q, value: go(q.value), shorthand: false },
          ),
        };
      case "ArrayPattern":
        return { ...p, elements: (p.elements as (Node | null)[]).map(go) };
      case "AssignmentPattern":
        return { ...p, left: go(p.left) };
      case "RestElement":
        return { ...p, argument: go(p.argument) };
      default:
        return p;
    }
  };
  return go(pattern)!;
}

function target(node: Node, declares: boolean): Node {
  if (!declares) return node;
  const d = declaring(node.v as Variable);
  d.start = node.start;
  d.end = node.end;
  return d;
}

/** The place that an element goes to: evaluated before the element, as the specification has it. */
function place(l: Lowering, p: Node): Node {
  const left: Node = p.type === "AssignmentPattern" ? p.left : p;
  if (left.type !== "MemberExpression") return left;
  const object = left.object.type === "Super" ? left.object : l.snapshot(lower(l, left.object));
  const property =
    left.computed === true
      ? l.snapshot(left.object.type === "Super" ? lowerSuperKey(l, left) : lower(l, left.property))
      : left.property;
  return { ...left, object, property };
}

/** Gives `value` (an expression) to the element `p`, with its default. */
function element(l: Lowering, p: Node, at: Node, value: Node, declares: boolean): void {
  if (p.type === "AssignmentPattern") {
    const t = l.temp();
    l.set(t, value);
    const then = l.collect(() => lowerInto(l, p.right, t));
    l.emit({ k: "if", c: binary(id(t), "===", UNDEFINED), a: then, b: [] });
    finish(l, at, id(t), declares);
  } else finish(l, at, value, declares);
}

function finish(l: Lowering, at: Node, value: Node, declares: boolean): void {
  if (at.type === "Identifier" || at.type === "MemberExpression")
    l.code(assign(at.type === "Identifier" ? target(at, declares) : at, value, at));
  else {
    const t = l.temp();
    l.set(t, value);
    assignPattern(l, at, id(t, at), declares);
  }
}

function objectPattern(l: Lowering, pattern: Node, value: Node, declares: boolean): void {
  l.code(helper("$od", value));
  const keys: Node[] = [];
  for (const q of pattern.properties as Node[]) {
    l.statement(() => {
      if (q.type === "RestElement") {
        const at = place(l, q.argument);
        const rest = helper("$rest", value, { type: "ArrayExpression", elements: keys, start: -1, end: -1 });
        finish(l, at, rest, declares);
        return;
      }
      let key: Node;
      if (q.computed === true) {
        const k = l.hold("k");
        l.set(k, helper("$key", lower(l, q.key)));
        key = id(k);
      } else key = q.key.type === "Identifier" ? literal(q.key.name) : q.key;
      keys.push(key);
      const at = place(l, q.value);
      element(
        l,
        q.value,
        at,
        { type: "MemberExpression", object: value, property: key, computed: true, optional: false, start: q.start, end: q.end },
        declares,
      );
    });
  }
}

function arrayPattern(l: Lowering, pattern: Node, value: Node, declares: boolean): void {
  if (isSilent(l, pattern, declares)) byIndex(l, pattern, value, declares);
  else byStep(l, pattern, value, declares);
}

/** Whether nobody can see in which order the elements are fetched and assigned: then they may be fetched first. */
function isSilent(l: Lowering, pattern: Node, declares: boolean): boolean {
  return (pattern.elements as (Node | null)[]).every((e) => {
    if (e === null) return true;
    if (e.type === "AssignmentPattern" && (e.right.type !== "Literal" || e.right.regex !== undefined)) return false;
    const at: Node = e.type === "AssignmentPattern" ? e.left : e.type === "RestElement" ? e.argument : e;
    if (at.type !== "Identifier" || at.v === undefined) return false;
    const v = at.v as Variable;
    // Closures over it are made after the declaration.
    if (declares && v.kind !== "var") return !v.early && !v.tdz;
    if (v.kind === "const" || v.kind === "self" || v.kind === "import" || at.tdz === true) return false;
    return v.owner === l.fn && v.capturers.size === 0 && !l.exits.some((x) => x.kind === "try" || x.kind === "finally");
  });
}

function byIndex(l: Lowering, pattern: Node, value: Node, declares: boolean): void {
  const elements = pattern.elements as (Node | null)[];
  const t = l.temp();
  const everything = elements.at(-1)?.type === "RestElement";
  l.call(t, walking("$take", pattern, value, literal(elements.length), literal(everything), text(value)));
  const array = id(t);
  elements.forEach((e, i) => {
    if (e === null) return;
    const item: Node = {
      type: "MemberExpression",
      object: array,
      property: literal(i),
      computed: true,
      optional: false,
      start: -1,
      end: -1,
    };
    l.statement(() => {
      if (e.type === "RestElement") finish(l, e.argument, helper("$slice", array, literal(i)), declares);
      else element(l, e, e.type === "AssignmentPattern" ? e.left : e, item, declares);
    });
  });
}

/** The iterator's methods are called between the assignments. */
function byStep(l: Lowering, pattern: Node, value: Node, declares: boolean): void {
  const cursor = l.hold("it");
  l.call(cursor, walking("$open", pattern, value, text(value)));
  const error = l.hold("e");
  l.set(error, raw("$T"));
  l.exits.push({ kind: "close", iterator: cursor, index: null, loop: l.label() });
  const body = l.collect(() => {
    for (const e of pattern.elements as (Node | null)[]) {
      l.statement(() => {
        const t = l.temp();
        const at = e === null ? null : place(l, e.type === "RestElement" ? e.argument : e);
        l.call(t, walking(e?.type === "RestElement" ? "$tail" : "$step", pattern, id(cursor)));
        if (e === null) return;
        if (e.type === "RestElement") finish(l, at!, id(t), declares);
        else element(l, e, at!, id(t), declares);
      });
    }
  });
  l.exits.pop();
  const handler: Ir[] = [];
  l.emit({ k: "try", body, error, handler });
  rethrow(l, pattern, cursor, error);
  l.statement(() => l.call(l.temp(), walking("$shut", pattern, id(cursor))));
}

/** If a throw has left what an iterator gave, it is closed, and the error goes on. */
export function rethrow(l: Lowering, at: Node, cursor: Variable, error: Variable): void {
  const a = l.collect(() => l.statement(() => l.call(l.temp(), walking("$clq", at, id(cursor), id(error)))));
  l.emit({ k: "if", c: binary(id(error), "!==", raw("$T")), a, b: [] });
}

/** Expressions: those that contain a suspending call are taken apart, in the order of evaluation; all others stay as they are. */
import { binary, helper, id, literal, UNDEFINED, type Node } from "../ast.ts";
import type { Variable } from "../variables.ts";
import { hasSuspension, kindOf } from "../suspends.ts";
import { namedByKey } from "../captures.ts";
import { lowerAssignment } from "./assignments.ts";
import { lowerCall, lowerNew, lowerTagged } from "./calls.ts";
import { lowerClass } from "./classes.ts";
import { lowerChain } from "./chains.ts";
import { lowerYield } from "./generators.ts";
import type { Lowering } from "./lowering.ts";

/** Emits what must happen before, and returns an expression without suspending calls for the value. */
export function lower(l: Lowering, node: Node): Node {
  if (!hasSuspension(node)) return node;
  switch (node.type) {
    case "CallExpression":
      return lowerCall(l, node, null);
    case "NewExpression":
      return lowerNew(l, node, null);
    case "TaggedTemplateExpression":
      return lowerTagged(l, node, null);
    case "MemberExpression": {
      const [object, key] = lowerMember(l, node);
      return { ...node, object, property: key };
    }
    case "BinaryExpression": {
      if (node.left.type === "PrivateIdentifier") return { ...node, right: lower(l, node.right) };
      const [left, right] = lowerList(l, [node.left, node.right]);
      return { ...node, left, right };
    }
    case "LogicalExpression":
      return lowerLogical(l, node);
    case "ConditionalExpression": {
      const test = lower(l, node.test);
      const t = l.temp();
      const branch = (e: Node) => l.collect(() => lowerInto(l, e, t));
      const a = branch(node.consequent);
      const b = branch(node.alternate);
      l.emit({ k: "if", c: test, a, b });
      return id(t, node);
    }
    case "AssignmentExpression":
      return lowerAssignment(l, node);
    case "UnaryExpression":
      if (node.operator === "delete" && node.argument.type === "ChainExpression") {
        return lowerChain(l, node.argument, (last) => ({ ...node, argument: last }), literal(true));
      }
      if (node.operator === "delete" && node.argument.type !== "MemberExpression") {
        lowerEffect(l, node.argument);
        return literal(true);
      }
      return { ...node, argument: lower(l, node.argument) };
    case "UpdateExpression":
      return { ...node, argument: lower(l, node.argument) };
    case "SequenceExpression": {
      const all = node.expressions as Node[];
      for (const e of all.slice(0, -1)) lowerEffect(l, e);
      return lower(l, all[all.length - 1]!);
    }
    case "ArrayExpression": {
      const elements = node.elements as (Node | null)[];
      const present = elements.filter((e): e is Node => e !== null);
      const done = lowerList(l, present);
      let i = 0;
      return { ...node, elements: elements.map((e) => (e === null ? null : done[i++]!)) };
    }
    case "ObjectExpression":
      return lowerObject(l, node);
    case "TemplateLiteral": {
      // Each part is made a string before the next is evaluated.
      const parts = node.expressions as Node[];
      const last = parts.findLastIndex(hasSuspension);
      const done = parts.map((e, i) => {
        const value = lower(l, e);
        if (i >= last || isText(value)) return value;
        const t = l.temp();
        const quasi = { type: "TemplateElement", value: { raw: "" }, start: -1, end: -1 };
        l.set(t, { type: "TemplateLiteral", quasis: [quasi, quasi], expressions: [value], start: -1, end: -1 });
        return id(t, e);
      });
      return { ...node, expressions: done };
    }
    case "ChainExpression":
      return lowerChain(l, node, (last) => last, UNDEFINED);
    case "YieldExpression":
      return lowerYield(l, node);
    case "ClassExpression":
      return lowerClass(l, node);
    case "ImportExpression": {
      const [source, options] = lowerList(l, node.options == null ? [node.source] : [node.source, node.options]);
      return { ...node, source, options: options ?? null };
    }
    default:
      return l.refuse(node, `a call that may suspend cannot stand inside ${node.type} here`, "Keep its value in a const before.");
  }
}

function isText(e: Node): boolean {
  return e.type === "Literal" && typeof e.value === "string";
}

/** The key of `super[key]`: whether there is a `this` is asked before. */
export function lowerSuperKey(l: Lowering, node: Node): Node {
  if (hasSuspension(node.property)) l.code({ type: "ThisExpression", v: node.object.v, start: -1, end: -1 });
  return lower(l, node.property);
}

/** The object and key of a member expression, kept from before what comes after them. */
export function lowerMember(l: Lowering, node: Node): [object: Node, key: Node] {
  if (node.object.type === "Super") return [node.object, node.computed === true ? lowerSuperKey(l, node) : node.property];
  if (node.computed !== true) return [lower(l, node.object), node.property];
  const [object, key] = lowerList(l, [node.object, node.property]);
  return [object!, key!];
}

/** A call of the runtime that calls methods of an iterator, which may suspend. */
export function walking(name: string, at: Node, ...args: Node[]): Node {
  return { ...helper(name, ...args), call: { kind: "known", suspends: true, charges: true }, start: at.start, end: at.end };
}

/** How an error calls what is not iterable. */
export function text(node: Node): Node {
  if (node.type === "Identifier" && (node.v as Variable | undefined)?.kind === "temp") return literal(null);
  return literal(nameOf(node) ?? "(intermediate value)");
}

function nameOf(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name as string;
  if (node.type === "ThisExpression") return "this";
  if (node.type !== "MemberExpression" || node.computed === true || node.property.type !== "Identifier") return undefined;
  const object = nameOf(node.object);
  return object === undefined ? undefined : `${object}.${node.property.name}`;
}

/** Operands in order: what comes before a suspending one is evaluated before it. */
export function lowerList(l: Lowering, nodes: Node[]): Node[] {
  const last = nodes.findLastIndex((n) => hasSuspension(n));
  return nodes.map((n, i) => {
    if (n.type === "SpreadElement") {
      let argument = lower(l, n.argument);
      if (n.object !== true && kindOf(n.argument) === null) {
        const all = l.temp();
        l.call(all, walking("$all", n.argument, argument, text(n.argument)));
        argument = id(all, n.argument);
        if (i >= last) return { ...n, argument, object: true };
      }
      if (i >= last) return { ...n, argument };
      const t = l.temp();
      l.set(t, { type: "ArrayExpression", elements: [{ ...n, argument }], start: n.start, end: n.end });
      // Already a plain array.
      return { ...n, argument: id(t), object: true };
    }
    const value = lower(l, n);
    return i < last ? l.snapshot(value) : value;
  });
}

export function lowerInto(l: Lowering, node: Node, t: Variable): void {
  if (node.type === "CallExpression" && node.call?.suspends === true) {
    lowerCall(l, node, t);
    return;
  }
  if (node.type === "NewExpression" && node.call?.suspends === true) {
    lowerNew(l, node, t);
    return;
  }
  l.set(t, lower(l, node), node);
}

function lowerLogical(l: Lowering, node: Node): Node {
  if (!hasSuspension(node.right)) return { ...node, left: lower(l, node.left) };
  const t = l.temp();
  lowerInto(l, node.left, t);
  const then = l.collect(() => lowerInto(l, node.right, t));
  l.emit({ k: "if", c: logicalTest(node.operator, id(t)), a: then, b: [] });
  return id(t, node);
}

/** When the right side is evaluated. */
export function logicalTest(operator: string, value: Node): Node {
  if (operator.startsWith("&&")) return value;
  if (operator.startsWith("||"))
    return { type: "UnaryExpression", operator: "!", prefix: true, argument: value, start: -1, end: -1 };
  return binary(value, "==", literal(null));
}

function lowerObject(l: Lowering, node: Node): Node {
  if (node.home !== undefined) {
    l.set(node.home, { type: "ArrayExpression", elements: [UNDEFINED], start: -1, end: -1 });
    return helper("$home", id(node.home), lowerObject(l, { ...node, home: undefined }));
  }
  const properties = node.properties as Node[];
  const last = properties.findLastIndex((p) =>
    p.type === "SpreadElement"
      ? hasSuspension(p.argument)
      : (p.computed === true && hasSuspension(p.key)) || hasSuspension(p.value),
  );
  const done: Node[] = properties.map((p, i) => {
    if (p.type === "SpreadElement") {
      const argument = lower(l, p.argument);
      if (i >= last) return { ...p, argument };
      const t = l.temp();
      l.set(t, { type: "ObjectExpression", properties: [{ ...p, argument }], start: p.start, end: p.end });
      return { ...p, argument: id(t) };
    }
    let key: Node = p.key;
    if (p.computed === true) {
      key = lower(l, p.key);
      if (i <= last && (hasSuspension(p.value) || i < last)) key = l.snapshot(helper("$key", key));
    }
    if (namedByKey(p)) {
      const named = helper("$prop", key, p.value);
      return { type: "SpreadElement", argument: i < last ? l.snapshot(named) : named, start: p.start, end: p.end };
    }
    if (p.method === true || p.kind !== "init") return { ...p, key };
    const value = lower(l, p.value);
    return { ...p, key, value: i < last ? l.snapshot(value) : value, namesNothing: true };
  });
  return { ...node, properties: done };
}

/** An expression whose value nobody wants. */
export function lowerEffect(l: Lowering, node: Node): void {
  l.statement(() => {
    if (!hasSuspension(node)) {
      l.code(node);
      return;
    }
    switch (node.type) {
      case "SequenceExpression":
        for (const e of node.expressions as Node[]) lowerEffect(l, e);
        return;
      case "LogicalExpression":
        if (hasSuspension(node.right)) {
          const left = node.operator === "??" ? l.atom(lower(l, node.left)) : lower(l, node.left);
          l.emit({ k: "if", c: logicalTest(node.operator, left), a: l.collect(() => lowerEffect(l, node.right)), b: [] });
          return;
        }
        break;
      case "ConditionalExpression": {
        const test = lower(l, node.test);
        const a = l.collect(() => lowerEffect(l, node.consequent));
        const b = l.collect(() => lowerEffect(l, node.alternate));
        l.emit({ k: "if", c: test, a, b });
        return;
      }
    }
    const rest = lower(l, node);
    if (rest.type !== "Identifier" && rest.type !== "Raw" && rest.type !== "ThisExpression") l.code(rest);
    else if (rest.type === "Identifier" && (rest.v as Variable | undefined)?.kind !== "temp") l.code(rest);
  });
}

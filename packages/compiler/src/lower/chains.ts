/** Optional chains with a suspending call inside: each `?.` opens an `if` that holds the rest of the chain. */
import { binary, id, literal, UNDEFINED, type Node } from "../ast.ts";
import type { IfIr, Ir } from "../ir.ts";
import { hasSuspension } from "../suspends.ts";
import { lower } from "./expressions.ts";
import { lowerCall, selfOf } from "./calls.ts";
import type { Lowering } from "./lowering.ts";

/** `finish` is applied to the whole chain where it is not cut short; `otherwise` is the value where it is. */
export function lowerChain(l: Lowering, chain: Node, finish: (last: Node) => Node, otherwise: Node): Node {
  const t = l.temp();
  l.set(t, otherwise);
  const outer = l.out;
  const value = link(l, chain.expression);
  l.set(t, finish(value), chain);
  l.out = outer;
  return id(t, chain);
}

/** The method that a chain in parentheses gives, and what it is called on. */
export function lowerChainMethod(l: Lowering, chain: Node): [method: Node, receiver: Node] {
  const receiver = l.temp();
  const method = lowerChain(
    l,
    chain,
    (last) => {
      if (last.type !== "MemberExpression" || last.object.type === "Super") return last;
      l.set(receiver, last.object);
      return { ...last, object: id(receiver) };
    },
    UNDEFINED,
  );
  return [method, id(receiver)];
}

/** From here on, statements belong to the branch in which `value` is neither null nor undefined. */
function unless(l: Lowering, value: Node): void {
  const branch: Ir[] = [];
  const ir: IfIr = { k: "if", c: binary(value, "!=", literal(null)), a: branch, b: [] };
  l.emit(ir);
  l.out = branch;
}

function link(l: Lowering, node: Node): Node {
  if (node.type === "MemberExpression") {
    if (node.object.type === "Super") return lower(l, node);
    let object = link(l, node.object);
    if (node.optional === true) {
      object = l.atom(object);
      unless(l, object);
    }
    if (node.computed !== true) return { ...node, object, optional: false };
    if (hasSuspension(node.property)) object = l.snapshot(object);
    return { ...node, object, property: lower(l, node.property), optional: false };
  }
  if (node.type === "CallExpression") {
    let callee: Node = node.callee;
    let receiver: Node | null = null;
    if (callee.type === "MemberExpression" && callee.object.type !== "Super") {
      let object = l.receiver(link(l, callee.object));
      if (callee.optional === true) unless(l, object);
      if ((node.arguments as Node[]).some(hasSuspension)) object = l.snapshot(object);
      let key: Node = callee.property;
      if (callee.computed === true) {
        key = lower(l, key);
        if (hasSuspension(callee.property)) key = l.snapshot(key);
      }
      receiver = object;
      callee = { ...callee, object, property: key, optional: false };
    } else if (callee.type === "ChainExpression") [callee, receiver] = lowerChainMethod(l, callee);
    else {
      if (callee.type === "MemberExpression") receiver = selfOf(callee.object);
      callee = link(l, callee);
    }
    if (node.optional === true) {
      const f = l.temp();
      l.set(f, callee, node.callee);
      const use = id(f, node.callee);
      use.text = { start: node.callee.start, end: node.callee.end };
      unless(l, use);
      return lowerCall(l, { ...node, callee: use, receiver, optional: false, call: marker(node) }, null);
    }
    return lowerCall(l, { ...node, callee, optional: false }, null);
  }
  if (node.type === "ChainExpression") return lower(l, node);
  return lower(l, node);
}

function marker(node: Node): unknown {
  return node.call?.kind === "direct" ? { kind: "marker", suspends: true } : node.call;
}

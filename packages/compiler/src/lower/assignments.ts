/** Assignments whose target or value contains a suspending call. */
import { assign, binary, helper, id, type Node } from "../ast.ts";
import type { Variable } from "../variables.ts";
import { hasSuspension, kindOf } from "../suspends.ts";
import { lower, lowerInto, lowerMember, logicalTest } from "./expressions.ts";
import { isStable, type Lowering } from "./lowering.ts";
import { assignPattern } from "./patterns.ts";

export function lowerAssignment(l: Lowering, node: Node): Node {
  const left = node.left as Node;
  const operator = node.operator as string;
  if (left.type === "ObjectPattern" || left.type === "ArrayPattern") {
    const value = l.snapshot(lower(l, node.right));
    assignPattern(l, left, value, false, kindOf(node.right) === "array");
    return value;
  }
  const logical = operator === "&&=" || operator === "||=" || operator === "??=";
  if (left.type === "Identifier") {
    if (operator === "=") {
      const v = left.v as Variable | undefined;
      if (isPlainLocal(l, v) && left.tdz !== true) {
        lowerInto(l, node.right, v!);
        return left;
      }
      const value = lower(l, node.right);
      const kept = isStable(value) ? value : l.snapshot(value);
      l.code({ ...node, right: kept });
      return kept;
    }
    if (logical) {
      const t = l.temp();
      l.set(t, left, left);
      const then = l.collect(() => {
        lowerInto(l, node.right, t);
        l.code({ ...node, operator: "=", right: id(t) });
      });
      l.emit({ k: "if", c: logicalTest(operator, id(t)), a: then, b: [] });
      return id(t, node);
    }
    const before = l.temp();
    l.set(before, left, left);
    const value = lower(l, node.right);
    const t = l.temp();
    l.set(t, binary(id(before, left), operator.slice(0, -1), value, node), node);
    l.code({ ...node, operator: "=", right: id(t) });
    return id(t, node);
  }
  // A member: object and key first, then the old value, then the right side.
  let [object, key] = lowerMember(l, left);
  const needed = hasSuspension(node.right) || operator !== "=";
  if (needed) {
    if (object.type !== "Super") object = l.snapshot(object);
    const converted = (): Node => (object.type === "Super" ? helper("$key", key) : helper("$keyOf", object, key));
    if (left.computed === true) key = l.snapshot(operator === "=" ? key : converted());
  }
  const target: Node = { ...left, object, property: key };
  if (operator === "=") {
    const value = lower(l, node.right);
    const kept = isStable(value) ? value : l.snapshot(value);
    l.code(assign(target, kept, node));
    return kept;
  }
  const t = l.temp();
  l.set(t, target, left);
  if (logical) {
    const then = l.collect(() => {
      lowerInto(l, node.right, t);
      l.code(assign(target, id(t), node));
    });
    l.emit({ k: "if", c: logicalTest(operator, id(t)), a: then, b: [] });
    return id(t, node);
  }
  const value = lower(l, node.right);
  const result = l.temp();
  l.set(result, binary(id(t, left), operator.slice(0, -1), value, node), node);
  l.code(assign(target, id(result), node));
  return id(result, node);
}

/** A variable of this function that a call's value may go to directly. */
export function isPlainLocal(l: Lowering, v: Variable | undefined): boolean {
  // What a handler may read must not be overwritten by a call that throws or is suspended.
  if (l.exits.some((e) => e.kind !== "target")) return false;
  return (
    v !== undefined &&
    v.owner === l.fn &&
    !v.boxed &&
    !v.module &&
    (v.kind === "let" || v.kind === "var" || v.kind === "param" || v.kind === "catch" || v.kind === "temp")
  );
}

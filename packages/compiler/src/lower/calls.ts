/** Calls that may suspend: the callee and the arguments become names, the call a statement of its own. */
import { binary, contains, helper, id, literal, PURE, SIZED, type Node } from "../ast.ts";
import { isCalledInstead, type Fn, type Variable } from "../variables.ts";
import { hasSuspension } from "../suspends.ts";
import { lowerSuper } from "./constructors.ts";
import { lower, lowerList, lowerSuperKey } from "./expressions.ts";
import { lowerChainMethod } from "./chains.ts";
import type { Lowering } from "./lowering.ts";

/** The call with operands that contain no suspension; its value goes to `t`, or to a temporary. */
export function lowerCall(l: Lowering, node: Node, t: Variable | null): Node {
  if (node.callee.type === "Super") {
    const self = lowerSuper(l, node);
    if (t === null) return self;
    l.set(t, self, node);
    return id(t, node);
  }
  const call = prepareCall(l, node);
  const text = onText(call);
  if (text === null) return finish(l, node, call, t);
  const into = t ?? l.temp();
  l.emit({
    k: "if",
    c: text.test,
    a: l.collect(() => l.set(into, text.call)),
    b: l.collect(() => l.call(into, call)),
    shortcut: true,
  });
  return id(into, node);
}

/** `return call`, which is returned as it is. */
export function returnCall(l: Lowering, node: Node): void {
  const call = prepareCall(l, node);
  const text = onText(call);
  if (text === null) l.emit({ k: "return", e: call, tail: true });
  else
    l.emit({
      k: "if",
      c: text.test,
      a: [{ k: "return", e: text.call, tail: false }],
      b: [{ k: "return", e: call, tail: true }],
      shortcut: true,
    });
}

/** Methods that are most often those of texts: on a text they are called without a question, which V8 then sees through. */
const OFTEN_OF_TEXTS = new Set([
  "slice",
  "indexOf",
  "lastIndexOf",
  "includes",
  "split",
  "trim",
  "trimStart",
  "trimEnd",
  "repeat",
  "at",
]);

function onText(call: Node): { test: Node; call: Node } | null {
  const callee = call.callee as Node;
  if (call.call?.kind !== "marker" || call.optional === true || callee.type !== "MemberExpression" || callee.optional === true)
    return null;
  if (callee.computed === true || callee.property.type !== "Identifier" || !OFTEN_OF_TEXTS.has(callee.property.name)) return null;
  // A separator may be an object with a method of its own.
  if (callee.property.name === "split" && (call.arguments as Node[])[0]?.type !== "Literal") return null;
  const object = callee.object as Node;
  if (object.type !== "Identifier" || object.v === undefined || object.v.boxed === true || object.tdz === true) return null;
  if (object.v.kind === "import") return null;
  const type: Node = { type: "UnaryExpression", operator: "typeof", prefix: true, argument: object, start: -1, end: -1 };
  return {
    test: binary(type, "===", literal("string")),
    call: { ...call, call: callee.property.name === "split" ? SIZED : PURE },
  };
}

function finish(l: Lowering, node: Node, call: Node, t: Variable | null): Node {
  if (node.call?.suspends !== true) {
    if (t === null) return call;
    l.set(t, call, node);
    return id(t, node);
  }
  const into = t ?? l.temp();
  l.call(into, call);
  return id(into, node);
}

/** Operands taken apart; the call itself is left to the caller (a tail call returns it as it is). */
export function prepareCall(l: Lowering, node: Node): Node {
  const callee = node.callee as Node;
  const args = node.arguments as Node[];
  const later = args.some(hasSuspension);
  // A private method is looked for, and its object's brand checked, before the arguments.
  const isPrivate = callee.type === "MemberExpression" && callee.property.type === "PrivateIdentifier";
  if (node.call?.kind !== "marker" && node.call?.kind !== "bridge" && !(isPrivate && later)) {
    if (callee.type === "MemberExpression" && (later || hasSuspension(callee))) {
      // A built-in method of a built-in object: only the receiver has to be kept.
      const receiver = hasSuspension(callee.object) || !isGlobal(callee.object) ? lower(l, callee.object) : callee.object;
      const object = later && !isGlobal(receiver) ? l.snapshot(receiver) : receiver;
      return { ...node, callee: { ...callee, object }, arguments: lowerList(l, args) };
    }
    return { ...node, arguments: lowerList(l, args) };
  }
  if (callee.type === "MemberExpression") {
    if (callee.object.type === "Super") {
      const property = callee.computed === true ? lowerSuperKey(l, callee) : callee.property;
      const text = `(intermediate value)${callee.computed === true ? "[...]" : `.${callee.property.name}`}`;
      const found = { ...callee, property, text };
      if (!later) return { ...node, callee: found, receiver: selfOf(callee.object) };
      const tc = l.temp();
      l.set(tc, found);
      const f = id(tc, callee.property);
      f.text = text;
      return { ...node, callee: f, receiver: selfOf(callee.object), arguments: lowerList(l, args) };
    }
    const parts = callee.computed === true ? lowerList(l, [callee.object, callee.property]) : [lower(l, callee.object)];
    // The key may give the variable another object.
    const moves = callee.computed === true && parts[0]!.type === "Identifier" && assigns(parts[1]!);
    const object = l.receiver((later || moves) && !(parts[0]!.type === "ThisExpression") ? l.snapshot(parts[0]!) : parts[0]!);
    const key = callee.computed === true ? parts[1]! : callee.property;
    const found = { ...callee, object, property: key };
    if (!later) return { ...node, callee: found };
    const tc = l.temp();
    l.set(tc, found, callee);
    const f = id(tc, callee.property);
    f.text = { start: callee.start, end: callee.end };
    return { ...node, callee: f, receiver: object, arguments: lowerList(l, args) };
  }
  if (callee.type === "ChainExpression" && callee.expression.type === "MemberExpression") {
    const [f, receiver] = lowerChainMethod(l, callee);
    f.text = "(intermediate value)";
    return { ...node, callee: f, receiver, arguments: lowerList(l, args) };
  }
  const value = lower(l, callee);
  const f = later ? l.snapshot(value) : value;
  if (f !== callee && f.text === undefined) f.text = { start: callee.start, end: callee.end };
  return { ...node, callee: f, arguments: lowerList(l, args) };
}

function assigns(node: Node): boolean {
  return contains(node, (n) => /^(Call|New|Assignment|Update)Expression$/.test(n.type));
}

function isGlobal(node: Node): boolean {
  return node.type === "Identifier" && node.v === undefined;
}

/** The `this` with which a method found by `super` is called. */
export function selfOf(node: Node): Node {
  return { type: "ThisExpression", v: node.v, start: -1, end: -1 };
}

export function lowerNew(l: Lowering, node: Node, t: Variable | null): Node {
  const args = node.arguments as Node[];
  const fn = functionOf(node.callee);
  if (fn !== null) return callFunction(l, node, fn, t);
  const callee = lower(l, node.callee);
  const later = args.some(hasSuspension);
  const f = node.call?.kind === "marker" || node.call?.kind === "bridge" ? (later ? l.snapshot(callee) : l.atom(callee)) : callee;
  if (f !== node.callee && f.text === undefined) f.text = { start: node.callee.start, end: node.callee.end };
  return finish(l, node, { ...node, callee: f, arguments: lowerList(l, args) }, t);
}

/** The function of this module that `new` certainly calls, if it may be called with an instance. */
function functionOf(callee: Node): Fn | null {
  if (callee.type !== "Identifier" || callee.tdz === true) return null;
  const fn = (callee.v as Variable | undefined)?.holds ?? null;
  return fn !== null && isCalledInstead(fn) && fn.newTargetVariable === null ? fn : null;
}

function callFunction(l: Lowering, node: Node, fn: Fn, t: Variable | null): Node {
  const args = lowerList(l, node.arguments);
  const self = l.temp();
  l.set(self, helper("$instance", node.callee));
  const into = l.temp();
  const call = { kind: "known" as const, suspends: true, charges: true };
  l.call(into, { ...node, type: "CallExpression", receiver: id(self), arguments: args, call });
  const made = helper("$ro", id(into), id(self));
  if (t === null) return l.snapshot(made);
  l.set(t, made, node);
  return id(t, node);
}

/** A tagged template is a call with the template object first; the object stays the one of its place in the source. */
export function lowerTagged(l: Lowering, node: Node, t: Variable | null): Node {
  const quasi = node.quasi as Node;
  const object: Node = { type: "Raw", code: "", template: quasi, start: -1, end: -1 };
  const call: Node = {
    type: "CallExpression",
    callee: node.tag,
    arguments: [object, ...(quasi.expressions as Node[])],
    call: node.call,
    optional: false,
    start: node.start,
    end: node.end,
  };
  return lowerCall(l, call, t);
}

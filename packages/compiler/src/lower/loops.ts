/** while, do, for and for-in. Every turn passes the check at the loop's head, so that `continue` needs nothing. */
import { assign, binary, contains, helper, id, isClass, isFunction, literal, memberOf, type Node } from "../ast.ts";
import type { Label, LoopIr } from "../ir.ts";
import type { Variable } from "../variables.ts";
import { hasSuspension } from "../suspends.ts";
import { lower, lowerEffect } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";
import { box, declarePattern, enterScope, lowerStatement } from "./statements.ts";
import { assignPattern } from "./patterns.ts";

export interface LoopFrame {
  label: Label;
  names: string[];
}

export function openLoop(l: Lowering): LoopFrame {
  const names = l.pendingLabels;
  l.pendingLabels = [];
  return { label: l.label(names.length > 0 ? `${names[0]!}$` : "$L"), names };
}

export function loop(
  l: Lowering,
  at: Node,
  label: Label,
  test: Node | null,
  update: Node | null,
  body: () => void,
  check = true,
): void {
  const ir: LoopIr = { k: "loop", label, test, update, body: [], check, counts: false, pc: -1, live: new Set(), at };
  ir.body = l.collect(body);
  l.emit(ir);
}

/** The body of a loop in which `continue` goes to the loop's update. */
export function loopBody(l: Lowering, frame: LoopFrame, node: Node): void {
  l.exits.push({ kind: "target", names: frame.names, breakLabel: frame.label, continueLabel: frame.label, plain: true });
  lowerStatement(l, node);
  l.exits.pop();
}

function not(e: Node): Node {
  return { type: "UnaryExpression", operator: "!", prefix: true, argument: e, start: -1, end: -1 };
}

function exitUnless(l: Lowering, test: Node, label: Label): void {
  l.statement(() => {
    const c = not(lower(l, test));
    l.emit({ k: "if", c, a: l.collect(() => l.jumpTo("break", label)), b: [] });
  });
}

export function lowerWhile(l: Lowering, node: Node): void {
  const frame = openLoop(l);
  if (!hasSuspension(node.test)) {
    loop(l, node, frame.label, alwaysTrue(node.test) ? null : node.test, null, () => loopBody(l, frame, node.body));
    return;
  }
  loop(l, node, frame.label, null, null, () => {
    exitUnless(l, node.test, frame.label);
    loopBody(l, frame, node.body);
  });
}

function alwaysTrue(node: Node): boolean {
  return node.type === "Literal" && node.value === true;
}

export function lowerDoWhile(l: Lowering, node: Node): void {
  const frame = openLoop(l);
  loop(l, node, frame.label, null, null, () => {
    const inner = l.label("$B");
    l.exits.push({ kind: "target", names: frame.names, breakLabel: frame.label, continueLabel: inner, plain: true });
    const body = l.collect(() => lowerStatement(l, node.body));
    l.exits.pop();
    // `continue` goes to the test: it breaks out of the inner block.
    l.emit({ k: "block", label: inner, body: retarget(body, inner) });
    exitUnless(l, node.test, frame.label);
  });
}

/** A `continue` to a label that names a block is a `break` out of it. */
function retarget<T>(list: T[], label: Label): T[] {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === "object" && "k" in value) {
      const ir = value as {
        k: string;
        label?: Label;
        a?: unknown;
        b?: unknown;
        body?: unknown;
        cases?: { body: unknown }[];
        handler?: unknown;
      };
      if (ir.k === "continue" && ir.label === label) ir.k = "break";
      visit(ir.a);
      visit(ir.b);
      visit(ir.body);
      visit(ir.handler);
      ir.cases?.forEach((c) => visit(c.body));
    }
  };
  visit(list);
  return list;
}

export function lowerFor(l: Lowering, node: Node): void {
  const frame = openLoop(l);
  enterScope(l, node.scope);
  if (node.init != null) {
    if (node.init.type === "VariableDeclaration") lowerStatement(l, node.init);
    else lowerEffect(l, node.init);
  }
  // Closures that captured a variable of the loop keep the one of their turn.
  const perTurn = ((node.scope?.list ?? []) as Variable[]).filter((v) => v.boxed && v.kind === "let");
  const renew = perTurn.map((v) => assign(box(v), { type: "ArrayExpression", elements: [id(v)], start: -1, end: -1 }));
  if (node.init != null && capturedIn(node.init, perTurn)) for (const r of renew) l.code(r);
  if (!hasSuspension(node.test) && !hasSuspension(node.update)) {
    const update = sequence([...renew, ...(node.update == null ? [] : [node.update as Node])]);
    loop(l, node, frame.label, node.test ?? null, update, () => loopBody(l, frame, node.body), !isShort(node));
    return;
  }
  const first = l.hold("first");
  l.set(first, literal(true));
  loop(l, node, frame.label, null, null, () => {
    const again = l.collect(() => {
      for (const r of renew) l.code(r);
      if (node.update != null) lowerEffect(l, node.update);
    });
    l.emit({ k: "if", c: id(first), a: l.collect(() => l.set(first, literal(false))), b: again });
    if (node.test != null) exitUnless(l, node.test, frame.label);
    loopBody(l, frame, node.body);
  });
}

function capturedIn(init: Node, variables: Variable[]): boolean {
  return variables.some((v) =>
    v.references.some((r) => r.unit !== v.owner && init.start <= r.node.start && r.node.start < init.end),
  );
}

function sequence(list: Node[]): Node | null {
  if (list.length === 0) return null;
  return list.length === 1 ? list[0]! : { type: "SequenceExpression", expressions: list, start: -1, end: -1 };
}

/** `for (let i = 0; i < 8; i++)` with a few constant turns: as good as straight code, charged once by whatever it calls. */
const SHORT = 16;
function isShort(node: Node): boolean {
  const d =
    node.init?.type === "VariableDeclaration" && node.init.declarations.length === 1 ? (node.init.declarations[0] as Node) : null;
  const v = d?.id.v as Variable | undefined;
  if (d === null || v === undefined || v.boxed || d.init?.type !== "Literal" || typeof d.init.value !== "number") return false;
  const test = node.test as Node | null;
  if (
    test?.type !== "BinaryExpression" ||
    !/^<=?$/.test(test.operator) ||
    test.left.v !== v ||
    typeof test.right.value !== "number"
  )
    return false;
  if (node.update?.type !== "UpdateExpression" || node.update.operator !== "++" || node.update.argument.v !== v) return false;
  if (!Number.isSafeInteger(d.init.value) || !Number.isSafeInteger(test.right.value) || containsLoop(node.body)) return false;
  return v.writes === 1 && test.right.value - d.init.value <= SHORT;
}

/** Short loops in short loops are not short. */
function containsLoop(node: Node): boolean {
  return contains(
    node,
    (n) => /^(For|While|DoWhile)/.test(n.type),
    (n) => isFunction(n) || isClass(n),
  );
}

export function lowerForIn(l: Lowering, node: Node): void {
  const frame = openLoop(l);
  enterScope(l, node.scope);
  const object = l.hold("o");
  const keys = l.hold("a");
  const index = l.hold("i");
  l.statement(() => l.set(object, helper("$obj", lower(l, node.right))));
  l.set(keys, helper("$keys", id(object)));
  l.set(index, literal(0));
  loop(l, node, frame.label, binary(id(index), "<", memberOf(id(keys), "length")), increment(index), () => {
    const body = () => {
      const key: Node = { type: "MemberExpression", object: id(keys), property: id(index), computed: true, start: -1, end: -1 };
      // What was deleted meanwhile is not visited.
      l.emit({ k: "if", c: not(helper("$in", key, id(object))), a: l.collect(() => l.jumpTo("continue", frame.label)), b: [] });
      bindLoopVariable(l, node, key);
      lowerStatement(l, node.body);
    };
    l.exits.push({ kind: "target", names: frame.names, breakLabel: frame.label, continueLabel: frame.label, plain: true });
    body();
    l.exits.pop();
  });
}

export function increment(v: Variable): Node {
  return { type: "UpdateExpression", operator: "++", prefix: false, argument: id(v), start: -1, end: -1 };
}

/** Gives the variable or pattern on the left of `in` or `of` its value for this turn. */
export function bindLoopVariable(l: Lowering, node: Node, value: Node): void {
  l.statement(() => {
    if (node.left.type === "VariableDeclaration") {
      const pattern = node.left.declarations[0].id as Node;
      enterScopeAgain(l, node);
      const atom = pattern.type === "Identifier" ? value : l.snapshot(value);
      declarePattern(l, pattern, atom, node.left.kind !== "var");
    } else if (node.left.type === "Identifier") l.code(assign(node.left, value, node.left));
    else if (node.left.type === "MemberExpression") {
      const t = l.temp();
      l.set(t, value);
      const left = lower(l, node.left);
      l.code(assign(left, id(t), node.left));
    } else assignPattern(l, node.left, l.snapshot(value), false);
  });
}

/** Early boxes are fresh in every turn. */
function enterScopeAgain(l: Lowering, node: Node): void {
  if (((node.scope?.list ?? []) as Variable[]).some((v) => v.boxed && v.early)) enterScope(l, node.scope);
}

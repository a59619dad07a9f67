/** Statements, blocks and declarations. */
import { id, literal, raw, UNDEFINED, type Node } from "../ast.ts";
import type { Fn, Scope, Variable } from "../variables.ts";
import { hasSuspension, kindOf } from "../suspends.ts";
import { returnCall } from "./calls.ts";
import { lower, lowerEffect, lowerInto } from "./expressions.ts";
import { lowerForOf } from "./for-of.ts";
import { lowerDoWhile, lowerFor, lowerForIn, lowerWhile } from "./loops.ts";
import { declaring, type Lowering } from "./lowering.ts";
import { jump, jumpReturn } from "./jumps.ts";
import { assignPattern } from "./patterns.ts";
import { lowerSwitch } from "./switch.ts";
import { lowerTry } from "./try.ts";

/** Names the box itself, not what is in it. */
export function box(v: Variable): Node {
  return { ...id(v), box: true };
}

export function makeBox(l: Lowering, v: Variable, value: Node, at?: Node): void {
  l.code({
    type: "AssignmentExpression",
    operator: "=",
    left: box(v),
    right: { type: "ArrayExpression", elements: [value], start: -1, end: -1 },
    start: at?.start ?? -1,
    end: -1,
  });
}

/** At the start of a block: boxes that closures need before the declaration is reached, and marks of what is not initialised yet. */
export function enterScope(l: Lowering, scope: Scope | undefined | null): void {
  for (const v of scope?.list ?? []) {
    if (v.owner !== l.fn || v.kind === "param" || v.kind === "self") continue;
    if (v.kind === "var") {
      if (v.boxed) makeBox(l, v, UNDEFINED);
    } else if (v.boxed && v.early) makeBox(l, v, v.tdz ? raw("$T") : UNDEFINED);
    else if (v.tdz)
      l.code({ type: "AssignmentExpression", operator: "=", left: declaring(v), right: raw("$T"), start: -1, end: -1 });
  }
}

export function lowerBody(l: Lowering, body: Node[], scope: Scope | null | undefined): void {
  enterScope(l, scope);
  lowerList(l, body);
}

/** Statements in order, with function declarations made where captures.ts placed them. */
export function lowerList(l: Lowering, body: Node[]): void {
  const declarations = body.filter((s) => s.type === "FunctionDeclaration" && s.place !== undefined);
  for (let i = 0; i <= body.length; i++) {
    for (const d of declarations) if (d.place === i) makeFunction(l, d);
    if (i < body.length) lowerStatement(l, body[i]!);
  }
}

function makeFunction(l: Lowering, d: Node): void {
  initialise(l, d.id.v as Variable, { type: "FunctionExpression", fn: d.fn as Fn, start: d.start, end: d.end }, d);
}

/** Gives a declared variable its first value. */
export function initialise(l: Lowering, v: Variable, value: Node, at?: Node): void {
  if (v.boxed && !v.early && v.kind !== "var") makeBox(l, v, value, at);
  else l.set(v, value, at);
}

export function lowerStatement(l: Lowering, node: Node): void {
  l.statement(() => statement(l, node));
}

function statement(l: Lowering, node: Node): void {
  switch (node.type) {
    case "EmptyStatement":
    case "FunctionDeclaration":
      return;
    case "DebuggerStatement":
      l.emit({ k: "debugger" });
      return;
    case "ExpressionStatement":
      lowerEffect(l, node.expression);
      return;
    case "BlockStatement":
      labelled(l, () => lowerBody(l, node.body, node.scope));
      return;
    case "VariableDeclaration":
      for (const d of node.declarations as Node[]) l.statement(() => declaration(l, d, node.kind));
      return;
    case "ClassDeclaration":
      initialise(l, node.id.v as Variable, lower(l, { ...node, type: "ClassExpression" }), node);
      return;
    case "ReturnStatement":
      lowerReturn(l, node);
      return;
    case "IfStatement": {
      labelled(l, () => {
        const test = lower(l, node.test);
        const a = l.collect(() => lowerStatement(l, node.consequent));
        const b = l.collect(() => {
          if (node.alternate != null) lowerStatement(l, node.alternate);
        });
        l.emit({ k: "if", c: test, a, b });
      });
      return;
    }
    case "ThrowStatement":
      l.emit({ k: "throw", e: lower(l, node.argument) });
      return;
    case "LabeledStatement":
      l.pendingLabels.push(node.label.name);
      lowerStatement(l, node.body);
      l.pendingLabels = [];
      return;
    case "BreakStatement":
    case "ContinueStatement":
      jump(l, node.type === "BreakStatement" ? "break" : "continue", node.label?.name ?? null);
      return;
    case "WhileStatement":
      lowerWhile(l, node);
      return;
    case "DoWhileStatement":
      lowerDoWhile(l, node);
      return;
    case "ForStatement":
      lowerFor(l, node);
      return;
    case "ForInStatement":
      lowerForIn(l, node);
      return;
    case "ForOfStatement":
      lowerForOf(l, node);
      return;
    case "SwitchStatement":
      lowerSwitch(l, node);
      return;
    case "TryStatement":
      labelled(l, () => lowerTry(l, node));
      return;
    default:
      l.refuse(node, `${node.type} is not supported`);
  }
}

/** A statement that is no loop may still carry labels to break to. */
export function labelled(l: Lowering, body: () => void): void {
  const names = l.pendingLabels;
  l.pendingLabels = [];
  if (names.length === 0) {
    body();
    return;
  }
  const label = l.label(`${names[0]!}$`);
  l.exits.push({ kind: "target", names, breakLabel: label, continueLabel: null, plain: false });
  const list = l.collect(body);
  l.exits.pop();
  l.emit({ k: "block", label, body: list });
}

function declaration(l: Lowering, d: Node, kind: string): void {
  if (d.id.type === "Identifier") {
    const v = d.id.v as Variable;
    if (d.init == null) {
      if (kind === "var") return;
      initialise(l, v, UNDEFINED, d);
      return;
    }
    if (!v.boxed && !(kind === "var" && l.exits.some((e) => e.kind !== "target"))) lowerInto(l, d.init, v);
    else initialise(l, v, lower(l, d.init), d);
    return;
  }
  const value = l.atom(lower(l, d.init));
  declarePattern(l, d.id, value, kind !== "var", kindOf(d.init) === "array");
}

/** Fresh boxes for what the pattern declares, then the pattern. */
export function declarePattern(l: Lowering, pattern: Node, value: Node, fresh: boolean, isArray = false): void {
  if (fresh) {
    const go = (p: Node | null): void => {
      if (p === null) return;
      if (p.type === "Identifier") {
        const v = p.v as Variable;
        if (v.boxed && !v.early && v.kind !== "var") makeBox(l, v, UNDEFINED);
      } else if (p.type === "ObjectPattern")
        (p.properties as Node[]).forEach((q) => go(q.type === "RestElement" ? q.argument : q.value));
      else if (p.type === "ArrayPattern") (p.elements as (Node | null)[]).forEach(go);
      else if (p.type === "AssignmentPattern") go(p.left);
      else if (p.type === "RestElement") go(p.argument);
    };
    go(pattern);
  }
  if (pattern.type === "Identifier" && (pattern.v as Variable).boxed && fresh && !(pattern.v as Variable).early) {
    makeBox(l, pattern.v as Variable, value, pattern);
    return;
  }
  assignPattern(l, pattern, value, true, isArray);
}

function lowerReturn(l: Lowering, node: Node): void {
  const direct = l.exits.every((e) => e.kind === "target");
  const constructor = l.fn.kind === "constructor";
  if (node.argument == null) {
    if (direct) l.emit({ k: "return", e: null, tail: false });
    else jumpReturn(l, null);
    return;
  }
  if (direct && !constructor && l.activation === null) {
    returnTail(l, node.argument);
    return;
  }
  const value = lower(l, node.argument);
  if (direct) l.emit({ k: "return", e: value, tail: false });
  else jumpReturn(l, value);
}

/** `return e`, where a call in tail position is returned as it is and leaves no frame behind. */
export function returnTail(l: Lowering, e: Node): void {
  if (hasSuspension(e)) {
    switch (e.type) {
      case "CallExpression":
        if (e.call.suspends === true && e.callee.type !== "Super") {
          returnCall(l, e);
          return;
        }
        break;
      case "ConditionalExpression": {
        const test = lower(l, e.test);
        const a = l.collect(() => l.statement(() => returnTail(l, e.consequent)));
        const b = l.collect(() => l.statement(() => returnTail(l, e.alternate)));
        l.emit({ k: "if", c: test, a, b });
        return;
      }
      case "LogicalExpression":
        if (hasSuspension(e.right)) {
          const t = l.temp();
          lowerInto(l, e.left, t);
          const a = l.collect(() => l.statement(() => returnTail(l, e.right)));
          const test =
            e.operator === "&&"
              ? id(t)
              : e.operator === "||"
                ? { type: "UnaryExpression", operator: "!", prefix: true, argument: id(t), start: -1, end: -1 }
                : { type: "BinaryExpression", operator: "==", left: id(t), right: literal(null), start: -1, end: -1 };
          l.emit({ k: "if", c: test, a, b: [{ k: "return", e: id(t), tail: false }] });
          return;
        }
        break;
      case "SequenceExpression": {
        const all = e.expressions as Node[];
        for (const x of all.slice(0, -1)) lowerEffect(l, x);
        returnTail(l, all[all.length - 1]!);
        return;
      }
    }
  }
  l.emit({ k: "return", e: lower(l, e), tail: false });
}

/** A whole function: parameters first, then the body. */
import { assign, binary, id, raw, UNDEFINED, type Node } from "../ast.ts";
import type { Ir } from "../ir.ts";
import { isCompiledGenerator, makeVariable, type Fn, type Variable } from "../variables.ts";
import { initialiseStatics } from "./classes.ts";
import { enterConstructor } from "./constructors.ts";
import { lowerInto } from "./expressions.ts";
import { declaring, Lowering } from "./lowering.ts";
import { declarePattern, enterScope, lowerBody, makeBox, returnTail } from "./statements.ts";
import { containsSite } from "./try.ts";

export interface Parameter {
  v: Variable;
  /** Printed as `v = undefined`, which keeps the function's length. */
  optional: boolean;
  rest: boolean;
}

export interface Lowered {
  body: Ir[];
  parameters: Parameter[];
  /** Variables to declare at the top of the function. */
  locals: Variable[];
  /** Those of them that are needed before a generator starts. */
  early: Variable[];
}

export function lowerFunction(fn: Fn, refuse: (node: Node, reason: string, hint?: string) => never): Lowered {
  const l = new Lowering(fn, refuse);
  const generator = isCompiledGenerator(fn);
  if (generator) l.activation = l.hold("g");
  // The shell of a generator that is a method evaluates its parameters itself.
  const parameters = generator && fn.cls !== null ? [] : lowerParameters(l, fn);
  const taken = new Set(parameters.map((p) => p.v));
  const free = (v: Variable): boolean => !taken.has(v);
  let early: Variable[] = [];
  if (generator) {
    const made = containsSite(l.out) ? l.hold("fn") : null;
    early = [...fn.own.filter((v) => v.kind === "param"), ...l.extra].filter(free);
    l.emit({ k: "start", fn: made, activation: l.activation!, pc: -1, live: new Set() });
  }
  const { node } = fn;
  if (fn.kind === "static") initialiseStatics(l, fn.cls!);
  else if (node.body.type === "BlockStatement") lowerBody(l, node.body.body, node.body.scope);
  else {
    enterScope(l, fn.scope);
    l.statement(() => returnTail(l, node.body));
  }
  if (l.leaving !== null) {
    const { label, value } = l.leaving;
    const body: Ir[] = [...l.out, { k: "return", e: null, tail: false }];
    l.out = [
      { k: "block", label, body },
      { k: "return", e: id(value), tail: false },
    ];
  }
  const locals = [...fn.own.filter((v) => v.kind !== "self" && !v.module), ...l.extra].filter(free);
  return { body: l.out, parameters, locals, early };
}

function lowerParameters(l: Lowering, fn: Fn): Parameter[] {
  const parameters: Parameter[] = [];
  let optional = false;
  let raws = 0;
  const node = fn.node;
  if (fn.kind === "constructor") enterConstructor(l);
  for (const v of fn.own) if (v.kind === "param") enterParameter(l, v);
  for (const p of node.params as Node[]) {
    const rest = p.type === "RestElement";
    const inner: Node = rest ? p.argument : p;
    const target: Node = inner.type === "AssignmentPattern" ? inner.left : inner;
    if (inner.type === "AssignmentPattern") optional = true;
    let v: Variable;
    if (target.type === "Identifier" && !(target.v as Variable).boxed && !(target.v as Variable).tdz) v = target.v;
    else {
      v = makeVariable(target.type === "Identifier" ? `${(target.v as Variable).id}$p` : `$p${++raws}`, "temp", fn);
      const given = v;
      l.statement(() => {
        if (inner.type === "AssignmentPattern") applyDefault(l, given, inner.right);
        declarePattern(l, target, id(given), true);
      });
      parameters.push({ v, optional: optional && !rest, rest });
      continue;
    }
    if (inner.type === "AssignmentPattern") l.statement(() => applyDefault(l, v, inner.right));
    parameters.push({ v, optional: optional && !rest, rest });
  }
  return parameters;
}

/** What a default value may find, or capture, before the parameter has its value. */
function enterParameter(l: Lowering, v: Variable): void {
  if (v.boxed && v.early) makeBox(l, v, v.tdz ? raw("$T") : UNDEFINED);
  else if (v.tdz) l.code(assign(declaring(v), raw("$T")));
}

function applyDefault(l: Lowering, v: Variable, value: Node): void {
  const a = l.collect(() => lowerInto(l, value, v));
  l.emit({ k: "if", c: binary(id(v), "===", UNDEFINED), a, b: [] });
}

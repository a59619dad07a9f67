/**
 * Functions that have one version instead of two: long ones of which a part is loops that can be stopped. Such a loop runs in the resume version anyway
 * once it was stopped, and V8 does not put long functions into their callers. What stands in the function's own place is a call of that version with 0 for
 * the site, which V8 puts into the callers. With other long functions, too, a parser took a tenth longer.
 */
import { children, isClass, isFunction, type Node } from "../ast.ts";
import type { Ir } from "../ir.ts";
import { lists } from "../lower/counting.ts";
import type { Factory, Fn, Variable } from "../variables.ts";
import { variableText, type Printer } from "./expression.ts";
import { factoryHere } from "./inner.ts";
import { hasSite } from "./resume.ts";

/** How many nodes of syntax make a function long. */
export const LONG = 300;

/** At least one of so many nodes stands in a loop. */
const SHARE = 6;

/** `body`: with its sites numbered. */
export function isSingle(fn: Fn, body: Ir[], long: number): boolean {
  if (fn.kind === "constructor" || fn.kind === "static" || fn.privateOf !== null) return false;
  const whole = size(fn.node);
  return whole >= long && SHARE * sizeOfLoops(body) >= whole;
}

/** How many nodes stand in loops that can be stopped. */
function sizeOfLoops(body: Ir[]): number {
  let nodes = 0;
  for (const x of body) {
    if (x.k === "loop" && hasSite(x)) nodes += size(x.at);
    else for (const list of lists(x)) nodes += sizeOfLoops(list);
  }
  return nodes;
}

/** How many nodes a function consists of, without the functions and classes in it. */
function size(node: Node): number {
  let nodes = 1;
  children(node, (c) => {
    if (!isFunction(c) && !isClass(c)) nodes += size(c);
  });
  return nodes;
}

/** What a version takes at the start comes first, and then numbers: they have to be some from the beginning. */
export function orderForStart(layout: Variable[], start: Set<Variable>, numeric: Set<Variable>): Variable[] {
  const rank = (v: Variable): number => (start.has(v) ? 0 : numeric.has(v) ? 1 : 2);
  return layout.toSorted((a, b) => rank(a) - rank(b));
}

/** The call of the version from the start. */
export function printStart(p: Printer, version: Factory, layout: Variable[], start: Set<Variable>, numeric: Set<Variable>): void {
  const given = layout.filter((v) => start.has(v) || numeric.has(v));
  const values = given.map((v) => (start.has(v) ? variableText(p, v) : "0"));
  p.w.newline();
  p.w.write(`return ${factoryHere(p, version)}(${["0", ...values].join(", ")});`);
}

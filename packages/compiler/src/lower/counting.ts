/**
 * Where reductions are charged. A loop in which nothing suspends and nothing charges counts in a local; a function of the module's top level
 * asks before its first call that may suspend, so that what returns before that (the end of a recursion) costs nothing.
 */
import { contains, isClass, type Node } from "../ast.ts";
import type { Ir, LoopIr } from "../ir.ts";

/** Marks the outermost loops that may count for themselves. */
export function markCounting(body: Ir[]): void {
  for (const x of body) {
    if (x.k === "loop" && isCheap(x) && hasCheck(x)) x.counts = true;
    else if (x.k !== "try") for (const list of lists(x)) markCounting(list);
  }
}

/** Whether all loops of a function, at least two, may share one counter: it is then read and written back once. */
export function countsAsWhole(body: Ir[]): boolean {
  return body.every(isCheap) && outermost(body) > 1;
}

function outermost(body: Ir[]): number {
  let found = 0;
  for (const x of body) {
    if (x.k === "loop" && x.counts) found++;
    else for (const list of lists(x)) found += outermost(list);
  }
  return found;
}

/** The statements inside a statement. */
export function lists(x: Ir): Ir[][] {
  switch (x.k) {
    case "if":
      return [x.a, x.b];
    case "loop":
    case "block":
      return [x.body];
    case "switch":
      return x.cases.map((c) => c.body);
    case "try":
      return [x.body, x.handler];
    default:
      return [];
  }
}

function hasCheck(x: Ir): boolean {
  return (x.k === "loop" && x.check) || lists(x).some((list) => list.some(hasCheck));
}

function expressions(x: Ir): (Node | null)[] {
  switch (x.k) {
    case "code":
    case "return":
    case "throw":
      return [x.e];
    case "if":
      return [x.c];
    case "loop":
      return [x.test, x.update];
    case "switch":
      return [x.d, ...x.cases.map((c) => c.test)];
    default:
      return [];
  }
}

function isCheap(x: Ir): boolean {
  if (x.k === "call" || x.k === "check" || x.k === "start" || x.k === "yield" || (x.k === "return" && x.tail)) return false;
  // Below a native frame what comes after the loop runs where it is left, and that must not be inside of the try.
  if (x.k === "try" && hasCheck(x)) return false;
  return expressions(x).every((e) => e === null || !charges(e)) && lists(x).every((list) => list.every(isCheap));
}

function charges(e: Node): boolean {
  return contains(e, (n) => isClass(n) || n.call?.charges === true);
}

/** Puts the check before the first call on each way; a loop whose turns are charged needs none before it. */
export function placeCheck(body: Ir[], at: Node): Ir[] {
  const first = body.findIndex(calls);
  if (first < 0) return body;
  const x = body[first]!;
  if (x.k === "if" && !body.slice(first + 1).some(calls))
    return body.with(first, { ...x, a: placeCheck(x.a, at), b: placeCheck(x.b, at) });
  return body.toSpliced(first, 0, { k: "check", pc: -1, live: new Set(), at });
}

/** Whether a call that may suspend stands in it and nothing that is charged before. */
function calls(x: Ir): boolean {
  if (x.k === "call" || (x.k === "return" && x.tail)) return true;
  return !isCharged(x) && lists(x).some((list) => list.some(calls));
}

function isCharged(x: Ir): x is LoopIr {
  return x.k === "loop" && x.check;
}

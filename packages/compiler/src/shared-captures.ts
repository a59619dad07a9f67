/** What a spawned closure captures and cannot be copied, as far as that is certain from how it is declared. */
import type { Node } from "./ast.ts";
import type { Fn, Variable } from "./variables.ts";

/** A captured variable whose value parent and child would share. */
export interface SharedCapture {
  readonly variable: Variable;
  /** What it holds: `"a WeakMap"`. */
  readonly what: string;
  /** The captured closure that has captured it, if it is not the spawned one itself. */
  readonly through: Variable | undefined;
}

export function sharedCaptures(fn: Fn): SharedCapture[] {
  const found: SharedCapture[] = [];
  const seen = new Set<Fn>();
  const visit = (closure: Fn, through: Variable | undefined): void => {
    if (seen.has(closure)) return;
    seen.add(closure);
    for (const variable of closure.free) {
      if (variable.module || variable.writes > 0 || found.some((known) => known.variable === variable)) continue;
      const what = uncopied(variable);
      if (what !== undefined) found.push({ variable, what, through });
      else if (variable.holds !== null) visit(variable.holds, variable);
    }
  };
  visit(fn, undefined);
  return found;
}

/** Global classes whose objects stay on their core. */
const BOUND = new Map([
  ["WeakMap", "a WeakMap"],
  ["WeakSet", "a WeakSet"],
  ["WeakRef", "a WeakRef"],
  ["FinalizationRegistry", "a FinalizationRegistry"],
  ["Promise", "a promise"],
  ["Proxy", "a Proxy"],
]);
const PROMISING = new Set(["all", "allSettled", "any", "race", "reject", "resolve"]);

function uncopied({ kind, holds, init }: Variable): string | undefined {
  if (holds !== null) return holds.async ? "an async function" : undefined;
  if ((kind !== "const" && kind !== "let") || init == null) return undefined;
  const callee = init.callee as Node | undefined;
  if (init.type === "NewExpression" && isGlobal(callee)) return BOUND.get(callee!.name);
  if (init.type !== "CallExpression" || callee === undefined) return undefined;
  if (isGlobal(callee))
    return callee.name === "Symbol" ? "a symbol of its own" : callee.name === "fetch" ? "a promise" : undefined;
  if (callee.type === "Identifier") {
    const called = (callee.v as Variable | undefined)?.holds;
    return called?.async === true && !called.generator ? "a promise" : undefined;
  }
  const { object, property, computed } = callee;
  const promising = callee.type === "MemberExpression" && computed !== true && isGlobal(object) && object.name === "Promise";
  return promising && PROMISING.has(property.name) ? "a promise" : undefined;
}

function isGlobal(node: Node | undefined): boolean {
  return node?.type === "Identifier" && node.v === undefined;
}

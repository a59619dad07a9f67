/** What cannot be compiled rightly, and is refused: closures that would need a variable or a `this` that is not there yet. */
import { isFunction, type Node } from "./ast.ts";
import { isLifted } from "./captures.ts";
import type { Fn, Module, Unit } from "./variables.ts";

export function refuseUnsupported(module: Module): void {
  for (const fn of module.functions) {
    refuseEarlyThis(module, fn);
    refuseParameterClosures(module, fn);
  }
}

/** In a derived constructor there is no `this` before `super()`: a closure made there could not be given it. */
function refuseEarlyThis(module: Module, fn: Fn): void {
  if (fn.kind !== "constructor" || fn.cls!.node.superClass == null || fn.thisVariable === null) return;
  const calls = fn.calls.filter((c) => c.callee?.type === "Super").map((c) => c.end);
  const ready = calls.length === 0 ? Infinity : Math.min(...calls);
  for (const kid of fn.thisVariable.capturers) {
    if (kid.unit !== "fn" || !isLifted(kid) || kid.node.start >= ready) continue;
    module.refuse(
      kid.node,
      "a closure uses this in a derived constructor before super() was called",
      "Make the closure after super().",
    );
  }
}

/** A generator's parameters are evaluated at the call, where the boxes of its body do not exist. */
function refuseParameterClosures(module: Module, fn: Fn): void {
  if (fn.mode === "S" || fn.node.params === undefined) return;
  const params = fn.node.params as Node[];
  const inParameters = (unit: Unit): boolean => params.some((p) => p.start <= unit.node.start && unit.node.end <= p.end);
  for (const v of fn.own) {
    if (v.kind !== "param" || !v.boxed) continue;
    for (const kid of v.capturers) {
      if (isFunction(kid.node) && inParameters(kid)) {
        module.refuse(
          kid.node,
          `a closure in a default parameter captures the parameter "${v.name}", which is assigned, in a function that runs in native mode`,
          "Give the parameter its default in the body.",
        );
      }
    }
  }
}

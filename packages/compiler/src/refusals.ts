/** What cannot be compiled rightly, and is refused: closures that would need a variable that is not there yet. */
import { isFunction, type Node } from "./ast.ts";
import type { Fn, Module, Unit } from "./variables.ts";

export function refuseUnsupported(module: Module): void {
  for (const fn of module.functions) {
    refuseParameterClosures(module, fn);
  }
}

/** A generator's parameters are evaluated at the call, where the boxes of its body do not exist; native code calls its shell. */
function refuseParameterClosures(module: Module, fn: Fn): void {
  if ((fn.mode === "S" && !fn.generator) || fn.node.params === undefined) return;
  const params = fn.node.params as Node[];
  const inParameters = (unit: Unit): boolean => params.some((p) => p.start <= unit.node.start && unit.node.end <= p.end);
  for (const v of fn.own) {
    if (v.kind !== "param" || !v.boxed) continue;
    for (const kid of v.capturers) {
      if (isFunction(kid.node) && inParameters(kid)) {
        module.refuse(
          kid.node,
          `a closure in a default parameter captures the parameter "${v.name}", which is assigned, in ${fn.generator ? "a generator" : "a function that runs in native mode"}`,
          "Give the parameter its default in the body.",
        );
      }
    }
  }
}

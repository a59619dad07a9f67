/** Warnings: things that compile and run, but hardly as meant. */
import { isFunction, type Node } from "./ast.ts";
import type { Diagnostic } from "./compile.ts";
import type { Position } from "./errors.ts";
import type { Module, Variable } from "./variables.ts";

const SPAWNS = new Set(["spawn", "spawnLink", "spawnMonitor", "spawnOpt"]);

export function diagnose(module: Module, place: (offset: number) => Position): Diagnostic[] {
  const out: Diagnostic[] = [];
  const warn = (node: Node, code: string, message: string, hint: string) =>
    out.push({ code, severity: "warning", message, ...place(node.start), hint });
  for (const v of module.scope.list) {
    if (v.kind !== "let" && v.kind !== "var") continue;
    const first = v.references.find((r) => r.write && r.unit !== module.top);
    if (first === undefined) continue;
    const fn = first.unit.unit === "fn" && first.unit.name !== "" ? `function "${first.unit.name}"` : "a function";
    warn(
      first.node,
      "AGNER_MODULE_STATE",
      `"${v.name}" is a variable of the module, and ${fn} assigns it: every core has its own copy, so processes will see different values`,
      "Keep the state in a process (a server), in the process dictionary, or pass it as an argument.",
    );
  }
  for (const fn of module.functions) {
    for (const call of fn.calls) spawned(call);
  }
  for (const call of module.top.calls) spawned(call);

  function spawned(call: Node): void {
    const callee = call.callee as Node | undefined;
    if (callee?.type !== "Identifier") return;
    const v = callee.v as Variable | undefined;
    if (v === undefined || !v.runtime || !SPAWNS.has(v.importName)) return;
    const argument = (v.importName === "spawnOpt" ? call.arguments[1] : call.arguments[0]) as Node | undefined;
    if (argument === undefined) return;
    const target = isFunction(argument)
      ? argument
      : argument.type === "Identifier"
        ? ((argument.v as Variable | undefined)?.holds?.node ?? null)
        : null;
    if (target === null || (target.async !== true && target.generator !== true)) return;
    const kind = target.async === true ? "an async function" : "a generator";
    warn(
      argument,
      "AGNER_ASYNC_PROCESS",
      `${v.importName} is given ${kind}: a process runs an ordinary function, and would end at once with ${target.async === true ? "a promise" : "an iterator"} as its result`,
      target.async === true ? "Take `async` away and write wait(promise) for every await." : "Make it an ordinary function.",
    );
  }
  return out.sort((a, b) => a.line - b.line || a.column - b.column);
}

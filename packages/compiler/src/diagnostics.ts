/** Warnings: things that compile and run, but hardly as meant. */
import { isFunction, type Node } from "./ast.ts";
import type { Diagnostic } from "./compile.ts";
import type { Position } from "./errors.ts";
import { sharedCaptures } from "./shared-captures.ts";
import { unreachablePatterns } from "./unreachable.ts";
import type { Fn, Module, Variable } from "./variables.ts";

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
  const calls = [module.top, ...module.functions].flatMap((fn) => fn.calls);
  for (const call of calls) spawned(call);
  for (const { pattern, by } of unreachablePatterns(module, calls))
    warn(
      pattern,
      "AGNER_UNREACHABLE_PATTERN",
      `this pattern is never reached: the one in line ${place(by.start).line} matches all that it would`,
      "Take it away, or put it before the other.",
    );

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
    if (target === null) return;
    if (target.async !== true && target.generator !== true) {
      captured(argument, target.fn as Fn, v.importName);
      return;
    }
    const kind = target.async === true ? "an async function" : "a generator";
    warn(
      argument,
      "AGNER_ASYNC_PROCESS",
      `${v.importName} is given ${kind}: a process runs an ordinary function, and would end at once with ${target.async === true ? "a promise" : "an iterator"} as its result`,
      target.async === true ? "Take `async` away and write wait(promise) for every await." : "Make it an ordinary function.",
    );
  }

  function captured(argument: Node, fn: Fn, spawn: string): void {
    for (const { variable, what, through } of sharedCaptures(fn)) {
      const way = through === undefined ? "captures" : `captures "${through.name}", which captures`;
      warn(
        argument,
        "AGNER_SHARED_CAPTURE",
        `${spawn} is given a function that ${way} "${variable.name}", ${what}: that cannot be copied, so parent and child share it, and the child stays on this core`,
        what === "a promise"
          ? "Write wait(promise) first and capture its value, or begin the work in the child."
          : "Make it inside the function, or declare it at the top level of the module.",
      );
    }
  }
  return out.sort((a, b) => a.line - b.line || a.column - b.column);
}

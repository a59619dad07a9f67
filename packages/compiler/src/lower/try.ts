/**
 * try. Unwinding is by return, so a catch clause never sees it; a handler that may suspend moves behind a flag. A finally block is always
 * spelled out with a completion record, since JavaScript's own would run while the stack unwinds.
 */
import { binary, id, literal, type Node } from "../ast.ts";
import type { Ir, TryIr } from "../ir.ts";
import type { Lowering, Exit } from "./lowering.ts";
import { jumpReturn, leave } from "./jumps.ts";
import { declarePattern, enterScope, lowerBody } from "./statements.ts";

export function lowerTry(l: Lowering, node: Node): void {
  if (node.finalizer == null) {
    tryCatch(l, node);
    return;
  }
  const state = l.hold("state");
  const value = l.hold("value");
  const label = l.label("$F");
  const exit: Extract<Exit, { kind: "finally" }> = { kind: "finally", label, state, value, jumps: [] };
  l.set(state, literal(0));
  l.exits.push(exit);
  const body = l.collect(() => {
    if (node.handler == null) lowerBody(l, node.block.body, node.block.scope);
    else tryCatch(l, node);
  });
  l.exits.pop();
  const handler = l.collect(() => l.set(state, literal(1)));
  l.emit({ k: "block", label, body: [{ k: "try", body, error: value, handler }] });
  lowerBody(l, node.finalizer.body, node.finalizer.scope);
  const is = (n: number) => binary(id(state), "===", literal(n));
  l.emit({ k: "if", c: is(1), a: [{ k: "throw", e: id(value) }], b: [] });
  exit.jumps.forEach((j, i) => {
    const a = l.collect(() => {
      if (j.kind === "return") jumpReturn(l, id(value));
      else leave(l, j.kind, j.label, j.depth);
    });
    l.emit({ k: "if", c: is(i + 2), a, b: [] });
  });
}

function tryCatch(l: Lowering, node: Node): void {
  const error = l.hold("e");
  l.exits.push({ kind: "try" });
  const body = l.collect(() => lowerBody(l, node.block.body, node.block.scope));
  l.exits.pop();
  const handler = l.collect(() => {
    const { param } = node.handler;
    enterScope(l, node.handler.scope);
    if (param != null) l.statement(() => declarePattern(l, param, id(error), true));
    lowerBody(l, node.handler.body.body, node.handler.body.scope);
  });
  const ir: TryIr = { k: "try", body, error, handler };
  if (!containsSite(handler)) {
    l.emit(ir);
    return;
  }
  const caught = l.hold("caught");
  l.set(caught, literal(false));
  ir.handler = l.collect(() => l.set(caught, literal(true)));
  l.emit(ir);
  l.emit({ k: "if", c: id(caught), a: handler, b: [] });
}

export function containsSite(list: Ir[]): boolean {
  return list.some((x) => {
    switch (x.k) {
      case "call":
      case "start":
      case "yield":
        return true;
      case "loop":
        return x.check || containsSite(x.body);
      case "if":
        return containsSite(x.a) || containsSite(x.b);
      case "block":
        return containsSite(x.body);
      case "switch":
        return x.cases.some((c) => containsSite(c.body));
      case "try":
        return containsSite(x.body) || containsSite(x.handler);
      default:
        return false;
    }
  });
}

/**
 * yield and yield*. To the lowering a yield is a call: the frame is kept, and what comes back is its value. What comes back may also be
 * an error, which the site throws, or a return, which goes through the finally blocks and iterators around it like one that is written.
 */
import { binary, helper, id, literal, memberOf, UNDEFINED, type Node } from "../ast.ts";
import type { Variable } from "../variables.ts";
import { lower, walking } from "./expressions.ts";
import { jumpReturn } from "./jumps.ts";
import { loop } from "./loops.ts";
import type { Lowering } from "./lowering.ts";

export function lowerYield(l: Lowering, node: Node): Node {
  if (node.delegate === true) return delegate(l, node);
  const e = node.argument == null ? UNDEFINED : lower(l, node.argument);
  const t = l.temp();
  emitYield(l, node, t, e, false);
  const a = l.collect(() => jumpReturn(l, id(t)));
  l.emit({ k: "if", c: helper("$yr", id(l.activation!)), a, b: [] });
  return id(t, node);
}

function emitYield(l: Lowering, at: Node, t: Variable, e: Node, raw: boolean): void {
  l.emit({ k: "yield", t, e, raw, at, pc: -1, live: new Set() });
}

/** Hands every `next`, `throw` and `return` on to the iterator, and what that gives out as it is. */
function delegate(l: Lowering, node: Node): Node {
  const cursor = l.hold("it");
  const received = l.hold("r");
  const mode = l.hold("m");
  const result = l.hold("d");
  const iterable = lower(l, node.argument);
  l.call(cursor, walking("$open", node.argument, iterable, literal(null)));
  l.set(received, UNDEFINED);
  l.set(mode, literal(0));
  const label = l.label("$D");
  const turn = (): void => {
    l.call(result, walking("$dg", node, id(cursor), id(mode), id(received)));
    const done = helper("$dd", id(cursor), id(mode), id(result));
    l.emit({ k: "if", c: done, a: l.collect(() => l.jumpTo("break", label)), b: [] });
    emitYield(l, node, received, id(result), true);
    l.set(mode, helper("$ym", id(l.activation!)));
  };
  loop(l, node, label, null, null, turn);
  const value = l.temp();
  l.set(value, memberOf(id(result), "value"));
  l.emit({ k: "if", c: binary(id(mode), "===", literal(2)), a: l.collect(() => jumpReturn(l, id(value))), b: [] });
  return id(value, node);
}

/**
 * for-of. Arrays are walked by index (as their own iterator does it); any other iterable through its iterator, whose `next` and
 * `return` are called like other methods and may suspend. An iterator that is left early is closed.
 */
import { binary, helper, id, literal, memberOf, raw, type Node } from "../ast.ts";
import { kindOf } from "../suspends.ts";
import { lower, text, walking } from "./expressions.ts";
import { bindLoopVariable, increment, loop, openLoop } from "./loops.ts";
import type { Lowering } from "./lowering.ts";
import { rethrow } from "./patterns.ts";
import { enterScope, lowerStatement } from "./statements.ts";

export function lowerForOf(l: Lowering, node: Node): void {
  if (node.await === true) l.refuse(node, "for await cannot suspend a process", "Use wait(iterator.next()) in a loop.");
  const frame = openLoop(l);
  enterScope(l, node.scope);
  const array = l.hold("a");
  const index = l.hold("i");
  const isArray = kindOf(node.right) === "array";
  l.statement(() => {
    const value = lower(l, node.right);
    if (isArray) l.set(array, value, node.right);
    else l.call(array, walking("$of", node.right, value, text(node.right)));
  });
  l.set(index, isArray ? literal(0) : helper("$ix", id(array)));
  const step = (): Node => ({
    type: "MemberExpression",
    object: id(array),
    property: increment(index),
    computed: true,
    optional: false,
    start: -1,
    end: -1,
  });
  const length: Node = memberOf(id(array), "length");
  const target = {
    kind: "target" as const,
    names: frame.names,
    breakLabel: frame.label,
    continueLabel: frame.label,
    plain: true,
  };
  if (isArray) {
    loop(l, node, frame.label, binary(id(index), "<", length), null, () => {
      bindLoopVariable(l, node, step());
      l.exits.push(target);
      lowerStatement(l, node.body);
      l.exits.pop();
    });
    return;
  }
  const item = l.hold("x");
  const error = l.hold("e");
  l.set(error, raw("$T"));
  loop(l, node, frame.label, null, null, () => {
    const stop = (test: Node) => l.emit({ k: "if", c: test, a: l.collect(() => l.jumpTo("break", frame.label)), b: [] });
    const byIndex = l.collect(() => {
      stop(binary(id(index), ">=", length));
      l.set(item, step());
    });
    const byIterator = l.collect(() =>
      l.statement(() => {
        const t = l.temp();
        l.call(t, walking("$nx", node.right, id(array)));
        stop(helper("$dn", id(array), id(t)));
        l.set(item, memberOf(id(t), "value"));
      }),
    );
    l.emit({ k: "if", c: binary(id(index), ">=", literal(0)), a: byIndex, b: byIterator });
    l.exits.push(target, { kind: "close", iterator: array, index, loop: frame.label });
    const body = l.collect(() => {
      bindLoopVariable(l, node, id(item));
      lowerStatement(l, node.body);
    });
    l.exits.pop();
    l.exits.pop();
    l.emit({ k: "try", body, error, handler: [] });
    rethrow(l, node.right, array, error);
  });
}

/** Class definitions that suspend: in what they extend, in their computed keys, in static fields and blocks. */
import { helper, id, literal, raw, UNDEFINED, type Node } from "../ast.ts";
import { keptKey } from "../construction.ts";
import { suspendsBefore } from "../suspends.ts";
import type { ClassUnit } from "../variables.ts";
import { lower } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";
import { lowerBody, makeBox } from "./statements.ts";

export function lowerClass(l: Lowering, node: Node): Node {
  const cls = node.cls as ClassUnit;
  const made: Node = { ...node, type: "ClassExpression", given: [] };
  if (cls.earlyName !== null) makeBox(l, cls.earlyName, raw("$T"), node);
  if (suspendsBefore(cls)) {
    // Evaluated in order before the class is made, which is given their values.
    const keys = (node.body.body as Node[]).filter((m) => m.computed === true);
    const superClass = node.superClass == null ? [] : [l.snapshot(lower(l, node.superClass))];
    made.given = [...superClass, ...keys.map((m) => l.snapshot(helper("$key", lower(l, m.key))))];
  }
  if (cls.staticFn?.mode !== "S") return made;
  const t = l.temp();
  l.set(t, made, node);
  const init: Node = {
    type: "MemberExpression",
    object: id(t),
    property: raw("$I"),
    computed: true,
    optional: false,
    start: -1,
    end: -1,
  };
  l.call(l.temp(), {
    type: "CallExpression",
    callee: init,
    arguments: [],
    call: { kind: "known", suspends: true, charges: true },
    start: node.start,
    end: node.end,
  });
  return id(t, node);
}

/** `this.key = value`, as a definition. */
export function defineField(l: Lowering, cls: ClassUnit, m: Node, self: Node): void {
  const key: Node = m.key;
  l.statement(() => {
    const value = m.value == null ? UNDEFINED : lower(l, m.value);
    if (key.type === "PrivateIdentifier") {
      const left = { type: "MemberExpression", object: self, property: key, computed: false, start: -1, end: -1 };
      l.code({ type: "AssignmentExpression", operator: "=", left, right: value, start: m.start, end: m.end });
    } else if (m.computed !== true) l.code(helper("$field", self, key.type === "Identifier" ? literal(key.name) : key, value));
    else {
      const keys = {
        type: "MemberExpression",
        object: id(cls.nameVariable),
        property: raw("$K"),
        computed: true,
        start: -1,
        end: -1,
      };
      const own = {
        type: "MemberExpression",
        object: keys,
        property: literal(keptKey(cls, m)),
        computed: true,
        start: -1,
        end: -1,
      };
      const nameless = /^(Arrow|Function|Class)/.test(m.value?.type ?? "") && m.value.id == null;
      l.code(helper("$field", self, own, value, ...(nameless ? [literal(true)] : [])));
    }
  });
}

/** The body of the function that initialises what is static. */
export function initialiseStatics(l: Lowering, cls: ClassUnit): void {
  const self = { type: "ThisExpression", v: l.fn.thisVariable, start: -1, end: -1 };
  for (const m of cls.statics.slice(cls.staticSplit)) {
    if (m.type === "StaticBlock") l.statement(() => lowerBody(l, m.body, m.scope));
    else defineField(l, cls, m, self);
  }
}

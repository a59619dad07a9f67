/** `super(…)` and the initialisers of fields that suspend, as statements of the constructor. */
import { helper, id, literal, raw, UNDEFINED, type Node } from "../ast.ts";
import { hasElements, isDerived } from "../construction.ts";
import type { ClassUnit, Variable } from "../variables.ts";
import { lower, lowerList } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";

function self(cls: ClassUnit): Node {
  return { type: "ThisExpression", v: cls.constructorFn!.thisVariable, start: -1, end: -1 };
}

/** What a constructor begins with, before its parameters. */
export function enterConstructor(l: Lowering): void {
  const cls = l.fn.cls!;
  const { thisVariable } = l.fn;
  if (!isDerived(l.fn)) initialiseFields(l, cls);
  else if (thisVariable!.boxed) {
    const box = { ...id(thisVariable!), box: true };
    l.code({
      type: "AssignmentExpression",
      operator: "=",
      left: box,
      right: { type: "ArrayExpression", elements: [UNDEFINED], start: -1, end: -1 },
      start: -1,
      end: -1,
    });
  }
}

/** Its value is `this`. */
export function lowerSuper(l: Lowering, node: Node): Node {
  const cls = (node.callee.cls as Variable).holdsClass!;
  const { thisVariable } = cls.constructorFn!;
  const isVirtual = thisVariable!.boxed;
  const call: Node = {
    type: "SuperCall",
    cls,
    elements: hasElements(cls),
    virtual: isVirtual,
    v: thisVariable,
    newTarget: node.newTarget,
    arguments: lowerList(l, node.arguments),
    call: node.call,
    start: node.start,
    end: node.end,
  };
  if (isVirtual) {
    const t = l.temp();
    if (node.call.suspends === true) l.call(t, call);
    else l.set(t, call, node);
    l.code(helper("$bindBox", { ...id(thisVariable!), box: true }, id(t)));
  } else if (node.call.suspends === true) l.call(thisVariable!, call);
  else l.code(call);
  initialiseFields(l, cls);
  return self(cls);
}

function initialiseFields(l: Lowering, cls: ClassUnit): void {
  let computed = 0;
  cls.fields.slice(cls.split).forEach((m) => {
    const key: Node = m.key;
    l.statement(() => {
      const value = m.value == null ? UNDEFINED : lower(l, m.value);
      if (key.type === "PrivateIdentifier") {
        const left = { type: "MemberExpression", object: self(cls), property: key, computed: false, start: -1, end: -1 };
        l.code({ type: "AssignmentExpression", operator: "=", left, right: value, start: m.start, end: m.end });
      } else if (m.computed !== true)
        l.code(helper("$field", self(cls), key.type === "Identifier" ? literal(key.name) : key, value));
      else {
        const keys = {
          type: "MemberExpression",
          object: id(cls.nameVariable),
          property: raw("$K"),
          computed: true,
          start: -1,
          end: -1,
        };
        const own = { type: "MemberExpression", object: keys, property: literal(computed++), computed: true, start: -1, end: -1 };
        const nameless = /^(Arrow|Function|Class)/.test(m.value?.type ?? "") && m.value.id == null;
        l.code(helper("$field", self(cls), own, value, ...(nameless ? [literal(true)] : [])));
      }
    });
  });
}

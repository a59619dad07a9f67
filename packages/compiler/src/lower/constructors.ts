/** `super(…)` and the initialisers of fields that suspend, as statements of the constructor. */
import { binary, helper, id, UNDEFINED, type Node } from "../ast.ts";
import { fillsItself, hasElements, isDerived } from "../construction.ts";
import type { ClassUnit, Variable } from "../variables.ts";
import { defineField } from "./classes.ts";
import { lowerList } from "./expressions.ts";
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
  const filled = fillsItself(cls) && node.call.suspends === true && (node.arguments as Node[]).length > 0;
  const given = filled ? prepareFill(l, cls, node) : null;
  const call: Node = {
    type: "SuperCall",
    cls,
    elements: hasElements(cls),
    virtual: isVirtual,
    v: thisVariable,
    newTarget: node.newTarget,
    arguments: given === null ? lowerList(l, node.arguments) : [given.passed],
    call: node.call,
    start: node.start,
    end: node.end,
  };
  if (isVirtual) {
    const t = l.temp();
    if (node.call.suspends === true) l.call(t, call);
    else l.set(t, call, node);
    if (given !== null) fill(l, cls, node, id(t), given.iterable);
    l.code(helper("$bindBox", { ...id(thisVariable!), box: true }, id(t)));
  } else if (node.call.suspends === true) l.call(thisVariable!, call);
  else l.code(call);
  if (given !== null && !isVirtual) fill(l, cls, node, self(cls), given.iterable);
  initialiseFields(l, cls);
  return self(cls);
}

/** What `super(…)` of a collection is passed, and what is put into the instance afterwards. */
function prepareFill(l: Lowering, cls: ClassUnit, node: Node): { passed: Node; iterable: Node } {
  const list = l.snapshot({ type: "ArrayExpression", elements: lowerList(l, node.arguments), start: -1, end: -1 });
  const iterable = l.snapshot(helper("$toFill", id(cls.nameVariable), id(node.newTarget), list));
  const empty: Node = { type: "ArrayExpression", elements: [], start: -1, end: -1 };
  const test = binary(iterable, "===", UNDEFINED);
  const argument = { type: "ConditionalExpression", test, consequent: list, alternate: empty, start: -1, end: -1 };
  return { passed: { type: "SpreadElement", argument, object: true, start: -1, end: -1 }, iterable };
}

/** Before `this` is bound where that can be seen. */
function fill(l: Lowering, cls: ClassUnit, node: Node, made: Node, iterable: Node): void {
  const filled = helper("$fill", id(cls.nameVariable), made, iterable);
  l.call(l.temp(), { ...filled, call: { kind: "known", suspends: true, charges: true }, start: node.start, end: node.end });
}

function initialiseFields(l: Lowering, cls: ClassUnit): void {
  for (const m of cls.fields.slice(cls.split)) defineField(l, cls, m, self(cls));
}

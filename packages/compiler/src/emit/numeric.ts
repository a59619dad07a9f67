/**
 * Variables that are certainly numbers: they are restored from frames with a unary plus, so that V8 keeps them unboxed in the loops of a
 * resumed function (without it a resumed float loop ran 3 times slower). Optimistic fixpoint over all assignments of a function.
 */
import { children, isClass, isFunction, patternNames, type Node } from "../ast.ts";
import type { Fn, Variable } from "../variables.ts";

export function numericVariables(fn: Fn): Set<Variable> {
  const definitions = new Map<Variable, Node[]>();
  const bad = new Set<Variable>();
  const candidate = (v: Variable | undefined): v is Variable =>
    v !== undefined && v.owner === fn && !v.boxed && !v.tdz && (v.kind === "let" || v.kind === "const");
  const define = (v: Variable, e: Node) => {
    const list = definitions.get(v);
    if (list === undefined) definitions.set(v, [e]);
    else list.push(e);
  };
  const spoil = (pattern: Node) => {
    for (const n of patternNames(pattern)) if (n.v !== undefined) bad.add(n.v);
  };
  const scan = (n: Node): void => {
    if (isFunction(n) || isClass(n)) return;
    if (n.type === "VariableDeclarator") {
      if (n.id.type === "Identifier" && candidate(n.id.v)) {
        if (n.init != null) define(n.id.v, n.init);
        else bad.add(n.id.v);
      } else spoil(n.id);
    } else if (n.type === "AssignmentExpression") {
      if (n.left.type === "Identifier" && candidate(n.left.v)) {
        define(
          n.left.v,
          n.operator === "="
            ? n.right
            : ({ type: "BinaryExpression", operator: n.operator.slice(0, -1), left: n.left, right: n.right } as unknown as Node),
        );
      } else spoil(n.left);
    } else if (n.type === "ForOfStatement" || n.type === "ForInStatement") {
      spoil(n.left.type === "VariableDeclaration" ? n.left.declarations[0].id : n.left);
    }
    children(n, scan);
  };
  scan(fn.node.body);
  const numeric = new Set([...definitions.keys()].filter((v) => !bad.has(v)));
  const isNumber = (e: Node): boolean => {
    switch (e.type) {
      case "Literal":
        return typeof e.value === "number";
      case "Identifier":
        return numeric.has(e.v);
      case "UnaryExpression":
        return e.operator === "+" || (e.operator === "-" && isNumber(e.argument));
      case "UpdateExpression":
        return isNumber(e.argument);
      case "BinaryExpression":
        if (e.operator === "+") return isNumber(e.left) && isNumber(e.right);
        // With one operand a number, the other cannot be a bigint.
        return (
          e.operator === ">>>" || (/^(-|\*|\/|%|\*\*|&|\||\^|<<|>>)$/.test(e.operator) && (isNumber(e.left) || isNumber(e.right)))
        );
      case "ConditionalExpression":
        return isNumber(e.consequent) && isNumber(e.alternate);
      case "AssignmentExpression":
        return e.operator === "=" && isNumber(e.right);
      case "CallExpression":
        return (
          e.callee.type === "MemberExpression" &&
          e.callee.object.type === "Identifier" &&
          e.callee.object.name === "Math" &&
          e.callee.object.v === undefined
        );
      default:
        return false;
    }
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const v of numeric) {
      if (!definitions.get(v)!.every(isNumber)) {
        numeric.delete(v);
        changed = true;
      }
    }
  }
  return numeric;
}

/**
 * `send(to, {…})` of a literal: nobody else can hold the containers that the call itself makes, so only what stands in them is copied.
 * (Ping-pong of small messages runs at twice the rate.) Only where the leaves have no effects: a copy made at once must be the copy
 * that `send` would have made of the finished literal.
 */
import type { Node } from "../ast.ts";
import type { Variable } from "../variables.ts";
import { expression, keyText, type Printer } from "./expression.ts";

export function isFreshSend(node: Node): boolean {
  const v = node.callee.v as Variable | undefined;
  if (v === undefined || !v.runtime || v.importName !== "send" || node.arguments.length !== 2) return false;
  const message = node.arguments[1] as Node;
  return (message.type === "ObjectExpression" || message.type === "ArrayExpression") && isFresh(message);
}

/** No function can be sent: what is written to a property that syntax may call needs no guard here. */
function valueOf(property: Node): Node {
  return property.value.written ?? property.value;
}

function isFresh(node: Node): boolean {
  if (node.type === "ArrayExpression") return (node.elements as (Node | null)[]).every((e) => e !== null && isFresh(e));
  if (node.type === "ObjectExpression") {
    return (node.properties as Node[]).every(
      (p) =>
        p.type === "Property" &&
        p.kind === "init" &&
        p.method !== true &&
        p.computed !== true &&
        p.key.name !== "__proto__" &&
        p.key.value !== "__proto__" &&
        isFresh(valueOf(p)),
    );
  }
  return isPure(node);
}

function isPure(node: Node): boolean {
  switch (node.type) {
    case "Literal":
      return node.regex === undefined;
    case "Identifier":
    case "ThisExpression":
      return true;
    case "MemberExpression":
      return node.object.type !== "Super" && isPure(node.object) && (node.computed !== true || isPure(node.property));
    case "UnaryExpression":
      return node.operator !== "delete" && isPure(node.argument);
    case "BinaryExpression":
    case "LogicalExpression":
      return node.left.type !== "PrivateIdentifier" && isPure(node.left) && isPure(node.right);
    case "ConditionalExpression":
      return isPure(node.test) && isPure(node.consequent) && isPure(node.alternate);
    case "TemplateLiteral":
      return (node.expressions as Node[]).every(isPure);
    case "CallExpression": {
      const v = node.callee.v as Variable | undefined;
      return v?.runtime === true && /^(self|makeRef|schedulerId)$/.test(v.importName) && node.arguments.length === 0;
    }
    default:
      return false;
  }
}

/** Whether the value is certainly one that need not be copied. */
function isPrimitive(node: Node): boolean {
  return (
    /^(Literal|TemplateLiteral|UnaryExpression|BinaryExpression|CallExpression)$/.test(node.type) ||
    (node.type === "Identifier" && node.v === undefined && node.name === "undefined")
  );
}

export function printFreshSend(p: Printer, node: Node): void {
  const { w } = p;
  w.write("$sendFresh(", node.start);
  expression(p, node.arguments[0], 1);
  w.write(", ");
  fresh(p, node.arguments[1], []);
  w.write(")");
}

function fresh(p: Printer, node: Node, path: (string | number)[]): void {
  const { w } = p;
  if (node.type === "ArrayExpression") {
    w.write("[");
    (node.elements as Node[]).forEach((e, i) => {
      if (i > 0) w.write(", ");
      fresh(p, e, [...path, i]);
    });
    w.write("]");
  } else if (node.type === "ObjectExpression") {
    w.write("{ ");
    (node.properties as Node[]).forEach((q, i) => {
      if (i > 0) w.write(", ");
      keyText(p, q);
      w.write(": ");
      fresh(p, valueOf(q), [...path, q.key.type === "Identifier" ? q.key.name : String(q.key.value)]);
    });
    w.write(" }");
  } else if (isPrimitive(node)) expression(p, node, 1);
  else {
    w.write("$cp(");
    expression(p, node, 1);
    w.write(`, ${JSON.stringify(JSON.stringify(path))})`);
  }
}

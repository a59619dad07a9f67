/**
 * `receive((m) => m.tag === "answer" && m.id === id)`: a predicate that only compares, and begins with what depends on the message alone. That part, its *screen*, is printed a second time as a function of
 * the module, with which the mailbox remembers what need not be tried again.
 */
import type { Node } from "../ast.ts";
import type { Variable } from "../variables.ts";
import { expression, type Printer } from "./expression.ts";
import { Writer } from "./writer.ts";

/** Whether the first argument of a call is a predicate that has a screen. `receiveSince` looks at few messages as it is. */
export function isScreened({ callee, arguments: args }: Node): boolean {
  const v = callee.v as Variable | undefined;
  return v?.kind === "import" && v.runtime && v.importName === "receive" && args.length > 0 && screenOf(args[0]).length > 0;
}

export function printScreened(p: Printer, predicate: Node): void {
  p.w.write("$screened(", predicate.start);
  expression(p, predicate, 1);
  p.w.write(`, ${(predicate.screenName ??= printScreen(p, predicate))})`);
}

function printScreen(p: Printer, predicate: Node): string {
  const name = `$screen${++p.unit.factories}`;
  const w = new Writer();
  const q: Printer = { ...p, w, c: { fn: predicate.fn, native: false, mode: "P", resume: false, rawParameters: false } };
  w.write(`function ${name}(${(predicate.params[0].v as Variable).id}) { return `);
  screenOf(predicate).forEach((test, i) => {
    if (i > 0) w.write(" && ");
    w.write("(");
    expression(q, test);
    w.write(")");
  });
  w.write("; }\n");
  p.unit.trailer.append(w);
  return name;
}

/** What a predicate asks first, and of the message alone; nothing if there is more to it than comparisons. */
function screenOf(predicate: Node): Node[] {
  const message = parameterOf(predicate);
  const body = predicate.type === "ArrowFunctionExpression" ? bodyOf(predicate) : null;
  if (message === null || body === null || !isComparison(body)) return [];
  const tests = conjuncts(body);
  const end = tests.findIndex((test) => !isClosed(test, message));
  return end < 0 ? tests : tests.slice(0, end);
}

function parameterOf(predicate: Node): Variable | null {
  if (predicate.async === true || predicate.params?.length !== 1 || predicate.params[0].type !== "Identifier") return null;
  return (predicate.params[0].v as Variable | undefined) ?? null;
}

function bodyOf({ body }: Node): Node | null {
  if (body.type !== "BlockStatement") return body;
  const [only] = body.body as Node[];
  return body.body.length === 1 && only!.type === "ReturnStatement" ? (only!.argument ?? null) : null;
}

function conjuncts(test: Node): Node[] {
  return test.type === "LogicalExpression" && test.operator === "&&"
    ? [...conjuncts(test.left), ...conjuncts(test.right)]
    : [test];
}

/** Whether an expression reads and compares, and nothing else: it cannot keep a message, or change it. */
function isComparison(node: Node): boolean {
  switch (node.type) {
    case "Literal":
      return node.regex === undefined;
    case "Identifier":
    case "ThisExpression":
      return true;
    case "ChainExpression":
      return isComparison(node.expression);
    case "MemberExpression":
      return node.object.type !== "Super" && isComparison(node.object) && hasFixedKey(node);
    case "UnaryExpression":
      return /^(!|typeof|void)$/.test(node.operator) && isComparison(node.argument); // `undefined` comes as `void 0`
    case "BinaryExpression":
      return (node.operator === "===" || node.operator === "!==") && isComparison(node.left) && isComparison(node.right);
    case "LogicalExpression":
      return isComparison(node.left) && isComparison(node.right);
    case "CallExpression":
      return isArrayTest(node) && isComparison(node.arguments[0]);
    default:
      return false;
  }
}

/** Whether a comparison is one of the message alone, and of what it has itself. */
function isClosed(node: Node, message: Variable): boolean {
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier":
      return node.v === message || (node.v === undefined && node.name === "undefined");
    case "ChainExpression":
      return isClosed(node.expression, message);
    case "MemberExpression":
      return node.object.type === "Identifier" && node.object.v === message;
    case "UnaryExpression":
      return isClosed(node.argument, message);
    case "BinaryExpression":
    case "LogicalExpression":
      return isClosed(node.left, message) && isClosed(node.right, message);
    case "CallExpression":
      return isClosed(node.arguments[0], message);
    default:
      return false;
  }
}

function hasFixedKey({ computed, property }: Node): boolean {
  return computed === true ? property.type === "Literal" : property.type === "Identifier";
}

/** `Array.isArray(x)`. */
function isArrayTest({ callee, arguments: args, optional }: Node): boolean {
  if (callee.type !== "MemberExpression" || callee.computed === true || optional === true || callee.optional === true)
    return false;
  const { object, property } = callee;
  return object.name === "Array" && object.v === undefined && property.name === "isArray" && args.length === 1;
}

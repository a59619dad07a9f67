/** How error messages call what cannot be called: as V8 does, without the arguments of calls in it. */
import { parseExpressionAt } from "acorn";
import type { Node } from "../ast.ts";

const CHAIN = /^[\w$.?#[\]]+(?:\(\.\.\.\)[\w$.?#[\]]*)*$/;

/** A chain of properties and calls with `(...)` for arguments; operators with their operands; other source text as it is, if it is short and no function. */
export function shortText(source: string): string {
  const chain = withoutArguments(source)?.replace(/\s*(\??\.)\s*/g, "$1");
  if (chain !== undefined && CHAIN.test(chain)) return short(chain);
  return source.length > 60 || source.includes("\n") ? short(source) : short(withOperators(source));
}

function short(text: string): string {
  return text.length > 60 || /\n|=>|^\(?(?:async\s+)?function\b/.test(text) ? "(intermediate value)" : text;
}

function withOperators(source: string): string {
  const text = (node: Node): string => shortText(source.slice(node.start, node.end));
  let node: Node;
  try {
    node = parseExpressionAt(source, 0, { ecmaVersion: "latest" }) as Node;
  } catch {
    return source; // `super`, `await` and the like, which stand for themselves
  }
  switch (node.type) {
    case "SequenceExpression":
      return `(${(node.expressions as Node[]).map(text).join(" , ")})`;
    case "UnaryExpression":
      return `(${node.operator}${/[a-z]$/.test(node.operator) ? " " : ""}${text(node.argument)})`;
    case "BinaryExpression":
    case "LogicalExpression":
      return `(${[...operandsOf(node.left, node.operator), node.right].map(text).join(` ${node.operator} `)})`;
    case "MemberExpression":
      if (!/^(Sequence|Unary|Binary|Logical)/.test(node.object.type) || node.computed === true) return source;
      return `${text(node.object)}.${node.property.name}`;
    default:
      return source;
  }
}

/** `a || b || c` is one operation to V8. */
function operandsOf(node: Node, operator: string): Node[] {
  return node.operator === operator && operator !== "**" && /^(Binary|Logical)/.test(node.type)
    ? [...operandsOf(node.left, operator), node.right]
    : [node];
}

/** Undefined where it does not add up: a quotation mark or a parenthesis stands in a regular expression or a comment. */
function withoutArguments(source: string): string | undefined {
  let text = "";
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!;
    if (c === '"' || c === "'" || c === "`") {
      const start = i;
      do if (source[i] === "\\") i++;
      while (++i < source.length && source[i] !== c);
      if (i >= source.length) return undefined;
      if (depth === 0) text += source.slice(start, i + 1);
    } else if (c === "(" && (depth > 0 || /[\w$)\].]/.test(source[i - 1] ?? ""))) {
      if (depth++ === 0) text = `${text.replace(/\?\.$/, "")}(...)`;
    } else if (c === ")" && depth > 0) depth--;
    else if (depth === 0) text += c;
  }
  return depth === 0 ? text : undefined;
}

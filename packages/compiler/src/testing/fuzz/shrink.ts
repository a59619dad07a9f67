/** Makes a program that fails smaller, as long as it still does. */
import { parse } from "acorn";
import { children, type Node } from "../../ast.ts";

/** What may stand in the place of a piece of the program. */
interface Edit {
  start: number;
  end: number;
  text: string;
}

const STATEMENT_LISTS = ["body", "consequent"] as const;
const ELEMENTS = ["elements", "arguments", "properties", "expressions", "params", "cases", "declarations"] as const;

/** How often a candidate is tried. */
const TRIES = 4_000;

/** `fails`: whether a program, which may be no JavaScript at all, fails in the way that is looked into. */
export function shrink(source: string, fails: (source: string) => boolean, tries = TRIES): string {
  let text = source;
  let left = tries;
  for (let smaller = true; smaller && left > 0;) {
    smaller = false;
    // Large pieces first.
    for (let at = 0; left > 0; at++) {
      const edits = editsOf(text);
      if (at >= edits.length) break;
      const { start, end, text: put } = edits[at]!;
      const candidate = text.slice(0, start) + put + text.slice(end);
      left--;
      if (!parses(candidate) || !fails(candidate)) continue;
      text = candidate;
      smaller = true;
      at--;
    }
  }
  return text.replace(/\n\s*\n+/g, "\n");
}

function program(text: string): Node {
  return parse(text, { ecmaVersion: "latest", sourceType: "module" }) as unknown as Node;
}

function parses(text: string): boolean {
  try {
    program(text);
    return true;
  } catch {
    return false;
  }
}

function editsOf(text: string): Edit[] {
  const edits: Edit[] = [];
  const add = (node: Node, put: string): void => {
    if (put.length < node.end - node.start) edits.push({ start: node.start, end: node.end, text: put });
  };
  const go = (node: Node): void => {
    for (const key of STATEMENT_LISTS) if (Array.isArray(node[key])) for (const s of node[key] as Node[]) add(s, "");
    for (const key of ELEMENTS) if (Array.isArray(node[key])) withoutElements(text, node[key] as (Node | null)[], edits);
    for (const inner of replacements(node)) add(node, text.slice(inner.start, inner.end));
    if (isValue(node)) add(node, "1");
    if (node.type === "BlockStatement") add(node, text.slice(node.start + 1, node.end - 1));
    if (node.type === "TryStatement" && node.handler !== null && node.finalizer !== null) add(node.handler, "");
    if (node.type === "IfStatement" && node.alternate !== null) add(node.alternate, "{}");
    children(node, go);
  };
  go(program(text));
  return edits.sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length));
}

function withoutElements(text: string, list: (Node | null)[], edits: Edit[]): void {
  list.forEach((e, i) => {
    if (e === null) return;
    const next = list[i + 1];
    const before = list[i - 1];
    if (next != null) edits.push({ start: e.start, end: next.start, text: "" });
    else if (before != null) edits.push({ start: before.end, end: e.end, text: "" });
    else edits.push({ start: e.start, end: e.end, text: "" });
  });
}

function isValue(node: Node): boolean {
  return /Expression$|^Identifier$|^TemplateLiteral$/.test(node.type) && node.type !== "SpreadElement";
}

/** What inside of a statement or an expression may take its place. */
function replacements(node: Node): Node[] {
  const inner: Node[] = [];
  if (node.type.endsWith("Statement") && node.type !== "BlockStatement" && node.type !== "ExpressionStatement") {
    for (const key of ["body", "block", "finalizer", "consequent", "alternate"]) {
      const part = node[key] as Node | null | undefined;
      if (part != null && !Array.isArray(part)) inner.push(part);
    }
  } else if (/Expression$|^TemplateLiteral$/.test(node.type)) children(node, (c) => inner.push(c));
  return inner.filter((c) => !/Pattern$|^(Super|PrivateIdentifier|TemplateElement)$/.test(c.type));
}

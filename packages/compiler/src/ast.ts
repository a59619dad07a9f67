/** The syntax tree that acorn makes, and the few nodes that the compiler adds; builders for them. */
import type { ClassUnit, Fn, Variable } from "./variables.ts";

/** An ESTree node. Passes annotate nodes in place, hence the open index signature. */
export interface Node {
  type: string;
  start: number;
  end: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [key: string]: any;
}

/** A function, annotated by scope analysis. */
export interface FunctionNode extends Node {
  fn: Fn;
}

/** A class, annotated by scope analysis. */
export interface ClassNode extends Node {
  cls: ClassUnit;
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node != null &&
    (node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression")
  );
}

export function isClass(node: Node | null | undefined): node is ClassNode {
  return node != null && (node.type === "ClassDeclaration" || node.type === "ClassExpression");
}

/** Every child node that belongs to the syntax (annotations excluded). */
export function children(node: Node, visit: (child: Node) => void): void {
  for (const key of KEYS[node.type] ?? unknownType(node)) {
    const value: unknown = node[key];
    if (value == null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (item != null) visit(item as Node);
    } else visit(value as Node);
  }
}

/** Whether `test` holds for `node` or for something in it; what is inside of nodes for which `closed` holds is not looked at. */
export function contains(node: Node, test: (node: Node) => boolean, closed: (node: Node) => boolean = isFunction): boolean {
  if (test(node)) return true;
  if (closed(node)) return false;
  let found = false;
  children(node, (c) => (found ||= contains(c, test, closed)));
  return found;
}

function unknownType(node: Node): string[] {
  throw new Error(`agner compiler: unknown syntax node ${node.type}`);
}

const FUNCTION_KEYS = ["id", "params", "body"];
const CLASS_KEYS = ["id", "superClass", "body"];

const KEYS: Record<string, string[]> = {
  ArrayExpression: ["elements"],
  ArrayPattern: ["elements"],
  ArrowFunctionExpression: FUNCTION_KEYS,
  AssignmentExpression: ["left", "right"],
  AssignmentPattern: ["left", "right"],
  AwaitExpression: ["argument"],
  BinaryExpression: ["left", "right"],
  BlockStatement: ["body"],
  BreakStatement: [],
  CallExpression: ["callee", "arguments"],
  CatchClause: ["param", "body"],
  ChainExpression: ["expression"],
  ClassBody: ["body"],
  ClassDeclaration: CLASS_KEYS,
  ClassExpression: CLASS_KEYS,
  ConditionalExpression: ["test", "consequent", "alternate"],
  ContinueStatement: [],
  DebuggerStatement: [],
  DoWhileStatement: ["body", "test"],
  EmptyStatement: [],
  ExportAllDeclaration: [],
  ExportDefaultDeclaration: ["declaration"],
  ExportNamedDeclaration: ["declaration"],
  ExpressionStatement: ["expression"],
  ForInStatement: ["left", "right", "body"],
  ForOfStatement: ["left", "right", "body"],
  ForStatement: ["init", "test", "update", "body"],
  FunctionDeclaration: FUNCTION_KEYS,
  FunctionExpression: FUNCTION_KEYS,
  Identifier: [],
  IfStatement: ["test", "consequent", "alternate"],
  ImportDeclaration: [],
  ImportExpression: ["source", "options"],
  LabeledStatement: ["body"],
  Literal: [],
  LogicalExpression: ["left", "right"],
  MemberExpression: ["object", "property"],
  MetaProperty: [],
  MethodDefinition: ["key", "value"],
  NewExpression: ["callee", "arguments"],
  ObjectExpression: ["properties"],
  ObjectPattern: ["properties"],
  PrivateIdentifier: [],
  Program: ["body"],
  Property: ["key", "value"],
  PropertyDefinition: ["key", "value"],
  Raw: [],
  RestElement: ["argument"],
  ReturnStatement: ["argument"],
  SequenceExpression: ["expressions"],
  SpreadElement: ["argument"],
  StaticBlock: ["body"],
  Super: [],
  SuperCall: ["arguments"],
  SwitchCase: ["test", "consequent"],
  SwitchStatement: ["discriminant", "cases"],
  TaggedTemplateExpression: ["tag", "quasi"],
  TemplateElement: [],
  TemplateLiteral: ["quasis", "expressions"],
  ThisExpression: [],
  ThrowStatement: ["argument"],
  TryStatement: ["block", "handler", "finalizer"],
  UnaryExpression: ["argument"],
  UpdateExpression: ["argument"],
  VariableDeclaration: ["declarations"],
  VariableDeclarator: ["id", "init"],
  WhileStatement: ["test", "body"],
  YieldExpression: ["argument"],
};

/** The identifiers that a binding pattern declares. */
export function patternNames(pattern: Node | null | undefined, out: Node[] = []): Node[] {
  if (pattern == null) return out;
  switch (pattern.type) {
    case "Identifier":
      out.push(pattern);
      break;
    case "ObjectPattern":
      for (const p of pattern.properties as Node[]) patternNames(p.type === "RestElement" ? p.argument : p.value, out);
      break;
    case "ArrayPattern":
      for (const p of pattern.elements as (Node | null)[]) patternNames(p, out);
      break;
    case "AssignmentPattern":
      patternNames(pattern.left, out);
      break;
    case "RestElement":
      patternNames(pattern.argument, out);
      break;
  }
  return out;
}

/** A use of `variable`, placed where `at` stands in the source. */
export function id(variable: Variable, at?: Node): Node {
  return { type: "Identifier", name: variable.name, v: variable, start: at?.start ?? -1, end: at?.end ?? -1 };
}

/** Text that is printed as it is. It must be an expression that binds tightly (a call, a name, or in parentheses). */
export function raw(code: string): Node {
  return { type: "Raw", code, start: -1, end: -1 };
}

export function memberOf(object: Node, name: string): Node {
  return {
    type: "MemberExpression",
    object,
    property: { type: "Identifier", name, start: -1, end: -1 },
    computed: false,
    optional: false,
    start: -1,
    end: -1,
  };
}

export function literal(value: string | number | boolean | null): Node {
  return { type: "Literal", value, start: -1, end: -1 };
}

export const UNDEFINED: Node = Object.freeze(raw("undefined"));

export function assign(left: Node, right: Node, at?: Node): Node {
  return { type: "AssignmentExpression", operator: "=", left, right, start: at?.start ?? -1, end: at?.end ?? -1 };
}

export function binary(left: Node, operator: string, right: Node, at?: Node): Node {
  return { type: "BinaryExpression", operator, left, right, start: at?.start ?? -1, end: at?.end ?? -1 };
}

/** A call of a function of the runtime: never checked. */
export function helper(name: string, ...args: Node[]): Node {
  return { type: "CallExpression", callee: raw(name), arguments: args, call: PURE, start: -1, end: -1 };
}

/** What is known about a call's callee; see suspends.ts. */
export interface CallInfo {
  /** direct: printed as it stands, never suspends. known: as it stands. marker: looks for the suspendable version. bridge: atomic section. */
  readonly kind: "direct" | "known" | "marker" | "bridge";
  /** Whether the call may return SUSPENDED. */
  readonly suspends: boolean;
  /** Whether it may cost more reductions than the turn of a loop that it stands in, as sending does. */
  readonly charges: boolean;
  /** A built-in whose cost goes by the length of what it reads or makes, which is charged when it has returned. */
  readonly sized?: boolean;
}

export const DIRECT: CallInfo = Object.freeze({ kind: "direct", suspends: false, charges: true });
/** A built-in, or a function of the module that calls nothing else. */
export const PURE: CallInfo = Object.freeze({ kind: "direct", suspends: false, charges: false });

export const SIZED: CallInfo = Object.freeze({ ...DIRECT, sized: true });

/** Whether a binding pattern contains an array pattern. */
export function hasArrayPattern(node: Node): boolean {
  switch (node.type) {
    case "ArrayPattern":
      return true;
    case "ObjectPattern":
      return (node.properties as Node[]).some((q) => hasArrayPattern(q.type === "RestElement" ? q.argument : q.value));
    case "AssignmentPattern":
      return hasArrayPattern(node.left);
    case "RestElement":
      return hasArrayPattern(node.argument);
    default:
      return false;
  }
}

/** Whether an array pattern contains another. */
export function nestsArray(pattern: Node): boolean {
  return (pattern.elements as (Node | null)[]).some((e) => e !== null && hasArrayPattern(e));
}

/** Prints expressions, the same way for all versions of a function. */
import { contains, isFunction, type Node } from "../ast.ts";
import { printCall, printNew } from "../boundary.ts";
import { namedByKey } from "../captures.ts";
import { isDerived } from "../construction.ts";
import { privateMethod } from "../suspends.ts";
import { isCalledInstead, type Fn, type Variable } from "../variables.ts";
import { printClassExpression } from "./class.ts";
import { printSuper } from "./constructor.ts";
import { printClosure, printObjectMethod } from "./function.ts";
import { printScreened } from "./screen.ts";
import type { Unit } from "./unit.ts";
import type { Writer } from "./writer.ts";
import { shortText } from "./short-text.ts";

/** The function version being printed. */
export interface Context {
  fn: Fn;
  /** Whether `this`, `arguments` and `new.target` are those of the JavaScript function being printed. */
  native: boolean;
  /** Native mode: everything runs unpreempted, so that calls and iteration need no care. */
  mode: "S" | "P" | "N";
  resume: boolean;
  /** Runs at most once for each time that the function is resumed: there short code counts for more than fast code. */
  once?: boolean;
  /** In JavaScript's own initialiser of a field, where `this` is there whatever the constructor keeps its own in. */
  initialiser?: boolean;
  /** While parameters are printed in place, boxed ones go by their raw names. */
  rawParameters: boolean;
}

export interface Printer {
  w: Writer;
  unit: Unit;
  c: Context;
}

const LEVEL: Record<string, number> = {
  "??": 3,
  "||": 4,
  "&&": 5,
  "|": 6,
  "^": 7,
  "&": 8,
  "==": 9,
  "!=": 9,
  "===": 9,
  "!==": 9,
  "<": 10,
  ">": 10,
  "<=": 10,
  ">=": 10,
  in: 10,
  instanceof: 10,
  "<<": 11,
  ">>": 11,
  ">>>": 11,
  "+": 12,
  "-": 12,
  "*": 13,
  "/": 13,
  "%": 13,
  "**": 14,
};
const ASSIGN = 1;
const UNARY = 15;
const POSTFIX = 16;
export const CALL_LEVEL = 18;

function level(node: Node): number {
  switch (node.type) {
    case "SequenceExpression":
      return 0;
    case "AssignmentExpression":
    case "YieldExpression":
      return ASSIGN;
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ClassExpression":
      return ASSIGN;
    case "ConditionalExpression":
      return 2;
    case "BinaryExpression":
    case "LogicalExpression":
      return LEVEL[node.operator]!;
    case "UnaryExpression":
    case "AwaitExpression":
      return UNARY;
    case "UpdateExpression":
      return node.prefix === true ? UNARY : POSTFIX;
    case "NewExpression":
    case "CallExpression":
      return node.call?.kind === "marker" && node.type === "NewExpression" ? 2 : CALL_LEVEL;
    case "ChainExpression":
      return 17;
    case "ObjectExpression":
      return 20;
    default:
      return 20;
  }
}

export function variableText(p: Printer, v: Variable): string {
  if (v.kind === "import")
    return v.runtime && v.importName !== "*"
      ? v.id
      : v.importName === "*"
        ? `$import${v.importSlot}.x`
        : `$import${v.importSlot}.x${property(v.importName)}`;
  if (v.kind === "this" && v.boxed && p.c.initialiser === true && v.owner === p.c.fn) return "[this]";
  if (p.c.native && !v.boxed) {
    if (v.kind === "this") return "this";
    if (v.kind === "arguments") return "arguments";
    if (v.kind === "newTarget" && !isCalledInstead(v.owner)) return "new.target";
  }
  return v.id;
}

/** `this`: in a derived constructor it may not be there yet. */
function thisText(p: Printer, v: Variable): string {
  const text = variableText(p, v);
  if (text === "[this]") return "this";
  if (v.boxed) return `$ti(${text}[0])`;
  return text !== "this" && p.c.fn === v.owner && isDerived(p.c.fn) ? `$ti(${text})` : text;
}

export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

export function identifier(p: Printer, node: Node): void {
  const v = node.v as Variable | undefined;
  if (v === undefined) {
    p.w.write(node.name, node.start);
    return;
  }
  const text = variableText(p, v);
  if (node.box === true) {
    p.w.write(text, node.start);
    return;
  }
  if (p.c.rawParameters && v.boxed && v.owner === p.c.fn && v.kind === "param") {
    p.w.write(`${text}$p`, node.start);
    return;
  }
  const whole = v.boxed ? `${text}[0]` : text;
  if (node.tdz === true) p.w.write(`$t(${whole}, ${JSON.stringify(v.name)})`, node.start);
  else p.w.write(whole, node.start);
}

export function expression(p: Printer, node: Node, min = 0): void {
  if (level(node) < min) {
    p.w.write("(");
    print(p, node);
    p.w.write(")");
  } else print(p, node);
}

function list(p: Printer, nodes: (Node | null)[]): void {
  nodes.forEach((n, i) => {
    if (i > 0) p.w.write(", ");
    if (n !== null) expression(p, n, ASSIGN);
  });
}

/** `screened`: whether the first one is a predicate with a screen. */
export function argumentList(p: Printer, nodes: Node[], screened = false): void {
  p.w.write("(");
  if (screened) {
    printScreened(p, nodes[0]!);
    if (nodes.length > 1) p.w.write(", ");
  }
  list(p, screened ? nodes.slice(1) : nodes);
  p.w.write(")");
}

/** The text by which an error message calls an expression. */
export function sourceText(p: Printer, node: Node): string {
  if (node.start < 0) return node.text ?? (node.v as Variable | undefined)?.name ?? "value";
  return shortText(p.unit.source.slice(node.start, node.end));
}

function print(p: Printer, node: Node): void {
  const { w } = p;
  switch (node.type) {
    case "Raw":
      w.write(node.template === undefined ? node.code : templateObject(p, node), node.start);
      return;
    case "Identifier":
      identifier(p, node);
      return;
    case "ThisExpression":
      w.write(node.v === undefined ? "(void 0)" : thisText(p, node.v), node.start);
      return;
    case "SuperCall":
      printSuper(p, node);
      return;
    case "Super":
      w.write("super", node.start);
      return;
    case "PrivateIdentifier":
      w.write(`#${node.name}`, node.start);
      return;
    case "Literal":
      w.write(node.raw ?? (node.value === null ? "null" : JSON.stringify(node.value)), node.start);
      return;
    case "TemplateLiteral":
      template(p, node);
      return;
    case "TaggedTemplateExpression":
      if (node.tag.type === "MemberExpression") member(p, node.tag);
      else expression(p, node.tag, CALL_LEVEL);
      template(p, node.quasi);
      return;
    case "ArrayExpression":
    case "ArrayPattern": {
      const elements = node.elements as (Node | null)[];
      w.write("[");
      list(p, elements);
      if (elements.length > 0 && elements[elements.length - 1] === null) w.write(",");
      w.write("]");
      return;
    }
    case "SpreadElement":
      w.write("...");
      expression(p, node.argument, ASSIGN);
      return;
    case "RestElement":
      w.write("...");
      expression(p, node.argument, ASSIGN);
      return;
    case "ObjectExpression":
    case "ObjectPattern":
      objectLiteral(p, node);
      return;
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      printClosure(p, node.fn);
      return;
    case "ClassExpression":
      printClassExpression(p, node.cls, node.given);
      return;
    case "SequenceExpression":
      list(p, node.expressions);
      return;
    case "UnaryExpression":
      if (node.operator === "delete" && node.argument.type === "MemberExpression" && node.argument.object.type === "Super") {
        w.write("$sd(");
        if (node.argument.computed === true) expression(p, node.argument.property, ASSIGN);
        w.write(")");
        return;
      }
      if (node.operator === "delete" && node.argument.type === "MetaProperty") {
        // It may be a variable here, which cannot be deleted.
        w.write("!0", node.start);
        return;
      }
      w.write(node.operator, node.start);
      if (/^[a-z]/.test(node.operator)) w.write(" ");
      else if (/^(Unary|Update)/.test(node.argument.type) && node.argument.operator?.[0] === node.operator) w.write(" ");
      else if (node.argument.type === "Literal" && typeof node.argument.value === "number" && node.argument.value < 0)
        w.write(" ");
      if (node.operator === "typeof" && node.argument.type === "Identifier" && node.argument.v === undefined)
        w.write(node.argument.name);
      else expression(p, node.argument, UNARY);
      return;
    case "UpdateExpression":
      if (constantTarget(node.argument)) {
        w.write(`$ca(${JSON.stringify(node.argument.name)}, `);
        expression(p, node.argument, ASSIGN);
        w.write(")");
        return;
      }
      if (isChecked(node.argument)) {
        w.write(node.prefix === true ? "(" : "", node.start);
        writeChecked(p, node.argument);
        w.write(node.prefix === true ? `, ${node.operator}${node.argument.v.id}))` : `${node.operator})`);
      } else if (node.prefix === true) {
        w.write(node.operator, node.start);
        target(p, node.argument);
      } else {
        target(p, node.argument);
        w.write(node.operator);
      }
      return;
    case "BinaryExpression":
    case "LogicalExpression": {
      const own = LEVEL[node.operator]!;
      const mixed = (n: Node) =>
        n.type === "LogicalExpression" && (n.operator === "??") !== (node.operator === "??") && node.type === "LogicalExpression";
      if (node.left.type === "PrivateIdentifier") w.write(`#${node.left.name}`);
      else if (node.operator === "**") expression(p, node.left, POSTFIX);
      else expression(p, node.left, mixed(node.left) ? 19 : own);
      w.write(` ${node.operator} `, node.start);
      expression(p, node.right, mixed(node.right) ? 19 : node.operator === "**" ? own : own + 1);
      return;
    }
    case "AssignmentExpression":
      assignment(p, node);
      return;
    case "AssignmentPattern":
      target(p, node.left);
      w.write(" = ");
      expression(p, node.right, ASSIGN);
      return;
    case "ConditionalExpression":
      expression(p, node.test, 3);
      w.write(" ? ");
      expression(p, node.consequent, ASSIGN);
      w.write(" : ");
      expression(p, node.alternate, ASSIGN);
      return;
    case "CallExpression":
      printCall(p, node);
      return;
    case "NewExpression":
      printNew(p, node);
      return;
    case "ChainExpression":
      expression(p, node.expression);
      return;
    case "MemberExpression": {
      const method = privateMethod(node.property);
      // Nobody could mark it before it is read.
      const marked = method !== null && !method.generator && !method.async;
      if (marked) w.write("$mark(");
      member(p, node);
      if (marked) w.write(")");
      return;
    }
    case "MetaProperty":
      if (node.meta.name === "import") w.write("$m.meta", node.start);
      else w.write(node.v === undefined ? "undefined" : variableText(p, node.v), node.start);
      return;
    case "ImportExpression":
      w.write("$m.import(", node.start);
      expression(p, node.source, ASSIGN);
      if (node.options != null) {
        w.write(", ");
        expression(p, node.options, ASSIGN);
      }
      w.write(")");
      return;
    case "AwaitExpression":
      w.write("await ", node.start);
      expression(p, node.argument, UNARY);
      return;
    case "YieldExpression":
      w.write(node.delegate === true ? "yield*" : "yield", node.start);
      if (node.argument != null) {
        w.write(" ");
        expression(p, node.argument, ASSIGN);
      }
      return;
    default:
      p.unit.refuse(node, `${node.type} is not supported`);
  }
}

export function member(p: Printer, node: Node): void {
  const { w } = p;
  if (node.object.type === "Super" && !isNativeSuper(p, node.object)) {
    superMember(p, node);
    return;
  }
  if (node.object.type === "Literal" && typeof node.object.value === "number") {
    w.write("(");
    expression(p, node.object);
    w.write(")");
  } else if (node.object.type === "ObjectExpression" || isFunction(node.object)) {
    w.write("(");
    expression(p, node.object);
    w.write(")");
  } else expression(p, node.object, CALL_LEVEL);
  if (node.computed === true) {
    w.write(node.optional === true ? "?.[" : "[", node.property.start);
    expression(p, node.property);
    w.write("]");
  } else {
    w.write(node.optional === true ? "?." : ".");
    w.write(node.property.type === "PrivateIdentifier" ? `#${node.property.name}` : node.property.name, node.property.start);
  }
}

/** Whether `super` is printed where it means what it says. */
export function isNativeSuper(p: Printer, node: Node): boolean {
  const { fn, native } = p.c;
  return native && node.home === undefined && node.v.boxed !== true && !(fn.kind === "static" && fn.mode === "S");
}

/** The template object of a tagged template, which is the same each time: made by a template of the same text in a function of its own. */
function templateObject(p: Printer, node: Node): string {
  node.templateName ??= `$tpl${++p.unit.templates}`;
  if (node.emitted !== true) {
    node.emitted = true;
    const text = (node.template.quasis as Node[]).map((q) => q.value.raw as string).join("${0}");
    p.unit.trailer.write(`function ${node.templateName}() { return ((strings) => strings)\`${text}\`; }\n`);
  }
  return `${node.templateName}()`;
}

/** `super.x` outside of the method's own text: looked up from the home object, which is the class's prototype, the class or a literal. */
function superMember(p: Printer, node: Node): void {
  const { w } = p;
  const { object } = node;
  const home =
    object.home === undefined
      ? variableText(p, object.cls) + (object.isStatic === true ? "" : ".prototype")
      : `${variableText(p, object.home)}[0]`;
  w.write(`${node.written === true ? "$sr" : "$sp"}(${home}, `, node.start);
  if (node.computed === true) expression(p, node.property, ASSIGN);
  else w.write(JSON.stringify(node.property.name));
  w.write(`, ${thisText(p, object.v)})${node.written === true ? ".v" : ""}`);
}

function template(p: Printer, node: Node): void {
  const { w } = p;
  w.write("`", node.start);
  (node.quasis as Node[]).forEach((q, i) => {
    w.write(q.value.raw);
    const e = node.expressions[i] as Node | undefined;
    if (e !== undefined) {
      w.write("${");
      expression(p, e);
      w.write("}");
    }
  });
  w.write("`");
}

export function keyText(p: Printer, node: Node): void {
  const { w } = p;
  if (node.computed === true) {
    w.write("[");
    expression(p, node.key, ASSIGN);
    w.write("]");
  } else if (node.key.type === "Identifier") w.write(node.key.name, node.key.start);
  else expression(p, node.key);
}

/** A literal whose methods use `super`, in code that is printed as it stands: each evaluation has a box of its own. */
function objectWithHome(p: Printer, node: Node): void {
  const { id } = node.home as Variable;
  if (waits(node))
    p.unit.refuse(
      node,
      "super is used in a method of an object literal that awaits or yields",
      "Keep what is awaited in a const before the literal.",
    );
  p.w.write(`((${id}) => $home(${id}, `, node.start);
  objectLiteral(p, { ...node, home: undefined });
  p.w.write("))([undefined])");
}

export function waits(node: Node): boolean {
  return contains(node, (n) => n.type === "AwaitExpression" || n.type === "YieldExpression");
}

function objectLiteral(p: Printer, node: Node): void {
  const { w } = p;
  if (node.home !== undefined) {
    objectWithHome(p, node);
    return;
  }
  const properties = node.properties as Node[];
  const pattern = node.type === "ObjectPattern";
  if (properties.length === 0) {
    w.write("{}", node.start);
    return;
  }
  w.write("{ ", node.start);
  properties.forEach((q, i) => {
    if (i > 0) w.write(", ");
    if (q.type === "SpreadElement") {
      w.write("...");
      expression(p, q.argument, ASSIGN);
    } else if (q.type === "RestElement") {
      w.write("...");
      target(p, q.argument);
    } else if (!pattern && namedByKey(q)) {
      w.write("...$prop(");
      expression(p, q.key, ASSIGN);
      w.write(", ");
      expression(p, q.value, ASSIGN);
      w.write(")");
    } else if (!pattern && (q.method === true || q.kind !== "init")) printObjectMethod(p, q);
    else {
      if (!pattern && q.shorthand === true && q.key.name === "__proto__") w.write('["__proto__"]');
      else keyText(p, q);
      w.write(": ");
      if (!pattern && q.computed !== true && isFunction(q.value)) q.value.named = (q.key.name ?? q.key.value) === q.value.fn.name;
      if (pattern) target(p, q.value);
      else expression(p, q.value, ASSIGN);
    }
  });
  w.write(" }");
}

/** The target of an assignment: written, not read. */
export function target(p: Printer, node: Node): void {
  switch (node.type) {
    case "Identifier": {
      const v = node.v as Variable | undefined;
      if (v === undefined) p.w.write(node.name, node.start);
      else {
        if (node.box === true) p.w.write(v.id, node.start);
        else if (constantTarget(node) && node.tdz === true) {
          p.w.write("$ct[(", node.start);
          expression(p, node, ASSIGN);
          p.w.write(', "constant")]');
        } else if (constantTarget(node) || (v.kind === "self" && node.declares !== true)) p.w.write("$ct.constant", node.start);
        else if (p.c.rawParameters && v.boxed && v.owner === p.c.fn && v.kind === "param") p.w.write(`${v.id}$p`, node.start);
        else if (node.tdz === true) p.w.write(`$tb(${v.id}, ${JSON.stringify(v.name)})[0]`, node.start);
        else p.w.write(variableText(p, v) + (v.boxed ? "[0]" : ""), node.start);
      }
      return;
    }
    case "ArrayPattern": {
      p.w.write("[");
      const elements = node.elements as (Node | null)[];
      elements.forEach((e, i) => {
        if (i > 0) p.w.write(", ");
        if (e !== null) target(p, e);
      });
      if (elements.length > 0 && elements[elements.length - 1] === null) p.w.write(",");
      p.w.write("]");
      return;
    }
    case "RestElement":
      p.w.write("...");
      target(p, node.argument);
      return;
    default:
      if (node.type === "MemberExpression") {
        if (node.object.type === "Super") node.written = true;
        member(p, node);
      } else expression(p, node, ASSIGN);
  }
}

/** Whether this writes a `const` that is not declared as one in the output (or not where JavaScript would see it). */
function constantTarget(node: Node): boolean {
  if (node.type !== "Identifier") return false;
  const v = node.v as Variable | undefined;
  const constant = v?.kind === "const" || v?.kind === "import" || (v?.kind === "class" && v.owner.unit === "class");
  return constant && node.declares !== true && node.box !== true;
}

/** Whether it may be written before its declaration was reached, and is in no box, which would say so itself. */
function isChecked(node: Node): boolean {
  return node.type === "Identifier" && node.tdz === true && (node.v as Variable).boxed === false;
}

/** The check, and the variable; a parenthesis is left open. */
function writeChecked(p: Printer, node: Node): void {
  p.w.write(`($t(${node.v.id}, ${JSON.stringify(node.name)}), `, node.start);
  p.w.write(node.v.id);
}

function assignment(p: Printer, node: Node): void {
  const { w } = p;
  if (constantTarget(node.left)) {
    // What is evaluated before the error, and may be one itself.
    const logical = /^(&&|\|\||\?\?)=$/.test(node.operator);
    const read = node.operator !== "=" || node.left.tdz === true ? [node.left as Node] : [];
    const evaluated: Node[] = node.operator === "=" ? [node.right, ...read] : logical ? [node.right] : [...read, node.right];
    if (logical) {
      w.write("(");
      expression(p, node.left, ASSIGN);
      w.write(` ${node.operator.slice(0, -1)} `);
    }
    w.write(`$ca(${JSON.stringify(node.left.name)}`, node.start);
    for (const e of evaluated) {
      w.write(", ");
      expression(p, e, ASSIGN);
    }
    w.write(logical ? "))" : ")");
    return;
  }
  if (node.left.type === "Identifier" && (node.left.v as Variable | undefined)?.kind === "self") {
    // The name of a function expression is constant.
    w.write(`$ca(${JSON.stringify(node.left.name)}, `, node.start);
    expression(p, node.right, ASSIGN);
    w.write(")");
    return;
  }
  if (node.left.type === "ArrayPattern" || node.left.type === "ObjectPattern") {
    w.write("(");
    target(p, node.left);
    w.write(" = ");
    expression(p, node.right, ASSIGN);
    w.write(")");
    return;
  }
  const checked = isChecked(node.left);
  if (checked) writeChecked(p, node.left);
  else target(p, node.left);
  w.write(` ${node.operator} `);
  expression(p, node.right, ASSIGN);
  if (checked) w.write(")");
}

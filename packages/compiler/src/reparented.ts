/** Which classes of a module may be given another class to extend: what they extend is then not certain. Where it cannot be told which, all of them. */
import { children, isFunction, type Node } from "./ast.ts";
import type { ClassUnit, Module, Variable } from "./variables.ts";

const SETS = /^(setPrototypeOf|__proto__)$/;

/** The name of a property, if it is written out. */
function written(key: Node, computed: unknown): string | null {
  if (computed !== true) return (key.name ?? key.value) as string;
  if (key.type === "TemplateLiteral" && key.quasis.length === 1) return key.quasis[0].value.cooked as string;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : null;
}

/** The class that an expression certainly is. */
function classOf(node: Node): ClassUnit | null {
  if (node.cls !== undefined && node.type.startsWith("Class")) return node.cls as ClassUnit;
  const v = node.v as Variable | undefined;
  if (node.type !== "Identifier" || v === undefined) return null;
  return v.holdsClass ?? ((v.init as Node | null | undefined)?.cls as ClassUnit | undefined) ?? null;
}

/** Whether an expression is certainly no class; `instance`: what `this` is there. */
function isOther(node: Node, instance: boolean): boolean {
  switch (node.type) {
    case "ThisExpression":
      return instance;
    case "ObjectExpression":
    case "ArrayExpression":
    case "NewExpression":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "MemberExpression":
      return written(node.property, node.computed) === "prototype";
    case "Identifier": {
      const v = node.v as Variable | undefined;
      return v !== undefined && v.kind === "const" && v.init !== null && v.init.type !== "Identifier" && isOther(v.init, false);
    }
    default:
      return false;
  }
}

/** Finds them. */
export function findReparented(module: Module): void {
  if (!module.classes.some((c) => c.node.superClass != null)) return;
  const given = new Set<ClassUnit>();
  let unknown = false;
  /** Reads that only ask whether there is such a function. */
  const asked = new Set<Node>();
  const give = (to: Node | undefined, instance: boolean): void => {
    if (to === undefined) unknown = true;
    else {
      const cls = classOf(to);
      if (cls !== null) given.add(cls);
      else if (!isOther(to, instance)) unknown = true;
    }
  };
  const walk = (node: Node, instance: boolean): void => {
    const go = (child: Node): void => walk(child, instance);
    switch (node.type) {
      case "CallExpression":
        if (node.callee.type === "MemberExpression" && written(node.callee.property, node.callee.computed) === "setPrototypeOf") {
          give(node.arguments[0], instance);
          go(node.callee.object);
          return (node.arguments as Node[]).forEach(go);
        }
        break;
      case "MemberExpression": {
        const name = written(node.property, node.computed);
        if (name === "__proto__") give(node.object, instance);
        if (name === "setPrototypeOf" && !asked.has(node)) unknown = true;
        go(node.object);
        if (node.computed === true && name === null) go(node.property);
        return;
      }
      case "ConditionalExpression":
      case "IfStatement":
        asked.add(node.test);
        break;
      case "UnaryExpression":
        asked.add(node.argument);
        break;
      case "LogicalExpression":
        if (node.operator === "&&") asked.add(node.left);
        break;
      case "ObjectPattern":
        if ((node.properties as Node[]).some((p) => p.type === "Property" && SETS.test(written(p.key, p.computed) ?? "")))
          unknown = true;
        break;
      case "Literal":
      case "TemplateElement":
        if (SETS.test(String(node.type === "Literal" ? node.value : node.value.cooked))) unknown = true;
        return;
      case "Property":
        if (node.computed === true) go(node.key);
        return go(node.value);
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed === true) go(node.key);
        if (node.value == null) return;
        return node.type === "MethodDefinition"
          ? children(node.value, (c) => walk(c, node.static !== true))
          : walk(node.value, node.static !== true);
      case "StaticBlock":
        return children(node, (c) => walk(c, false));
    }
    if (isFunction(node) && node.type !== "ArrowFunctionExpression") children(node, (c) => walk(c, false));
    else children(node, go);
  };
  walk(module.program, false);
  for (const cls of unknown ? module.classes : given) cls.reparented = true;
}

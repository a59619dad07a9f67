/**
 * Sloppy code, which is compiled as strict code. Where that means something else it is either written so that it means the same (`this` of a plain call is the global object) or refused
 * with its place: nothing becomes different without a word. What remains is an error when it runs: see docs/compiler.md.
 */
import { children, isClass, isFunction, patternNames, type Node } from "./ast.ts";
import type { Fn, Module, Variable } from "./variables.ts";

const STRICT = "CommonJS is compiled as strict code";

function isStrict(body: Node[]): boolean {
  return body.some((s) => s.directive === "use strict");
}

/** Every node of sloppy code, with the functions around it. */
function walkSloppy(program: Node, visit: (node: Node, around: readonly Node[]) => void): void {
  if (isStrict(program.body)) return;
  const go = (node: Node, around: readonly Node[]): void => {
    if (isClass(node)) {
      if (node.superClass != null) go(node.superClass, around);
      return; // a class's body is strict
    }
    if (isFunction(node) && node.body.type === "BlockStatement" && isStrict(node.body.body)) return;
    visit(node, around);
    const inside = isFunction(node) ? [...around, node] : around;
    children(node, (child) => go(child, inside));
  };
  go(program, []);
}

/** Before names are looked up: `this`, and functions that are declared in blocks. */
export function adaptSloppy(program: Node, refuse: Module["refuse"]): void {
  const receivers = new Set<Node>();
  const selves = new Map<Node, Node[]>();
  walkSloppy(program, (node, around) => {
    if (node.type === "MemberExpression") receivers.add(node.object);
    if (node.type === "BinaryExpression" && node.operator === "instanceof") receivers.add(node.left);
    if (node.type === "ThisExpression") {
      const fn = around.findLast((f) => f.type !== "ArrowFunctionExpression");
      if (fn !== undefined) selves.set(fn, [...(selves.get(fn) ?? []), node]);
    }
    const body: Node[] =
      node.type === "SwitchStatement"
        ? (node.cases as Node[]).flatMap((c) => c.consequent as Node[])
        : node.type === "BlockStatement" && around.at(-1)?.body !== node
          ? node.body
          : [];
    for (const s of body) if (s.type === "FunctionDeclaration") refuseHoisted(s, node, around.at(-1) ?? program, refuse);
  });
  // A function that looks at its `this` itself sees the same one everywhere.
  for (const nodes of selves.values()) if (!nodes.every((node) => receivers.has(node))) nodes.forEach(orGlobal);
}

/** Makes `this` of a plain call the global object. */
function orGlobal(node: Node): void {
  const { start, end } = node;
  const right = { type: "Raw", code: "globalThis", start: end, end };
  Object.assign(node, { type: "LogicalExpression", operator: "??", left: { type: "ThisExpression", start, end }, right });
}

/** Sloppy code sees a function of a block in all of the function around it. */
function refuseHoisted(declared: Node, block: Node, around: Node, refuse: Module["refuse"]): void {
  const { name } = declared.id;
  const look = (node: Node): void => {
    if (node === block) return block.type === "SwitchStatement" ? look(block.discriminant) : undefined;
    if (node.type === "Identifier" && node.name === name)
      refuse(node, `"${name}" is used outside of the block that declares the function: ${STRICT}, in which it is not seen there`);
    if (node.type === "MemberExpression" && node.computed !== true) return look(node.object);
    if (node.type === "Property" && node.computed !== true && node.shorthand !== true) return look(node.value);
    children(node, look);
  };
  children(around, look);
}

/** After names were looked up: variables that nobody declares, and parameters that are assigned beside `arguments`. */
export function refuseSloppy(module: Module): void {
  const members = new Map<Node, Node>();
  const assigned = new Set<Node>();
  walkSloppy(module.program, (node) => {
    if (node.type === "MemberExpression") members.set(node.object, node);
    const target: Node | null =
      node.type === "AssignmentExpression"
        ? node.left
        : node.type === "UpdateExpression"
          ? node.argument
          : /^For(In|Of)Statement$/.test(node.type) && node.left.type !== "VariableDeclaration"
            ? node.left
            : null;
    if (target === null) return;
    assigned.add(target);
    for (const id of patternNames(target)) {
      if (id.v === undefined && id.name !== "arguments" && !(id.name in globalThis))
        module.refuse(
          id,
          `"${id.name}" is assigned and declared nowhere: ${STRICT}, in which that makes no global variable`,
          `Declare it, or write globalThis.${id.name} = ….`,
        );
    }
  });
  walkSloppy(module.program, (node) => {
    if (isFunction(node) && node.type !== "ArrowFunctionExpression") refuseAliases(module, node.fn, members, assigned);
  });
}

/** In sloppy code the elements of `arguments` are the parameters, and not only their first values. */
function refuseAliases(module: Module, fn: Fn, members: ReadonlyMap<Node, Node>, assigned: ReadonlySet<Node>): void {
  const { argumentsVariable, node } = fn;
  const params = node.params as Node[];
  if (argumentsVariable === null || params.some((p) => p.type !== "Identifier")) return;
  const written = params.map((p) => (p.v as Variable).writes > 0);
  for (const reference of argumentsVariable.references) {
    const member = members.get(reference.node);
    const property = member?.property as Node | undefined;
    const named = member !== undefined && member.computed !== true;
    if (named && property !== undefined) {
      if (property.name === "callee" || property.name === "caller")
        module.refuse(
          member!,
          `arguments.${property.name} cannot be compiled: ${STRICT}`,
          "Give the function a name, and use that.",
        );
      if (property.name === "length") continue;
    }
    const index: unknown = !named && property?.type === "Literal" ? property.value : undefined;
    const isMeant = (i: number): boolean => index === undefined || index === i;
    const writes = member !== undefined && assigned.has(member) && params.some((_, i) => isMeant(i));
    const other = written.findIndex((w, i) => w && isMeant(i));
    if (writes || other >= 0)
      module.refuse(
        reference.node,
        `"arguments" is used where ${writes ? "its elements are" : `the parameter "${params[other]!.name}" is`} assigned: ${STRICT}, in which they are not the same`,
        "Copy what is to be changed to a variable first.",
      );
  }
}

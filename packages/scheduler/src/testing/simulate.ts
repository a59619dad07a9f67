/**
 * Runs the real code of the shared-memory protocols one atomic operation at a time. The modules are bundled and rewritten: every function that
 * reaches an `Atomics` operation becomes a generator that yields before each, so that explorer.ts decides who goes next. Nothing in the
 * modules themselves knows of this, and the code that runs in production is the code that is explored.
 */
import { parse, type AnyNode, type CallExpression, type Program } from "acorn";
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";
import { runAtomic, type Steps } from "./explorer.ts";

/** A class or function of a rewritten module: methods that reach shared memory return {@link Steps}, the others what they always did. */
export type Simulated = Record<string, new (...args: never[]) => Record<string, (...args: unknown[]) => Steps>>;

/** Imports a module of `src/memory` in its rewritten form. */
export function simulate(module: string): Simulated {
  const entry = fileURLToPath(new URL(`../memory/${module}.ts`, import.meta.url));
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "exported",
    platform: "node",
    external: ["node:*"],
  });
  const code = rewrite(outputFiles[0]!.text);
  return new Function("$atomic", `${code}\nreturn exported;`)(runAtomic) as Simulated;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Makes generators of all functions that reach an atomic operation, and `yield*` of all calls of them. */
export function rewrite(source: string): string {
  const program = parse(source, { ecmaVersion: "latest", sourceType: "script" });
  const generators = reaching(program);
  const insertions: Insertion[] = [];
  visit(program, (node) => {
    if (node.type === "MethodDefinition" && node.kind !== "method") return false;
    if (isNamedFunction(node) && generators.has(nameOfFunction(node))) {
      insertions.push({ at: starPosition(node, source), text: "*" });
    }
    if (node.type !== "CallExpression") return true;
    const operation = atomicOf(node);
    if (operation !== undefined && operation !== "") {
      // Atomics.load(a, i) → (yield* $atomic("load", a, i))
      insertions.push({ at: node.start, text: `(yield* $atomic("${operation}", ` }, { at: node.end, text: ")" });
      insertions.push({ at: node.callee.start, text: "/*" }, { at: node.arguments[0]!.start, text: "*/" });
    } else if (generators.has(calleeOf(node))) {
      insertions.push({ at: node.start, text: "(yield* " }, { at: node.end, text: ")" });
    }
    return true;
  });
  return apply(source, insertions);
}

/** Names of the functions and methods from which an atomic operation can be reached; constructors and getters run in one piece. */
function reaching(program: Program): Set<string> {
  const calls = new Map<string, Set<string>>();
  const walk = (node: AnyNode, inside: string): void => {
    if (isNamedFunction(node)) inside = nameOfFunction(node);
    if (node.type === "CallExpression" && inside !== "" && inside !== "constructor") {
      const names = calls.get(inside) ?? new Set();
      names.add(atomicOf(node) !== undefined ? "Atomics" : calleeOf(node));
      calls.set(inside, names);
    }
    for (const child of children(node)) walk(child, inside);
  };
  walk(program, "");
  const found = new Set(["Atomics"]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [name, callees] of calls) for (const callee of callees) if (found.has(callee)) found.add(name);
  }
  found.delete("Atomics");
  return found;
}

type NamedFunction = Extract<AnyNode, { type: "FunctionDeclaration" | "MethodDefinition" }>;

function isNamedFunction(node: AnyNode): node is NamedFunction {
  return (
    node.type === "FunctionDeclaration" ||
    (node.type === "MethodDefinition" && (node.kind === "method" || node.kind === "constructor"))
  );
}

function nameOfFunction(node: NamedFunction): string {
  const name = node.type === "MethodDefinition" ? node.key : node.id;
  return name !== null && name.type === "Identifier" ? name.name : "";
}

function starPosition(node: NamedFunction, source: string): number {
  return node.type === "MethodDefinition" ? node.key.start : source.indexOf("function", node.start) + "function".length;
}

function atomicOf(node: CallExpression): string | undefined {
  const { callee } = node;
  if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier" || callee.object.name !== "Atomics")
    return undefined;
  return callee.property.type === "Identifier" ? callee.property.name : undefined;
}

function calleeOf(node: CallExpression): string {
  const { callee } = node;
  if (callee.type === "Identifier") return callee.name;
  if (callee.type === "MemberExpression" && callee.object.type === "ThisExpression" && callee.property.type === "Identifier")
    return callee.property.name;
  return "";
}

/** `see` says whether to go into the node. */
function visit(node: AnyNode, see: (node: AnyNode) => boolean): void {
  if (!see(node)) return;
  for (const child of children(node)) visit(child, see);
}

function children(node: AnyNode): AnyNode[] {
  const isNode = (value: unknown): value is AnyNode =>
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
  return Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** At equal places, what was found first (the outer node) opens first and closes last. */
function apply(source: string, insertions: readonly Insertion[]): string {
  const order = insertions.map((insertion, i) => ({ ...insertion, i, opens: insertion.text !== ")" }));
  order.sort((a, b) => a.at - b.at || (a.opens !== b.opens ? (a.opens ? 1 : -1) : a.opens ? a.i - b.i : b.i - a.i));
  let result = "";
  let from = 0;
  for (const { at, text } of order) {
    result += source.slice(from, at) + text;
    from = at;
  }
  return result + source.slice(from);
}

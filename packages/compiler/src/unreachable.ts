/** Patterns of ts-pattern that an earlier one in the same chain, or in the same `P.union`, leaves nothing to match. */
import type { Node } from "./ast.ts";
import { isFunction } from "./ast.ts";
import type { Module, Variable } from "./variables.ts";

/** A pattern that is never reached, and the one before it that matches all that it would. */
export interface Unreachable {
  readonly pattern: Node;
  readonly by: Node;
}

/** `calls` are all calls of the module. Only what is certain is found: what a pattern may mean otherwise is taken to match anything, or nothing. */
export function unreachablePatterns(module: Module, calls: readonly Node[]): Unreachable[] {
  const found: Unreachable[] = [];
  const isImported = (node: Node | undefined, ...names: string[]): boolean => {
    const v = node?.type === "Identifier" ? (node.v as Variable | undefined) : undefined;
    return v?.kind === "import" && module.imports[v.importSlot]!.specifier === "ts-pattern" && names.includes(v.importName);
  };
  const wildcard = (node: Node): string | undefined =>
    node.type === "MemberExpression" && node.computed !== true && isImported(node.object, "P", "Pattern")
      ? (node.property.name as string)
      : undefined;
  const longest = new Map<Node, Node[]>();
  for (const call of calls) {
    if (call.type !== "CallExpression") continue;
    if (wildcard(call.callee) === "union") among(call.arguments.map((pattern: Node) => ({ patterns: [pattern], certain: true })));
    const chain = chainOf(call);
    if (!isImported(chain[0]?.callee, "match")) continue;
    if (chain.length > (longest.get(chain[0]!)?.length ?? 0)) longest.set(chain[0]!, chain);
  }
  for (const chain of longest.values()) among(chain.filter((call) => call.callee.property?.name === "with").map(branch));
  return found;

  function branch({ arguments: args }: Node): { patterns: Node[]; certain: boolean } {
    const patterns = args.slice(0, -1) as Node[];
    // The second of three may be a guard: a function by itself, or by a name.
    const guarded = patterns.length === 2 && !["Literal", "ObjectExpression", "ArrayExpression"].includes(patterns[1]!.type);
    if (guarded && wildcard(patterns[1]!) === undefined) return { patterns: patterns.slice(0, 1), certain: false };
    return { patterns, certain: true };
  }

  function among(branches: { patterns: Node[]; certain: boolean }[]): void {
    const before: Node[] = [];
    for (const { patterns, certain } of branches) {
      for (const pattern of patterns) {
        const by = before.find((earlier) => covers(earlier, pattern));
        if (by !== undefined) found.push({ pattern, by });
      }
      if (certain) before.push(...patterns);
    }
  }

  /** Whether `a` certainly matches whatever `b` matches. */
  function covers(a: Node, b: Node): boolean {
    const any = wildcard(a);
    if (any === "_" || any === "any") return true;
    if (any !== undefined) return PRIMITIVES.has(any) && typeOf(b) === any;
    if (a.type === "Literal") return b.type === "Literal" && a.regex == null && b.regex == null && Object.is(a.value, b.value);
    if (a.type === "ArrayExpression" && b.type === "ArrayExpression") {
      const [ours, theirs] = [a.elements as (Node | null)[], b.elements as (Node | null)[]];
      const plain = [...ours, ...theirs].every((e) => e !== null && e.type !== "SpreadElement" && !isVariadic(e));
      return plain && ours.length === theirs.length && ours.every((e, i) => covers(e!, theirs[i]!));
    }
    if (a.type !== "ObjectExpression" || b.type !== "ObjectExpression") return false;
    const [ours, theirs] = [properties(a), properties(b)];
    if (ours === undefined || theirs === undefined) return false;
    return [...ours].every(([key, pattern]) => {
      const other = theirs.get(key);
      return other !== undefined && !isOptional(other) && covers(pattern, other);
    });
  }

  /** `P.array(…)` and the spread of one may stand for any number of elements. */
  function isVariadic(node: Node): boolean {
    return node.type === "CallExpression" && wildcard(node.callee) === "array";
  }

  function isOptional(node: Node): boolean {
    return node.type === "CallExpression" && wildcard(node.callee) === "optional";
  }

  /** The name in `P` for the primitive that the pattern matches at most. */
  function typeOf(node: Node): string | undefined {
    if (node.type === "Literal") return node.regex != null || node.value === null ? undefined : typeof node.value;
    const name = wildcard(node);
    if (name !== undefined) return PRIMITIVES.has(name) ? name : undefined;
    // P.string.startsWith("a") is some of P.string.
    if (node.type === "CallExpression" && node.callee.type === "MemberExpression") return typeOf(node.callee.object as Node);
    return undefined;
  }
}

const PRIMITIVES = new Set(["string", "number", "bigint", "boolean", "symbol"]);

/** `match(x).with(…).with(…)` as the calls from the innermost on. */
function chainOf(call: Node): Node[] {
  const chain: Node[] = [];
  for (let at: Node = call; at.type === "CallExpression"; at = at.callee.object as Node) {
    chain.unshift(at);
    if (at.callee.type !== "MemberExpression" || at.callee.computed === true) break;
  }
  return chain;
}

/** By key; undefined where one is computed or spread, or a function. */
function properties(node: Node): Map<string, Node> | undefined {
  const found = new Map<string, Node>();
  for (const property of node.properties as Node[]) {
    if (property.type !== "Property" || property.computed === true || property.kind !== "init" || isFunction(property.value))
      return undefined;
    found.set(String(property.key.name ?? property.key.value), property.value as Node);
  }
  return found;
}

/** Random graphs of values, with sharing and circles; and whether two graphs have the same shape. */
import fc from "fast-check";
import { types } from "node:util";
import { internPid } from "../process/pid.ts";
import { literal } from "../terms/literal.ts";

/** What a node of a graph is before it is given its edges. */
const SHELLS: readonly (() => object)[] = [
  () => ({}),
  () => [],
  () => new Map(),
  () => new Set(),
  () => Object.create(null) as object,
  () => new TypeError("wrong"),
  () => new Error("outer", { cause: "inner" }),
  () => new Date(1_700_000_000_000),
  () => Object.assign(/a(b)/gi, { lastIndex: 2 }),
  () => new Uint16Array([1, 2, 65_535]),
  () => Object(7) as object,
  () => "ab1".match(/(?<x>b)/)!,
  () => Object.create({ inherited: true }) as object,
];

const leaves = fc
  .constantFrom<readonly unknown[]>(
    ...[
      undefined,
      null,
      true,
      -0,
      NaN,
      1.5,
      191,
      192,
      -1,
      2 ** 31,
      2 ** 40,
      "",
      "text",
      "ä€\ud800",
      2n ** 80n,
      -5n,
      internPid(3, 1),
    ].map((x) => [x]),
    [Symbol.for("registered")],
    [Symbol.iterator],
    [Math.max],
    [JSON],
    [literal({ fixed: [1, 2] })],
  )
  .map(([leaf]) => leaf);

/** A node by its index, or a leaf; and how it hangs in the node that holds it. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly leaf: unknown;
  readonly key: string;
}

const edges: fc.Arbitrary<Edge> = fc.record({
  from: fc.nat(),
  to: fc.integer({ min: -40, max: 40 }),
  leaf: leaves,
  key: fc.constantFrom("a", "b", "c", "0", "7", "__proto__", "constructor", "length_"),
});

/** The nodes of a graph; every one is a root. */
export const graphs: fc.Arbitrary<readonly unknown[]> = fc
  .tuple(
    fc.array(fc.nat({ max: SHELLS.length - 1 }), { minLength: 1, maxLength: 20 }),
    fc.array(edges, { maxLength: 60 }),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 })), { maxLength: 3 }),
  )
  .map(([kinds, links, closed]) => {
    const nodes = kinds.map((kind) => SHELLS[kind]!());
    for (const { from, to, leaf, key } of links)
      connect(nodes[from % nodes.length]!, key, to < 0 ? leaf : nodes[to % nodes.length]);
    for (const [node, how] of closed)
      [Object.freeze, Object.seal, Object.preventExtensions][how]!(closable(nodes[node % nodes.length]!));
    return nodes;
  });

function closable(node: object): object {
  return ArrayBuffer.isView(node) ? {} : node;
}

function connect(node: object, key: string, value: unknown): void {
  if (Array.isArray(node) && key === "7") node.length += 2; // holes
  else if (Array.isArray(node) && key !== "c") node.push(value);
  else if (types.isMap(node)) node.set(value, key).set(key, value);
  else if (types.isSet(node)) node.add(value);
  else if (!ArrayBuffer.isView(node))
    Object.defineProperty(node, key, { value, enumerable: key !== "b", writable: true, configurable: true });
}

/** The first place at which two graphs differ: in a value, in an attribute, in the order of keys, or in what is the same object as what. */
export function differenceOf(expected: unknown, got: unknown): string | undefined {
  const partners = new Map<object, object>();
  const back = new Map<object, object>();
  const todo: [unknown, unknown, string][] = [[expected, got, ""]];
  for (let pair = todo.pop(); pair !== undefined; pair = todo.pop()) {
    const [a, b, path] = pair;
    if (!isObject(a) || !isObject(b)) {
      if (!Object.is(a, b)) return `${path}: ${String(a)} and ${String(b)}`;
      continue;
    }
    if (partners.has(a) || back.has(b)) {
      if (partners.get(a) !== b || back.get(b) !== a) return `${path}: not the same object as elsewhere`;
      continue;
    }
    partners.set(a, b);
    back.set(b, a);
    if (a === b) continue;
    const tags = [a, b].map((x) => Object.prototype.toString.call(x));
    if (tags[0] !== tags[1]) return `${path}: ${tags.join(" and ")}`;
    todo.push([Object.getPrototypeOf(a), Object.getPrototypeOf(b), `${path}.[[Prototype]]`]);
    for (const test of [Object.isExtensible, Object.isSealed]) if (test(a) !== test(b)) return `${path}: ${test.name}`;
    if (types.isMap(a)) todo.push([[...a].flat(), [...(b as Map<unknown, unknown>)].flat(), `${path}(entries)`]);
    if (types.isSet(a)) todo.push([[...a], [...(b as Set<unknown>)], `${path}(members)`]);
    if (types.isDate(a)) todo.push([a.getTime(), (b as Date).getTime(), `${path}(time)`]);
    if (types.isRegExp(a)) todo.push([String(a), String(b), `${path}(text)`]);
    if (types.isBoxedPrimitive(a)) todo.push([a.valueOf(), b.valueOf(), `${path}(value)`]);
    const keys = Reflect.ownKeys(a);
    if (keys.map(String).join() !== Reflect.ownKeys(b).map(String).join())
      return `${path}: other keys: ${Reflect.ownKeys(b).map(String).join()} for ${keys.map(String).join()}`;
    for (const key of keys) {
      const [p, q] = [a, b].map((x) => Object.getOwnPropertyDescriptor(x, key)!) as [PropertyDescriptor, PropertyDescriptor];
      for (const attribute of ["enumerable", "writable", "configurable"] as const)
        if (p[attribute] !== q[attribute]) return `${path}.${String(key)}: ${attribute}`;
      todo.push([p.value, q.value, `${path}.${String(key)}`]);
    }
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

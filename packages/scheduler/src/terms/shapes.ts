/**
 * HOT PATH. Shapes: what is known of plain objects with the same keys in the same order. A shape that was seen often gets generated
 * functions that copy, write and make such objects with constant property names, which V8 compiles to loads and stores at fixed offsets
 * (docs/terms.md: copying `{tag, n, by}` costs half of a loop over its keys, decoding it a quarter).
 *
 * Shapes stand in a tree by their keys. Objects used as dictionaries would fill it for ever: when it is full, only hot shapes are kept.
 */
import { TERM } from "./host.ts";

/** How often a shape must be seen before code is generated for it: generating costs as much as some hundred copies. */
const HOT_AFTER = 16;
const MAX_HOT = 1_024;
const MAX_NODES = 16_384;
/** Objects with more keys are dictionaries. */
export const MAX_SHAPE_KEYS = 48;

/** What a generated function calls for a property that is not a number or a string. */
export interface ValueCopier {
  (value: unknown, depth: number): unknown;
}
/** Writes one value; the writer and the encoder are the callee's business. */
export interface ValueWriter {
  value(value: unknown): void;
}
/** Reads one value. */
export interface ValueReader {
  value(): unknown;
}

export class Shape {
  readonly id: number;
  readonly keys: readonly string[];
  seen = 0;
  copy: ((source: object, copy: ValueCopier, depth: number) => object) | undefined;
  /** As `copy`, of a source that may have symbols for keys: undefined if it has, or if it cannot be told. Undefined where asking for symbols costs less. */
  copyIfWhole: ((source: object, copy: ValueCopier, depth: number) => object | undefined) | undefined;
  /**
   * Replaces elements of an array, from `from` up to, not including, `to`, by copies as long as they are of this shape and have no symbols for keys. Returns the index of the first that is not.
   * Undefined until it is asked for, and null where asking for symbols costs an error.
   */
  copyRun: ((items: unknown[], from: number, to: number, copy: ValueCopier, depth: number) => number) | null | undefined;
  write: ((source: object, to: ValueWriter) => void) | undefined;
  read: ((from: ValueReader) => object) | undefined;

  constructor(id: number, keys: readonly string[]) {
    this.id = id;
    this.keys = keys;
  }
}

class Node {
  readonly key: string;
  readonly parent: Node | undefined;
  readonly depth: number;
  /** The step taken last: most nodes have one. */
  lastKey: string | undefined;
  last: Node | undefined;
  steps: Map<string, Node> | undefined;
  shape: Shape | undefined;

  constructor(key: string, parent: Node | undefined) {
    this.key = key;
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }
}

let root = new Node("", undefined);
let nodes = 0;
let nextId = 0;
const hot: Shape[] = [];

/** The shape of a plain object, with generated code; undefined if it is not (yet) worth it. */
export function hotShapeOf(value: object): Shape | undefined {
  let node: Node = root;
  for (const key in value) {
    if (node.lastKey === key) node = node.last!;
    else {
      const next = step(node, key);
      if (next === undefined) return undefined;
      node = next;
    }
  }
  const { shape } = node;
  if (shape !== undefined && shape.copy !== undefined) return shape;
  return warm(node, value);
}

/** The hot shape with these keys, for a reader that has been told of it. Generates its code at once. */
export function shapeOfKeys(keys: readonly string[]): Shape {
  let node: Node | undefined = root;
  for (const key of keys) {
    node = step(node, key);
    if (node === undefined) return generate(new Shape(nextId++, keys));
  }
  const shape = (node.shape ??= new Shape(nextId++, keys));
  if (shape.copy === undefined) {
    generate(shape);
    hot.push(shape);
  }
  return shape;
}

/** Cold: a shape that has no code yet. */
function warm(node: Node, value: object): Shape | undefined {
  if (node === root) return undefined;
  const shape = (node.shape ??= new Shape(nextId++, keysOf(node)));
  if (++shape.seen < HOT_AFTER || hot.length >= MAX_HOT) return undefined;
  // `for…in` also gives what is inherited, should anyone have added to Object.prototype.
  if (!shape.keys.every((key) => Object.hasOwn(value, key))) return undefined;
  hot.push(generate(shape));
  return shape;
}

/** Cold: the child of a node; undefined where the tree ends. */
function step(node: Node, key: string): Node | undefined {
  let next = node.steps?.get(key);
  if (next === undefined) {
    if (node.depth >= MAX_SHAPE_KEYS) return undefined;
    if (nodes >= MAX_NODES) {
      prune();
      return undefined;
    }
    next = new Node(key, node);
    nodes++;
    (node.steps ??= new Map()).set(key, next);
  }
  node.lastKey = key;
  node.last = next;
  return next;
}

function prune(): void {
  root = new Node("", undefined);
  nodes = 0;
  for (const shape of hot) {
    let node: Node | undefined = root;
    for (const key of shape.keys) if (node !== undefined) node = step(node, key);
    if (node !== undefined) node.shape = shape;
  }
}

function keysOf(node: Node): string[] {
  const keys: string[] = [];
  for (let n: Node | undefined = node; n !== undefined && n.parent !== undefined; n = n.parent) keys.unshift(n.key);
  return keys;
}

/**
 * Objects with more keys are asked for their symbols. With up to so many it costs half as much to assign them to a sealed object that has the keys of the shape: that
 * refuses any other, and symbols (benchmark: server-call-10kb; 26 ns an object of three against 45, on Node 20 and 24).
 */
const MOST_ASSIGNED = 4;

function generateWhole(keys: readonly string[], made: string): Shape["copyIfWhole"] {
  const sealed = Object.seal(Object.fromEntries(keys.map((key) => [key, undefined])));
  const loads = keys.map((key, i) => `const v${i} = sealed[${JSON.stringify(key)}]; sealed[${JSON.stringify(key)}] = undefined;`);
  const body = `
    let taken = false;
    return (source, copy, depth) => {
      if (taken) return undefined; // a getter sends what has the same keys
      taken = true;
      try { assign(sealed, source); } catch { return undefined; } finally { taken = false; }
      ${loads.join("\n")}
      return ${made};
    };`;
  return (new Function("assign", "sealed", body) as (...args: unknown[]) => Shape["copyIfWhole"])(Object.assign, sealed);
}

/** `"__proto__": v` in a literal would set the prototype; a computed key does not. */
function namesOf(keys: readonly string[]): string[] {
  return keys.map((key) => (key === "__proto__" ? '["__proto__"]' : JSON.stringify(key)));
}

/** Statements that load the properties of `source`, and the text of an object made of copies of them. */
function copying(keys: readonly string[]): { readonly loads: string; readonly made: string } {
  const copies = namesOf(keys).map(
    (name, i) => `${name}: typeof v${i} === "number" || typeof v${i} === "string" ? v${i} : copy(v${i}, depth)`,
  );
  return {
    loads: keys.map((key, i) => `const v${i} = source[${JSON.stringify(key)}];`).join("\n"),
    made: `{ ${copies.join(", ")} }`,
  };
}

/** An object that takes these properties and no others. It has no prototype: V8 then assigns to it sooner, but loads from it later. */
function sealedObject(keys: readonly string[]): object {
  const entries = keys.map((key) => [key, { value: undefined, writable: true, enumerable: true }]);
  return Object.seal(Object.create(null, Object.fromEntries(entries) as PropertyDescriptorMap) as object);
}

/**
 * Where one element is an object of a shape, the next ones mostly are, too. What is asked of each stands behind the loads, after which V8 knows the prototype and that there is no mark without a look (benchmark:
 * server-call-10kb).
 */
export function generateRun(shape: Shape): NonNullable<Shape["copyRun"]> | null {
  const { keys } = shape;
  const assigns = keys.length <= MOST_ASSIGNED;
  if (assigns && shape.copyIfWhole === undefined) return (shape.copyRun = null);
  const { loads, made } = copying(keys);
  const sealed = sealedObject(keys);
  const body = `
    return (items, i, to, copy, depth) => {
      let asking = false;
      try {
        for (; i < to; i++) {
          const source = items[i];
          if (typeof source !== "object" || source === null || isArray(source) || isView(source)) return i;
          let n = 0;
          for (const key in source) if (key !== keys[n++]) return i;
          if (n !== ${keys.length}) return i;
          ${loads}
          if (getPrototypeOf(source) !== objectPrototype || source[TERM] !== undefined) return i;
          ${assigns ? "asking = true; assign(sealed, source); asking = false;" : "if (getOwnPropertySymbols(source).length !== 0) return i;"}
          items[i] = ${made};
        }
        return i;
      } catch (e) {
        if (!asking) throw e;
        shape.copyRun = null;
        return i;
      } finally {
        ${assigns ? keys.map((key) => `sealed[${JSON.stringify(key)}] = undefined;`).join(" ") : ""}
      }
    };`;
  const { assign, getPrototypeOf, getOwnPropertySymbols, prototype: objectPrototype } = Object;
  const { isView } = ArrayBuffer;
  const given = {
    assign,
    getPrototypeOf,
    getOwnPropertySymbols,
    objectPrototype,
    isView,
    isArray: Array.isArray,
    TERM,
    keys,
    sealed,
    shape,
  };
  return (shape.copyRun = (new Function(...Object.keys(given), body) as (...args: unknown[]) => NonNullable<Shape["copyRun"]>)(
    ...Object.values(given),
  ));
}

function generate(shape: Shape): Shape {
  const names = namesOf(shape.keys);
  const { loads, made } = copying(shape.keys);
  const writes = shape.keys.map((key) => `to.value(source[${JSON.stringify(key)}]);`);
  const reads = names.map((name) => `${name}: from.value()`);
  shape.copy = new Function("source", "copy", "depth", `${loads}\nreturn ${made};`) as NonNullable<Shape["copy"]>;
  if (shape.keys.length <= MOST_ASSIGNED) shape.copyIfWhole = generateWhole(shape.keys, made);
  shape.write = new Function("source", "to", writes.join("\n")) as NonNullable<Shape["write"]>;
  shape.read = new Function("from", `return { ${reads.join(", ")} };`) as NonNullable<Shape["read"]>;
  return shape;
}

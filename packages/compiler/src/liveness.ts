/** Which variables a frame must carry at each site: those that may be read after it, in exception handlers too. */
import { children, isClass, isFunction, type Node } from "./ast.ts";
import type { Ir } from "./ir.ts";
import type { Fn, Variable } from "./variables.ts";

type Live = Set<Variable>;

function union(a: Live, b: Iterable<Variable>): Live {
  const r = new Set(a);
  for (const x of b) r.add(x);
  return r;
}

const USES = new WeakMap<Node, Live>();

/** The variables that an expression reads, those captured by closures in it included. */
export function uses(node: Node): Live {
  let set = USES.get(node);
  if (set === undefined) {
    set = new Set();
    collect(node, set);
    USES.set(node, set);
  }
  return set;
}

function add(v: Variable | undefined, out: Live): void {
  if (v !== undefined && !v.module) out.add(v);
}

function collect(node: Node, out: Live): void {
  if (isFunction(node)) {
    for (const v of (node.fn as Fn).free) out.add(v);
    return;
  }
  if (isClass(node)) {
    for (const v of node.cls.free as Set<Variable>) out.add(v);
    for (const given of (node.given ?? []) as Node[]) collect(given, out);
    return;
  }
  switch (node.type) {
    case "Identifier":
    case "ThisExpression":
    case "MetaProperty":
      add(node.v, out);
      return;
    case "Super":
      add(node.v, out);
      add(node.cls, out);
      add(node.home, out);
      return;
    case "MemberExpression":
      collect(node.object, out);
      if (node.computed === true) collect(node.property, out);
      return;
    case "Property":
      if (node.computed === true) collect(node.key, out);
      collect(node.value, out);
      return;
    case "AssignmentExpression":
      if (node.operator === "=") collectTarget(node.left, out);
      else collect(node.left, out);
      collect(node.right, out);
      return;
    case "SuperCall":
      add(node.v, out);
      add(node.newTarget, out);
      add(node.cls.nameVariable, out);
      break;
    case "CallExpression":
      if (node.receiver != null) collect(node.receiver, out);
      break;
  }
  children(node, (c) => collect(c, out));
}

function collectTarget(node: Node, out: Live): void {
  switch (node.type) {
    case "Identifier":
      // Writing into a box reads the variable that holds the box.
      if (node.v !== undefined && ((node.v.boxed && node.box !== true) || node.tdz === true)) add(node.v, out);
      return;
    case "ObjectPattern":
      for (const p of node.properties as Node[]) {
        if (p.type === "RestElement") collectTarget(p.argument, out);
        else {
          if (p.computed === true) collect(p.key, out);
          collectTarget(p.value, out);
        }
      }
      return;
    case "ArrayPattern":
      for (const e of node.elements as (Node | null)[]) if (e !== null) collectTarget(e, out);
      return;
    case "AssignmentPattern":
      collectTarget(node.left, out);
      collect(node.right, out);
      return;
    case "RestElement":
      collectTarget(node.argument, out);
      return;
    default:
      collect(node, out);
  }
}

/** The variables that a statement certainly overwrites. */
function kills(node: Node, out: Variable[] = []): Variable[] {
  if (node.type !== "AssignmentExpression" || node.operator !== "=") return out;
  const go = (p: Node | null): void => {
    if (p === null) return;
    if (p.type === "Identifier") {
      if (p.v !== undefined && (!p.v.boxed || p.box === true)) out.push(p.v);
    } else if (p.type === "ObjectPattern")
      (p.properties as Node[]).forEach((q) => go(q.type === "RestElement" ? q.argument : q.value));
    else if (p.type === "ArrayPattern") (p.elements as (Node | null)[]).forEach(go);
    else if (p.type === "AssignmentPattern") go(p.left);
    else if (p.type === "RestElement") go(p.argument);
  };
  go(node.left);
  return out;
}

/** Writes the live sets to the sites of `body`; returns what is live at its start. `atEnd`: what a return needs. `thrown`: what a throw does. */
export function analyseLiveness(body: Ir[], atEnd: Live, thrown: Live = new Set()): Live {
  const breaks = new Map<string, Live>();
  const continues = new Map<string, Live>();
  let exceptional: Live = thrown;

  function walk(list: Ir[], after: Live): Live {
    let live = after;
    for (let i = list.length - 1; i >= 0; i--) live = step(list[i]!, live);
    return live;
  }

  function step(x: Ir, after: Live): Live {
    switch (x.k) {
      case "code": {
        const live = new Set(after);
        for (const v of kills(x.e)) live.delete(v);
        return union(union(live, uses(x.e)), exceptional);
      }
      case "start": {
        x.live = new Set(after);
        x.live.delete(x.activation);
        return union(x.live, x.fn === null ? [] : [x.fn]);
      }
      case "call":
      case "yield": {
        const live = new Set(after);
        // super() asks whether there is a this already.
        if (x.e.type !== "SuperCall" || x.e.virtual === true) live.delete(x.t);
        // What the class above has made is given to the class, to add its fields.
        if (x.e.type === "SuperCall" && x.e.elements === true) add(x.e.cls.nameVariable, live);
        const here = union(live, exceptional);
        x.live = union(x.live, here);
        return union(here, uses(x.e));
      }
      case "check":
        x.live = union(x.live, union(after, exceptional));
        return x.live;
      case "return":
        return union(union(x.e === null ? new Set() : uses(x.e), atEnd), exceptional);
      case "throw":
        return union(uses(x.e), exceptional);
      case "break":
        return breaks.get(x.label.name)!;
      case "continue":
        return continues.get(x.label.name)!;
      case "debugger":
        return after;
      case "if":
        return union(union(walk(x.a, after), walk(x.b, after)), uses(x.c));
      case "block":
        breaks.set(x.label.name, after);
        return walk(x.body, after);
      case "loop": {
        // Live at the head of a turn, before the test.
        const tail = x.update === null ? new Set<Variable>() : uses(x.update);
        const test = x.test === null ? new Set<Variable>() : uses(x.test);
        let head = union(test, x.test === null ? [] : after);
        for (;;) {
          const atUpdate = union(union(head, tail), exceptional);
          breaks.set(x.label.name, after);
          continues.set(x.label.name, atUpdate);
          const inside = union(walk(x.body, atUpdate), exceptional);
          x.live = union(x.live, inside);
          const next = union(union(inside, test), x.test === null ? [] : after);
          const grown = union(head, next);
          if (grown.size === head.size) return grown;
          head = grown;
        }
      }
      case "switch": {
        breaks.set(x.label.name, after);
        let next = after;
        let all: Live = new Set(x.cases.some((c) => c.test === null) ? [] : after);
        for (let i = x.cases.length - 1; i >= 0; i--) {
          const c = x.cases[i]!;
          next = walk(c.body, next);
          all = union(all, next);
          if (c.test !== null) all = union(all, uses(c.test));
        }
        return union(all, uses(x.d));
      }
      case "try": {
        const handler = new Set(walk(x.handler, after));
        handler.delete(x.error);
        const saved = exceptional;
        exceptional = union(saved, handler);
        const live = walk(x.body, after);
        exceptional = saved;
        return union(live, handler);
      }
    }
  }
  return walk(body, atEnd);
}

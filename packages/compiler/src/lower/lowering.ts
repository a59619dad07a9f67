/** The state of lowering one function: the statement list under construction, temporaries, and what a jump has to pass through. */
import { assign, id, type Node } from "../ast.ts";
import type { CallIr, Ir, Label } from "../ir.ts";
import { makeVariable, type Fn, type Variable } from "../variables.ts";

/** What a `break`, `continue` or `return` meets on its way out, innermost last. */
export type Exit =
  | { kind: "target"; names: string[]; breakLabel: Label; continueLabel: Label | null; plain: boolean }
  | { kind: "close"; iterator: Variable; index: Variable | null; loop: Label }
  | { kind: "finally"; label: Label; state: Variable; value: Variable; jumps: Jump[] }
  | { kind: "try" };

export type Jump = { kind: "return" } | { kind: "break" | "continue"; label: Label; depth: number };

export class Lowering {
  out: Ir[] = [];
  /** In a compiled generator, what holds its state. */
  activation: Variable | null = null;
  readonly fn: Fn;
  readonly refuse: (node: Node, reason: string, hint?: string) => never;
  /** Variables of the output beside the function's own: temporaries and state of loops, switches and finally blocks. */
  readonly extra: Variable[] = [];
  exits: Exit[] = [];
  /** Where a derived constructor that is inside a `try` returns from: what it must not return throws outside of all. */
  leaving: { readonly label: Label; readonly value: Variable } | null = null;
  /** Names that labels before a loop gave to it. */
  pendingLabels: string[] = [];
  private readonly temps: Variable[] = [];
  private tempsUsed = 0;
  private labels = 0;
  private held = 0;

  constructor(fn: Fn, refuse: (node: Node, reason: string, hint?: string) => never) {
    this.fn = fn;
    this.refuse = refuse;
  }

  emit(ir: Ir): void {
    this.out.push(ir);
  }

  code(e: Node): void {
    this.out.push({ k: "code", e });
  }

  set(v: Variable, e: Node, at?: Node): void {
    this.out.push({ k: "code", e: assign(declaring(v), e, at) });
  }

  /** A temporary that is free again at the next statement. */
  temp(): Variable {
    let t = this.temps[this.tempsUsed];
    if (t === undefined) {
      t = makeVariable(`$${this.tempsUsed + 1}`, "temp", this.fn);
      this.temps.push(t);
      this.extra.push(t);
    }
    this.tempsUsed++;
    return t;
  }

  /** Temporaries of `body` are free after it. */
  statement<T>(body: () => T): T {
    const used = this.tempsUsed;
    const result = body();
    this.tempsUsed = used;
    return result;
  }

  /** A variable of its own, for state that spans statements. */
  hold(name: string): Variable {
    const v = makeVariable(`$${name}${++this.held}`, "temp", this.fn);
    this.extra.push(v);
    return v;
  }

  label(name = "$L"): Label {
    return { name: `${name}${++this.labels}`, used: false };
  }

  /** Collects what `body` emits into a list of its own. */
  collect(body: () => void): Ir[] {
    const saved = this.out;
    const list: Ir[] = [];
    this.out = list;
    body();
    this.out = saved;
    return list;
  }

  call(t: Variable, e: Node): void {
    const ir: CallIr = { k: "call", t, e, pc: -1, live: new Set() };
    this.out.push(ir);
  }

  /** Keeps the value of `e` while something after it is evaluated. */
  snapshot(e: Node): Node {
    if (isStable(e)) return e;
    const t = this.temp();
    this.set(t, e, e);
    const use = id(t, e);
    use.text = e.text;
    return use;
  }

  /** Makes `e` a name, so that it can be written twice. */
  atom(e: Node): Node {
    if (e.type === "ThisExpression" || (e.type === "Identifier" && e.tdz !== true)) return e;
    return this.snapshot(e);
  }

  /** Makes what a method is called on a name, which the method's getter cannot give another value. */
  receiver(e: Node): Node {
    const v = e.type === "Identifier" ? (e.v as Variable | undefined) : null;
    if (v === null) return this.atom(e);
    const isShared = v === undefined || v.kind === "import" || ((v.boxed || v.module) && v.writes > 0);
    return isShared && v?.runtime !== true ? this.snapshot(e) : this.atom(e);
  }

  jumpTo(kind: "break" | "continue", label: Label): void {
    label.used = true;
    this.out.push({ k: kind, label });
  }
}

/** A use of `v` as the target of its own initialisation. */
export function declaring(v: Variable): Node {
  const node = id(v);
  node.declares = true;
  return node;
}

/** Whether evaluating `e` later gives the same value and no effect. */
export function isStable(e: Node): boolean {
  switch (e.type) {
    case "Literal":
      return e.regex === undefined;
    case "ThisExpression":
      return true;
    case "Raw":
      return true;
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return false;
    case "Identifier": {
      const v = e.v as Variable | undefined;
      if (v === undefined) return e.name === "undefined";
      if (e.tdz === true || v.kind === "import") return v.runtime && e.tdz !== true;
      if (v.kind === "temp") return true;
      if (v.kind === "var") return false;
      return v.writes === 0;
    }
    default:
      return false;
  }
}

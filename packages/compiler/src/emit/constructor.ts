/**
 * Constructors that may suspend. While the stack unwinds, one returns an object that nobody will keep: the fields of subclasses go there. What
 * JavaScript itself gives instances (fields, private names) a resume version cannot give: it has the constructor entered once more, which
 * then does nothing but call `super`; see runtime/construction.ts.
 */
import type { Node } from "../ast.ts";
import { hasElements, isDerived, isEnteredBare, isHarmless, isSplit } from "../construction.ts";
import { suspendsBefore } from "../suspends.ts";
import type { CallIr } from "../ir.ts";
import type { ClassUnit, Fn, Variable } from "../variables.ts";
import { argumentList, expression, keyText, variableText, type Printer } from "./expression.ts";
import type { StatementPrinter } from "./fast.ts";

/** Whether what is printed is the text of the constructor itself, in which `super` is JavaScript's own. */
function isOwnText(p: Printer, node: Node): boolean {
  return p.c.native && node.virtual !== true;
}

/** A constructor returns an object of its own while the stack unwinds. */
export function unwinding(p: Printer, save: () => void): void {
  const fresh = p.c.fn.kind === "constructor" && !p.c.resume;
  p.w.write(fresh ? "return $un(" : "return ");
  save();
  p.w.write(fresh ? ");" : ";");
}

/**
 * What asks for a reduction. A fast version that finds none left is always left: where nothing may be saved its resume version goes on, see `saveHead`. A
 * constructor called by `new`, a `try`, whose handler must not see what comes after it, and a resume version, which would be entered from itself again and again, ask
 * whether they have to.
 */
export function printCharge({ w, c }: Printer, inTry = false): void {
  w.write(inTry || c.resume || c.fn.kind === "constructor" ? "if (--$S.r < 0 && $y()) " : "if (--$S.r < 0) ");
}

/** `if (…) return …` at the entry. */
export function printEntryCheck(p: Printer, fn: Fn, frame: () => void): void {
  const { w } = p;
  printCharge(p);
  if (isDerived(fn) && hasElements(fn.cls!)) {
    w.write("{ if ($S.a === 2) { super(...$sa()); return; } ");
    unwinding(p, frame);
    w.write(" }");
  } else unwinding(p, frame);
}

function nativeSuper(p: Printer, node: Node): void {
  const { w } = p;
  const guarded = node.call.kind === "marker";
  if (guarded) w.write(`{ const $n = $sn(${variableText(p, node.cls.nameVariable)}); try { `);
  w.write("super", node.start);
  argumentList(p, node.arguments);
  w.write(";");
  if (guarded) w.write(" } finally { $sx($n); } }");
}

/** `super(…)` through the runtime. */
function calledSuper(p: Printer, node: Node): void {
  const { w } = p;
  const names = `${variableText(p, node.cls.nameVariable)}, ${variableText(p, node.newTarget)}`;
  w.write(`${node.elements === true ? "$supe" : "$sup"}(${names}, [`, node.start);
  (node.arguments as Node[]).forEach((a, i) => {
    if (i > 0) w.write(", ");
    expression(p, a, 1);
  });
  w.write(node.elements === true ? `], ${thisVariable(node)})` : "])");
}

/** The variable that holds `this`, undefined as long as there is none. */
function thisVariable(node: Node): string {
  const { id, boxed } = node.v as Variable;
  return boxed ? `${id}[0]` : id;
}

/** `super(…)` that does not suspend, as an expression; in a constructor's own text a statement. */
export function printSuper(p: Printer, node: Node): void {
  const { id } = node.v as Variable;
  if (isOwnText(p, node)) {
    nativeSuper(p, node);
    p.w.write(` ${id} = this`);
  } else {
    if (node.virtual !== true) p.w.write(`${id} = $bindThis(${id}, `);
    calledSuper(p, node);
    if (node.virtual !== true) p.w.write(")");
  }
}

/** `super(…)` that may suspend. Where the class that it extends has returned, nothing is saved: whether fields are initialised must be clear. */
export function superSite(p: StatementPrinter, x: CallIr): void {
  const { w } = p;
  const node = x.e;
  const own = isOwnText(p, node);
  if (own) nativeSuper(p, node);
  else {
    p.unit.counter++;
    w.write("$c = ");
    calledSuper(p, node);
    w.write(";");
  }
  w.write(" if ($S.u !== 0) ");
  unwinding(p, () => p.frames!.save(p, "s", x.pc, x.live));
  w.write(` ${x.t.id} = ${own ? "this" : node.virtual === true ? "$c" : `$bindThis(${x.t.id}, $c)`};`);
}

/** Goes on from there: `value`, which the class that it extends has made, becomes `this`. */
export function resumeSuper(p: Printer, x: CallIr, value: string): string {
  const node = x.e;
  const made =
    node.elements === true ? `$adopt(${variableText(p, node.cls.nameVariable)}, ${value}, ${thisVariable(node)})` : value;
  return node.virtual === true ? made : `$bindThis(${x.t.id}, ${made})`;
}

/** The first statement of a constructor that may be entered for the private names alone, and that is printed as it stands. */
export function leaveBare(fn: Fn): string | null {
  if (fn.kind !== "constructor" || fn.mode !== "P" || !isEnteredBare(fn.cls!)) return null;
  return isDerived(fn) ? "if ($S.a !== 0) { super(); return; }" : "if ($S.a !== 0) return;";
}

/** What `return` gives in a version whose `this` is a variable: the text for no value, and the function for another. */
export function constructed(fn: Fn): { value: string; by: string; self: string } {
  const v = fn.thisVariable!;
  const self = v.boxed ? `${v.id}[0]` : v.id;
  return isDerived(fn) ? { value: `$ti(${self})`, by: "$rd", self } : { value: self, by: "$ro", self };
}

/** A field of instances, or a static one. */
export function printField(p: Printer, cls: ClassUnit, m: Node): void {
  const { w } = p;
  const split = isSplit(cls, m);
  if (split && m.key.type !== "PrivateIdentifier") {
    if (m.computed !== true) return;
    // Its key is evaluated where it stands.
    w.write("[$key$(");
    keyExpression(p, cls, m);
    w.write(")]() {}");
    return;
  }
  if (m.static === true) w.write("static ");
  memberKey(p, cls, m);
  if (m.value != null && !split) {
    w.write(" = ");
    const guarded = m.static !== true && (cls.constructorFn!.mode === "S" || isEnteredBare(cls)) && !isHarmless(m.value);
    if (guarded) w.write(`$S.${isDerived(cls.constructorFn!) ? "u" : "a"} !== 0 ? undefined : `);
    expression(p, m.value, 1);
  }
  w.write(";");
}

/** The key of a member. */
export function memberKey(p: Printer, cls: ClassUnit, m: Node): void {
  if (m.computed === true) {
    p.w.write("[");
    keyExpression(p, cls, m);
    p.w.write("]");
  } else keyText(p, m);
}

/** A computed key, which may have been evaluated before the class is made. */
function keyExpression(p: Printer, cls: ClassUnit, m: Node): void {
  const keys = (cls.node.body.body as Node[]).filter((k) => k.computed === true);
  if (suspendsBefore(cls)) p.w.write(`$key${keys.indexOf(m)}`);
  else expression(p, m.key, 1);
}

/** The parameters of a class's factory for what is evaluated before. */
export function givenNames(cls: ClassUnit): string[] {
  if (!suspendsBefore(cls)) return [];
  const keys = (cls.node.body.body as Node[]).filter((m) => m.computed === true).map((_, i) => `$key${i}`);
  return cls.node.superClass == null ? keys : ["$super", ...keys];
}

/** Classes. Inside a function that may suspend they are made by a factory, as an atomic section. */
import { raw, type Node } from "../ast.ts";
import { isLiftedClass } from "../captures.ts";
import type { ClassUnit, Variable } from "../variables.ts";
import { isSplit } from "../construction.ts";
import { givenNames, printField } from "./constructor.ts";
import { expression, variableText, waits, type Printer } from "./expression.ts";
import { context, printFunction } from "./function.ts";
import { factoryHere, print, printPrologue, reserve } from "./inner.ts";
import { list } from "./native.ts";
import { Writer } from "./writer.ts";

/** As a statement, `class X {…}` followed by the marks of its methods. */
export function printClass(p: Printer, cls: ClassUnit, name: string, statement: boolean): void {
  const { w } = p;
  if (statement && cls.earlyName !== null) {
    w.write(`const ${cls.earlyName.id} = [$T];`);
    w.newline();
  }
  if (!statement) w.write("$cls(");
  w.write(`class ${name}`, cls.node.start);
  if (name !== "") w.write(" ");
  if (cls.node.superClass != null) {
    w.write("extends ");
    w.write("(");
    if (givenNames(cls).length > 0) w.write("$super");
    else expression(p, cls.node.superClass);
    w.write(") ");
  }
  w.write("{");
  w.indent++;
  const body = new Writer();
  body.indent = w.indent;
  const q: Printer = { ...p, w: body };
  for (const m of cls.node.body.body as Node[]) {
    body.newline();
    member(q, cls, m);
  }
  if (cls.synthetic && cls.constructorFn!.mode === "S") {
    body.newline();
    printFunction(q, cls.constructorFn!, "", { type: "MethodDefinition", key: raw("constructor"), start: -1, end: -1 });
  }
  const statics = new Writer();
  statics.indent = w.indent + 1;
  if (cls.staticFn?.mode === "S") printFunction({ ...p, w: statics }, cls.staticFn, "");
  printPrologue(p, cls, name, statics);
  w.append(body);
  w.indent--;
  w.newline();
  w.write("}");
  // One that is constructed by built-in methods, too, is constructed atomically.
  const flags = `${cls.constructorFn?.mode !== "N"}, ${JSON.stringify(cls.name)}`;
  if (statement) {
    w.newline();
    w.write(`$cls(${name}, ${flags});`);
  } else w.write(`, ${flags})`);
}

/** `given`: the values of what was evaluated before; undefined if the class has not been taken apart into statements. */
export function printClassExpression(p: Printer, cls: ClassUnit, given: readonly Node[] | undefined): void {
  const early = given === undefined ? cls.earlyName : null;
  if (early === null) {
    classExpression(p, cls, given ?? []);
    return;
  }
  // Each evaluation has a box of its own.
  const before = [cls.node.superClass, ...(cls.node.body.body as Node[]).map((m) => (m.computed === true ? m.key : null))];
  if (before.some((e: Node | null) => e != null && waits(e)))
    p.unit.refuse(
      cls.node,
      "a class expression awaits or yields in what it extends or in its keys, and uses its own name there",
      "Declare the class in a statement.",
    );
  p.w.write(`((${early.id}) => `, cls.node.start);
  classExpression(p, cls, []);
  p.w.write(")([$T])");
}

function classExpression(p: Printer, cls: ClassUnit, given: readonly Node[]): void {
  const name = cls.nameless && cls.nameVariable.references.length === 0 ? "" : cls.nameVariable.id;
  if (!isLiftedClass(cls)) {
    printClass(p, cls, name, false);
    return;
  }
  if (cls.factory === null) {
    const safe = /^\w+$/.test(cls.name) ? cls.name : "anonymous";
    cls.factory = reserve(p.unit, cls.privateOf, `$class${++p.unit.factories}_${safe}`);
    const w = new Writer();
    const c = { ...p.c, native: false, mode: "N" as const, resume: false };
    const parameters = [...[...cls.free].map((v) => v.id), ...givenNames(cls)];
    w.write(`function ${cls.factory.name}(${parameters.join(", ")}) {`);
    w.indent++;
    w.newline();
    w.write("return $atomic(() => ");
    printClass({ ...p, w, c }, cls, name, false);
    w.write(", undefined, []);");
    w.indent--;
    w.newline();
    w.write("}\n");
    print(p.unit, cls.factory, w);
  }
  p.w.write(`${factoryHere(p, cls.factory)}(`, cls.node.start);
  p.w.write([...cls.free].map((v) => variableText(p, v)).join(", "));
  given.forEach((e, i) => {
    if (i > 0 || cls.free.size > 0) p.w.write(", ");
    expression(p, e, 1);
  });
  p.w.write(")");
}

function member(p: Printer, cls: ClassUnit, m: Node): void {
  const { w } = p;
  if (m.type === "StaticBlock") {
    if (isSplit(cls, m)) return;
    w.write("static {");
    w.indent++;
    for (const v of m.scope.list as Variable[]) {
      if (v.kind !== "var" || !v.boxed) continue;
      w.newline();
      w.write(`let ${v.id} = [undefined];`);
    }
    list({ ...p, c: context(cls.staticFn!, p.c) }, m.body, m.scope);
    w.indent--;
    w.newline();
    w.write("}");
    return;
  }
  if (m.type === "PropertyDefinition") {
    const fn = m.static === true ? cls.staticFn : cls.constructorFn;
    printField(fn === null ? p : { ...p, c: { ...context(fn, p.c), initialiser: true } }, cls, m);
    return;
  }
  printFunction(p, m.value.fn, "", m);
}

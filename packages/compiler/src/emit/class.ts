/** Classes. Inside a function that may suspend they are made by a factory, as an atomic section. */
import { raw, type Node } from "../ast.ts";
import { isLiftedClass } from "../captures.ts";
import type { ClassUnit, Fn } from "../variables.ts";
import { printField } from "./constructor.ts";
import { expression, keyText, variableText, type Printer } from "./expression.ts";
import { context, printFunction } from "./function.ts";
import { factoryHere, print, printPrologue, reserve } from "./inner.ts";
import { list } from "./native.ts";
import { Writer } from "./writer.ts";

/** As a statement, `class X {…}` followed by the marks of its methods. */
export function printClass(p: Printer, cls: ClassUnit, name: string, statement: boolean): void {
  const { w } = p;
  if (!statement) w.write("$cls(");
  w.write(`class ${name}`, cls.node.start);
  if (name !== "") w.write(" ");
  if (cls.node.superClass != null) {
    w.write("extends ");
    w.write("(");
    expression(p, cls.node.superClass);
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
  printPrologue(p, cls, name);
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

export function printClassExpression(p: Printer, cls: ClassUnit): void {
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
    w.write(`function ${cls.factory.name}(${[...cls.free].map((v) => v.id).join(", ")}) {`);
    w.indent++;
    w.newline();
    w.write("const $n = $S.nat, $d = $S.debt;");
    w.newline();
    w.write("$S.nat = $n + 1;");
    w.newline();
    w.write("try {");
    w.indent++;
    w.newline();
    w.write("return ");
    printClass({ ...p, w, c }, cls, name, false);
    w.write(";");
    w.indent--;
    w.newline();
    w.write("} finally {");
    w.indent++;
    w.newline();
    w.write("$S.nat = $n;");
    w.newline();
    w.write("if ($S.debt !== $d) $charge($d);");
    w.indent--;
    w.newline();
    w.write("}");
    w.indent--;
    w.newline();
    w.write("}\n");
    print(p.unit, cls.factory, w);
  }
  p.w.write(`${factoryHere(p, cls.factory)}(${[...cls.free].map((v) => variableText(p, v)).join(", ")})`, cls.node.start);
}

function member(p: Printer, cls: ClassUnit, m: Node): void {
  const { w } = p;
  if (m.type === "StaticBlock") {
    w.write("static {");
    w.indent++;
    list({ ...p, c: context(m.fn, p.c) }, m.body, m.scope);
    w.indent--;
    w.newline();
    w.write("}");
    return;
  }
  if (m.type === "PropertyDefinition") {
    if (m.static !== true) {
      printField(cls.constructorFn === null ? p : { ...p, c: context(cls.constructorFn, p.c) }, cls, m);
      return;
    }
    w.write("static ");
    keyText(p, m);
    if (m.value != null) {
      w.write(" = ");
      expression({ ...p, c: context(m.fn as Fn, p.c) }, m.value, 1);
    }
    w.write(";");
    return;
  }
  printFunction(p, m.value.fn, "", m);
}

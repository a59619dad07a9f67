/**
 * Code in native mode and plain functions: printed as it was written, but for closures (made by their factories), boxes, and names.
 * Native-mode functions that are neither generators nor async raise the nesting counter while they run.
 */
import { ORDINARY_NAMES, PROXY_TRAPS } from "../method-names.ts";
import { isFunction, patternNames, type Node } from "../ast.ts";
import { isLifted, needsMark } from "../captures.ts";
import { markDeclared } from "../lower/patterns.ts";
import type { Fn, Scope, Variable } from "../variables.ts";
import { printClass } from "./class.ts";
import { expression, target, type Printer } from "./expression.ts";
import { effect } from "./fast.ts";
import { printClosure, printFunction } from "./function.ts";

export function nativeParameters(p: Printer, fn: Fn): void {
  const { w } = p;
  const q: Printer = { ...p, c: { ...p.c, rawParameters: true } };
  w.write("(", fn.node.start);
  (fn.node.params as Node[]).forEach((n, i) => {
    if (i > 0) w.write(", ");
    target(q, markDeclared(n, true));
  });
  w.write(")");
}

/** Whether it must say that nothing below it can be suspended. */
function needsGuard(p: Printer, fn: Fn): boolean {
  if (fn.mode !== "N" || fn.generator || fn.async || !p.unit.guards.wrappers) return false;
  if (fn.kind === "constructor") return true;
  return fn.loops > 0 || fn.iterated.length > 0 || fn.calls.some((c) => c.call.kind !== "direct");
}

/** `first`: a statement to begin with. */
export function nativeBody(p: Printer, fn: Fn, first: string | null = null): void {
  const { w } = p;
  const node = fn.node;
  const boxes = fn.own.filter((v) => v.boxed && v.kind === "param");
  const guard = needsGuard(p, fn);
  if (node.body.type !== "BlockStatement") {
    if (boxes.length === 0 && !guard && first === null) {
      if (node.body.type === "ObjectExpression" || node.body.type === "SequenceExpression") {
        w.write("(");
        expression(p, node.body);
        w.write(")");
      } else expression(p, node.body, 1);
      return;
    }
  }
  w.write("{");
  w.indent++;
  if (first !== null) {
    w.newline();
    w.write(first);
  }
  for (const v of boxes) {
    w.newline();
    w.write(`let ${v.id} = [${v.id}$p];`);
  }
  for (const v of fn.own) {
    if (v.kind === "var" && v.boxed) {
      w.newline();
      w.write(`let ${v.id} = [undefined];`);
    }
  }
  if (guard) {
    w.newline();
    w.write("const $n = $S.nat, $d = $S.debt;");
    w.newline();
    w.write("$S.nat = $n + 1;");
    w.newline();
    w.write("try {");
    w.indent++;
  }
  if (node.body.type === "BlockStatement") list(p, node.body.body, node.body.scope);
  else {
    w.newline();
    w.write("return ");
    expression(p, node.body);
    w.write(";");
  }
  if (guard) {
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
  }
  w.indent--;
  w.newline();
  w.write("}");
}

/** Whether the variable is that of a function which is declared with `let` where it is made. */
function isMade(v: Variable): boolean {
  return v.kind === "function" && v.init !== null && !staysDeclared(v.init.fn as Fn);
}

/** Whether a declared function stays a declaration. */
function staysDeclared(fn: Fn): boolean {
  return !isLifted(fn) && !needsMark(fn) && fn.heldBy !== null && !fn.heldBy.boxed;
}

export function list(p: Printer, body: Node[], scope: Scope | null | undefined): void {
  const { w } = p;
  for (const v of scope?.list ?? []) {
    if (v.owner === p.c.fn && v.boxed && v.early && v.kind !== "param" && v.kind !== "var") {
      w.newline();
      w.write(`let ${v.id} = [${v.tdz ? "$T" : "undefined"}];`);
    }
  }
  const declarations = body.filter((s) => s.type === "FunctionDeclaration" && s.place !== undefined && !staysDeclared(s.fn));
  for (let i = 0; i <= body.length; i++) {
    for (const d of declarations) {
      if (d.place !== i) continue;
      w.newline();
      const v = d.id.v as Variable;
      const isThere = v.early || v.kind === "param" || v.kind === "var"; // a parameter or a var of the same name
      if (v.boxed) w.write(isThere ? `${v.id}[0] = ` : `let ${v.id} = [`);
      else w.write(isThere ? `${v.id} = ` : `let ${v.id} = `);
      printClosure(p, d.fn);
      w.write(v.boxed && !isThere ? "];" : ";");
    }
    const s = body[i];
    if (
      s === undefined ||
      s.type === "EmptyStatement" ||
      (s.type === "FunctionDeclaration" && (declarations.includes(s) || (s.fn as Fn).topLevel || s.id.v.init !== s))
    )
      continue;
    w.newline();
    nativeStatement(p, s);
  }
}

function blockOf(p: Printer, node: Node): void {
  const { w } = p;
  w.write("{");
  w.indent++;
  if (node.type === "BlockStatement") list(p, node.body, node.scope);
  else {
    w.newline();
    nativeStatement(p, node);
  }
  w.indent--;
  w.newline();
  w.write("}");
}

export function nativeStatement(p: Printer, node: Node): void {
  const { w } = p;
  switch (node.type) {
    case "EmptyStatement":
      w.write(";");
      return;
    case "BlockStatement":
      blockOf(p, node);
      return;
    case "ExpressionStatement":
      effect(p, node.expression);
      return;
    case "VariableDeclaration":
      declaration(p, node);
      return;
    case "FunctionDeclaration":
      printFunction(p, node.fn, (node.id.v as Variable).id);
      return;
    case "ClassDeclaration":
      classDeclaration(p, node);
      return;
    case "ReturnStatement":
    case "ThrowStatement":
      if (
        node.type === "ReturnStatement" &&
        p.c.fn.kind === "getter" &&
        node.argument != null &&
        !/^(Literal|TemplateLiteral|BinaryExpression|UnaryExpression)$/.test(node.argument.type)
      ) {
        const name = p.c.fn.syntaxName;
        const givesMethod = name !== null && !PROXY_TRAPS.has(name) && !ORDINARY_NAMES.has(name) && name !== "computed";
        w.write(`return $get(${givesMethod ? "$syn(" : ""}`, node.start);
        expression(p, node.argument, 1);
        w.write(givesMethod ? "));" : ");");
        return;
      }
      w.write(node.type === "ReturnStatement" ? "return" : "throw", node.start);
      if (node.argument != null) {
        w.write(" ");
        expression(p, node.argument);
      }
      w.write(";");
      return;
    case "IfStatement":
      w.write("if (");
      expression(p, node.test);
      w.write(") ");
      blockOf(p, node.consequent);
      if (node.alternate != null) {
        w.write(" else ");
        blockOf(p, node.alternate);
      }
      return;
    case "LabeledStatement":
      w.write(`${node.label.name}: `);
      if (node.body.type === "EmptyStatement" || node.body.type === "FunctionDeclaration") w.write("{}");
      else nativeStatement(p, node.body);
      return;
    case "BreakStatement":
    case "ContinueStatement":
      w.write(node.type === "BreakStatement" ? "break" : "continue");
      if (node.label != null) w.write(` ${node.label.name}`);
      w.write(";");
      return;
    case "WhileStatement":
      w.write("while (");
      expression(p, node.test);
      w.write(") ");
      blockOf(p, node.body);
      return;
    case "DoWhileStatement":
      w.write("do ");
      blockOf(p, node.body);
      w.write(" while (");
      expression(p, node.test);
      w.write(");");
      return;
    case "ForStatement":
      forStatement(p, node);
      return;
    case "ForInStatement":
    case "ForOfStatement":
      forEach(p, node);
      return;
    case "SwitchStatement":
      switchStatement(p, node);
      return;
    case "TryStatement":
      tryStatement(p, node);
      return;
    case "DebuggerStatement":
      w.write("debugger;");
      return;
    default:
      p.unit.refuse(node, `${node.type} is not supported`);
  }
}

function classDeclaration(p: Printer, node: Node): void {
  const v = node.id.v as Variable;
  if (!v.boxed && v.writes === 0) {
    printClass(p, node.cls, v.id, true);
    return;
  }
  p.w.write(v.boxed ? (v.early ? `${v.id}[0] = ` : `let ${v.id} = [`) : `let ${v.id} = `);
  expression(p, { ...node, type: "ClassExpression" }, 1);
  p.w.write(v.boxed && !v.early ? "];" : ";");
}

function boxedIn(pattern: Node): boolean {
  return patternNames(pattern).some((n) => (n.v as Variable).boxed);
}

function declaration(p: Printer, node: Node): void {
  const { w } = p;
  (node.declarations as Node[]).forEach((d, i) => {
    if (i > 0) w.newline();
    declarator(p, node.kind, d);
    w.write(";");
  });
}

function declarator(p: Printer, kind: string, d: Node): void {
  const { w } = p;
  if (d.id.type === "Identifier") {
    const v = d.id.v as Variable;
    if (!v.boxed) {
      // A function of that name is there already.
      w.write(kind === "var" && isMade(v) ? (d.init == null ? "" : v.id) : `${kind} ${v.id}`, d.id.start);
      if (d.init != null) {
        w.write(" = ");
        // Any other name was taken, and is not the function's.
        if (isFunction(d.init)) d.init.named = v.id === (d.init.fn as Fn).name;
        expression(p, d.init, 1);
      }
    } else if (kind === "var") {
      if (d.init != null) {
        w.write(`${v.id}[0] = `, d.id.start);
        expression(p, d.init, 1);
      }
    } else {
      w.write(v.early ? `${v.id}[0] = ` : `let ${v.id} = [`, d.id.start);
      if (d.init != null) expression(p, d.init, 1);
      else w.write("undefined");
      if (!v.early) w.write("]");
    }
    return;
  }
  if (!boxedIn(d.id)) {
    w.write(`${kind} `);
    target(p, markDeclared(d.id, true));
    w.write(" = ");
    expression(p, d.init, 1);
    return;
  }
  for (const n of patternNames(d.id)) {
    const v = n.v as Variable;
    if (v.boxed ? !v.early && kind !== "var" : true)
      w.write(`${kind === "var" && !v.boxed ? "var" : "let"} ${v.id}${v.boxed ? " = [undefined]" : ""}; `);
  }
  w.write("(");
  target(p, markDeclared(d.id, true));
  w.write(" = ");
  expression(p, d.init, 1);
  w.write(")");
}

function forStatement(p: Printer, node: Node): void {
  const { w } = p;
  const init = node.init as Node | null;
  const perTurn = ((node.scope?.list ?? []) as Variable[]).filter((v) => v.boxed);
  const early = perTurn.some((v) => v.early);
  const wrap =
    init !== null &&
    init.type === "VariableDeclaration" &&
    perTurn.length > 0 &&
    (early || (init.declarations as Node[]).some((d) => d.id.type !== "Identifier"));
  if (wrap) {
    // Declared before the loop; every turn makes its own boxes.
    w.write("{ ");
    for (const v of perTurn) if (v.early) w.write(`let ${v.id} = [${v.tdz ? "$T" : "undefined"}]; `);
    declaration(p, init!);
    w.write(" ");
  }
  // What the initialisers capture is not the first turn's.
  const captured = perTurn.filter((v) => v.kind === "let" && [...v.capturers].some((u) => u.node.start < init!.end));
  const apart = captured.map((v) => `${v.id} = [${v.id}[0]]`).join(", ");
  w.write(wrap ? `for (${apart}` : "for (");
  if (init !== null && !wrap) {
    if (init.type === "VariableDeclaration") {
      w.write(`${init.kind === "var" ? "var" : perTurn.length > 0 ? "let" : init.kind} `);
      (init.declarations as Node[]).forEach((d, i) => {
        if (i > 0) w.write(", ");
        const v = d.id.v as Variable | undefined;
        if (d.id.type === "Identifier") {
          w.write(v!.id, d.id.start);
          if (v!.boxed && init.kind !== "var") {
            w.write(" = [");
            if (d.init != null) expression(p, d.init, 1);
            w.write("]");
          } else if (d.init != null) {
            w.write(" = ");
            expression(p, d.init, 1);
          }
        } else {
          target(p, markDeclared(d.id, true));
          w.write(" = ");
          expression(p, d.init, 1);
        }
      });
      if (apart !== "") w.write(`, $apart = (${apart})`);
    } else expression(p, init);
  }
  w.write("; ");
  if (node.test != null) expression(p, node.test);
  w.write("; ");
  const renew = perTurn.filter((v) => v.kind === "let").map((v) => `${v.id} = [${v.id}[0]]`);
  w.write(renew.join(", "));
  if (node.update != null) {
    if (renew.length > 0) w.write(", ");
    expression(p, node.update, 1);
  }
  w.write(") ");
  blockOf(p, node.body);
  if (wrap) w.write(" }");
}

function forEach(p: Printer, node: Node): void {
  const { w } = p;
  const declared = node.left.type === "VariableDeclaration";
  const pattern: Node = declared ? node.left.declarations[0].id : node.left;
  const boxes = declared && node.left.kind !== "var" && boxedIn(pattern);
  // What the expression captures are variables that never get a value.
  const heads = boxes ? ((node.scope?.list ?? []) as Variable[]).filter((v) => v.early) : [];
  if (heads.length > 0) w.write(`{ ${heads.map((v) => `let ${v.id} = [$T];`).join(" ")} `);
  w.write(`for ${node.await === true ? "await " : ""}(`);
  if (boxes) w.write("const $item");
  else {
    if (declared) w.write(node.left.kind === "var" && boxedIn(pattern) ? "" : `${node.left.kind} `);
    target(p, declared ? markDeclared(pattern, true) : pattern);
  }
  w.write(node.type === "ForInStatement" ? " in " : " of ");
  expression(p, node.right, 1);
  w.write(") ");
  if (!boxes) {
    blockOf(p, node.body);
    return;
  }
  w.write("{");
  w.indent++;
  for (const n of patternNames(pattern)) {
    w.newline();
    w.write(`let ${(n.v as Variable).id}${(n.v as Variable).boxed ? " = [undefined]" : ""};`);
  }
  w.newline();
  w.write("(");
  target(p, markDeclared(pattern, true));
  w.write(" = $item);");
  w.newline();
  blockOf(p, node.body);
  w.indent--;
  w.newline();
  w.write("}");
  if (heads.length > 0) w.write(" }");
}

function switchStatement(p: Printer, node: Node): void {
  const { w } = p;
  const all = (node.cases as Node[]).flatMap((c) => c.consequent as Node[]);
  const declarations = all.filter((s) => s.type === "FunctionDeclaration" && s.place !== undefined && !staysDeclared(s.fn));
  const boxes = ((node.scope?.list ?? []) as Variable[]).filter((v) => v.boxed);
  const wrap = declarations.length > 0 || boxes.length > 0;
  // Boxes are made before the switch; a boxed variable of a switch counts as captured early.
  for (const v of boxes) v.early = true;
  if (wrap) {
    w.write("{");
    w.indent++;
    list(
      { ...p },
      declarations.map((d) => ({ ...d, place: 0 })),
      node.scope,
    );
    w.newline();
  }
  w.write("switch (");
  expression(p, node.discriminant);
  w.write(") {");
  for (const c of node.cases as Node[]) {
    w.newline();
    if (c.test === null) w.write("default:");
    else {
      w.write("case ");
      expression(p, c.test);
      w.write(":");
    }
    w.indent++;
    for (const s of c.consequent as Node[]) {
      if (declarations.includes(s)) continue;
      w.newline();
      nativeStatement(p, s);
    }
    w.indent--;
  }
  w.newline();
  w.write("}");
  if (wrap) {
    w.indent--;
    w.newline();
    w.write("}");
  }
}

function tryStatement(p: Printer, node: Node): void {
  const { w } = p;
  w.write("try ");
  blockOf(p, node.block);
  if (node.handler != null) {
    const param = node.handler.param as Node | null;
    if (param === null) {
      w.write(" catch ");
      blockOf(p, node.handler.body);
    } else if (!boxedIn(param)) {
      w.write(" catch (");
      target(p, markDeclared(param, true));
      w.write(") ");
      blockOf(p, node.handler.body);
    } else {
      w.write(" catch ($e) {");
      w.indent++;
      for (const n of patternNames(param)) {
        w.newline();
        w.write(`let ${(n.v as Variable).id}${(n.v as Variable).boxed ? " = [undefined]" : ""};`);
      }
      w.newline();
      w.write("(");
      target(p, markDeclared(param, true));
      w.write(" = $e);");
      w.newline();
      blockOf(p, node.handler.body);
      w.indent--;
      w.newline();
      w.write("}");
    }
  }
  if (node.finalizer != null) {
    w.write(" finally ");
    blockOf(p, node.finalizer);
  }
}

/** The version of a function that runs: its own statements, with a check at the entry, at every turn of a loop and after suspending calls. */
import type { Node } from "../ast.ts";
import type { CallIr, Ir, LoopIr } from "../ir.ts";
import { expression, type Printer } from "./expression.ts";
import type { Frames } from "./frames.ts";

export interface StatementPrinter extends Printer {
  frames: Frames | null;
  /** Reductions are counted in a local, written back at every exit: for loops without suspending calls. */
  localCounter: boolean;
  /** In a constructor, what `return` without a value gives in the resume version. */
  result: string | null;
  /** In a resume version: no site was passed yet, so that nothing runs here unless a site inside is gone on from. */
  unreached: boolean;
}

export function statements(p: StatementPrinter, list: Ir[]): void {
  for (const x of list) {
    p.w.newline();
    fast(p, x);
  }
}

export function block(p: StatementPrinter, list: Ir[], print: (p: StatementPrinter, list: Ir[]) => void = statements): void {
  p.w.write("{");
  p.w.indent++;
  print(p, list);
  p.w.indent--;
  p.w.newline();
  p.w.write("}");
}

/** An expression where a statement is expected. */
export function effect(p: Printer, e: Node): void {
  const first = leftmost(e);
  if (/^(Object|Function|Class)/.test(first.type)) {
    p.w.write("(");
    expression(p, e);
    p.w.write(");");
  } else {
    expression(p, e);
    p.w.write(";");
  }
}

export function leftmost(e: Node): Node {
  for (;;) {
    const next: Node | null | undefined =
      e.type === "MemberExpression"
        ? e.object
        : e.type === "CallExpression" || e.type === "TaggedTemplateExpression"
          ? (e.callee ?? e.tag)
          : e.type === "BinaryExpression" || e.type === "LogicalExpression" || e.type === "AssignmentExpression"
            ? e.left
            : e.type === "ConditionalExpression"
              ? e.test
              : e.type === "SequenceExpression"
                ? e.expressions[0]
                : e.type === "UpdateExpression" && e.prefix !== true
                  ? e.argument
                  : e.type === "ChainExpression"
                    ? e.expression
                    : null;
    if (next == null || next.type === "PrivateIdentifier") return e;
    e = next;
  }
}

/** `t = call; if (…) return save`. */
export function call(p: StatementPrinter, x: CallIr): void {
  p.w.write(`${x.t.id} = `, x.e.start);
  expression(p, x.e);
  p.w.write("; ");
  p.w.write(`if ($S.r < 0 && $y()) return $s(${x.t.id}, `);
  p.frames!.save(p, x.pc, x.live);
  p.w.write(");");
}

/** The check at a loop's head. */
export function check(p: StatementPrinter, x: LoopIr): void {
  if (p.localCounter) {
    p.w.write("if (--$k < 0) { $S.r = $k; return $hk(");
    p.frames!.save(p, x.pc, x.live);
    p.w.write("); }");
  } else {
    p.w.write("if (--$S.r < 0 && $y()) return $h(");
    p.frames!.save(p, x.pc, x.live);
    p.w.write(");");
  }
}

export function loopHead(p: StatementPrinter, x: LoopIr, test: (() => void) | null): void {
  if (x.label.used) p.w.write(`${x.label.name}: `);
  if (x.update === null && test !== null) {
    p.w.write("while (");
    test();
    p.w.write(") ");
    return;
  }
  p.w.write("for (;");
  if (test !== null) {
    p.w.write(" ");
    test();
  }
  p.w.write(";");
  if (x.update !== null) {
    p.w.write(" ");
    expression(p, x.update);
  }
  p.w.write(") ");
}

export function returned(p: StatementPrinter, x: Extract<Ir, { k: "return" }>): void {
  if (p.localCounter) {
    if (x.e !== null && x.e.type !== "Literal" && x.e.type !== "Identifier") {
      p.w.write("{ const $v = ");
      expression(p, x.e, 1);
      p.w.write("; $S.r = $k; return $v; }");
      return;
    }
    p.w.write("{ $S.r = $k; ");
    plainReturn(p, x);
    p.w.write(" }");
    return;
  }
  plainReturn(p, x);
}

function plainReturn(p: StatementPrinter, x: Extract<Ir, { k: "return" }>): void {
  if (x.e === null) p.w.write(p.result === null ? "return;" : `return ${p.result};`);
  else {
    p.w.write(p.result === null ? "return " : "return $ro(", x.e.start);
    expression(p, x.e, 1);
    p.w.write(p.result === null ? ";" : `, ${p.result});`);
  }
}

export function fast(p: StatementPrinter, x: Ir): void {
  const { w } = p;
  switch (x.k) {
    case "code":
      effect(p, x.e);
      return;
    case "call":
      call(p, x);
      return;
    case "return":
      returned(p, x);
      return;
    case "throw":
      if (p.localCounter) w.write("$S.r = $k; ");
      w.write("throw ", x.e.start);
      expression(p, x.e);
      w.write(";");
      return;
    case "break":
    case "continue":
      w.write(`${x.k} ${x.label.name};`);
      return;
    case "debugger":
      w.write("debugger;");
      return;
    case "if":
      w.write("if (");
      expression(p, x.c);
      w.write(") ");
      block(p, x.a);
      if (x.b.length > 0) {
        w.write(" else ");
        block(p, x.b);
      }
      return;
    case "block":
      if (x.label.used) w.write(`${x.label.name}: `);
      block(p, x.body);
      return;
    case "loop":
      loopHead(p, x, x.test === null ? null : () => expression(p, x.test!));
      block(p, x.body, (q, list) => {
        if (x.check) {
          q.w.newline();
          check(q, x);
        }
        statements(q, list);
      });
      return;
    case "switch":
      if (x.label.used) w.write(`${x.label.name}: `);
      w.write("switch (");
      expression(p, x.d);
      w.write(") {");
      for (const c of x.cases) {
        w.newline();
        if (c.test === null) w.write("default: ");
        else {
          w.write("case ");
          expression(p, c.test);
          w.write(": ");
        }
        block(p, c.body);
      }
      w.newline();
      w.write("}");
      return;
    case "try":
      w.write("try ");
      block(p, x.body);
      w.write(" catch ($e) ");
      block(p, x.handler, (q, list) => {
        q.w.newline();
        q.w.write(`${x.error.id} = $e;`);
        statements(q, list);
      });
      return;
  }
}

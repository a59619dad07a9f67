/** The version of a function that runs: its own statements, with a check at the entry, at every turn of a loop and after suspending calls. */
import type { Node } from "../ast.ts";
import type { CallIr, CheckIr, Ir, JumpIr, Label, LoopIr } from "../ir.ts";
import { type constructed, printCharge, superSite, unwinding } from "./constructor.ts";
import { expression, type Printer } from "./expression.ts";
import { printJump, type Frames } from "./frames.ts";

export interface StatementPrinter extends Printer {
  frames: Frames | null;
  /** Inside a loop that counts its reductions in a local, written back at every exit: the labels of that loop and of those inside. */
  counting: Set<Label> | null;
  /** Where jumps of loops go whose stopped turn is being printed; see `splitLoop`. */
  jumps?: ReadonlyMap<Label, { readonly break: string; readonly continue: string }>;
  /** Inside a `try`: nothing that comes after it may run here. */
  inTry?: boolean;
  /** In a constructor whose `this` is a variable: what `return` gives. */
  result: ReturnType<typeof constructed> | null;
  /** In a compiled generator: what holds its state, and how its first frame is printed. */
  generator: { activation: string; printStart: (p: Printer) => void } | null;
  /** In a resume version: no site was passed yet, so that nothing runs here unless a site inside is gone on from. */
  unreached: boolean;
  /** In a resume version, what stands around. */
  position?: Position;
}

export interface Position {
  /** The number before that of the function's first site: `$pc` counts from there. */
  readonly base: number;
  /** Whether what the site to go on from gives is taken at once and kept in `$d`; if it may be an error, and has a handler, it is taken where the site is. */
  readonly keeps: boolean;
  /** Whether something that comes after asks for `$pc`. */
  readonly later: boolean;
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
  // A debugger stops where a statement begins: that is a place of the source also where what stands first there is not.
  if (!(first.start >= 0)) p.w.write("", e.start >= 0 ? e.start : (e.right?.start ?? -1));
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

function leave(p: StatementPrinter, how: "s" | "h", x: CallIr | CheckIr | LoopIr): void {
  const frames = p.frames!;
  if (frames.alive === null) unwinding(p, () => frames.save(p, how, x.pc, x.live));
  else printJump(p, frames, how, x.pc, x.live);
}

/** `if ((t = call) === suspended) return save`. */
export function call(p: StatementPrinter, x: CallIr, t = x.t.id): void {
  if (x.e.type === "SuperCall") {
    superSite(p, x);
    return;
  }
  p.w.write(`if ((${t} = `, x.e.start);
  expression(p, x.e, 1);
  // While the stack unwinds, a constructor gives out an object of its own.
  p.w.write(x.e.type === "NewExpression" ? ", $S.u)" : ") === $U");
  if (callsRuntime(x.e)) p.w.write(` || ($S.r < 0 && (${t} = $z(${t})) === $U)`);
  p.w.write(") ");
  leave(p, "s", x);
}

/** What the virtual machine offers may have been the reason that the slice is over: then it is at once. */
function callsRuntime(e: Node): boolean {
  return e.type === "CallExpression" && e.callee.type === "Identifier" && e.callee.v?.runtime === true;
}

/** What a counting loop has left of the slice, all of which it took, is given back. An error that leaves it gives nothing back: the slice ends early. */
const GIVE_BACK = "$S.r += $w;";

/** The check at a loop's head, or before a function's first call. */
export function check(p: StatementPrinter, x: LoopIr | CheckIr): void {
  if (p.counting !== null) {
    p.w.write("if (--$w < 0) ");
    unwinding(p, () => p.frames!.save(p, "k", x.pc, x.live));
  } else {
    printCharge(p, p.inTry);
    leave(p, "h", x);
  }
}

/** A loop that counts for itself, between the reading of the counter and its writing back; any other as it is. */
export function counted(p: StatementPrinter, x: LoopIr, print: (p: StatementPrinter) => void): void {
  if (!x.counts || p.counting !== null) {
    p.counting?.add(x.label);
    print(p);
    return;
  }
  p.frames!.counts = true;
  beginCounting(p);
  p.w.newline();
  print({ ...p, counting: new Set([x.label]) });
  endCounting(p);
}

export function beginCounting(p: StatementPrinter): void {
  p.w.write("$w = $S.r; $S.r = 0;");
}

export function endCounting(p: StatementPrinter): void {
  p.w.newline();
  p.w.write(GIVE_BACK);
}

export function loop(p: StatementPrinter, x: LoopIr): void {
  loopHead(p, x, x.test === null ? null : () => expression(p, x.test!));
  block(p, x.body, (q, list) => {
    if (x.check) {
      q.w.newline();
      check(q, x);
    }
    statements(q, list);
  });
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
  if (p.counting !== null) {
    if (x.e !== null && x.e.type !== "Literal" && x.e.type !== "Identifier") {
      p.w.write("{ const $v = ");
      expression(p, x.e, 1);
      p.w.write(`; ${GIVE_BACK} return ${p.result === null ? "$v" : `$ro($v, ${p.result})`}; }`);
      return;
    }
    p.w.write(`{ ${GIVE_BACK} `);
    plainReturn(p, x);
    p.w.write(" }");
    return;
  }
  plainReturn(p, x);
}

function plainReturn(p: StatementPrinter, x: Extract<Ir, { k: "return" }>): void {
  if (p.generator !== null) {
    p.w.write(`return $ye(${p.generator.activation}`);
    if (x.e !== null) {
      p.w.write(", ");
      expression(p, x.e, 1);
    }
    p.w.write(");");
    return;
  }
  if (x.e === null) p.w.write(p.result === null ? "return;" : `return ${p.result.value};`);
  else {
    p.w.write(p.result === null ? "return " : `return ${p.result.by}(`, x.e.start);
    expression(p, x.e, 1);
    p.w.write(p.result === null ? ";" : `, ${p.result.self});`);
  }
}

/** In the turn that a resume version ends, the loop itself is not yet reached: its jumps go to blocks around that turn. */
function jump(p: StatementPrinter, x: JumpIr): string {
  const block = p.jumps?.get(x.label)?.[x.k];
  return block === undefined ? `${x.k} ${x.label.name};` : `break ${block};`;
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
    case "start":
    case "yield":
      throw new Error("agner compiler: a generator's body has no fast version");
    case "return":
      returned(p, x);
      return;
    case "throw":
      if (p.counting !== null) w.write(`{ ${GIVE_BACK} `);
      w.write("throw ", x.e.start);
      expression(p, x.e);
      w.write(p.counting === null ? ";" : "; }");
      return;
    case "break":
    case "continue":
      if (p.counting === null || p.counting.has(x.label)) w.write(jump(p, x));
      else w.write(`{ ${GIVE_BACK} ${jump(p, x)} }`);
      return;
    case "check":
      check(p, x);
      return;
    case "debugger":
      w.write("debugger;");
      return;
    case "if":
      if (x.shortcut === true && p.c.once === true) {
        statements(p, x.b);
        return;
      }
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
      p.counting?.add(x.label);
      if (x.label.used) w.write(`${x.label.name}: `);
      block(p, x.body);
      return;
    case "loop":
      counted(p, x, (q) => loop(q, x));
      return;
    case "switch":
      p.counting?.add(x.label);
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
      block({ ...p, inTry: true }, x.body);
      w.write(" catch ($e) ");
      block(p, x.handler, (q, list) => {
        q.w.newline();
        q.w.write(`${x.error.id} = $cw($e);`);
        statements(q, list);
      });
      return;
  }
}

/**
 * The version of a function that goes on from a saved frame: the same statements, each of which finds out whether the site to go on from
 * (`$pc`, 0 once it was reached) lies inside it. Structured statements stay what they are, so V8 optimises its loops like any others.
 */
import type { Ir, LoopIr } from "../ir.ts";
import { resumeSuper } from "./constructor.ts";
import { expression } from "./expression.ts";
import { block, call, check, counted, effect, fast, loop, loopHead, statements, type StatementPrinter } from "./fast.ts";

function has(x: Ir): boolean {
  return x.hi! >= x.lo!;
}

export function resumeStatements(p: StatementPrinter, list: Ir[]): void {
  const { w } = p;
  let last = -1;
  list.forEach((x, i) => {
    if (has(x)) last = i;
  });
  if (last < 0) {
    statements(p, list);
    return;
  }
  let plain: Ir[] = [];
  const flush = () => {
    if (plain.length === 0) return;
    if (p.unreached) {
      plain = [];
      return;
    }
    w.newline();
    w.write("if ($pc === 0) ");
    block(p, plain);
    plain = [];
  };
  list.forEach((x, i) => {
    if (i > last) {
      w.newline();
      fast(p, x);
    } else if (!has(x)) plain.push(x);
    else {
      flush();
      w.newline();
      resume(p, x);
    }
  });
}

/** Length of source text beyond which a loop is not printed a second time. */
const SPLIT_LENGTH = 1_500;

/**
 * A loop in which nothing suspends: the turn in which it was stopped is ended by statements of its own, and the others are those of the fast
 * version. With the questions for `$pc` in every turn, tight loops took up to twice as long once they had been preempted.
 */
function splitLoop(p: StatementPrinter, x: LoopIr): void {
  const { w } = p;
  const after = `${x.label.name}$b`;
  const next = `${x.label.name}$c`;
  const jumps = new Map(p.jumps).set(x.label, { break: after, continue: next });
  w.write(`${after}: {`);
  w.indent++;
  w.newline();
  w.write("if ($pc !== 0) {");
  w.indent++;
  w.newline();
  w.write(`${next}: `);
  block({ ...p, jumps, unreached: true }, x.body, (q, list) => {
    if (x.check) {
      q.w.newline();
      q.w.write(`if ($pc === ${x.pc}) $pc = 0;`);
      q.unreached = false;
    }
    resumeStatements(q, list);
  });
  if (x.update !== null) {
    w.newline();
    effect(p, x.update);
  }
  w.indent--;
  w.newline();
  w.write("}");
  w.newline();
  loop(p, x);
  w.indent--;
  w.newline();
  w.write("}");
}

function resumeLoop(p: StatementPrinter, x: LoopIr): void {
  if (p.counting !== null && x.at.end - x.at.start <= SPLIT_LENGTH) {
    splitLoop(p, x);
    return;
  }
  const { w } = p;
  loopHead(
    p,
    x,
    x.test === null
      ? null
      : () => {
          w.write("$pc !== 0 || ");
          expression(p, x.test!, 5);
        },
  );
  block(p, x.body, (q, list) => {
    if (x.check) {
      q.w.newline();
      q.w.write("if ($pc === 0) { ");
      check(q, x);
      q.w.write(` } else if ($pc === ${x.pc}) $pc = 0;`);
    }
    resumeStatements(q, list);
  });
}

/** What is done at a site that was not gone on from, if it can be reached otherwise. */
function unlessResumed(p: StatementPrinter, print: () => void): void {
  if (!p.unreached) {
    p.w.write(" else if ($pc === 0) ");
    print();
  }
  p.unreached = false;
}

function resume(p: StatementPrinter, x: Ir): void {
  const { w } = p;
  switch (x.k) {
    case "call":
      w.write(
        `if ($pc === ${x.pc}) { $pc = 0; ${x.t.id} = ${x.e.type === "SuperCall" ? resumeSuper(p, x) : "$rv()"}; }`,
        x.e.start,
      );
      unlessResumed(p, () => {
        w.write("{ ");
        call(p, x);
        w.write(" }");
      });
      return;
    case "check":
      w.write(`if ($pc === ${x.pc}) $pc = 0;`);
      unlessResumed(p, () => {
        w.write("{ ");
        check(p, x);
        w.write(" }");
      });
      return;
    case "start":
      // The body is charged for, so that endless delegation can be stopped.
      w.write(`if ($pc === ${x.pc}) { $pc = 0; if (--$S.r < 0 && $y()) return `);
      p.frames!.save(p, "h", x.pc, new Set([x.activation, ...x.live]));
      w.write("; }");
      unlessResumed(p, () => p.generator!.printStart(p));
      return;
    case "yield": {
      const { activation } = p.generator!;
      const value = x.raw ? "$rv()" : `$yv(${activation})`;
      w.write(`if ($pc === ${x.pc}) { $pc = 0; ${x.t.id} = ${value}; }`, x.at.start);
      unlessResumed(p, () => {
        w.write(`return ${x.raw ? "$yo" : "$yd"}(${activation}, `);
        expression(p, x.e, 1);
        w.write(", ");
        p.frames!.array(p, x.pc, x.live);
        w.write(");");
      });
      return;
    }
    case "if": {
      const { unreached } = p;
      w.write(`if ($pc <= ${x.hi}) {`);
      w.indent++;
      w.newline();
      if (unreached) w.write(`if ($pc <= ${x.mid}) `);
      else {
        w.write("if ($pc === 0 ? ");
        expression(p, x.c, 3);
        w.write(` : $pc <= ${x.mid}) `);
      }
      block(p, x.a, resumeStatements);
      p.unreached = unreached;
      if (x.b.length > 0) {
        w.write(" else ");
        block(p, x.b, resumeStatements);
      }
      p.unreached = false;
      w.indent--;
      w.newline();
      w.write("}");
      return;
    }
    case "block":
      p.counting?.add(x.label);
      w.write(`if ($pc <= ${x.hi}) `);
      if (x.label.used) w.write(`${x.label.name}: `);
      block(p, x.body, resumeStatements);
      return;
    case "loop":
      p.unreached = false;
      w.write(`if ($pc <= ${x.hi}) {`);
      w.indent++;
      w.newline();
      counted({ ...p, c: { ...p.c, once: false } }, x, (q) => resumeLoop(q, x));
      w.indent--;
      w.newline();
      w.write("}");
      return;
    case "switch": {
      p.counting?.add(x.label);
      p.unreached = false;
      w.write(`if ($pc <= ${x.hi}) `);
      if (x.label.used) w.write(`${x.label.name}: `);
      w.write("switch ($pc !== 0 ? ");
      x.cases.forEach((c, i) => w.write(`$pc <= ${c.hi} ? ${i} : `));
      w.write("-1 : ");
      x.cases.forEach((c, i) => {
        if (c.test === null) return;
        expression(p, x.d, 10);
        w.write(" === ");
        expression(p, c.test, 10);
        w.write(` ? ${i} : `);
      });
      w.write(`${x.cases.findIndex((c) => c.test === null)}) {`);
      x.cases.forEach((c, i) => {
        w.newline();
        w.write(`case ${i}: `);
        block(p, c.body, resumeStatements);
      });
      w.newline();
      w.write("}");
      return;
    }
    case "try":
      w.write(`if ($pc <= ${x.hi}) try `);
      block(p, x.body, resumeStatements);
      w.write(" catch ($e) ");
      block(p, x.handler, (q, list) => {
        q.w.newline();
        q.w.write(`${x.error.id} = $S.u === 0 ? $e : $cw($e);`);
        statements(q, list);
      });
      return;
    default:
      fast(p, x);
  }
}

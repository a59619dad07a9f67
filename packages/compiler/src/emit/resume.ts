/**
 * The version of a function that goes on from a saved frame: the same statements, each of which finds out whether the site to go on from
 * (`$pc`, 0 once it was reached) lies inside it. Structured statements stay what they are, so V8 optimises its loops like any others.
 */
import type { Node } from "../ast.ts";
import type { CallIr, CheckIr, IfIr, Ir, LoopIr, SwitchIr, YieldIr } from "../ir.ts";
import { resumeSuper } from "./constructor.ts";
import { lists } from "../lower/counting.ts";
import { expression } from "./expression.ts";
import { block, call, check, counted, effect, fast, loop, loopHead, statements, type StatementPrinter } from "./fast.ts";

type SiteIr = CallIr | CheckIr | YieldIr;

export function hasSite(x: Ir): boolean {
  return x.hi! >= x.lo!;
}

/** Whether what a site goes on with may be an error that a handler of the function gets. */
export function hasSiteInTry(body: Ir[]): boolean {
  return body.some((x) => hasSite(x) && (x.k === "try" || lists(x).some(hasSiteInTry)));
}

/** The number of a site in `$pc`. */
function local(p: StatementPrinter, site: number): number {
  return site - p.position!.base;
}

/** `list` is entered with `$pc` 0 or the number of a site in it. */
export function resumeStatements(p: StatementPrinter, all: Ir[]): void {
  const { w } = p;
  const list = p.c.once === true ? all.flatMap((x) => (x.k === "if" && x.shortcut === true ? x.b : [x])) : all;
  const last = list.findLastIndex(hasSite);
  let run: Ir[] = [];
  const flush = (isLast: boolean): void => {
    if (run.length > 0) resumeRun(p, run, isLast);
    run = [];
  };
  list.slice(0, last + 1).forEach((x, i) => {
    if (x.k === "call" || x.k === "check" || x.k === "yield" || !hasSite(x)) {
      run.push(x);
      return;
    }
    flush(false);
    w.newline();
    resume(i === last ? p : { ...p, position: { ...p.position!, later: true } }, x, i === last);
    p.unreached = false;
  });
  flush(true);
  for (const x of list.slice(last + 1)) {
    w.newline();
    fast(p, x);
  }
}

/** Statements that run one after the other, none of which contains others with sites. `isLast`: no other site of the list comes after them. */
function resumeRun(p: StatementPrinter, run: Ir[], isLast: boolean): void {
  const { w } = p;
  const sites = run.filter(hasSite) as SiteIr[];
  if (sites.length === 0) {
    if (p.unreached) return;
    w.newline();
    w.write("if (!$pc) ");
    block(p, run);
    return;
  }
  const q = isLast ? p : { ...p, position: { ...p.position!, later: true } };
  if (sites.length === 1) resumeOne(q, run, sites[0]!, isLast);
  else if (sites.every((x) => sharesValue(q, x))) resumeMany(q, run, sites);
  else resumeMany({ ...q, position: { ...q.position!, later: true } }, run, sites);
  p.unreached = false;
}

/** One site, with what comes before and after it. */
function resumeOne(p: StatementPrinter, run: Ir[], site: SiteIr, isLast: boolean): void {
  const { w } = p;
  const at = run.indexOf(site);
  const before = run.slice(0, at);
  const after = run.slice(at + 1);
  const print = (q: StatementPrinter): void => {
    if (q.unreached) {
      q.w.newline();
      goOn(q, site);
    } else {
      q.w.newline();
      q.w.write("if (!$pc) ");
      block(q, before, (b, list) => {
        statements(b, list);
        b.w.newline();
        reach(b, site);
      });
      if (sharesValue(q, site)) {
        q.w.newline();
        goOn(q, site);
      } else {
        q.w.write(" else { ");
        goOn(q, site);
        q.w.write(" }");
      }
    }
    statements(q, after);
  };
  if (isLast) print(p);
  else {
    w.newline();
    w.write(`if ($pc <= ${local(p, site.pc)}) `);
    block(p, [], print);
  }
}

/** Several sites: a switch, into which each enters at its own case. */
function resumeMany(p: StatementPrinter, run: Ir[], sites: SiteIr[]): void {
  const { w } = p;
  w.newline();
  w.write("switch ($pc) {");
  w.indent++;
  if (!p.unreached) {
    w.newline();
    w.write("case 0:");
  }
  for (const x of p.unreached ? run.slice(run.indexOf(sites[0]!)) : run) {
    w.newline();
    if (!hasSite(x)) {
      fast(p, x);
      continue;
    }
    const site = x as SiteIr;
    if (!p.unreached) {
      reach(p, site);
      w.newline();
    }
    w.write(`case ${local(p, site.pc)}:`);
    w.newline();
    if (sharesValue(p, site)) goOn(p, site);
    else {
      w.write("if ($pc) { ");
      goOn(p, site);
      w.write(" }");
    }
    p.unreached = false;
  }
  w.indent--;
  w.newline();
  w.write("}");
}

/** Whether a site that was reached leaves its value where one that is gone on from finds it, or never gets to what follows. */
function sharesValue(p: StatementPrinter, x: SiteIr): boolean {
  return x.k !== "call" || (p.position!.keeps && x.e.type !== "SuperCall");
}

/** A site that is reached. */
function reach(p: StatementPrinter, x: SiteIr): void {
  const { w } = p;
  if (x.k === "check") check(p, x);
  else if (x.k === "call") call(p, x, sharesValue(p, x) ? "$d" : x.t.id);
  else {
    w.write(`return ${x.raw ? "$yo" : "$yd"}(${p.generator!.activation}, `);
    expression(p, x.e, 1);
    w.write(", ");
    p.frames!.array(p, x.pc, x.live);
    w.write(");");
  }
}

/** What follows a site: its value becomes that of its variable. */
function goOn(p: StatementPrinter, x: SiteIr): void {
  const { w } = p;
  if (p.position!.later) w.write("$pc = 0;");
  if (x.k === "check") return;
  if (p.position!.later) w.write(" ");
  w.write(`${x.t.id} = ${valueAt(p, x)};`, x.k === "call" ? x.e.start : x.at.start);
}

function valueAt(p: StatementPrinter, x: CallIr | YieldIr): string {
  if (x.k === "yield" && !x.raw) return `$yv(${p.generator!.activation})`;
  const value = p.position!.keeps ? "$d" : "$rv()";
  return x.k === "call" && x.e.type === "SuperCall" ? resumeSuper(p, x, value) : value;
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
  w.write("if ($pc) {");
  w.indent++;
  w.newline();
  w.write(`${next}: `);
  block({ ...p, jumps, unreached: true, position: { ...p.position!, later: true } }, [], (q) => resumeStatements(q, turn(x)));
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
          w.write("$pc || ");
          expression(p, x.test!, 5);
        },
  );
  block({ ...p, position: { ...p.position!, later: true } }, [], (q) => resumeStatements(q, turn(x)));
}

/** What a turn of a loop consists of: its check comes first. */
function turn(x: LoopIr): Ir[] {
  if (!x.check) return x.body;
  return [{ k: "check", pc: x.pc, live: x.live, at: x.at, lo: x.pc, hi: x.pc }, ...x.body];
}

/** The branch of a conditional statement that the site lies in, or that the condition leads to. */
function resumeIf(p: StatementPrinter, x: IfIr): void {
  const { w, unreached } = p;
  const inFirst = x.mid! >= x.lo!;
  const inSecond = x.hi! > x.mid!;
  if (unreached && !(inFirst && inSecond)) {
    block(p, inFirst ? x.a : x.b, resumeStatements);
    return;
  }
  w.write("if (");
  const isInside = `$pc <= ${local(p, x.mid!)}`;
  if (unreached) w.write(isInside);
  else if (!inSecond) {
    w.write("$pc || ");
    expression(p, x.c, 4);
  } else if (!inFirst) {
    w.write("!$pc && ");
    expression(p, x.c, 5);
  } else {
    w.write("!$pc ? ");
    expression(p, x.c, 3);
    w.write(` : ${isInside}`);
  }
  w.write(") ");
  block(p, x.a, resumeStatements);
  p.unreached = unreached;
  if (x.b.length > 0) {
    w.write(" else ");
    block(p, x.b, resumeStatements);
  }
}

/** The case that the site lies in, or that the value leads to. V8 finds that one fastest in a switch over the tests themselves, where they may stand for their cases. */
function resumeSwitch(p: StatementPrinter, x: SwitchIr): void {
  const { w, unreached } = p;
  p.counting?.add(x.label);
  if (x.label.used) w.write(`${x.label.name}: `);
  const byTest = areDistinct(x.cases.flatMap((c) => (c.test === null ? [] : [c.test])));
  const name = (i: number): void => {
    const { test } = x.cases[i]!;
    if (!byTest) w.write(`${i}`);
    else if (test === null) w.write("0 / 0");
    else expression(p, test, 3);
  };
  const inside = x.cases.flatMap((c, i) => (c.hi! >= (i === 0 ? x.lo! : x.cases[i - 1]!.hi! + 1) ? [i] : []));
  w.write(unreached ? "switch (" : "switch ($pc ? ");
  inside.forEach((i, k) => {
    if (k < inside.length - 1) w.write(`$pc <= ${local(p, x.cases[i]!.hi!)} ? `);
    name(i);
    if (k < inside.length - 1) w.write(" : ");
  });
  if (!unreached) {
    w.write(" : ");
    if (byTest) expression(p, x.d, 1);
    else chosen(p, x);
  }
  w.write(") {");
  // Where no value is looked for, what stands before the first of them, or behind a jump, cannot be reached.
  let falls = !unreached;
  x.cases.forEach((c, i) => {
    const enters = inside.includes(i);
    if (unreached && !enters && !falls) return;
    w.newline();
    if (byTest && c.test === null) w.write("default: ");
    else {
      w.write("case ");
      name(i);
      w.write(": ");
    }
    p.unreached = unreached && !falls;
    // It may fall through to the next.
    const later = i < x.cases.length - 1;
    block(later ? { ...p, position: { ...p.position!, later: true } } : p, c.body, resumeStatements);
    falls = !unreached || !/^(?:break|continue|return|throw)$/.test(c.body.at(-1)?.k ?? "");
  });
  p.unreached = false;
  w.newline();
  w.write("}");
}

/** The number of the case that the value leads to. */
function chosen(p: StatementPrinter, x: SwitchIr): void {
  const { w } = p;
  x.cases.forEach((c, i) => {
    if (c.test === null) return;
    expression(p, x.d, 10);
    w.write(" === ");
    expression(p, c.test, 10);
    w.write(` ? ${i} : `);
  });
  w.write(`${x.cases.findIndex((c) => c.test === null)}`);
}

/** Whether the tests are numbers and texts of which no two are the same. */
function areDistinct(tests: readonly Node[]): boolean {
  const values = tests.map((t) => (t.type === "Literal" ? (t.value as unknown) : undefined));
  return values.every((v) => typeof v === "number" || typeof v === "string") && new Set(values).size === values.length;
}

/** `isLast`: no other site of the list comes after it, so that the one to go on from lies inside. */
function resume(p: StatementPrinter, x: Ir, isLast: boolean): void {
  const { w } = p;
  const guard = isLast ? "" : `if ($pc <= ${local(p, x.hi!)}) `;
  switch (x.k) {
    case "start":
      // The body is charged for, so that endless delegation can be stopped.
      w.write(`if ($pc === ${local(p, x.pc)}) { $pc = 0; if (--$S.r < 0 && $y()) return `);
      p.frames!.save(p, "h", x.pc, new Set([x.activation, ...x.live]));
      w.write("; }");
      if (!p.unreached) {
        w.write(" else if (!$pc) ");
        p.generator!.printStart(p);
      }
      p.unreached = false;
      return;
    case "if":
      if (isLast) resumeIf(p, x);
      else {
        w.write(guard);
        block(p, [], (q) => {
          q.w.newline();
          resumeIf(q, x);
        });
      }
      return;
    case "block":
      p.counting?.add(x.label);
      w.write(guard);
      if (x.label.used) w.write(`${x.label.name}: `);
      block(p, x.body, resumeStatements);
      return;
    case "loop": {
      p.unreached = false;
      w.write(`${guard}{`);
      w.indent++;
      w.newline();
      counted({ ...p, c: { ...p.c, once: false } }, x, (q) => resumeLoop(q, x));
      w.indent--;
      w.newline();
      w.write("}");
      return;
    }
    case "switch":
      w.write(guard);
      resumeSwitch(p, x);
      return;
    case "try":
      w.write(`${guard}try `);
      block(p, x.body, resumeStatements);
      w.write(" catch ($e) ");
      block(p, x.handler, (q, list) => {
        q.w.newline();
        q.w.write(`${x.error.id} = $cw($e);`);
        statements(q, list);
      });
      return;
    default:
      fast(p, x);
  }
}

/**
 * Generators whose body may suspend. The function that the application sees is a native `function*`, a shell: it binds the parameters and
 * hands over the first frame of the body. Compiled code calls another function in its place, whose parameters may suspend, and which makes
 * the generator object itself. The body exists as a resume version alone: `next` enters it, and a yield is a return.
 */
import type { StartIr } from "../ir.ts";
import { analyseLiveness } from "../liveness.ts";
import { markCounting } from "../lower/counting.ts";
import { lowerFunction, type Lowered } from "../lower/function.ts";
import type { Fn, Variable } from "../variables.ts";
import { statements, type StatementPrinter } from "./fast.ts";
import { variableText, type Printer } from "./expression.ts";
import { layoutFrames, numberSites, saver, saverCall, sitesOf, type Frames } from "./frames.ts";
import { addFunction, entryOf, entryResume, type EntryFrame } from "./entry.ts";
import { context, parameterList } from "./function.ts";
import { keeperOf, printResume } from "./inner.ts";
import { nativeParameters } from "./native.ts";
import { numericVariables } from "./numeric.ts";
import { resumeStatements } from "./resume.ts";
import { Writer } from "./writer.ts";

interface Generator {
  lowered: Lowered;
  start: StartIr;
  entry: number;
  entryFrame: EntryFrame | null;
  frames: Frames;
}

/** Lowers the function, and prints its resume version. */
function prepare(p: Printer, fn: Fn): Generator {
  const { unit } = p;
  const lowered = lowerFunction(fn, unit.refuse);
  const { body, parameters } = lowered;
  const start = body.find((x) => x.k === "start") as StartIr;
  // A method of a class has no function of its own that compiled code calls.
  const entryFrame = fn.cls === null ? entryOf(fn, parameters) : null;
  const entry = unit.nextSite;
  fn.site = entry;
  if (entryFrame !== null) {
    unit.sites.push([fn.index, fn.node.start]);
    unit.nextSite++;
  }
  markCounting(body);
  numberSites(unit, fn.index, body, fn.node.start);
  const always = new Set([start.activation]);
  analyseLiveness(body, always, always);
  // Where parameters suspend, variables of the body are not declared yet.
  const late = lowered.locals.filter((v) => !lowered.early.includes(v));
  for (const live of sitesOf(body.slice(0, body.indexOf(start)))) for (const v of late) live.delete(v);
  const keeper = keeperOf(fn)?.nameVariable ?? null;
  const layout = [start.activation, ...layoutFrames(body, null, keeper).filter((v) => v !== start.activation)];
  const frames: Frames = {
    first: entry,
    last: unit.nextSite - 1,
    layout,
    ...saver(layout, keeper),
    counts: false,
    base: entry - 1,
    alive: null,
  };
  addFunction(unit, fn, entryFrame, parameters, layout);
  const generator = { lowered, start, entry, entryFrame, frames };
  printBody(p, fn, generator);
  return generator;
}

const GENERATORS = new WeakMap<Fn, Generator>();

/** The parameters and body of the native function. */
export function printGeneratorShell(p: Printer, fn: Fn): void {
  const { w } = p;
  const generator = prepare(p, fn);
  GENERATORS.set(fn, generator);
  const q: Printer = { ...p, c: { ...p.c, mode: "N" } };
  nativeParameters(q, fn);
  w.write(" {");
  w.indent++;
  for (const v of fn.own) {
    if (!v.boxed || v.kind !== "param") continue;
    w.newline();
    w.write(`let ${v.id} = [${v.id}$p];`);
  }
  w.newline();
  w.write(`return $gs(${fn.cls === null ? fn.value : "null"}, `);
  printFirstFrame(q, fn, generator);
  w.write(");");
  w.indent--;
  w.newline();
  w.write("}");
}

/** What compiled code calls; to be printed after the shell, which `fn.value` names. */
export function printGeneratorCall(p: Printer, fn: Fn): void {
  const generator = GENERATORS.get(fn)!;
  const { lowered, start, entry, entryFrame, frames } = generator;
  const counterBefore = p.unit.counter;
  const c = context(fn, null);
  const inner = new Writer();
  inner.indent = p.w.indent + 1;
  const q: StatementPrinter = {
    ...p,
    c,
    w: inner,
    frames,
    counting: null,
    result: null,
    generator: null,
    unreached: false,
  };
  statements(q, lowered.body.slice(0, lowered.body.indexOf(start)));
  inner.newline();
  inner.write(`return $gn(${fn.value}, `);
  printFirstFrame(q, fn, generator);
  inner.write(");");

  const w = p.w;
  w.write(`function ${parameterList(lowered.parameters)} {`, fn.node.start);
  w.indent++;
  const names = lowered.early.map((v) => (v === start.fn ? `${v.id} = ${fn.value}` : v.id));
  names.push(...scratch(p, counterBefore, frames));
  if (names.length > 0) {
    w.newline();
    w.write(`let ${names.join(", ")};`);
  }
  if (!fn.topLevel) {
    // A closure is asked for its captures by what it saves here.
    w.newline();
    w.write(`if (--$S.r < 0) return ${saverCall("h", entry, entryFrame!.slots)};`);
  }
  w.append(inner);
  w.indent--;
  w.newline();
  w.write("}");
  entryResume(p, fn, entry, entryFrame!, lowered.parameters);
}

/** The frame at the start of the body; the runtime puts the activation in. Variables of the body have no value yet. */
function printFirstFrame(p: Printer, fn: Fn, { start, frames }: Generator): void {
  const numeric = numericVariables(fn);
  const { layout } = frames;
  const keeper = keeperOf(fn)?.nameVariable;
  const needed = (v: Variable): boolean => v === keeper || start.live.has(v);
  let end = layout.length;
  while (end > 1 && !needed(layout[end - 1]!)) end--;
  const slots = layout.slice(0, end).map((v) => {
    if (!needed(v) || numeric.has(v)) return "0";
    return isSet(fn, v) ? variableText(p, v) : "undefined";
  });
  p.w.write(`[${["null", `$B + ${start.pc}`, ...slots].join(", ")}]`, fn.node.start);
}

/** Whether a variable has its value before the body begins. */
function isSet(fn: Fn, v: Variable): boolean {
  if (v.owner !== fn) return true;
  return v.kind === "param" || v.kind === "this" || v.kind === "arguments" || v.kind === "newTarget" || v.kind === "self";
}

/** What the text printed meanwhile needs besides variables. */
function scratch(p: Printer, counterBefore: number, frames: Frames): string[] {
  return [...(p.unit.counter > counterBefore ? ["$c"] : []), ...(frames.counts ? ["$w = 0"] : [])];
}

function printBody(p: Printer, fn: Fn, generator: Generator): void {
  const { unit } = p;
  const { lowered, start, entry, entryFrame, frames } = generator;
  const { layout } = frames;
  const numeric = numericVariables(fn);
  const activation = start.activation.id;
  const counterBefore = unit.counter;
  const inner = new Writer();
  inner.indent = 2;
  const q: StatementPrinter = {
    ...p,
    w: inner,
    c: { fn, native: false, mode: "S", resume: true, once: true, rawParameters: false },
    frames,
    counting: null,
    result: null,
    generator: {
      activation,
      printStart: (at) => {
        at.w.write(`return $gn(${start.fn!.id}, `);
        printFirstFrame(at, fn, generator);
        at.w.write(");");
      },
    },
    unreached: true,
    position: { base: frames.base, keeps: false, later: true },
  };
  resumeStatements(q, lowered.body);
  const w = new Writer();
  w.write("($f) {");
  w.indent++;
  w.newline();
  const restored = layout.map((v, i) => `${v.id} = ${numeric.has(v) ? "+" : ""}$f[${i + 2}]`);
  w.write(`let ${[`$pc = $f[1] - $B - ${entry - 1}`, ...restored].join(", ")};`);
  const others = [...lowered.parameters.map((x) => x.v), ...lowered.locals].filter((v) => !layout.includes(v));
  const names = [...others.map((v) => (numeric.has(v) ? `${v.id} = 0` : v.id)), ...scratch(p, counterBefore, frames)];
  if (names.length > 0) {
    w.newline();
    w.write(`let ${names.join(", ")};`);
  }
  w.newline();
  w.write("try {");
  w.indent++;
  w.append(inner);
  w.newline();
  w.write(`return $ye(${activation});`);
  w.indent--;
  w.newline();
  w.write(`} catch ($e) { throw $gt(${activation}, $e); }`);
  w.indent--;
  w.newline();
  w.write("}");
  const first = entryFrame === null ? entry : entry + 1;
  printResume(unit, fn, entry, `$resumes(${first}, ${frames.last - first + 1}, -1, `, "$f[3]", w);
}

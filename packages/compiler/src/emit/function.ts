/** Functions: closures are made by factories at the end of the module, so that the fast and the resume version share one text. */
import type { Node } from "../ast.ts";
import type { Ir } from "../ir.ts";
import { isLifted, needsMark } from "../captures.ts";
import { isDerived, isSimpleParameter } from "../construction.ts";
import { analyseLiveness } from "../liveness.ts";
import { countsAsWhole, markCounting, placeCheck } from "../lower/counting.ts";
import { lowerFunction, type Parameter } from "../lower/function.ts";
import { isCalledInstead, isCompiledGenerator, type Factory, type Fn, type Variable } from "../variables.ts";
import { constructed, leaveBare, memberKey, printEntryCheck } from "./constructor.ts";
import { beginCounting, block, endCounting, statements, type Position, type StatementPrinter } from "./fast.ts";
import { keyText, variableText, type Context, type Printer } from "./expression.ts";
import { addFunction, entryOf, entryResume, isMethodAnew } from "./entry.ts";
import { printGeneratorCall, printGeneratorShell } from "./generator.ts";
import { factoryHere, keeperOf, linkOf, linkText, print, printResume, reserve, versionOf } from "./inner.ts";
import { aliveText, layoutFrames, numberSites, printExit, saver, saverCall, sharesExit, type Frames } from "./frames.ts";
import { nativeBody, nativeParameters } from "./native.ts";
import { numericVariables } from "./numeric.ts";
import { hasSiteInTry, resumeStatements } from "./resume.ts";
import { isSingle, orderForStart, printStart } from "./single.ts";
import { addInfo } from "./unit.ts";
import { NAMES, Writer } from "./writer.ts";

export function context(fn: Fn, outer: Context | null): Context {
  const native = fn.arrow ? (outer?.native ?? false) : true;
  return { fn, native, mode: fn.mode, resume: false, rawParameters: false };
}

/** The value of a function expression where it stands. `fn.node.named`: what stands around it gives it its name. */
export function printClosure(p: Printer, fn: Fn): void {
  if (!isLifted(fn)) {
    const self = fn.selfVariable?.id ?? "";
    const bound = self !== "" && fn.arrow; // an arrow function has no name of its own by which it could call itself
    const name = bound ? "" : self;
    const text = JSON.stringify(fn.name);
    const marked = needsMark(fn);
    const renamed = name !== "" && name !== fn.name;
    const named = name === "" && fn.name !== "" && (bound || fn.node.named !== true);
    if (bound) p.w.write(`((${self}) => ${self} = `);
    p.w.write(marked ? "$f(" : renamed ? "$name(" : named ? `{ ${text}: ` : "(");
    printFunction(p, fn, name);
    p.w.write(marked || renamed ? `, ${text})` : named ? ` }[${text}]` : ")");
    if (bound) p.w.write(")()");
    return;
  }
  if (fn.factory === null) emitFactory(p, fn);
  p.w.write(
    `${factoryHere(p, fn.factory!)}(${captured(fn)
      .map((v) => rawText(p, v))
      .join(", ")})`,
    fn.node.start,
  );
}

export function captured(fn: { free: Set<Variable> }): Variable[] {
  return [...fn.free];
}

/** The variable itself: the box of a boxed one. */
function rawText(p: Printer, v: Variable): string {
  return variableText(p, v);
}

function mentions(p: Printer, fn: Fn, name: string): boolean {
  if (fn.free.size === 0 && fn.selfVariable?.name === name) return false;
  const text = p.unit.source.slice(fn.node.start, fn.node.end);
  return new RegExp(`(?<![\\w$])${name.replace(/\$/g, "\\$")}(?![\\w$])`).test(text);
}

/** Callbacks of which there are two: with a mark, for whoever comes across them, and without, for a built-in that is called on the spot. */
const twofold = new WeakSet<Fn>();

/** A callback that nobody but a built-in sees; {@link printClosure} prints it for the others. */
export function printUnmarked(p: Printer, fn: Fn): void {
  twofold.add(fn);
  if (fn.factory === null) emitFactory(p, fn);
  p.w.write(
    `${fn.factory!.name}$(${captured(fn)
      .map((v) => rawText(p, v))
      .join(", ")})`,
    fn.node.start,
  );
}

/** Whether it can be printed so: its factory stands outside of classes, and it never suspends. */
export function hasUnmarked(fn: Fn): boolean {
  return (
    fn.arrow &&
    fn.mode === "P" &&
    fn.use === "callback" &&
    fn.name === "" &&
    fn.privateOf === null &&
    fn.selfVariable === null &&
    isLifted(fn) &&
    needsMark(fn)
  );
}

function emitFactory(p: Printer, fn: Fn): void {
  const safe = /^[A-Za-z_]\w*$/.test(fn.name) ? fn.name : "closure";
  fn.factory = reserve(p.unit, fn.privateOf, `$mk${++p.unit.factories}_${safe}`);
  const w = new Writer();
  const q: Printer = { w, unit: p.unit, c: { fn, native: false, mode: fn.mode, resume: false, rawParameters: false } };
  w.write(
    `function ${fn.factory.name}(${captured(fn)
      .map((v) => v.id)
      .join(", ")}) {`,
  );
  w.indent++;
  w.newline();
  let value: string;
  const node = fn.node;
  if (fn.objectMethod !== null) {
    const m = fn.objectMethod;
    fn.value = value = "$fn";
    const plain = m.computed !== true;
    w.write("const $fn = { ");
    printFunction(q, fn, "", plain ? m : null);
    w.write(` }${plain ? propertyOf(m) : ".method"};`);
  } else if (fn.selfVariable !== null) {
    fn.value = value = fn.selfVariable.id;
    if (fn.arrow || node.id == null) {
      const named = fn.name !== ""; // as that says; else it must not be named by its variable
      w.write(`const ${value} = ${named ? "" : "(0, "}`);
      printFunction(q, fn, "");
      w.write(named ? ";" : ");");
    } else printFunction(q, fn, value);
    if (value !== fn.name && fn.name !== "") w.write(` $name(${value}, ${JSON.stringify(fn.name)});`);
  } else if (fn.name === "") {
    fn.value = value = "$fn";
    if (twofold.has(fn)) {
      const parameters = captured(fn)
        .map((v) => v.id)
        .join(", ");
      w.write(`const $fn = ${fn.factory.name}$(${parameters});`);
      const u = new Writer();
      u.write(`function ${fn.factory.name}$(${parameters}) {`);
      u.indent++;
      u.newline();
      u.write("return (0, ");
      printFunction({ ...q, w: u }, fn, "");
      u.write(");");
      u.indent--;
      u.newline();
      u.write("}\n");
      print(p.unit, fn.factory, u);
    } else {
      w.write("const $fn = (0, ");
      printFunction(q, fn, "");
      w.write(");");
    }
  } else if (
    /^[A-Za-z_]\w*$/.test(fn.name) &&
    !RESERVED.test(fn.name) &&
    !mentions(p, fn, fn.name) &&
    !captured(fn).some((v) => v.id === fn.name) &&
    !p.unit.module.globals.has(fn.name)
  ) {
    fn.value = value = fn.name;
    w.write(`const ${value} = `);
    printFunction(q, fn, "");
    w.write(";");
  } else {
    fn.value = value = "$fn";
    w.write(`const $fn = { ${JSON.stringify(fn.name)}: `);
    printFunction(q, fn, "");
    w.write(` }[${JSON.stringify(fn.name)}];`);
  }
  w.newline();
  if (isCompiledGenerator(fn)) {
    w.write(`$sv(${value}, `);
    printGeneratorCall(q, fn);
    w.write(");");
    w.newline();
  }
  if (fn.topLevel) w.write(`return $top($m, ${fn.index}, ${value}${fn.mode === "P" ? ", undefined, true" : ""});`);
  else if (!needsMark(fn)) w.write(`return ${value};`);
  else if (fn.syntaxName !== null && (fn.mode === "S" || fn.syntaxName === "get"))
    w.write(
      fn.syntaxName === "computed"
        ? `return $f(${value});`
        : `return $wrap(${value}${fn.syntaxName === "toJSON" ? ', "toJSON"' : ""});`,
    );
  else {
    w.write(`${value}[$C] = ${value};`);
    if (fn.mode === "P" && fn.use === "callback") w.write(` ${value}[$P] = true;`);
    w.newline();
    w.write(`return ${value};`);
  }
  w.indent--;
  w.newline();
  w.write("}\n");
  print(p.unit, fn.factory, w);
}
const RESERVED =
  /^(?:default|arguments|eval|await|yield|let|static|package|private|public|protected|interface|implements|enum|async|of|class|function|new|delete|typeof|void|in|instanceof|return|if|else|for|while|do|break|continue|switch|case|throw|try|catch|finally|var|const|this|super|null|true|false|import|export|extends|with|debugger)$/;

function propertyOf(m: Node): string {
  return m.key.type === "Identifier" ? `.${m.key.name}` : `[${m.key.raw}]`;
}

/** A method or accessor of an object literal, where it stands. */
export function printObjectMethod(p: Printer, property: Node): void {
  const fn = property.value.fn as Fn;
  if (isLifted(fn)) {
    if (property.computed !== true && property.key.name === "__proto__") p.w.write('["__proto__"]');
    else keyText(p, property);
    p.w.write(": ");
    printClosure(p, fn);
    return;
  }
  printFunction(p, fn, "", property);
}

/**
 * The text of a function. `method`: its property or method definition, whose key and keywords are printed. `name`: that of a
 * function that is not a method.
 */
export function printFunction(p: Printer, fn: Fn, name: string, method: Node | null = null): void {
  const { w } = p;
  const isMethod = method !== null || fn.objectMethod !== null;
  if (isMethod && method !== null) {
    if (method.static === true) w.write("static ");
    if (method.kind === "get" || method.kind === "set") w.write(`${method.kind} `);
  }
  if (fn.async) w.write("async ");
  if (isMethod) {
    if (fn.generator) w.write("*");
    if (method !== null && fn.cls !== null) memberKey(p, fn.cls, method);
    else if (method !== null) keyText(p, method);
    else w.write("method");
  } else if (!fn.arrow) w.write(`function${fn.generator ? "*" : ""} ${name}`, fn.node.start);
  const c = context(fn, p.c);
  // A factory passes the captured `this`; an arrow left in its place sees the one around it.
  if (fn.arrow && isLifted(fn)) c.native = false;
  if (isCompiledGenerator(fn)) printGeneratorShell({ ...p, c }, fn);
  else if (fn.mode === "S") suspendable({ ...p, c }, fn);
  else {
    const q: Printer = { ...p, c };
    nativeParameters(q, fn);
    w.write(fn.arrow ? " => " : " ");
    nativeBody(q, fn, tellsCaptures(fn) ? printCaptures(q, fn) : leaveBare(fn));
  }
}

/**
 * Whether a closure that never suspends begins with an answer to the question what it has captured. One that is handed to a method of an array is not
 * kept by anybody. The question comes with an empty array for each parameter, which must be enough to bind them.
 */
function tellsCaptures(fn: Fn): boolean {
  if (fn.mode !== "P" || !isLifted(fn) || fn.topLevel || fn.use === "callback") return false;
  return (fn.node.params as Node[]).every(isSimpleParameter);
}

/** The first statement of a closure that tells what it has captured. */
function printCaptures(p: Printer, fn: Fn): string {
  const { unit } = p;
  const free = captured(fn);
  const site = unit.nextSite++;
  unit.sites.push([fn.index, fn.node.start]);
  linkOf(unit, fn.factory!).push(`$maker($B + ${site}, ${linkText(fn.factory!, free)});`);
  addInfo(unit, fn, { captures: free, first: 2, params: fn.node.params.length, self: -1, entry: null, slots: [] });
  return `if ($S.q !== 0) return [${["null", `$B + ${site}`, ...free.map((v) => v.id)].join(", ")}];`;
}

export function parameterList(parameters: Parameter[]): string {
  return `(${parameters.map((x) => (x.rest ? `...${x.v.id}` : x.optional ? `${x.v.id} = undefined` : x.v.id)).join(", ")})`;
}

/** Whether a suspension at the entry is resumed by calling the function anew. */
function callsAnew(fn: Fn): boolean {
  return fn.topLevel || isLifted(fn) || isMethodAnew(fn);
}

/** Prints the parameters and body of the fast version; the resume version goes to the trailer. */
function suspendable(p: Printer, fn: Fn): void {
  const { unit } = p;
  const lowered = lowerFunction(fn, unit.refuse);
  const { parameters, locals } = lowered;
  const constructor = fn.kind === "constructor";
  // What a spawned closure has captured is read from the frame that it saves at its entry; a function of the module needs none.
  const asksLater = fn.topLevel;
  const body = asksLater ? placeCheck(lowered.body, fn.node) : lowered.body;
  markCounting(body);
  fn.site = unit.nextSite;
  unit.sites.push([fn.index, fn.node.start]);
  const entry = unit.nextSite++;
  numberSites(unit, fn.index, body);
  const last = unit.nextSite - 1;
  const always = new Set<Variable>();
  if (constructor) always.add(fn.thisVariable!);
  const live = analyseLiveness(body, always);
  const anew = callsAnew(fn);
  const localNames = new Set(locals);
  const start = new Set([...live].filter((v) => !localNames.has(v)));
  const atEntry = anew ? null : start;
  const keeper = keeperOf(fn)?.nameVariable ?? null;
  // Numbers start as numbers: with undefined among their values V8 would box them in loops.
  const numeric = numericVariables(fn);
  const version = isSingle(fn, body, unit.long) ? versionOf(unit, fn, entry) : null;
  const common = layoutFrames(body, version === null ? atEntry : start, keeper);
  const layout = version === null ? common : orderForStart(common, start, numeric);
  const frames: Frames = {
    first: entry,
    last,
    layout,
    ...saver(layout, keeper),
    counts: false,
    base: anew ? entry : entry - 1,
    alive: !constructor && keeper === null && sharesExit(body, layout) ? new Map() : null,
  };
  const loops = last > entry;

  const entryFrame = anew ? entryOf(fn, parameters) : null;
  addFunction(unit, fn, entryFrame, parameters, layout);
  const target = isCalledInstead(fn) ? fn.newTargetVariable : null;

  const w = p.w;
  const isVirtual = constructor && fn.thisVariable!.boxed;
  const counterBefore = unit.counter;
  const inner = new Writer();
  inner.indent = w.indent + 1;
  const q: StatementPrinter = {
    ...p,
    w: inner,
    frames,
    counting: null,
    result: isVirtual ? constructed(fn) : null,
    generator: null,
    unreached: false,
  };
  if (version === null) leavable(q, (b) => countingBody(b, body, countsAsWhole(body), statements));
  else printStart(q, version, layout, start, numeric);
  const scratch = [
    ...(unit.counter > counterBefore ? ["$c"] : []),
    ...(frames.counts ? ["$w = 0"] : []),
    ...(frames.alive === null ? [] : ["$pc"]),
  ];

  w.write(parameterList(parameters), fn.node.start);
  w.write(fn.arrow ? " => {" : " {");
  w.indent++;
  if (isDerived(fn)) locals.push(fn.thisVariable!);
  const names = version !== null ? [] : [...locals.map((v) => (numeric.has(v) ? `${v.id} = 0` : v.id)), ...scratch];
  if (names.length > 0) {
    w.newline();
    w.write(`let ${names.join(", ")};`);
  }
  if (target !== null) {
    w.newline();
    w.write(`const ${target.id} = new.target ?? $nt();`);
  }
  if (!asksLater) {
    w.newline();
    printEntryCheck(p, fn, () => {
      if (entryFrame !== null) w.write(saverCall("h", entry, entryFrame.slots));
      else frames.save({ ...p, w }, "h", entry, atEntry!);
    });
  }
  w.append(inner);
  if (isVirtual) {
    w.newline();
    w.write(`return ${constructed(fn).value};`);
  }
  w.indent--;
  w.newline();
  w.write("}");

  if (entryFrame !== null) entryResume(p, fn, entry, entryFrame, parameters);
  if (loops || !anew) resumeVersion(p, fn, { entry, last, anew, version, frames, body, parameters, locals, constructor });
}

/** The body of a function, in a block that its sites leave if they all save in one place. */
function leavable(p: StatementPrinter, body: (p: StatementPrinter) => void): void {
  const { w } = p;
  if (p.frames!.alive === null) {
    body(p);
    return;
  }
  w.newline();
  w.write("$x: ");
  block(p, [], (q) => {
    body(q);
    w.newline();
    w.write("return;");
  });
  w.newline();
  printExit(p, p.frames!);
}

/** `whole`: the loops of the body count in one local. */
function countingBody(p: StatementPrinter, body: Ir[], whole: boolean, print: typeof statements): void {
  if (!whole) {
    print(p, body);
    return;
  }
  p.frames!.counts = true;
  p.w.newline();
  beginCounting(p);
  p.counting = new Set();
  print(p, body);
  if (body.at(-1)?.k !== "return") endCounting(p);
}

function resumeVersion(
  p: Printer,
  fn: Fn,
  o: {
    entry: number;
    last: number;
    anew: boolean;
    /** The only version of the function, which is entered from its start, too. */
    version: Factory | null;
    frames: Frames;
    body: Ir[];
    parameters: Parameter[];
    locals: Variable[];
    constructor: boolean;
  },
): void {
  const { unit } = p;
  const numeric = numericVariables(fn);
  const { layout } = o.frames;
  const { base } = o.frames;
  const position: Position = { base, keeps: !hasSiteInTry(o.body), later: false };
  const inner = new Writer();
  inner.indent = 1;
  for (const v of layout) {
    if (!numeric.has(v)) continue;
    inner.newline();
    inner.write(`${v.id} = +${v.id};`);
  }
  if (!o.anew) {
    inner.newline();
    inner.write("if ($pc === 1) $pc = 0;");
  }
  const single = o.version !== null;
  const c: Context = { fn, native: false, mode: "S", resume: true, once: !single, rawParameters: false };
  const q: StatementPrinter = {
    ...p,
    w: inner,
    c,
    frames: o.frames,
    counting: null,
    result: o.constructor ? constructed(fn) : null,
    generator: null,
    unreached: o.anew && !single,
    position,
  };
  leavable(q, (b) => countingBody(b, o.body, countsAsWhole(o.body), resumeStatements));
  if (o.constructor) {
    inner.newline();
    inner.write(`return ${constructed(fn).value};`);
  }

  // What the frame holds is passed as arguments, which takes less text than reading it.
  const w = new Writer();
  w.write(`(${["$pc", ...layout.map((v) => v.id)].join(", ")}) {`);
  w.indent++;
  const used = new Set(inner.toString().match(NAMES));
  const others = [...o.parameters.map((x) => x.v), ...o.locals]
    .filter((v) => !layout.includes(v) && used.has(v.id))
    .map((v) => (numeric.has(v) ? `${v.id} = 0` : v.id));
  for (const name of ["$c", "$w"]) if (used.has(name)) others.push(name === "$w" ? "$w = 0" : name);
  // An error that it may be is thrown in any case.
  if (position.keeps) others.push(single ? "$d = $pc ? $rv() : 0" : "$d = $rv()");
  if (others.length > 0) {
    w.newline();
    w.write(`let ${others.join(", ")};`);
  }
  w.append(inner);
  w.indent--;
  w.newline();
  w.write("}");
  const register = `$resumes(${base + 1}, ${o.last - base}, ${layout.length}, `;
  printResume(unit, fn, o.version ?? o.entry, register, "$f[2]", w, aliveText(o.frames));
}

/**
 * The native boundary, as it is printed. A callee that is not known when compiling is asked for the version that compiled code calls (its
 * own property `[CALL]`); one that has none is called through a bridge, which makes the call an atomic section. The same for `new`.
 */
import { argumentList, CALL_LEVEL, expression, isNativeSuper, member, sourceText, type Printer } from "./emit/expression.ts";
import { hasUnmarked, printUnmarked } from "./emit/function.ts";
import { ARRAY_CALLBACKS, PROXY_TRAPS, SYNTAX_METHODS } from "./method-names.ts";
import { isScreened } from "./emit/screen.ts";
import { isFreshSend, printFreshSend } from "./emit/send.ts";
import { DIRECT, isFunction, type Node } from "./ast.ts";

/** How error messages call a callee, by its number among those of the module: both versions of a function name it. */
function textOf(p: Printer, callee: Node): number {
  const given = callee.text as { start: number; end: number } | string | undefined;
  const at = typeof given === "object" ? { type: "Raw", start: given.start, end: given.end } : callee;
  const text = typeof given === "string" ? given : sourceText(p, at);
  const { texts } = p.unit;
  let number = texts.get(text);
  if (number === undefined) texts.set(text, (number = texts.size));
  return number;
}

export function printCall(p: Printer, node: Node): void {
  const { w } = p;
  const callee = node.callee as Node;
  const kind: string = p.c.mode === "N" || !p.unit.guards.marker ? "direct" : (node.call?.kind ?? "direct");
  if (kind === "direct" && node.call?.sized === true && p.c.mode !== "N") {
    printSized(p, node);
    return;
  }
  const define = kind === "direct" && p.unit.guards.wrappers ? definer(node) : undefined;
  if (define !== undefined) {
    w.write(`$def.${define}`, node.start);
    argumentList(p, node.arguments);
    return;
  }
  if (
    kind === "direct" &&
    p.c.mode === "N" &&
    callee.type === "MemberExpression" &&
    callee.property.name === "bind" &&
    callee.optional !== true &&
    node.optional !== true
  ) {
    if (callee.computed !== true && callee.object.type !== "Super") {
      w.write("$bind(", node.start);
      expression(p, callee.object, 1);
      rest(p, node.arguments);
      return;
    }
  }
  if (kind === "direct" || kind === "known") {
    if (node.receiver != null) {
      onReceiver(p, node, node.receiver, callee.start, () => expression(p, callee, 1));
      return;
    }
    if (callee.type === "Identifier" && isFreshSend(node)) {
      printFreshSend(p, node);
      return;
    }
    if (callee.type === "Identifier" && callee.v?.kind === "import" && !callee.v.runtime) {
      // An imported function gets no receiver.
      w.write("(0, ");
      expression(p, callee, 1);
      w.write(")");
    } else if (/^(Function|Arrow|Class|Object)/.test(callee.type)) {
      w.write("(");
      expression(p, callee);
      w.write(")");
    } else if (callee.type === "MemberExpression") member(p, callee);
    else expression(p, callee, CALL_LEVEL);
    if (node.optional === true) w.write("?.");
    if (callee.type === "Raw") w.write("", node.start);
    argumentList(p, node.arguments, callee.type === "Identifier" && isScreened(node));
    return;
  }
  const text = textOf(p, callee);
  if (callee.type === "MemberExpression") {
    const receiver: Node = callee.object.type === "Super" ? node.receiver : callee.object;
    p.unit.counter++;
    if (p.c.once === true && isPath(callee.object)) {
      onVersion(p, node, receiver, text, () => member(p, callee));
      return;
    }
    const twice = callee.object.type !== "Super" || isNativeSuper(p, callee.object);
    if (kind === "marker" && callee.object.type !== "Super" && hasPlainCallback(node)) {
      // On an ordinary array the built-in itself is called, as it is written and with the function as it is, so that V8 puts both in place.
      w.write("($c = ");
      member(p, callee);
      w.write(`) === $A.${callee.property.name} && !$S.g && $pa(`);
      expression(p, callee.object, 1);
      w.write(") ? ");
      member(p, callee);
      w.write("(");
      printUnmarked(p, node.arguments[0].fn);
      rest(p, node.arguments.slice(1));
      w.write(" : ");
      onVersion(p, node, receiver, text);
      return;
    }
    if (kind === "marker" && callee.computed !== true && twice && isShort(node)) {
      // Called as it is written, so that V8 sees (and inlines) the method; read a second time for that, unless an accessor gave it out.
      w.write("($c = ");
      member(p, callee);
      // A method that is missing is reported by JavaScript itself, unless it would name a temporary.
      w.write(callee.object.v?.kind === "temp" ? ") != null && $c[$C] === $c" : ")?.[$C] === $c");
      w.write(" && !$S.g");
      const name = callee.property.name as string;
      const through = FUNCTION_CALLERS.get(name);
      if (through !== undefined && /^(Identifier|This|Member)/.test(callee.object.type)) {
        // What `call` and `apply` do to a function that is its own version needs no help.
        w.write(` || $c === ${through} && `);
        expression(p, callee.object, CALL_LEVEL);
        w.write("[$C] === ");
        expression(p, callee.object, CALL_LEVEL);
      }
      w.write(" ? ");
      const sized = SIZED_METHODS.has(name);
      if (sized) w.write("$big(");
      member(p, callee);
      argumentList(p, node.arguments);
      if (sized) w.write(")");
      w.write(" : ");
      if (SYNTAX_METHODS.has(name) || PROXY_TRAPS.has(name)) {
        // A guarded method of compiled code: its version is asked for here, so that V8 knows it.
        w.write("$c != null && $c[$C]?.[$O] === $c ? ");
        onReceiver(p, node, receiver, callee.property.start, () => w.write("$c[$C]"));
        w.write(" : ");
      }
      onVersion(p, node, receiver, text);
    } else {
      onReceiver(p, node, receiver, callee.property.start, () => {
        w.write("($c = ");
        member(p, callee);
        w.write(`) != null && $c[$C] === $c ? $c : $v($c, ${text})`);
      });
    }
  } else if (node.receiver != null) {
    onReceiver(p, node, node.receiver, callee.start, () => version(p, callee, text));
  } else if (p.c.once === true && callee.type === "Identifier") {
    w.write("$v(", callee.start);
    expression(p, callee, 1);
    w.write(`, ${text})`, callee.start);
    argumentList(p, node.arguments);
  } else if (callee.type === "Identifier" && callee.tdz !== true && callee.v?.kind !== "import") {
    version(p, callee, text);
    argumentList(p, node.arguments);
  } else {
    p.unit.counter++;
    w.write("(($c = ", node.start);
    expression(p, callee, 1);
    w.write(`) != null && $c[$C] === $c ? $c : $v($c, ${text}))`, node.start);
    argumentList(p, node.arguments);
  }
}

/** Methods of functions that call them, by the names that emitted code has for JavaScript's own. */
const FUNCTION_CALLERS = new Map([
  ["call", "$fc"],
  ["apply", "$fa"],
]);

/** Methods that make of many elements one text, or the other way round. */
const SIZED_METHODS = new Set(["join", "split"]);

/** A built-in that is charged by the length of what it has made, or that `JSON.parse` has read. */
function printSized(p: Printer, node: Node): void {
  const callee = node.callee as Node;
  if (callee.property.name === "parse") {
    p.w.write("$parsed(", node.start);
    expression(p, callee.object, 1);
    rest(p, node.arguments);
    return;
  }
  p.w.write("$big(");
  printCall(p, { ...node, call: DIRECT });
  p.w.write(")");
}

/** A call of what `fn` prints, on `receiver`. Not by a property of the function, which may have a `call` of its own, or none. */
function onReceiver(p: Printer, node: Node, receiver: Node, at: number, fn: () => void): void {
  p.w.write("$call(", at);
  fn();
  p.w.write(", ", at);
  expression(p, receiver, 1);
  rest(p, node.arguments);
}

/** Where there are so many arguments, or fewer, the version of a method is called by a helper of its own. */
export const METHOD_ARITY = 3;

/** A call of the version of a method, which `callee` prints; where it is absent the method is in `$c`. */
function onVersion(p: Printer, node: Node, receiver: Node, text: number, callee: () => void = () => p.w.write("$c")): void {
  const args = node.arguments as Node[];
  const few = args.length <= METHOD_ARITY && args.every((a) => a.type !== "SpreadElement");
  p.w.write(few ? `$m${args.length}(` : "$call($mv(", node.callee.property.start);
  callee();
  p.w.write(few ? `, ${text}, ` : `, ${text}), `);
  expression(p, receiver, 1);
  rest(p, args);
}

/** A callee that may be read several times: itself, if it is compiled and its own version. What a Proxy tells of its target is not. */
function version(p: Printer, callee: Node, text: number): void {
  const { w } = p;
  w.write("(", callee.start);
  expression(p, callee, CALL_LEVEL);
  w.write(" != null && ");
  expression(p, callee, CALL_LEVEL);
  w.write("[$C] === ");
  expression(p, callee, CALL_LEVEL);
  w.write(" ? ");
  expression(p, callee, CALL_LEVEL);
  w.write(" : $v(");
  expression(p, callee, 1);
  w.write(`, ${text}))`, callee.start);
}

/** Whether an error message calls it exactly as its text does. */
function isPath(node: Node): boolean {
  return node.type === "ThisExpression" || node.type === "Identifier";
}

/** Whether an array method is called with a function that never suspends, and what else is given to it may be written twice. */
function hasPlainCallback(node: Node): boolean {
  const { callee } = node;
  const [first, ...others] = node.arguments as Node[];
  return (
    callee.computed !== true &&
    node.optional !== true &&
    callee.optional !== true &&
    callee.property.type === "Identifier" &&
    ARRAY_CALLBACKS.has(callee.property.name) &&
    isFunction(first) &&
    hasUnmarked(first.fn) &&
    isShort({ ...node, arguments: others })
  );
}

/** Whether the arguments may be written twice. */
function isShort(node: Node): boolean {
  const args = node.arguments as Node[];
  if (args.length === 0) return true;
  const length = args[args.length - 1]!.end - args[0]!.start;
  return length <= 60 && args.every((a) => a.type !== "ObjectExpression" && a.type !== "ArrayExpression");
}

const DEFINERS = new Map([
  ["Object.defineProperty", "defineProperty"],
  ["Object.defineProperties", "defineProperties"],
  ["Object.create", "create"],
  ["Reflect.defineProperty", "reflectDefineProperty"],
]);

/** A built-in that makes accessors: called through the runtime, which sees to it that they are atomic. */
function definer(node: Node): string | undefined {
  const callee = node.callee as Node;
  if (callee.type !== "MemberExpression" || callee.computed === true || node.optional === true) return undefined;
  if (callee.object.type !== "Identifier" || callee.object.v !== undefined) return undefined;
  const name = DEFINERS.get(`${callee.object.name}.${callee.property.name}`);
  return name === "create" && node.arguments.length < 2 ? undefined : name;
}

function rest(p: Printer, args: Node[]): void {
  for (const a of args) {
    p.w.write(", ");
    expression(p, a, 1);
  }
  p.w.write(")");
}

export function printNew(p: Printer, node: Node): void {
  const { w } = p;
  const callee = node.callee as Node;
  const kind: string = p.c.mode === "N" || !p.unit.guards.marker ? "direct" : (node.call?.kind ?? "direct");
  const constructor = () => {
    w.write("new ", node.start);
    if (callee.type === "Identifier" || (callee.type === "MemberExpression" && simple(callee))) {
      if (callee.tdz === true || callee.v?.kind === "import") {
        w.write("(");
        expression(p, callee);
        w.write(")");
      } else expression(p, callee, CALL_LEVEL);
    } else {
      w.write("(");
      expression(p, callee);
      w.write(")");
    }
    argumentList(p, node.arguments);
  };
  if (callee.type === "Identifier" && callee.v === undefined && callee.name === "Proxy" && p.unit.guards.wrappers) {
    w.write("$proxy", node.start);
    argumentList(p, node.arguments);
    return;
  }
  if (kind === "direct" || kind === "known") {
    constructor();
    return;
  }
  const text = textOf(p, callee);
  const bridge = () => {
    w.write("$nw(", node.start);
    expression(p, callee, 1);
    w.write(`, ${text}`);
    rest(p, node.arguments);
  };
  if (kind === "bridge") {
    bridge();
    return;
  }
  if (p.c.once === true) {
    w.write("$n(", node.start);
    expression(p, callee, 1);
    w.write(`, ${text}`);
    rest(p, node.arguments);
    return;
  }
  // Undefined, too, has no class that is itself; JavaScript would call a temporary by its name.
  if (callee.v?.kind === "temp") w.write(`${callee.v.id} !== undefined && `);
  expression(p, callee, CALL_LEVEL);
  w.write("?.[$N] === ");
  expression(p, callee, CALL_LEVEL);
  w.write(" ? ");
  constructor();
  w.write(" : ");
  bridge();
}

function simple(node: Node): boolean {
  return node.type === "MemberExpression"
    ? node.computed !== true && simple(node.object)
    : (node.type === "Identifier" && node.v?.boxed !== true && node.v?.kind !== "import") || node.type === "ThisExpression";
}

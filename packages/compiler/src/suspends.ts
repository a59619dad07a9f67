/**
 * Who may suspend. A function does if it loops, if it can reach itself again, if it calls what may suspend or is not known, or if it is a
 * closure that leaves the place where it was written, or that such a one has captured (the check at its entry is also how a spawn reads its captures).
 */
import {
  children,
  DIRECT,
  hasArrayPattern,
  isClass,
  isFunction,
  nestsArray,
  PURE,
  SIZED,
  type CallInfo,
  type Node,
} from "./ast.ts";
import { isConstructedByMethods, parentOf } from "./construction.ts";
import { ARRAY_CALLBACKS, TEXT_METHODS } from "./method-names.ts";
import { findReparented } from "./reparented.ts";
import { type ClassUnit, type Fn, type Module, type Variable } from "./variables.ts";

const words = (text: string): Set<string> => new Set(text.split(" "));

/** What @agner/vm exports and never parks its caller. */
const NEVER_SUSPENDS = words(
  "self send spawn spawnLink spawnMonitor spawnOpt makeRef alias unalias isPid isRef register whereis registered unregister link unlink monitor " +
    "demonitor sendAfter schedulerId schedulers literal statistics processFlag definition",
);

/**
 * Functions that keep what they are given are not among these: they are called where that is noticed. Nor are those of Node's that tests put others
 * in the place of (`console.warn`, `fetch`, `process.cwd`, timers), by code that need not be compiled.
 */
const PURE_GLOBALS = words(
  "parseInt parseFloat isNaN isFinite Number String Boolean BigInt Symbol Object Array Date Error TypeError RangeError SyntaxError " +
    "structuredClone encodeURIComponent decodeURIComponent encodeURI decodeURI atob btoa RegExp",
);

const PURE_STATICS: Record<string, Set<string>> = {
  Math: words(Object.getOwnPropertyNames(Math).join(" ")),
  Object: words(
    "keys values entries assign freeze isFrozen seal isSealed create defineProperty defineProperties getPrototypeOf setPrototypeOf " +
      "getOwnPropertyNames getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertySymbols hasOwn is preventExtensions isExtensible",
  ),
  Number: words("isInteger isFinite isNaN isSafeInteger parseFloat parseInt"),
  String: words("fromCharCode fromCodePoint raw"),
  Array: words("isArray of"),
  Date: words("now parse UTC"),
  Symbol: words("for keyFor"),
  BigInt: words("asIntN asUintN"),
  Reflect: words("ownKeys has get set getPrototypeOf setPrototypeOf defineProperty deleteProperty getOwnPropertyDescriptor"),
  ArrayBuffer: words("isView"),
  Buffer: words("alloc allocUnsafe byteLength concat isBuffer compare"),
  Atomics: words("load store add sub and or xor exchange compareExchange notify"),
};

const PURE_CONSTRUCTORS = words(
  "Object Array Proxy Date Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError RegExp Map Set WeakMap WeakSet WeakRef " +
    "ArrayBuffer SharedArrayBuffer DataView Uint8Array Int8Array Uint8ClampedArray Uint16Array Int16Array Uint32Array Int32Array Float32Array " +
    "Float64Array BigInt64Array BigUint64Array URL URLSearchParams TextEncoder TextDecoder AbortController String Number Boolean",
);
/** Constructors that iterate their argument, which may run compiled code. */
const ITERATING = /^(Map|Set|WeakMap|WeakSet|AggregateError|URLSearchParams|.*(?:8|16|32|64)(?:Clamped)?Array)$/;
/** Those of them that have no compiled equivalent. */
const ATOMIC_ITERATING = /^(AggregateError|URLSearchParams)$/;

const ARRAY_METHODS = words(
  "push pop shift unshift slice splice concat indexOf lastIndexOf includes reverse fill flat at keys values entries with toReversed toSpliced copyWithin toString",
);
const STRING_METHODS = words(
  "at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare normalize padEnd padStart repeat slice startsWith substring " +
    "substr toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase trim trimEnd trimStart toString valueOf",
);
const COLLECTION_METHODS = words("get set has add delete clear keys values entries");
const ARRAY_MAKERS = words("slice splice concat flat split toReversed toSpliced with");

type Kind = "array" | "string" | "collection" | null;

/** What an expression certainly is, as far as it matters for its methods. */
export function kindOf(node: Node): Kind {
  switch (node.type) {
    case "ArrayExpression":
      return "array";
    case "TemplateLiteral":
      return "string";
    case "Literal":
      return typeof node.value === "string" ? "string" : null;
    case "BinaryExpression":
      return node.operator === "+" && (kindOf(node.left) === "string" || kindOf(node.right) === "string") ? "string" : null;
    case "NewExpression":
      if (node.callee.type !== "Identifier" || node.callee.v !== undefined) return null;
      if (node.callee.name === "Array") return "array";
      return /^(Weak)?(Map|Set)$/.test(node.callee.name) ? "collection" : null;
    case "Identifier": {
      const v = node.v as Variable | undefined;
      if (v?.rest === true && v.writes === 0) return "array";
      if (v === undefined || v.writes > 0 || v.init === null || (v.kind !== "const" && v.kind !== "let")) return null;
      if (v.init.type === "Identifier") return null;
      return kindOf(v.init);
    }
    case "CallExpression": {
      const callee = node.callee as Node;
      if (callee.type === "Identifier" && callee.v === undefined && callee.name === "String") return "string";
      if (callee.type !== "MemberExpression" || callee.computed === true || node.optional === true) return null;
      if (callee.property.type !== "Identifier") return null;
      const name = callee.property.name as string;
      if (callee.object.type === "Identifier" && callee.object.v === undefined) {
        if (callee.object.name === "Object" && /^(keys|values|entries|getOwnPropertyNames)$/.test(name)) return "array";
        if (callee.object.name === "Array" && name === "of") return "array";
        if (callee.object.name === "String" && PURE_STATICS["String"]!.has(name)) return "string";
        if (callee.object.name === "JSON" && name === "stringify") return null;
      }
      const receiver = kindOf(callee.object);
      if (receiver === "string")
        return name === "split"
          ? "array"
          : STRING_METHODS.has(name) && !/At$|^(ends|starts)With$|ndexOf$|includes|localeCompare/.test(name)
            ? "string"
            : null;
      if (receiver === "array") return name === "join" ? "string" : ARRAY_MAKERS.has(name) ? "array" : null;
      if (/^(toFixed|substring|toUpperCase|toLowerCase|padStart|padEnd|charAt)$/.test(name)) return "string";
      return null;
    }
    default:
      return null;
  }
}

const KNOWN: CallInfo = Object.freeze({ kind: "known", suspends: true, charges: true });
const MARKER: CallInfo = Object.freeze({ kind: "marker", suspends: true, charges: true });
const BRIDGE: CallInfo = Object.freeze({ kind: "bridge", suspends: true, charges: true });
/** `new` of what may run compiled code below native frames. */
const ATOMIC_NEW: CallInfo = Object.freeze({ kind: "bridge", suspends: false, charges: true });
/** A constructor with a compiled equivalent, which the bridge to it knows; a function is called with an instance. */
const BUILDER: CallInfo = Object.freeze({ kind: "bridge", suspends: true, charges: true });

function callOf(fn: Fn): CallInfo {
  // The function itself is a shell, which says what compiled code calls.
  if (fn.mode === "S") return fn.generator ? MARKER : KNOWN;
  if (fn.generator || fn.async) return BRIDGE;
  return fn.mode === "P" && !fn.charges ? PURE : DIRECT;
}

/** The function that a call certainly calls. */
function target(node: Node): Fn | null {
  const callee = node.callee as Node;
  if (isFunction(callee)) return callee.fn;
  if (callee.type === "Super") return parentOf((callee.cls as Variable).holdsClass!)?.constructorFn ?? null;
  if (callee.type === "Identifier") {
    const v = callee.v as Variable | undefined;
    if (v === undefined) return null;
    if (node.type === "NewExpression") return v.holdsClass?.constructorFn ?? v.holds;
    return v.holds;
  }
  if (node.type === "CallExpression" && callee.type === "MemberExpression") return privateMethod(callee.property);
  return null;
}

/** The method that a private name means, if it does. */
export function privateMethod(key: Node): Fn | null {
  const [member] = key.type === "PrivateIdentifier" ? (key.members as Node[]) : [];
  return member?.type === "MethodDefinition" && member.kind === "method" ? (member.value.fn as Fn) : null;
}

function classifyNew(node: Node): CallInfo {
  const callee = node.callee as Node;
  if (callee.type !== "Identifier") return MARKER;
  const v = callee.v as Variable | undefined;
  if (v === undefined) {
    if (!PURE_CONSTRUCTORS.has(callee.name)) return MARKER;
    const first = node.arguments[0] as Node | undefined;
    if (first !== undefined && ITERATING.test(callee.name) && kindOf(first) !== "array" && typeof first.value !== "number")
      return ATOMIC_ITERATING.test(callee.name) || kindOf(first) !== null ? ATOMIC_NEW : BUILDER;
    return PURE;
  }
  if (v.holdsClass !== null) {
    const fn = v.holdsClass.constructorFn;
    if (fn === null || (fn.mode === "P" && !fn.charges)) return PURE;
    return fn.mode === "S" ? KNOWN : fn.mode === "N" ? ATOMIC_NEW : DIRECT;
  }
  if (v.holds !== null) return v.holds.mode === "P" ? DIRECT : v.holds.mode === "S" ? BUILDER : ATOMIC_NEW;
  return MARKER;
}

/** `super(…)` of a class that this module does not have. */
function classifySuper(node: Node): CallInfo {
  const cls = (node.callee.cls as Variable).holdsClass!;
  if (parentOf(cls) !== null || (cls.node.superClass.type === "Literal" && !cls.reparented)) return DIRECT;
  const parent = cls.node.superClass as Node;
  if (parent.type !== "Identifier" || parent.v !== undefined || cls.reparented) return MARKER;
  return PURE_CONSTRUCTORS.has(parent.name) && (node.arguments.length === 0 || !ITERATING.test(parent.name)) ? DIRECT : MARKER;
}

export function classify(node: Node): CallInfo {
  if (node.call !== undefined) return node.call;
  if (node.type === "NewExpression") return classifyNew(node);
  if (node.type === "TaggedTemplateExpression") {
    const tag = node.tag as Node;
    return tag.type === "MemberExpression" &&
      tag.object.type === "Identifier" &&
      tag.object.v === undefined &&
      tag.object.name === "String"
      ? PURE
      : MARKER;
  }
  const callee = node.callee as Node;
  const fn = target(node);
  if (fn !== null) return callOf(fn);
  if (callee.type === "Super") return classifySuper(node);
  if (callee.type === "Identifier") {
    const v = callee.v as Variable | undefined;
    if (v === undefined) return PURE_GLOBALS.has(callee.name) ? PURE : MARKER;
    if (v.runtime && v.importName !== "*") return NEVER_SUSPENDS.has(v.importName) ? DIRECT : KNOWN;
    return MARKER;
  }
  if (callee.type === "MemberExpression" && callee.computed !== true && callee.property.type === "Identifier") {
    const name = callee.property.name as string;
    const object = callee.object as Node;
    if (object.type === "Super") return MARKER;
    if (object.type === "Identifier" && object.v === undefined) {
      if (object.name === "JSON") {
        // A reviver or replacer is called back.
        const [first, second] = node.arguments as Node[];
        const harmless =
          second === undefined || (second.type === "Literal" && second.value === null) || second.name === "undefined";
        // An object may have a method toJSON.
        return harmless && (name !== "stringify" || first === undefined || isText(first)) ? SIZED : MARKER;
      }
      if (Object.hasOwn(PURE_STATICS, object.name) && PURE_STATICS[object.name]!.has(name)) return PURE;
    }
    if (object.type === "Identifier" && object.v?.runtime === true && object.v.importName === "dictionary") return DIRECT;
    if (TEXT_METHODS.has(name)) return isModule(object) ? MARKER : PURE;
    const kind = kindOf(object);
    if (kind === "array") {
      if (name === "join") return SIZED;
      if (ARRAY_METHODS.has(name)) return PURE;
      if (ARRAY_CALLBACKS.has(name)) {
        const f = node.arguments[0] as Node | undefined;
        if (f === undefined && (name === "sort" || name === "toSorted")) return DIRECT;
        if (isFunction(f) && (f.fn as Fn).mode === "P") return DIRECT;
      }
    }
    if (kind === "string" && STRING_METHODS.has(name)) return PURE;
    if (kind === "collection" && COLLECTION_METHODS.has(name)) return PURE;
  }
  return MARKER;
}

function isText(node: Node): boolean {
  return kindOf(node) === "string" || (node.type === "Literal" && node.regex === undefined);
}

function isClosure(fn: Fn): boolean {
  return (
    !fn.topLevel &&
    fn.cls === null &&
    fn.objectMethod === null &&
    (fn.kind === "declaration" || fn.kind === "expression" || fn.kind === "arrow")
  );
}

function escapes(fn: Fn): boolean {
  if (!isClosure(fn)) return false;
  if (fn.use === "callee" || fn.use === "callback") return false;
  if (fn.use === "held" && fn.heldBy!.holds === fn) {
    const self = fn.selfVariable?.references ?? [];
    return [...fn.heldBy!.references, ...self].some((r) => !r.callee && !r.write);
  }
  return true;
}

/** The closures that leave the place where they were written, and those that they have captured: where one is copied, so are the others. */
function travelling(module: Module): Set<Fn> {
  const found = new Set(module.functions.filter(escapes));
  // The set grows while it is walked.
  for (const fn of found) for (const v of fn.free) if (v.holds !== null && isClosure(v.holds)) found.add(v.holds);
  return found;
}

function nativeOnly(fn: Fn): boolean {
  if (fn.kind === "module" || fn.kind === "getter" || fn.kind === "setter") return true;
  if (fn.kind === "static") return nativeOnly(fn.parent!);
  if (fn.async || fn.inKey) return true;
  return fn.kind === "constructor" && isConstructedByMethods(fn.cls!);
}

/** Whether it may be what a module exports, such as a library of text functions: its functions have no wrappers. */
function isModule(object: Node): boolean {
  const v = object.type === "Identifier" ? (object.v as Variable | undefined) : undefined;
  return v !== undefined && (v.kind === "import" || (v.init?.type === "CallExpression" && v.init.callee.name === "require"));
}

/** Whether it calls `super` where JavaScript would not let it, as it is printed. */
function callsSuperVirtually(fn: Fn): boolean {
  return fn.arrow ? fn.calls.some((c) => c.callee?.type === "Super") : fn.thisVariable?.boxed === true;
}

/**
 * Functions of the module though they are written as expressions: `const f = () => …`, and those that its top level makes once and keeps anywhere
 * (`A.prototype.m = function …`), on every thread. They have captured nothing, so that there is no closure to copy.
 */
function findTopLevel(module: Module): void {
  const elsewhere: Node[] = [];
  const find = (node: Node): void => {
    if (/^(For|While|DoWhile|If|Switch|Try|Conditional|Logical)/.test(node.type)) elsewhere.push(node);
    else if (!isFunction(node) && !isClass(node)) children(node, find);
  };
  find(module.program);
  for (const fn of module.functions) {
    if (fn.up !== module.top || (fn.kind !== "arrow" && fn.kind !== "expression")) continue;
    const v = fn.heldBy;
    if (v !== null && v.module && v.holds === fn && v.kind === "const") fn.topLevel = true;
    else if (escapes(fn) && fn.syntaxName === null && !fn.generator && !fn.async && isAlone(fn))
      fn.topLevel = !elsewhere.some((part) => part.start <= fn.node.start && fn.node.end <= part.end);
  }
}

/** Whether it refers to no variable but its own and the module's. */
function isAlone(fn: Fn): boolean {
  return fn.free.size === 0 && (fn.selfVariable === null || fn.selfVariable.references.length === 0);
}

export function computeModes(module: Module): void {
  findReparented(module);
  findTopLevel(module);
  const travels = travelling(module);
  for (const fn of module.functions) {
    if (nativeOnly(fn)) fn.mode = "N";
    else if (
      fn.loops > 0 ||
      (travels.has(fn) && !fn.generator) ||
      fn.iterated.some((e) => kindOf(e) === null) ||
      ((fn.kind === "constructor" || fn.arrow) && callsSuperVirtually(fn))
    )
      fn.mode = "S";
  }
  for (const fn of module.functions) {
    if (fn.mode === "P" && onCycle(fn)) fn.mode = "S";
  }
  for (let changed = true; changed;) {
    changed = false;
    for (const fn of module.functions) {
      if (fn.mode === "P" && fn.calls.some((c) => classify(c).suspends)) {
        fn.mode = "S";
        changed = true;
      }
    }
    for (const { staticFn, parent } of module.classes) {
      if (staticFn?.mode === "S" && parent.mode === "P") {
        parent.mode = "S";
        changed = true;
      }
    }
  }
  // A generator that cannot suspend is JavaScript's own.
  for (const fn of module.functions) if (fn.generator && fn.mode === "P") fn.mode = "N";
  findCharging(module);
  for (const fn of [module.top, ...module.functions]) for (const c of fn.calls) c.call = classify(c);
}

/** Which plain functions call something that costs more than a built-in. */
function findCharging(module: Module): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const fn of module.functions) {
      if (fn.mode === "P" && !fn.charges && fn.calls.some((c) => classify(c).charges)) {
        fn.charges = true;
        changed = true;
      }
    }
  }
}

function onCycle(fn: Fn): boolean {
  const seen = new Set<Fn>();
  const stack = [fn];
  while (stack.length > 0) {
    for (const c of stack.pop()!.calls) {
      for (const t of reached(c)) {
        if (t === fn) return true;
        if (seen.has(t)) continue;
        seen.add(t);
        stack.push(t);
      }
    }
  }
  return false;
}

/** The functions that a call certainly calls, or gives to what calls them. */
function reached(call: Node): Fn[] {
  const callee = call.type === "TaggedTemplateExpression" ? null : target(call);
  const given = ((call.arguments ?? []) as Node[]).filter((a) => isFunction(a) && (a.fn as Fn).use === "callback");
  return [...(callee === null ? [] : [callee]), ...given.map((a) => a.fn as Fn)];
}

/** Whether a class definition may suspend before there is a class: in what it extends, or in a computed key. */
export function suspendsBefore(cls: ClassUnit): boolean {
  if (cls.parent.mode !== "S" || cls.keysInside) return false;
  return (
    hasSuspension(cls.node.superClass) || (cls.node.body.body as Node[]).some((m) => m.computed === true && hasSuspension(m.key))
  );
}

/** Whether a call that may suspend, or a yield, is written in `node`, functions inside it excepted. */
export function hasSuspension(node: Node | null | undefined): boolean {
  if (node == null) return false;
  const known = SUSPENSIONS.get(node);
  if (known !== undefined) return known;
  const result = compute(node);
  SUSPENSIONS.set(node, result);
  return result;
}
const SUSPENSIONS = new WeakMap<Node, boolean>();

/** Whether an assignment takes something apart that is not certainly an array. */
function iterates({ left, right }: Node): boolean {
  return left.type === "ArrayPattern" && kindOf(right) === "array" ? nestsArray(left) : hasArrayPattern(left);
}

function compute(node: Node): boolean {
  switch (node.type) {
    case "CallExpression":
    case "NewExpression":
      // super() is spelled out: what it does to this has to be known.
      if (node.call?.suspends === true || node.callee.type === "Super") return true;
      return hasSuspension(node.callee) || (node.arguments as Node[]).some(hasSuspension);
    case "TaggedTemplateExpression":
      if (node.call?.suspends === true) return true;
      return hasSuspension(node.tag) || hasSuspension(node.quasi);
    case "MemberExpression":
      return hasSuspension(node.object) || (node.computed === true && hasSuspension(node.property));
    case "ObjectExpression":
    case "ObjectPattern":
      // A literal whose methods use super is taken apart, too: they are given what will hold it first.
      if (node.home !== undefined) return true;
      return (node.properties as Node[]).some((p) =>
        p.type === "Property"
          ? (p.computed === true && hasSuspension(p.key)) || hasSuspension(p.value)
          : hasSuspension(p.argument),
      );
    case "ArrayExpression":
    case "ArrayPattern":
      return (node.elements as (Node | null)[]).some(hasSuspension);
    case "TemplateLiteral":
    case "SequenceExpression":
      return (node.expressions as Node[]).some(hasSuspension);
    case "AssignmentExpression":
      if (node.operator === "=" && iterates(node)) return true;
      return hasSuspension(node.left) || hasSuspension(node.right);
    case "BinaryExpression":
    case "LogicalExpression":
    case "AssignmentPattern":
      return hasSuspension(node.left) || hasSuspension(node.right);
    case "ConditionalExpression":
      return hasSuspension(node.test) || hasSuspension(node.consequent) || hasSuspension(node.alternate);
    case "SpreadElement":
      return (node.object !== true && kindOf(node.argument) === null) || hasSuspension(node.argument);
    case "UnaryExpression":
    case "UpdateExpression":
    case "RestElement":
      return hasSuspension(node.argument);
    case "YieldExpression":
      return true;
    case "ChainExpression":
      return hasSuspension(node.expression);
    case "ClassDeclaration":
    case "ClassExpression":
      if (node.given !== undefined) return false;
      return node.cls.earlyName !== null || node.cls.staticFn?.mode === "S" || suspendsBefore(node.cls);
    case "ImportExpression":
      return hasSuspension(node.source) || hasSuspension(node.options);
    default:
      return false;
  }
}

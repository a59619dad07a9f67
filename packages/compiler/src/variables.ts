/** What scope analysis finds: variables, functions, classes, imports and exports. */
import type { Node } from "./ast.ts";
import type { Writer } from "./emit/writer.ts";

export type VariableKind =
  | "var"
  | "let"
  | "const"
  | "param"
  | "function"
  | "class"
  | "import"
  | "catch"
  | "self"
  | "temp"
  | "this"
  | "arguments"
  | "newTarget";

export interface Reference {
  unit: Unit;
  node: Node;
  write: boolean;
  callee: boolean;
}

export interface Variable {
  name: string;
  /** The name in the output, unique where it is visible. */
  id: string;
  kind: VariableKind;
  /** The function or class whose code declares it. */
  owner: Unit;
  /** Declared at the top level of the module: visible to all emitted code, never saved, never boxed. */
  module: boolean;
  scope: Scope | null;
  /** A rest parameter. */
  rest: boolean;
  /** Assignments other than the initialisation. */
  writes: number;
  references: Reference[];
  /** Direct child units of the owner through which it is captured. */
  capturers: Set<Unit>;
  /** Lives in a one-element array, shared by everyone who captures it. */
  boxed: boolean;
  /** Captured before it is initialised, so that its box must exist from the start of its block. */
  early: boolean;
  /** May be read before it is initialised: reads are checked. */
  tdz: boolean;
  /** A class's {@link ClassUnit.earlyName}. */
  ofClass: boolean;
  /** The function that it holds for good, if known. */
  holds: Fn | null;
  /** The class that it holds for good, if known. */
  holdsClass: ClassUnit | null;
  init: Node | null;
  /** Where its declaration ends: reads before are reads of an uninitialised variable. */
  declarationEnd: number;
  /** For imports. */
  importSlot: number;
  importName: string;
  /** Imported from @agner/vm. */
  runtime: boolean;
}

export interface Scope {
  variables: Map<string, Variable>;
  list: Variable[];
  parent: Scope | null;
  unit: Unit;
  kind: "module" | "function" | "block" | "switch" | "class";
  /** Of a switch: its clauses. */
  cases?: readonly Node[];
}

export type FnKind =
  | "module"
  | "declaration"
  | "expression"
  | "arrow"
  | "method"
  | "getter"
  | "setter"
  | "constructor"
  | "static";
/** S: may suspend, printed twice. P: plain, never suspends. N: native mode, runs unpreempted. */
export type Mode = "S" | "P" | "N";

export interface Fn {
  unit: "fn";
  index: number;
  node: Node;
  /** The function around it. */
  parent: Fn | null;
  /** The class or function around it. */
  up: Unit | null;
  kind: FnKind;
  name: string;
  arrow: boolean;
  generator: boolean;
  async: boolean;
  own: Variable[];
  free: Set<Variable>;
  kids: Unit[];
  calls: Node[];
  loops: number;
  /** What is spread or taken apart by array patterns. */
  iterated: Node[];
  mode: Mode;
  /** Of a plain function: whether it calls what may cost more reductions than a built-in. */
  charges: boolean;
  thisVariable: Variable | null;
  argumentsVariable: Variable | null;
  newTargetVariable: Variable | null;
  selfVariable: Variable | null;
  /** The innermost class around it whose private names it uses: only the body of that class can say what it says. */
  privateOf: ClassUnit | null;
  /** It stands in a computed key of the class whose private names it uses, where nothing can be handed out yet: it is printed there, in native mode. */
  inKey: boolean;
  /** How the function value is used where it stands. */
  use: "value" | "callee" | "callback" | "held";
  heldBy: Variable | null;
  /** For methods of classes: the class. */
  cls: ClassUnit | null;
  /** Its property name, where it is one of those that syntax or built-ins call by themselves. */
  syntaxName: string | null;
  objectMethod: Node | null;
  topLevel: boolean;
  exported: string | null;
  scope: Scope | null;
  /** Entry site, relative; -1 if it has none. */
  site: number;
  factory: Factory | null;
  /** In the text of a compiled generator: the function itself. */
  value: string;
}

/** A generator whose body may suspend: it is compiled to a resume version alone; see emit/generator.ts. */
export function isCompiledGenerator(fn: Fn): boolean {
  return fn.generator && fn.mode === "S";
}

/** Whether `new` may call it with an instance instead of constructing it: its `new.target` is then a variable. */
export function isCalledInstead(fn: Unit): boolean {
  return fn.unit === "fn" && fn.mode === "S" && !fn.generator && (fn.kind === "declaration" || fn.kind === "expression");
}

/** What makes a closure, or a class, from what it captures. */
export interface Factory {
  name: string;
  /** The class in whose body it stands, as the `index`th of what is handed out there; null: at the end of the module. */
  inside: ClassUnit | null;
  index: number;
}

/** The functions that a class's body hands out, since they cannot stand outside of it. */
export interface Inner {
  w: Writer;
  names: string[];
  /** The variable of the module that holds them; empty for a class that may be made more than once, which keeps them itself. */
  id: string;
  /** Statements that register them. */
  link: string[];
}

export interface ClassUnit {
  unit: "class";
  index: number;
  node: Node;
  parent: Fn;
  up: Unit | null;
  free: Set<Variable>;
  kids: Unit[];
  /** The class by its own name, as its members see it; one that has none gets a name of the compiler's if they refer to it. */
  nameVariable: Variable;
  /** What its name means in what it extends and in its computed keys: the class, once there is one. In a box; null if nothing there says it. */
  earlyName: Variable | null;
  /** Its computed keys use its private names, which only its body can say: they are evaluated there, atomically. */
  keysInside: boolean;
  nameless: boolean;
  name: string;
  members: Fn[];
  /** Made by the compiler where the source has none and construction does more than nothing; then `synthetic`. */
  constructorFn: Fn | null;
  synthetic: boolean;
  /** Fields of instances. */
  fields: Node[];
  /** Index of the first of them that is a statement of the constructor rather than JavaScript's own field. */
  split: number;
  /** Arrow functions of the constructor that call `super`. */
  superArrows: Fn[];
  /** Static fields and blocks, and the function that they are; `staticSplit` is for them what `split` is for fields of instances. */
  statics: Node[];
  staticFn: Fn | null;
  staticSplit: number;
  privateOf: ClassUnit | null;
  inner: Inner | null;
  topLevel: boolean;
  /** What it extends may become another class. */
  reparented: boolean;
  factory: Factory | null;
}

export type Unit = Fn | ClassUnit;

export interface ImportEntry {
  specifier: string;
  attributes: Record<string, string> | undefined;
  names: Set<string>;
  node: Node;
  /** Whether all of it is used as a namespace. */
  namespace: boolean;
}

export interface ExportEntry {
  name: string;
  /** The local variable, or a re-export of `from` (an import slot); `imported` "*" is the namespace. */
  variable: Variable | null;
  from: number;
  imported: string;
}

export interface Module {
  program: Node;
  functions: Fn[];
  classes: ClassUnit[];
  top: Fn;
  scope: Scope;
  imports: ImportEntry[];
  exports: ExportEntry[];
  stars: number[];
  /** Names that are not declared in the module. */
  globals: Set<string>;
  defaultVariable: Variable | null;
  topLevelAwait: boolean;
  /** Property names that the module gives to methods, accessors and assigned functions. */
  refuse: (node: Node, reason: string, hint?: string) => never;
}

export const RUNTIME_MODULE = "@agner/vm";

export function makeVariable(name: string, kind: VariableKind, owner: Unit): Variable {
  return {
    name,
    id: name,
    kind,
    owner,
    module: false,
    scope: null,
    rest: false,
    writes: 0,
    references: [],
    capturers: new Set(),
    boxed: false,
    early: false,
    tdz: false,
    ofClass: false,
    holds: null,
    holdsClass: null,
    init: null,
    declarationEnd: -1,
    importSlot: -1,
    importName: "",
    runtime: false,
  };
}

/** What is shared by everything that is emitted for one module. */
import type { Node } from "../ast.ts";
import type { Fn, Module, Variable } from "../variables.ts";
import { Writer } from "./writer.ts";

/** What the virtual machine knows of a function of a module. */
export interface FunctionInfo {
  readonly index: number;
  readonly name: string;
  /** Where it is declared, in the TypeScript source, 1-based. */
  line: number;
  column: number;
  /** Its entry site, relative to the module's base; -1 for a function that never suspends or is native. */
  readonly site: number;
  /** Declared at the top level of the module: a term, by reference. */
  readonly topLevel: boolean;
  readonly exported?: string;
  /** Where an entry frame of it holds what it captured: `frame[slot]`; `boxed` ones are one-element arrays. */
  readonly captures: readonly { readonly name: string; readonly boxed: boolean; readonly slot: number }[];
  /** Number of parameters in an entry frame, after the captures; the last may be the array of a rest parameter. */
  readonly params: number;
  /** Slot of the function's own value in an entry frame, -1 if it does not refer to itself. */
  readonly self: number;
  /** The variables of an entry frame, in its order; absent if it is like the others. Empty for what the compiler keeps for itself. */
  readonly entry?: readonly string[];
  /** The variables of every other frame of the function, in their order. */
  readonly slots: readonly string[];
}

/** Things that tests take away to show what they are for. */
export interface Guards {
  /** False: calls of unknown functions are made directly. */
  marker: boolean;
  /** False: accessors and native-mode functions run without raising the nesting counter. */
  wrappers: boolean;
}

export interface Unit {
  source: string;
  module: Module;
  refuse: (node: Node, reason: string, hint?: string) => never;
  guards: Guards;
  /** How many nodes of syntax make a function long. */
  long: number;
  /** Factories and resume versions, after the module's own statements. */
  trailer: Writer;
  /** Statements of the link phase that register how functions are gone on with. */
  resumes: Writer;
  /** Other statements of the link phase. */
  link: string[];
  /** Entry sites of functions of the top level, each with the function's number; `~` before it tells that the frame begins with the receiver. */
  entries: number[];
  nextSite: number;
  /** By relative site: function index and source offset. */
  sites: [number, number][];
  infos: FunctionInfo[];
  factories: number;
  templates: number;
  counter: number;
  /** How error messages call what is called, and the numbers by which the code names it. */
  texts: Map<string, number>;
}

export function makeUnit(source: string, module: Module, refuse: Unit["refuse"], guards: Guards, long: number): Unit {
  return {
    source,
    module,
    refuse,
    guards,
    long,
    trailer: new Writer(),
    resumes: new Writer(),
    link: [],
    entries: [],
    nextSite: 0,
    sites: [],
    infos: [],
    factories: 0,
    templates: 0,
    counter: 0,
    texts: new Map(),
  };
}

/** The name of a variable in the source; empty for one that the compiler has made. */
export function nameOf(v: Variable): string {
  return v.kind === "temp" ? "" : v.name;
}

export function addInfo(
  unit: Unit,
  fn: Fn,
  layout: {
    captures: Variable[];
    first: number;
    params: number;
    self: number;
    entry: readonly string[] | null;
    slots: readonly Variable[];
  },
): void {
  unit.infos.push({
    index: fn.index,
    name: fn.name === "" ? "(anonymous)" : fn.name,
    line: 0,
    column: 0,
    site: fn.site,
    topLevel: fn.topLevel,
    ...(fn.exported === null ? {} : { exported: fn.exported }),
    captures: layout.captures.map((v, i) => ({ name: v.name, boxed: v.boxed, slot: layout.first + i })),
    params: layout.params,
    self: layout.self,
    ...(layout.entry === null ? {} : { entry: layout.entry }),
    slots: layout.slots.map(nameOf),
  });
}

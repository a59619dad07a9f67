/**
 * The form between syntax and output: structured statements over expressions in which no suspending call is left, but for those of
 * `call` and of a tail `return`. The fast and the resume version are printed from the same statements.
 */
import type { Node } from "./ast.ts";
import type { Variable } from "./variables.ts";

export interface Label {
  name: string;
  used: boolean;
}

/** Sites are numbered in text order; `lo..hi` are those inside a statement (`hi < lo`: none). */
interface Numbered {
  lo?: number;
  hi?: number;
}

export interface CodeIr extends Numbered {
  k: "code";
  e: Node;
}
export interface CallIr extends Numbered {
  k: "call";
  t: Variable;
  e: Node;
  pc: number;
  live: Set<Variable>;
}
/** Where a function that begins with nothing to charge for has to ask whether it may go on: before its first call that may suspend. */
export interface CheckIr extends Numbered {
  k: "check";
  pc: number;
  live: Set<Variable>;
  at: Node;
}
/** Where a generator stops after its parameters: the call of its function returns here. */
export interface StartIr extends Numbered {
  k: "start";
  pc: number;
  live: Set<Variable>;
  /** Where parameters may suspend, what holds the function, whose `prototype` the generator gets. */
  fn: Variable | null;
  activation: Variable;
}
/** `t` gets what `next` is called with; where `raw` is true, also what `throw` and `return` are called with. */
export interface YieldIr extends Numbered {
  k: "yield";
  t: Variable;
  e: Node;
  raw: boolean;
  at: Node;
  pc: number;
  live: Set<Variable>;
}
export interface IfIr extends Numbered {
  k: "if";
  c: Node;
  a: Ir[];
  b: Ir[];
  /** `a` does what `b` does, only faster. */
  shortcut?: true;
  /** Last site of `a`. */
  mid?: number;
}
export interface LoopIr extends Numbered {
  k: "loop";
  label: Label;
  test: Node | null;
  update: Node | null;
  body: Ir[];
  /** Whether a turn costs a reduction; loops of a few constant turns are free. */
  check: boolean;
  /** Nothing inside suspends or charges, nor does what is around it: its turns, and those inside, are counted in a local. */
  counts: boolean;
  pc: number;
  live: Set<Variable>;
  at: Node;
}
export interface BlockIr extends Numbered {
  k: "block";
  label: Label;
  body: Ir[];
}
export interface SwitchIr extends Numbered {
  k: "switch";
  label: Label;
  d: Node;
  cases: { test: Node | null; body: Ir[]; hi?: number }[];
}
/** The handler holds no site: one that suspends was moved behind a flag. */
export interface TryIr extends Numbered {
  k: "try";
  body: Ir[];
  error: Variable;
  handler: Ir[];
}
export interface ReturnIr extends Numbered {
  k: "return";
  e: Node | null;
  /** A tail call: what the callee returns is returned as it is, SUSPENDED too. */
  tail: boolean;
}
export interface ThrowIr extends Numbered {
  k: "throw";
  e: Node;
}
export interface JumpIr extends Numbered {
  k: "break" | "continue";
  label: Label;
}
export interface RawIr extends Numbered {
  k: "debugger";
}

export type Ir =
  | CodeIr
  | CallIr
  | CheckIr
  | StartIr
  | YieldIr
  | IfIr
  | LoopIr
  | BlockIr
  | SwitchIr
  | TryIr
  | ReturnIr
  | ThrowIr
  | JumpIr
  | RawIr;

/** What the random programs are made with: a repeatable source of choices, and names. */

/** What an expression or statement may use where it stands. */
export interface Names {
  /** Readable. */
  vars: string[];
  /** Assignable. */
  muts: string[];
  /** Functions of one argument. */
  fns: string[];
  /** Generator functions of one argument. */
  gens: string[];
  /** Directly inside a generator. */
  yields: boolean;
  /** Inside a member of a class that has `#p`, `#m(x)`, `#a` and, where `super`, a base class with `m(x)` and `s`. */
  self: "none" | "class" | "super";
  /** Inside a function with `arguments` and `new.target`. */
  args: boolean;
}

/** Where a statement stands: what it may leave. */
export interface Place {
  loop: boolean;
  fn: boolean;
  /** Labels of loops. */
  labels: string[];
  /** Labels of other statements. */
  blocks: string[];
}

export const FUNCTION: Place = { loop: false, fn: true, labels: [], blocks: [] };
export const NOTHING: Place = { loop: false, fn: false, labels: [], blocks: [] };

export function inside(names: Names, more: Partial<Names> = {}): Names {
  return { ...names, vars: [...names.vars], muts: [...names.muts], fns: [...names.fns], gens: [...names.gens], ...more };
}

/** A seed gives the same choices on every machine. */
export class Source {
  /** Functions of two arguments at the top level. */
  readonly functions: string[] = [];
  private state: number;
  private serial = 0;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.random();
  }

  random(): number {
    this.state ^= this.state << 13;
    this.state >>>= 0;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    return this.state / 2 ** 32;
  }

  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  chance(p: number): boolean {
    return this.random() < p;
  }

  fresh(prefix: string): string {
    return `${prefix}${this.serial++}`;
  }
}

/** Site numbers of a function and the layout of its frames. */
import type { Ir } from "../ir.ts";
import { isDerived } from "../construction.ts";
import type { Fn, Variable } from "../variables.ts";
import { variableText, type Printer } from "./expression.ts";
import type { Unit } from "./unit.ts";

export interface Frames {
  first: number;
  last: number;
  /** Variables that any frame of the function holds, the commonest first. */
  layout: Variable[];
  /** Whether a loop of the function counts for itself. */
  counts: boolean;
  /** The number before that of the first site that the resume version goes on from. */
  base: number;
  /** By site, which variables are alive there, if all sites save in one place, which `$x` leads to; see {@link sharesExit}. */
  alive: Map<number, number> | null;
  /** Prints the call of a saver. */
  save(p: Printer, how: Saver, pc: number, live: Set<Variable>): void;
  /** Prints the frame itself. */
  array(p: Printer, pc: number, live: Set<Variable>): void;
}

/** `s` after a call, `h` at an entry or a loop's head, `k` at the head of a loop that counts for itself. */
export type Saver = "s" | "h" | "k";

/** There are savers for so many values; frames with more are written as arrays. */
export const SAVER_ARITY = 8;

/** A call of a saver, which knows the number of the module's first site: what stands where a frame is saved is kept small, since V8 counts it when it decides what to inline. */
export function saverCall(how: Saver, site: number, slots: readonly string[]): string {
  // What the loop has left is given back by its saver.
  if (how === "k") return `$k(${["$w", site, ...slots].join(", ")})`;
  if (slots.length > SAVER_ARITY || slots.some((s) => s.startsWith("...")))
    return `$${how}([${["null", site, ...slots].join(", ")}])`;
  return `$${how}${slots.length}(${[site, ...slots].join(", ")})`;
}

/** Numbers the sites of `body` in text order. `start`: where its function stands in the source. */
export function numberSites(unit: Unit, index: number, body: Ir[], start = -1): void {
  const site = (offset: number): number => {
    unit.sites.push([index, offset]);
    return unit.nextSite++;
  };
  const number = (list: Ir[]): void => {
    for (const x of list) {
      x.lo = unit.nextSite;
      switch (x.k) {
        case "call":
          x.pc = site(
            x.e.type === "CallExpression" && x.e.callee.type === "MemberExpression" ? x.e.callee.property.start : x.e.start,
          );
          break;
        case "check":
          x.pc = site(x.at.start);
          break;
        case "start":
        case "yield":
          x.pc = site(x.k === "start" ? start : x.at.start);
          break;
        case "if":
          number(x.a);
          x.mid = unit.nextSite - 1;
          number(x.b);
          break;
        case "loop":
          if (x.check) x.pc = site(x.at.start);
          number(x.body);
          break;
        case "block":
          number(x.body);
          break;
        case "switch":
          for (const c of x.cases) {
            number(c.body);
            c.hi = unit.nextSite - 1;
          }
          break;
        case "try":
          number(x.body);
          number(x.handler);
          break;
      }
      x.hi = unit.nextSite - 1;
    }
  };
  number(body);
}

/** The live sets of the sites of `body`. */
export function sitesOf(body: Ir[], out: Set<Variable>[] = []): Set<Variable>[] {
  for (const x of body) {
    switch (x.k) {
      case "call":
      case "check":
      case "start":
      case "yield":
        out.push(x.live);
        break;
      case "if":
        sitesOf(x.a, out);
        sitesOf(x.b, out);
        break;
      case "loop":
        if (x.check) out.push(x.live);
        sitesOf(x.body, out);
        break;
      case "block":
        sitesOf(x.body, out);
        break;
      case "switch":
        for (const c of x.cases) sitesOf(c.body, out);
        break;
      case "try":
        sitesOf(x.body, out);
        sitesOf(x.handler, out);
        break;
    }
  }
  return out;
}

/**
 * `atEntry`: what the resume version needs when it starts from the entry, if it does. `first`: what every frame has to begin with.
 */
export function layoutFrames(body: Ir[], atEntry: Set<Variable> | null, first: Variable | null): Variable[] {
  const counts = new Map<Variable, number>();
  const sets = sitesOf(body);
  if (atEntry !== null) sets.push(atEntry);
  for (const set of sets) for (const v of set) counts.set(v, (counts.get(v) ?? 0) + 1);
  const layout = [...counts].sort((a, b) => b[1] - a[1]).map(([v]) => v);
  return first === null ? layout : [first, ...layout.filter((v) => v !== first)];
}

/** The `this` of a derived constructor may not be read before it is there. */
function slotText(p: Printer, v: Variable): string {
  return v.kind === "this" && isDerived(v.owner as Fn) && v.owner === p.c.fn ? v.id : variableText(p, v);
}

/** Bits of a small integer, but for the one that tells the head of a loop from a call. */
const MASK_LENGTH = 29;

/**
 * Whether it takes less text to save frames in one place, at the end, than at each site. All variables are then passed, and the runtime is told
 * which of them are alive at the site.
 */
export function sharesExit(body: Ir[], layout: Variable[]): boolean {
  if (layout.length > MASK_LENGTH) return false;
  const sites = sitesOf(body);
  let apart = 0;
  for (const live of sites) {
    const slots = layout.findLastIndex((v) => live.has(v)) + 1;
    apart += 2 * slots + (slots > SAVER_ARITY ? 22 : 14);
  }
  return apart > sites.length * 19 + 2 * layout.length + 34;
}

/** Goes from a site to where all save their frame. */
export function printJump({ w }: Printer, frames: Frames, how: "s" | "h", pc: number, live: Set<Variable>): void {
  let mask = how === "h" ? 1 : 0;
  frames.layout.forEach((v, i) => {
    if (live.has(v)) mask |= 2 << i;
  });
  frames.alive!.set(pc, mask);
  w.write(`{ $pc = ${pc - frames.base}; break $x; }`);
}

/** What stands where all sites save their frame. */
export function printExit(p: Printer, { base, layout }: Frames): void {
  p.w.write(`return $leave([${["null", `$pc + ${base}`, ...layout.map((v) => slotText(p, v))].join(", ")}]);`);
}

/** What the runtime is told of the sites of a function from its first on. */
export function aliveText({ alive, base, last }: Frames): string {
  if (alive === null || alive.size === 0) return "";
  const masks = Array.from({ length: last - base }, (_, i) => alive.get(base + 1 + i)?.toString(36) ?? "");
  return `, ${JSON.stringify(masks.join(","))}`;
}

export function saver(layout: Variable[], first: Variable | null): Pick<Frames, "save" | "array"> {
  const slotsOf = (p: Printer, live: Set<Variable>): string[] => {
    const needed = (v: Variable): boolean => v === first || live.has(v);
    let end = layout.length;
    while (end > 0 && !needed(layout[end - 1]!)) end--;
    // A slot that is not live holds 0: frames stay packed arrays.
    return layout.slice(0, end).map((v) => (needed(v) ? slotText(p, v) : "0"));
  };
  return {
    save: (p, how, pc, live) => p.w.write(saverCall(how, pc, slotsOf(p, live))),
    array: (p, pc, live) => p.w.write(`[${["null", `$B + ${pc}`, ...slotsOf(p, live)].join(", ")}]`),
  };
}

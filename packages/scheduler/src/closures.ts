/**
 * Closures among what the function of a new process has captured. They are made again from copies of what they captured themselves, so that nothing of the
 * parent's is left in the child. What several of them share (a variable that one counts up and another reads) they share in the child, too.
 */
import { captureEntry, INFO, MAKERS } from "./process/frames.ts";
import { copyTerm } from "./terms/copy.ts";
import { host } from "./terms/host.ts";

/** A captured value, or how one is made; numbers are indices into the parts. */
export type Part =
  | readonly [kind: "value", value: unknown]
  /** A variable that somebody assigns: an array of one element. */
  | readonly [kind: "box", content: number]
  | readonly [kind: "closure", site: number, captures: readonly number[]];

/** Captured values, taken apart. A term, if the values are. */
export interface Captures {
  readonly parts: readonly Part[];
  /** The parts that stand for the values themselves. */
  readonly roots: readonly number[];
}

/** Whether one of the values of a frame, from index 2 on, is a closure or the box of one. */
export function holdsClosures(frame: readonly unknown[]): boolean {
  for (let i = 2; i < frame.length; i++) if (mayBeClosure(frame[i]) || isBox(frame[i])) return true;
  return false;
}

function mayBeClosure(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === "function" && !Object.hasOwn(value, INFO);
}

function isBox(value: unknown): value is readonly [unknown] {
  return Array.isArray(value) && value.length === 1 && mayBeClosure(value[0]);
}

/**
 * Takes captured values apart.
 *
 * @param leaf what becomes of a value that is no closure: a copy of it.
 */
export function takeCapturesApart(values: readonly unknown[], leaf: (value: unknown) => unknown): Captures {
  const parts: Part[] = [];
  const known = new Map<unknown, number>();
  const take = (value: unknown): number => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const index = parts.length;
    parts.push(["value", undefined]); // its place, before the parts that it needs
    if ((typeof value === "object" && value !== null) || typeof value === "function") known.set(value, index);
    parts[index] = isBox(value)
      ? ["box", take(value[0])]
      : (mayBeClosure(value) && closureOf(value, take)) || ["value", leaf(value)];
    return index;
  };
  return { roots: values.map(take), parts };
}

function closureOf(fn: (...args: never[]) => unknown, take: (value: unknown) => number): Part | undefined {
  const frame = captureEntry(fn, []);
  const maker = frame === undefined ? undefined : MAKERS[frame[1]];
  if (maker === undefined) return undefined;
  const { make, first } = maker;
  return ["closure", frame![1], frame!.slice(first, first + make.length).map(take)];
}

/** Makes the values again. Every circle of closures leads through a box, which is filled when all closures are there. */
export function putCapturesTogether({ parts, roots }: Captures): unknown[] {
  const made: unknown[] = [];
  const make = (index: number): unknown => {
    if (index in made) return made[index];
    const part = parts[index]!;
    switch (part[0]) {
      case "value":
        return (made[index] = part[1]);
      case "box":
        return (made[index] = [undefined]);
      case "closure":
        return (made[index] = MAKERS[part[1]]!.make(...part[2].map(make)));
    }
  };
  for (const [index] of parts.entries()) make(index);
  for (const [index, part] of parts.entries()) if (part[0] === "box") (made[index] as unknown[])[0] = made[part[1]];
  return roots.map((index) => made[index]);
}

/** A function as a term: one of the top level of a module is a term itself, a closure is told by what it captured. */
export type PackedFunction = Function | { readonly type: "$closure"; readonly captures: Captures };

/** See the public `packFunction`. */
export function packFunction(fn: Function): PackedFunction {
  if (host.functionRef(fn) !== undefined) return fn;
  const captures = takeCapturesApart([fn], copyTerm);
  return { type: "$closure", captures };
}

/** See the public `unpackFunction`. */
export function unpackFunction(packed: PackedFunction): Function {
  return typeof packed === "function" ? packed : (putCapturesTogether(packed.captures)[0] as Function);
}

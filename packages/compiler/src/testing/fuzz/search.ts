/** Looks for programs that differ, and makes the first one small. */
import vm from "node:vm";
import { S } from "@agner/scheduler/frames";
import { difference, OutOfFuel, plain } from "../differential.ts";
import { generate } from "./generate.ts";
import { shrink } from "./shrink.ts";

/** Longer than any program takes: what a fault, or shrinking, makes endless. */
const ENDLESS = 5_000;
/** For programs that are being shrunk; they are smaller, and tried often. */
const ENDLESS_SMALL = 500;

/** `body` in at most so many milliseconds; after that, or an error, the thread's state is as before. */
function bounded<T>(milliseconds: number, body: () => T): T {
  const saved = { ...S };
  const place = globalThis as { agnerBounded?: () => T };
  place.agnerBounded = body;
  try {
    return new vm.Script("agnerBounded()").runInThisContext({ timeout: milliseconds }) as T;
  } catch (e) {
    Object.assign(S, saved);
    throw e;
  }
}

export interface How {
  quotas: readonly number[];
  /** At every suspension, as to another core. */
  moving: boolean;
}

/** How `source` differs; undefined if it does not, or if it asks for too many messages. */
export function differs(source: string, how: How, limit = ENDLESS): string | undefined {
  try {
    return bounded(limit, () => difference(source, how.quotas, how.moving ? new Set() : undefined));
  } catch (e) {
    if (e instanceof OutOfFuel) return undefined;
    if ((e as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return "no end";
    return `the compiler: ${String(e)}`;
  }
}

/** V8's texts name what stands in the source. */
const TEXT_OF_ERROR = /((?:Type|Reference|Range|Syntax)Error): [^"]*/g;

/** What kind of difference it is: a smaller program must show the same. Undefined if only the text of an error differs. */
function kindOf(found: string | undefined): string | undefined {
  if (found === undefined || found === "no end" || found.startsWith("the compiler")) return found?.slice(0, 60);
  const [, expected, got] = found.split("\n").map((line) => line.slice(9).replace(TEXT_OF_ERROR, "$1"));
  if (expected === got) return undefined;
  return /^harness|AgnerError/.exec(got ?? "")?.[0] ?? "other";
}

function endsPlain(source: string): boolean {
  try {
    bounded(ENDLESS_SMALL, () => plain(source));
    return true;
  } catch {
    return false;
  }
}

/** The report of a failure: the program made small, and how it differs. */
export function reduced(source: string, found: string, how: How): string {
  const kind = kindOf(found);
  const small = shrink(source, (candidate) => endsPlain(candidate) && kindOf(differs(candidate, how, ENDLESS_SMALL)) === kind);
  return `${differs(small, how) ?? found}\n\n${small}`;
}

export interface Found {
  seed: number;
  source: string;
  difference: string;
}

/** The first of `count` programs from the seed `first` on that differs. */
export function search(first: number, count: number, how: How): Found | undefined {
  for (let seed = first; seed < first + count; seed++) {
    const source = generate(seed);
    const found = differs(source, how);
    if (found !== undefined) return { seed, source, difference: found };
  }
  return undefined;
}

/** Random nestings of compiled and native frames, with throws, handlers and receives in between: what happens is told by a few rules. */
import { expect, test } from "vitest";
import { S } from "@agner/scheduler/frames";
import { load, run } from "./testing/machine.ts";
import { NATIVE_CALLERS } from "./testing/native-callers.ts";

const seed = Number(process.env["AGNER_FUZZ_SEED"] ?? (Math.random() * 1e9) | 0);
let z = seed;
const below = (n: number): number => {
  z = (Math.imul(z, 1103515245) + 12345) & 0x7fffffff;
  return (z >> 8) % n;
};

type Tree =
  | { kind: "loop"; n: number }
  | { kind: "receive" }
  | { kind: "throw"; id: number }
  | { kind: "all"; parts: Tree[] }
  | { kind: "try" | "finally" | "getter" | "map" | "sort" | "generator" | "new"; part: Tree }
  | { kind: "native"; by: number; part: Tree };

/** Those that pass results and errors of the function on. */
const CALLERS = Object.entries(NATIVE_CALLERS).filter(
  ([name]) => !/format|inspect|stringify|String|template|instanceof/.test(name),
);
/** Where nothing can be suspended. */
const ATOMIC = new Set(["getter", "native"]);

function tree(depth: number): Tree {
  if (depth === 0) return below(3) === 0 ? { kind: "receive" } : { kind: "loop", n: below(30) };
  const part = () => tree(depth - 1 - below(2) * (depth > 1 ? 1 : 0));
  switch (below(13)) {
    case 0:
      return { kind: "throw", id: below(100) };
    case 1:
    case 2:
      return { kind: "native", by: below(CALLERS.length), part: part() };
    case 3:
      return { kind: "try", part: part() };
    case 4:
      return { kind: "finally", part: part() };
    case 5:
      return { kind: "getter", part: part() };
    case 6:
      return { kind: "map", part: part() };
    case 7:
      return { kind: "sort", part: part() };
    case 8:
      return { kind: "generator", part: part() };
    case 9:
      return { kind: "new", part: part() };
    default:
      return { kind: "all", parts: Array.from({ length: 1 + below(3) }, part) };
  }
}

const source = `import { receive } from "@agner/vm"; import { call, log } from "native:callers";
class Holder { constructor(part) { this.got = walk(part); for (let i = 0; i < 3; i++) this.got++; } }
function* values(part) { yield walk(part); yield 1; }
function walk(t) {
  switch (t.kind) {
    case "loop": { let s = 0; for (let i = 0; i < t.n; i++) s += i; return s; }
    case "receive": { const m = receive(); log("got", m); return m; }
    case "throw": throw new RangeError("id " + t.id);
    case "all": { let s = 0; for (const part of t.parts) s += walk(part); return s; }
    case "try": try { return walk(t.part); } catch (e) { log("caught", e.code ?? e.message); return 1; }
    case "finally": try { return walk(t.part); } finally { log("finally", walk({ kind: "loop", n: 5 })); }
    case "getter": return ({ get v() { return walk(t.part); } }).v;
    case "map": return [1, 2].map((x) => x + walk(t.part)).reduce((a, b) => a + b);
    case "sort": { let s = 0; [2, 1].sort((a, b) => { s += walk(t.part); return a - b; }); return s; }
    case "generator": { let s = 0; for (const v of values(t.part)) s += v; return s; }
    case "new": return new Holder(t.part).got;
    case "native": { let got = 0; call(t.by, () => { got = walk(t.part); return got; }); return got; }
  }
}
export function main(t) { try { return walk(t); } finally { log("end", receive()); } }`;

/** What `main` does, told by the rules: an atomic frame refuses a receive that has to wait. */
function expected(t: Tree, messages: readonly number[], parks: boolean): { log: unknown[]; value?: number; error?: string } {
  const log: unknown[] = [];
  let next = 0;
  const sum = (n: number): number => (n * (n - 1)) / 2 + 0;
  const walk = (t: Tree, atomic: boolean): number => {
    switch (t.kind) {
      case "loop":
        return sum(t.n);
      case "receive":
        if (atomic && parks) throw new Error("AGNER_NATIVE_FRAME");
        log.push(["got", messages[next]]);
        return messages[next++]!;
      case "throw":
        throw new Error(`id ${t.id}`);
      case "all":
        return t.parts.reduce((s, part) => s + walk(part, atomic), 0);
      case "try":
        try {
          return walk(t.part, atomic);
        } catch (e) {
          log.push(["caught", (e as Error).message]);
          return 1;
        }
      case "finally":
        try {
          return walk(t.part, atomic);
        } finally {
          log.push(["finally", 10]);
        }
      case "map":
        return 3 + walk(t.part, atomic) + walk(t.part, atomic);
      case "generator":
        return walk(t.part, atomic) + 1;
      case "new":
        return walk(t.part, atomic) + 3;
      default:
        return walk(t.part, atomic || ATOMIC.has(t.kind));
    }
  };
  try {
    return { log, value: walk(t, false) };
  } catch (e) {
    return { log, error: (e as Error).message };
  } finally {
    log.push(["end", messages[next]]);
  }
}

test(`nestings of frames (seed ${seed})`, () => {
  let log: unknown[] = [];
  const { exports } = load(
    source,
    {},
    {
      "native:callers": {
        log: (...args: unknown[]) => void log.push(args),
        call: (by: number, f: () => unknown) => {
          const before = S.nat;
          expect(before).toBeGreaterThan(0);
          try {
            return CALLERS[by]![1].call(f);
          } finally {
            expect([S.nat, S.u]).toEqual([before, 0]);
          }
        },
      },
    },
  );
  const messages = Array.from({ length: 500 }, (_, i) => (i * 7) % 31);
  for (let round = 0; round < 250; round++) {
    const t = tree(1 + below(6));
    for (const parks of [false, true]) {
      const wanted = expected(t, messages, parks);
      for (const quota of [1, 3, 40, 4000]) {
        log = [];
        const { value, threw } = run(exports["main"] as never, [t], quota, messages, parks);
        const error = value as { code?: string; message: string };
        const got = threw ? { log, error: error.code ?? error.message } : { log, value };
        expect([seed, round, parks, quota, got]).toEqual([seed, round, parks, quota, wanted]);
        expect(S).toMatchObject({ nat: 1, u: 0, t: null, g: 0 });
      }
    }
  }
});

/** Programs that cross the native boundary in every way, and what each shows: for the test that takes away one piece of detection after the other. */
import { CALL, runSlice, S, type Runnable } from "@agner/scheduler/frames";
import { compile } from "../compile.ts";
import type { Guards } from "../emit/unit.ts";
import { link, load, mailbox, run } from "./machine.ts";

type Fn = (...args: never[]) => unknown;

/** Not compiled, and it says so. */
const honest = {
  each: (xs: unknown[], f: (x: unknown) => unknown): unknown[] => {
    const out: unknown[] = [];
    for (const x of xs) out.push(f(x));
    return out;
  },
  Caller: class {
    got: unknown;
    constructor(f: () => unknown) {
      this.got = f();
    }
  },
};

let kept: unknown;
/** Not compiled, but marked as if it were: what no check can see when it is entered. */
const forged: Record<string, Fn> = {
  ignores: (f: () => unknown) => (f(), "went on"),
  twice: (f: () => unknown) => (f(), f()),
  chokes: (f: () => unknown) => `${f() as string}`,
  swallows: (f: () => unknown) => {
    try {
      return `${f() as string}`;
    } catch {
      return "swallowed";
    }
  },
  keeps: (f: () => unknown) => (kept = f()),
  gives: () => kept,
};
for (const f of Object.values(forged)) (f as { [CALL]?: unknown })[CALL] = f;

const COUNT = `let calls = 0; function count(n) { let s = 0; for (let i = 0; i < n; i++) s++; calls++; return s; }`;
const main = (body: string): string =>
  `import { receive } from "@agner/vm"; import { each, Caller } from "native:honest"; import { ignores, twice, chokes, swallows, keeps, gives } from "native:forged"; ${COUNT} export function main() { ${body} }`;

const PROGRAMS: Readonly<Record<string, string>> = {
  "a callback": `return [each([1, 2, 3], (x) => count(40) + x), receive()];`,
  "a callback that receives": `try { each([1], () => receive()); } catch (e) { return [e.code, receive(), count(9)]; }`,
  "a constructor": `return [new Caller(() => count(40)).got, receive()];`,
  "a callback that throws": `try { each([1], () => { count(3); throw new Error("own"); }); } catch (e) { return [e.message, receive(), count(9)]; }`,
  "a native function by call and apply": `const f = (x) => count(40) + x; return [each.call(null, [1, 2], f), each.apply(null, [[3], f]), receive()];`,
  "an accessor": `const o = { get v() { return count(40); }, set v(x) { count(30); } }; o.v = 1; return [o.v + 1, receive()];`,
  "an accessor of a class": `class A { get v() { return count(40); } } return [new A().v + 1, receive()];`,
  "a defined accessor": `const get = () => count(40); return [Object.defineProperty({}, "v", { get }).v + 1, receive()];`,
  coercions: `return [{ valueOf() { return count(40); } } + 1, \`\${{ toString: () => "t" + count(20) }}\`, +{ [Symbol.toPrimitive]: () => count(20) }, receive()];`,
  "a Proxy": `const get = () => count(40); const p = new Proxy({}, { get, has: () => count(9) > 1 }); return [p.x, "y" in p, receive()];`,
  "a Proxy of a function": `const p = new Proxy(count, { apply: (t, self, [n]) => t(n) + 1000 }); return [p(40), [2, 3].map(p), receive()];`,
  "an heir of a function": `const f = Object.setPrototypeOf((x) => "own" + x, count); return [f(3), receive()];`,
  "a comparator": `return [[3, 1, 2].sort((a, b) => (count(20), a - b)), [2, 1].sort((a, b) => (receive(), a - b))];`,
  "a replacement": `return ["ab".replace(/./g, (c) => c + receive()), JSON.parse("[1]", (k, v) => (receive(), v)), Array.from(new Set([1, 2]), (x) => x + receive())];`,
  "a listed iterable": `return [new Set({ [Symbol.iterator]: () => { let i = 0; return { next: () => ({ value: receive(), done: ++i > 2 }) }; } }).size, receive()];`,
  "a swallowed frame": `const r = [ignores(() => count(40)), calls]; return r.join();`,
  "a swallowed frame and a call": `const r = ignores(() => count(40)); return [r, count(2), calls].join();`,
  "a swallowed frame and a receive": `const r = ignores(() => count(40)); return [r, receive(), calls].join();`,
  "a swallowed frame and a native call": `const r = ignores(() => count(40)); return [r, each([1], (x) => x), calls].join();`,
  "two frames in one": `return ["r", twice(() => count(40)), calls].join();`,
  "a native function that chokes": `return chokes(() => count(40)) + "!";`,
  "a native function that chokes, caught": `let r; try { r = chokes(() => count(40)); } catch (e) { r = e.code ?? e.constructor.name; } return [r, receive(), count(20)].join();`,
  "a native function that chokes, and finally": `let r = "ok"; try { chokes(() => count(40)); } finally { r = "finally" + receive(); return r; }`,
  "a native function that swallows": `return swallows(() => count(40)) + "!";`,
  "a receive that is swallowed": `return ignores(() => receive()) + "!" + calls;`,
  "a sentinel that was kept": `const a = keeps(() => count(40)); receive(); return [a, gives() === undefined ? "none" : "given"].join();`,
};

const messages = Array.from({ length: 200 }, (_, i) => i + 1);

function told(value: unknown): unknown {
  return value instanceof Error ? `${(value as { code?: string }).code ?? value.name}: ${value.message.slice(0, 60)}` : value;
}

/** By program, how it ends at some quotas, with messages at hand and parking. */
export function crossings(guards: Partial<Guards> = {}): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, body] of Object.entries(PROGRAMS)) {
    const outcomes: unknown[] = [];
    const program = compile(main(body), { filename: "c.js", guards });
    for (const quota of [1, 5, 30, 4000]) {
      for (const block of [false, true]) {
        kept = undefined;
        try {
          const { exports, run: start } = link(program, { "native:honest": honest, "native:forged": forged });
          start();
          const { value, threw } = run(exports["main"] as Fn, [], quota, messages, block, 1e4);
          outcomes.push(threw ? told(value) : value);
        } catch (e) {
          outcomes.push("harness: ", told(e));
        }
        outcomes.push([S.nat, S.u]);
        mailbox.waiting = false;
      }
    }
    shown[name] = JSON.stringify(outcomes);
  }
  return { ...shown, ...drivers() };
}

/** What the driver itself finds, and how far a slice goes beyond its budget. */
function drivers(): Record<string, string> {
  const { exports } = load(
    `import { each } from "native:honest"; ${COUNT} export function inner() { return count(50); } export function atomic() { each([1], () => count(600)); return count(3); }`,
    {},
    { "native:honest": honest },
  );
  const inner = exports["inner"] as Fn;
  const slice = (f: Fn): unknown => {
    const p: Runnable = { frames: null, value: undefined, threw: 0 };
    try {
      return [runSlice(p, 5, f, []), told(p.value), p.threw, S.r < -500];
    } catch (e) {
      return told(e);
    }
  };
  return {
    "a driver's result": JSON.stringify(slice(() => (inner(), "not suspended"))),
    "a driver's error": JSON.stringify(
      slice(() => {
        inner();
        throw new Error("own");
      }),
    ),
    "a driver's charge": JSON.stringify(slice(exports["atomic"] as Fn)),
  };
}

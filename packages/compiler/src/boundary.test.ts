import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { CALL, runSlice, S, SUSPENDED, type Runnable } from "@agner/scheduler/frames";
import { link, load, run, runtime } from "./testing/machine.ts";
import { compile } from "./compile.ts";

type Main = () => unknown;
const messages = Array.from({ length: 100 }, (_, i) => i);
const main = (source: string, options = {}, imports = {}) => load(source, options, imports).exports["main"] as Main;

/** An uncompiled library: calls back, synchronously. */
const library = {
  each(xs: unknown[], f: (x: unknown) => unknown): unknown[] {
    const out: unknown[] = [];
    for (const x of xs) out.push(f(x));
    return out;
  },
};

describe("calls of functions that are not compiled", () => {
  const source = `import { each } from "native:library"; export function main() { return each([1, 2, 3], (x) => { let s = 0; for (let i = 0; i < 40; i++) s += x; return s; }); }`;
  const imports = { "native:library": library };

  test("run their callbacks unpreempted", () => {
    expect(run(main(source, {}, imports), [], 5).value).toEqual([40, 80, 120]);
  });
  test("without the marker check the native frame is crossed, which the second guard finds", () => {
    const outcome = run(main(source, { guards: { marker: false } }, imports), [], 5);
    expect(outcome.threw).toBe(true);
    expect((outcome.value as { code: string }).code).toBe("AGNER_NATIVE_FRAME");
  });
  test("receive below one is refused by name", () => {
    const outcome = run(
      main(
        `import { receive } from "@agner/vm"; import { each } from "native:library"; export function main() { return each([1], () => receive()); }`,
        {},
        imports,
      ),
      [],
      50,
      messages,
      true,
    );
    expect((outcome.value as { code: string }).code).toBe("AGNER_NATIVE_FRAME");
  });
  test("an error thrown out of one leaves the counter as it was", () => {
    const f = main(
      `import { receive } from "@agner/vm"; export function main() { try { JSON.parse("[1]", () => { throw new Error("x"); }); } catch {} return receive(); }`,
    );
    expect(run(f, [], 50, messages, true).value).toBe(0);
  });
  test("constructors and promise executors are atomic", () => {
    const f = main(
      `export function main() { let n = 0; new Promise((r) => { for (let i = 0; i < 50; i++) n++; r(n); }); return n; }`,
    );
    expect(run(f, [], 3).value).toBe(50);
  });
});

describe("the second guard", () => {
  // A callback that is run by syntax without a guard: the marker is forged so that the call looks compiled.
  const crossing = (last: boolean): Main => {
    const forged = (f: () => unknown): unknown => {
      f();
      return last ? "went on" : f();
    };
    (forged as { [CALL]?: unknown })[CALL] = forged;
    return main(
      `import { forged } from "native:forged"; export function main() { return "r" + forged(() => { let s = 0; for (let i = 0; i < 40; i++) s++; return s; }); }`,
      {},
      { "native:forged": { forged } },
    );
  };
  test("finds a callee that went on while the stack unwound", () => {
    for (const last of [true, false]) {
      const outcome = run(crossing(last), [], 5);
      expect(outcome.threw).toBe(true);
      expect((outcome.value as { code: string }).code).toBe("AGNER_NATIVE_FRAME");
    }
  });
  test("without it the program goes wrong silently", () => {
    const result = compile(
      `import { forged } from "native:forged"; let n = 0; export function main() { return "r" + forged(() => { let s = 0; for (let i = 0; i < 40; i++) s++; return s + ++n; }); }`,
      { filename: "g.ts" },
    );
    const forged = (f: () => unknown): unknown => (f(), f());
    (forged as { [CALL]?: unknown })[CALL] = forged;
    // A save at an entry that does not look whether the stack unwinds already: it forgets what was saved before.
    const trusting =
      (base: number) =>
      (site: number, ...values: unknown[]): unknown => {
        S.u = 1;
        S.n = 1;
        S.p.frames = [null, base + site, ...values];
        return SUSPENDED;
      };
    const heads = Object.keys(runtime).filter((name) => /^h\d$/.test(name));
    const linked = link(
      result,
      { "native:forged": { forged } },
      { ...runtime, ...Object.fromEntries(heads.map((name) => [name, trusting])) },
    );
    linked.run();
    // The callback ran twice and counted once.
    expect(run(linked.exports["main"] as Main, [], 5).value).toBe("r41");
  });
  test("the driver refuses a function that returns while the stack unwinds", () => {
    const p: Runnable = { frames: null, value: undefined, threw: 0 };
    const inner = main(`export function main() { for (let i = 0; i < 100; i++); }`);
    const ended = runSlice(p, 5, () => (inner(), "not suspended"), []);
    expect(ended).toBe(true);
    expect((p.value as { code: string }).code).toBe("AGNER_NATIVE_FRAME");
  });
});

describe("accessors and methods that syntax calls", () => {
  const source = `class A { get v() { return count(); } } function count() { let s = 0; for (let i = 0; i < 40; i++) s++; return s; } export function main() { return new A().v + 1; }`;
  test("are atomic", () => {
    expect(run(main(source), [], 5).value).toBe(41);
  });
  test("without their wrapper the frame of the getter is lost", () => {
    const outcome = run(main(source, { guards: { wrappers: false } }), [], 5);
    expect(
      outcome.threw && (outcome.value as { code: string }).code === "AGNER_NATIVE_FRAME" ? "failed" : outcome.value,
    ).not.toBe(41);
  });
});

describe("tail calls and deep recursion", () => {
  test("endless tail recursion keeps no frame", () => {
    const f = load(
      `export function loop(n: number): number { return n === 0 ? 0 : even(n - 1); } function even(n: number): number { return loop(n); }`,
    ).exports["loop"] as Main;
    const p: Runnable = { frames: null, value: undefined, threw: 0 };
    let start: Main | null = f;
    for (let i = 0; i < 300; i++) {
      runSlice(p, 4000, start as never, [1e9]);
      start = null;
      expect(p.frames![0]).toBeNull();
    }
  });
  test("methods and closures in tail position keep no frame", () => {
    const f = main(
      `const o = { a(n) { return this.b(n); }, b(n) { const g = (k) => o.a(k + 1); return g(n); } }; export function main() { return o.a(0); }`,
    );
    const p: Runnable = { frames: null, value: undefined, threw: 0 };
    let start: Main | null = f;
    for (let i = 0; i < 50; i++) {
      runSlice(p, 1000, start as never, []);
      start = null;
      expect(p.frames![0]).toBeNull();
    }
  });
  test("a million calls deep returns", () => {
    const f = load(`export function down(n: number): number { return n === 0 ? 0 : 1 + down(n - 1); }`).exports["down"] as never;
    expect(run(f, [1_000_000], 4000).value).toBe(1_000_000);
  });
  test("bound functions suspend", () => {
    const f = main(
      `import { receive } from "@agner/vm"; function f(a) { return a + receive(); } const g = f.bind(null, 5); export function main() { return g() + f.bind(null, 1)(); }`,
    );
    expect(run(f, [], 50, messages, true).value).toBe(5 + 0 + 1 + 1);
  });
});

test("console.log shows compiled functions without marks, and their own properties", () => {
  const { exports } = load(
    "function step(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; } step.of = 1; export const all = { step, add: (n) => step(n), m() { return step(1); } };",
  );
  expect(inspect(exports["all"], { breakLength: Infinity })).toBe(
    "{ step: [Function: step] { of: 1 }, add: [Function: add], m: [Function: m] }",
  );
});

test("console.log shows frozen functions, and asks no trap of a Proxy", () => {
  const { exports } = load(
    "const asked = []; const traps = new Proxy({}, { get(_, trap) { asked.push(trap); return undefined; } }); export const all = { frozen: Object.freeze((n) => { while (n > 0) n--; }), proxy: new Proxy((n) => { while (n > 0) n--; }, traps) }; asked.length = 0; export { asked };",
  );
  expect(inspect(exports["all"], { breakLength: Infinity })).toContain("[Function (anonymous)]");
  expect(exports["asked"]).toEqual([]);
});

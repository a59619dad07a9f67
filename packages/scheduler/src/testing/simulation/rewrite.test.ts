import { describe, expect, test } from "vitest";
import { rewrite } from "./rewrite.ts";

const rewritten = (code: string): string =>
  rewrite(`// memory/x.ts\n${code}`, () => true, 100).code.slice("// memory/x.ts\n".length);

describe("rewriting for the simulation", () => {
  test("methods, and functions that reach an atomic operation, yield before it", () => {
    expect(rewritten("function f(w) { return Atomics.load(w, 1); }")).toBe("function* f(w) { return (yield $.ask(100, w, 1)); }");
    expect(rewritten("function f(w) { return g(w); }\nfunction g(w) { return Atomics.add(w, 0, 1); }\nfunction h() {}")).toBe(
      "function* f(w) { return (yield* g(w)); }\nfunction* g(w) { return (yield $.ask(100, w, 0, 1)); }\nfunction h() {}",
    );
    expect(rewritten("class A { m() { this.n(); } n() {} }")).toBe(
      "class A { *m() { ($.t = this.n(), $.isSteps($.t) ? yield* $.t : $.t); } *n() {} }",
    );
  });

  test("constructors, getters and callbacks run in one piece", () => {
    expect(rewritten("class A { constructor(w) { Atomics.store(w, 0, 1); } get x() { return this.m(); } m() {} }")).toBe(
      "class A { constructor(w) { $.now(100, w, 0, 1); } get x() { return $.finish(this.m()); } *m() {} }",
    );
  });

  test("plain accesses are told", () => {
    expect(rewritten("a[i + 1]; a[i] = b[j]; a[i]++; --a[i]; a[i] -= 2; new Int32Array(m); a.set(b.subarray(1), 2);")).toBe(
      '$.get(a, i + 1); $.set(a, i, $.get(b, j)); $.change(a, i, "+", 1, true); $.change(a, i, "-", 1, false); ' +
        '$.change(a, i, "-", 2, false); $.view(new Int32Array(m)); $.bulk(a, "set", $.bulk(b, "subarray", 1), 2);',
    );
  });

  test("what is not of the protocols stays as it is", () => {
    const code = "// terms/y.ts\nfunction f(a) { return a[0]; }";
    expect(rewrite(code, (file) => file.startsWith("memory/"), 0).code).toBe(code);
  });
});

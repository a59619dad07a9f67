import { describe, expect, test } from "vitest";
import { difference, plain } from "./testing/differential.ts";
import { BUILTIN_PROGRAMS } from "./testing/builtin-programs.ts";
import { CONFORMANCE_PROGRAMS } from "./testing/conformance-programs.ts";
import { FOUND_PROGRAMS } from "./testing/found-programs.ts";
import { LIBRARY_PROGRAMS } from "./testing/library-programs.ts";
import { PROGRAMS } from "./testing/programs.ts";
import { READING_PROGRAMS } from "./testing/reading-programs.ts";

/** Functions whose only version is entered from the start in every way there is. */
const LOOPS = {
  "functions, closures and methods": `function sum(n, s = 0.5) { let t = 0, u = 1.5; for (let i = 0; i < n; i++) { t += receive(); u *= 2; s += t / u; } return [t, u, s]; }
    class A { v = 2; m(a, ...rest) { for (const x of rest) a += x * this.v + receive(); return a; } static s() { let n = 0; while (n < 40) n += receive() % 5 + 1; return n; } get g() { return this.v; } n() { for (const x of arguments) this.v += x + receive(); return new.target === undefined && this.g; } }
    function F(n) { this.n = 0; for (let i = 0; i < n; i++) this.n += receive(); }
    const show = function () { let s = ""; for (let i = 0; i < 30; i++) s += one(i); return s; }; function one(i) { let s = 0; for (let k = 0; k < i; k++) s += k; return s; }
    function main() { const base = receive(); const add = (n) => { let s = base; for (let i = 0; i < n; i++) s += receive() + (i > 1 ? add(1) : 0); return s; };
      const fact = function self(n) { let p = 1; for (let i = 0; i < 2; i++) p += n > 0 ? self(n - 1) + receive() : 1; return p; };
      return [sum(4), sum(2, 3), add(3), fact(2), new A().m(1, 2, 3), A.s(), new A().n(4, 5), new F(3).n, String({ toString: show }), show.length, show.name]; }`,
};

// Every program is run plain, and compiled at every quota with messages at hand and with every receive parking.
for (const [construct, programs] of Object.entries({
  ...PROGRAMS,
  ...BUILTIN_PROGRAMS,
  ...CONFORMANCE_PROGRAMS,
  ...FOUND_PROGRAMS,
  ...LIBRARY_PROGRAMS,
  ...READING_PROGRAMS,
})) {
  describe(construct, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => {
        // One that ends early checks nothing of what follows.
        if (name !== "uncaught") expect(plain(source).error).toBeUndefined();
        expect(difference(source)).toBeUndefined();
      });
    }
  });
}

// What esbuild makes of TypeScript must still mean what it says in JavaScript.
for (const [construct, programs] of Object.entries(READING_PROGRAMS)) {
  describe(`as TypeScript: ${construct}`, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => expect(difference(source, [7], undefined, "program.ts")).toBeUndefined());
    }
  });
}

// The programs are short: where every function counts as long, those with loops have one version.
for (const [construct, programs] of Object.entries({ ...PROGRAMS, ...FOUND_PROGRAMS, loops: LOOPS })) {
  describe(`of one version: ${construct}`, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => expect(difference(source, [1, 4000], undefined, undefined, { long: 1 })).toBeUndefined());
    }
  });
}

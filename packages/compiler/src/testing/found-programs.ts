/** Programs that random ones were reduced to: a program for each bug that the fuzzer has found. */
const body = (text: string): string => `function main() { ${text} }`;

export const FOUND_PROGRAMS: Record<string, Record<string, string>> = {
  "found by the fuzzer": {
    "parts of a template become texts one after the other": body(
      `const seen = []; const o = { n: 0, toString() { return "o" + this.n++; } }; const s = \`\${o}-\${(o.n = 5, receive())}-\${o}\`; seen.push(s, o.n); return seen;`,
    ),
    "a parameter of a generator suspends before a finally block": body(
      `const r = []; function* g(a, b = receive()) { try { yield a + b; } finally { r.push("f"); } } for (const x of g(1)) r.push(x); function* h(a, b = (() => receive())()) { switch (a) { case 1: try { a(); } catch (e) { yield e.name; } } } return [r, [...h(1)]];`,
    ),
    "a method inside an initialiser where an arrow function calls super": body(
      `class B {} class K extends B { q = { m(x) { return x + receive(); }, n: (y) => y * 2 }; constructor() { (() => super())(); } } const k = new K(); return [k.q.m(1), k.q.n(2)];`,
    ),
    "initialisers that read a this which is kept in a box": `class Base {}
      class K extends Base { z = 5; q = this; r = () => this.q; constructor() { (() => super())(); } }
      class O extends Base { q = this; r = () => this.q; constructor(x) { if (x) super(); else super(1); } }
      class P extends Base { q = this; r = () => this.q; constructor(x) { const f = () => this; super(); this.f = f; } }
      function boom(x) { receive(); if (x) throw 1; }
      ${body(
        `class L extends Base { q = this; r = () => this; constructor(x) { try { super(boom(x)); } catch (e) { super(); } } } class M extends Base { q = this; constructor(x) { const f = () => this; super(); this.f = f; } }
         const k = new K(), o = new O(1), p = new P(), l = new L(1), m = new M(); return [k.q === k, k.r() === k, o.r() === o, new O(0).q instanceof O, p.r().f() === p, l.r().q === l, m.q.f() === m];`,
      )}`,
    "a private field without a value after one that suspends": `class A { f = receive(); #b; c() { return [this.f, this.#b]; } } ${body(
      "class D extends A { g = receive(); #e; h() { return [this.g, #e in this, this.#e ??= receive()]; } } const d = new D(); return [d.c(), d.h()];",
    )}`,
    "a pattern assigns to a constant that is not there yet": `function f() { const [a] = ({ x: a } = 1); return a; } function g() { const h = () => { [b] = [1]; }; try { h(); } catch (e) { log(e.name); } const b = 1; try { h(); } catch (e) { log(e.name); } } ${body(
      "g(); try { receive(); return f(); } catch (e) { return e.name; }",
    )}`,
    "assignments to constants": body(
      `receive(); const all = [() => { c = 1; }, () => { c = receive(); }, () => { c += log("r", receive()); }, () => { c ||= log("n"); }, () => { c &&= log("n"); }, () => c++]; const go = () => { for (const f of all) try { log(f()); } catch (e) { log(e.name); } }; go(); const c = 1; go();`,
    ),
  },
};

/** Programs that random ones were reduced to: a program for each bug that the fuzzer has found. */
const body = (text: string): string => `function main() { ${text} }`;

export const FOUND_PROGRAMS: Record<string, Record<string, string>> = {
  "found by reading": {
    "a variable with a name in another alphabet, set after a suspension": body(
      `receive(); const \u0431 = 2; return \u0431 + \u0431;`,
    ),
    "the result of an iterator is a function": body(
      `const it = { n: 0, [Symbol.iterator]() { return this; }, next() { receive(); return Object.assign(() => {}, { done: this.n > 2, value: this.n++ }); } }; const r = []; for (const x of it) r.push(x); const [a] = Object.assign(it, { n: 1 }); return [r, a];`,
    ),
    "a loop that counts for itself in a try below a native frame": `function f(n) { let s = 0; try { for (let i = 0; i < n; i++) s += i; } catch (e) { log("caught " + e); return -1; } throw new Error("after"); }
      function g(n) { let s = 0; try { for (let i = 0; i < n; i++) s += i; } finally { log("fin"); } if (s > 10) throw new Error("later"); return s; }
      function h() { for (let k = 0; k < 3; k++) { try { for (let i = 0; i < 5; i++) if (i === 3 && k === 1) throw k; } catch (e) { log("c" + e); } } return "end"; }
      const p = { get f() { return f(3000); }, get g() { return g(3000); }, get h() { return h(); } };
      ${body("const r = [receive()]; for (const k of ['f', 'g', 'h']) { try { r.push(p[k]); } catch (e) { r.push(String(e)); } } return r;")}`,
    "cases that suspend fall through to others": `function f(n) { const r = []; switch (n) { case 0: r.push(receive()); case 1: { if (receive() >= 0) r.push(receive()); } case 2: for (const x of [1, 2]) r.push(x, receive()); case 3: break; default: r.push(receive()); } return r; }
      ${body("return [f(0), f(1), f(2), f(3), f(4)];")}`,
    "switches over texts and numbers are entered again": `function f(v) { const r = []; for (const x of [v, "b", 7]) { switch (x) { case "a": r.push(receive()); break; default: r.push("d", receive()); case 7: r.push(receive()); case "b": { if (receive() >= 0) r.push(receive()); } break; case "c": return [...r, receive()]; } r.push("|"); } return r; }
      function g(v) { switch (v) { case 1: break; case 2: return receive(); case 3: v += receive(); default: v += 100; case 4: v += receive(); break; case 5: throw new Error("five"); } return v; }
      function h(v) { switch (v) { case 1: v += receive(); case 1: v += receive(); break; case -1: return receive() - 1; case NaN: return 0; } return v; }
      ${body("return [f('a'), f('c'), f(0), [1, 2, 3, 4, 6].map((v) => g(v)), [1, -1, NaN].map((v) => h(v))];")}`,
    "a function that saves in one place is given to what syntax calls": `function one(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }
      function show() { const a = one(1), b = one(2), c = one(3), d = one(4), e = one(5), f = one(6), g = one(7), h = one(8), i = one(9), j = one(10), k = one(11), l = one(12), m = one(13), n = one(14), o = one(15), p = one(16); return "" + [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]; }
      ${body("return [receive(), String({ toString: show }), `${{ toString: show }}`];")}`,
    "methods are called anew, whatever has become of their class": `class A { #p = 1; n = 5; a(x, y = 2) { return [x, y, this.n, receive()]; } get g() { return 7; } b(...r) { return [r, receive()]; } set g(v) { this.n = v; } #q() { return receive() + this.#p; } q() { return this.#q(); }
        c() { return [arguments.length, receive()]; } twice() { return "first"; } toString() { return "A" + this.n; } twice() { return ["second", receive()]; } static s() { return receive(); } d({ x }) { return [this.n, x, receive()]; } gone() { return receive(); } static { this.prototype.gone = function () { return ["other", receive()]; }; }
        free() { return receive(); } static a() { return ["static", receive()]; } patch() { A.prototype.patch = () => "patched"; return receive(); } last() { return [this === undefined, receive()]; } }
      class B extends A { a(x) { return ["B", ...super.a(x)]; } 1() { return receive(); } b(x) { return [receive(), super.b(x)]; } }
      class K { ["b"]() { return [1, receive()]; } a() { return [2, receive()]; } }
      const C = class Own { x() { return 1; } m() { return [Own === C, receive()]; } }; var D = class { v = 3; m() { return [this.v, receive()]; } };
      const many = []; for (const k of [1, 2]) many.push(new (class { m() { return [k, receive()]; } })());
      ${body("const a = new A(), b = new B(), k = new K(); a.g = 9; return [a.a(1), a.b(1, 2), a.q(), a.c(1, 2, 3), a.twice(), String(a), A.s(), a.d({ x: 4 }), a.gone(), a.free(), A.a(), a.patch(), a.patch(), (0, a.last)(), b.a(3), b[1](), b.b(8), k.b(), k.a(), new C().m(), new D().m(), many.map((o) => o.m())];")}`,
    "another Array.isArray": body(
      `const own = Array.isArray, show = () => { receive(); return { toJSON: (key) => key + receive() }; }; try { Array.isArray = () => true; return [JSON.stringify({ a: show(), b: [1] }), JSON.parse('{"a":[1]}', (k, v) => (receive(), v)), [1, [2], { length: 1, 0: 3 }].flatMap((x) => (receive(), x)), Array.isArray(receive())]; } finally { Array.isArray = own; }`,
    ),
    "a static method that is called constructor": `class A { static constructor(n) { return [n, receive()]; } constructor() { this.n = 1; } }
      ${body("return [A.constructor(2), new A().n, receive()];")}`,
    "functions that call themselves from callbacks": `function p() { const go = (d) => d > 0 ? [d].map((k) => go(k - 1) + 1)[0] : 0; return go(4); }
      function tree(d) { const kids = [d - 1, d - 1]; let n = 1; kids.forEach((k) => { if (k > 0) n += tree(k); }); return n; }
      ${body("return [p(), tree(5), receive()];")}`,
    "a key gives its object's variable another": body(
      `let x = { n: 1, m() { return this.n + receive(); } }; const f = () => { x = { n: 2, m() { return -this.n; } }; return "m"; }; const a = x[f()](); let y = { n: 3, m() { return this.n; } }; return [a, y[(y = { n: 4, m() { return 0; } }, "m")]()];`,
    ),
    "an error leaves a loop that counts for itself": body(
      `const r = []; for (let k = 0; k < 3; k++) { const f = (o) => { let s = 0; for (let i = 0; i < 9; i++) s += i === 7 ? o.x.y : 1; return s; }; try { r.push(f({ x: k === 1 ? undefined : { y: k } })); } catch (e) { r.push(e.constructor.name); } } return [r, receive()];`,
    ),
    "Reflect.construct looks at its arguments": body(
      `class G { constructor() { this.t = receive(); } } const r = []; try { Reflect.construct(G); } catch (e) { r.push(e.constructor.name); } r.push(Reflect.construct(G, [], Map, 1) instanceof Map); return r;`,
    ),
  },
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
    "this in the keys and the heritage of a class in a field, where the constructor keeps it": `class Base { constructor() { this.k = "k" + receive(); } }
      class P extends Base { q = class { [this.k]() {} [(() => this.k + 1)()]() {} }; r = class extends (() => this.constructor)() {}; constructor() { const f = () => this; super(); this.f = f; } }
      ${body("const p = new P(); return [Object.getOwnPropertyNames(p.q.prototype), Object.getPrototypeOf(p.r) === P, p.f() === p];")}`,
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

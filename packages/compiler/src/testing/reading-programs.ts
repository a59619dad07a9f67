/** Programs that were written while the compiler was read, one for each thing that it took for granted. */
const body = (text: string): string => `function main() { ${text} }`;

/** A function with other ideas of `call` and `apply`. */
const own = `const own = (f) => (f.call = f.apply = () => "wrong", f);`;

export const READING_PROGRAMS: Record<string, Record<string, string>> = {
  "call and apply of a function's own": {
    calls: `${own} ${body(
      `const f = own(function (x) { return [this?.n, x, receive()]; }); const o = { n: 1, f }; return [o.f?.(2), f?.(3), o?.f(4), o["f"](5), o[["f"][0]]?.(6), f(receive()), o.f(receive(), receive()), (o.f)(receive())];`,
    )}`,
    "a function without any": body(
      `const f = Object.setPrototypeOf(function (x) { return [this?.n, x, receive()]; }, null); const o = { n: 1, f }; return [o.f?.(2), f?.(3), o?.f(4), o["f"](5), o[["f"][0]]?.(6), o.f(receive())];`,
    ),
    "another call for all functions": body(
      `const r = [1, 2].map(function (x) { return [this.n, x, receive()]; }, { n: 1 }); const { call } = Function.prototype; const o = { f() { return receive(); }, n: 3 }; try { Function.prototype.call = () => "wrong"; r.push(o.f(), o["f"](), o.f?.(), [1].map(o.f, o)); } finally { Function.prototype.call = call; } return r;`,
    ),
    callbacks: `${own} ${body(
      `const f = own(function (x) { return [this?.n, x, receive()]; }); const o = { n: 1 }; const same = own(function (k, v) { receive(); return v; });
       return [[1, 2].map(f, o), [1].flatMap(f, o), Array.from([3], f, o), Array.from({ length: 1, 0: 4 }, f, o), new Uint8Array(2).some(f, o), [1, 2].filter(f, o), [1].find(f, o), [1].every(f, o),
         new Map([[1, 2]]).forEach(f, o), "abc".replace("b", f), "abc".replace(/b/, f), JSON.parse("[1]", same), JSON.stringify([1], same), [1, 2].reduce(f), [2, 1].sort(own((a, b) => a - b + receive() * 0))];`,
    )}`,
    constructors: `${own} const pick = (a) => a[0]; const F = own(function (x) { this.x = [x, receive()]; }); ${body(
      `const G = own(function (x) { this.y = [x, receive()]; }); const H = pick([G]); return [new F(1).x, new G(2).y, new H(3).y, Reflect.construct(H, [4]).y, new (pick([F]))(5).x];`,
    )}`,
    iterators: `${own} ${body(
      `const next = own(function () { return { done: this.n > 2, value: this.n++ + receive() }; }); const end = own(function () { receive(); log("closed"); return {}; }); const begin = own(function () { receive(); return this; }); const mk = () => ({ n: 0, next, return: end, [Symbol.iterator]: begin });
       const r = []; for (const x of mk()) r.push(x); for (const x of mk()) { r.push(x); break; } const [a] = mk(); r.push(a, ...mk()); r.push(Math.max(...mk())); function* g() { try { yield* mk(); } finally { log("f"); } } r.push([...g()]); const i = g(); i.next(); i.return(4); return r;`,
    )}`,
    "tags and super": `${own} ${body(
      `const t = own(function (s, ...v) { return [this?.n, s[0], v, receive()]; }); const o = { n: 1, t }; class A {} A.prototype.m = own(function (x) { return [this.n, x, receive()]; }); class B extends A { n = 1; m(x) { return [super.m(x), super["m"](receive()), (() => super.m(receive()))()]; } } return [o.t\`a\${receive()}\`, o["t"]\`b\`, t\`c\${1}\`, new B().m(2)];`,
    )}`,
    "what is called anew": `${own} const o = { n: 1, f: own(function (x) { let s = this.n; for (let i = 0; i < 3; i++) s += x; return [s, receive()]; }) }; ${body(
      `o.g = own(function (x) { let s = this.n; for (let i = 0; i < 3; i++) s += x; return [s, (() => this.n)()]; }); return [o.f(1), o.g(2), o.g(3)];`,
    )}`,
  },
  "a class's own name before there is a class": {
    "what it extends": body(
      `const f = (g) => { log(receive()); try { g(); } catch (e) { log(e.name); } return Object; }; class Q extends f(() => Q) { [(f(() => Q), "m")]() { return Q.name; } } const r = []; try { class T extends (T = 1, Object) {} } catch (e) { r.push(e.name); } try { (class T extends (typeof T, Object) {}); } catch (e) { r.push(e.name); } return [r, new Q().m(), receive()];`,
    ),
    "closures that are called later": body(
      `let later = []; const f = (g) => { later.push(g); return "k" + later.length; }; const C = class Q extends (f(() => Q), Object) { [f(() => Q)] = 1; static [f(() => Q)] = later.every((g) => g() === Q); [f(() => Q)]() { return receive(); } static { log(later[0]() === this); } }; return [later.map((g) => g() === C), C.k3, receive()];`,
    ),
    "with suspensions before and after": body(
      `let g; class Q extends (g = () => Q, receive(), Object) { static self = g() === Q; m() { return g() === Q; } static k = receive(); } let h; class R { [(h = () => R, receive(), "k")]() { return h() === R; } } return [Q.self, new Q().m(), g() === Q, g().k, new R().k(), h() === R];`,
    ),
    "one for each evaluation": body(
      `const r = []; for (const k of ["a", "b"]) { let g; class Q extends (g = () => Q, Object) { static k = k + receive(); } r.push(g); } return r.map((g) => g().k);`,
    ),
    "whatever becomes of the outer variable": body(
      `let g, set; class Q extends (g = () => { try { return Q; } catch (e) { return e.message; } }, set = () => { Q = receive(); }, log(g()), Object) {} const P = Q; try { set(); } catch (e) { log(e.name); } Q = 5; return [g() === P, Q, receive()];`,
    ),
    "generators, fields and parameters": body(
      `let all = []; const keep = (g) => (all.push(g), Object); function* gen() { class Q extends (keep(() => Q), yield 1, Object) { static s = receive(); } yield Q; yield class S extends (yield 2, keep(() => S)) {}; } const made = [...gen()].filter((x) => x?.name); class O { f = class T extends keep(() => T) {}; h = class T extends (receive(), keep(() => T)) {}; static s = class T extends keep(() => T) { static [(keep(() => T), "z")] = 1; } } function d(c = class W { [(keep(() => W), "k")]() {} }) { receive(); return c; } made.push(O.s); const o = new O(); made.push(o.f, o.h, d()); return [all.map((g) => made.indexOf(g())), made.map((c) => c.name)];`,
    ),
    "where nothing suspends": `let all = []; const keep = (g) => (all.push(g), Object); function mk() { class Q extends keep(() => Q) { x() { return Q; } } return Q; } const mk2 = () => class Z extends keep(() => Z) {}; class T extends keep(() => T) { [(keep(() => T), "m")]() {} } const E = class F extends keep(() => F) {}; ${body(
      "const made = [T, E, mk(), mk2()]; return [all.map((g) => made.indexOf(g())), made.map((c) => c.name), receive()];",
    )}`,
  },
  "what a getter does to the variable": {
    "of a method's receiver": `let top = { n: 1, get m() { top = { n: 2, m() { return "second" + this.n; } }; return function (x) { return [this.n, x, receive()]; }; } }; ${body(
      `const mk = () => ({ n: 1, get m() { o = { n: 2, m() { return "second" + this.n; } }; return function (x) { return [this.n, x, receive()]; }; } }); let o = mk(); const r = [o.m(1), o.n]; o = mk(); r.push(o.m(receive()), o.n); o = mk(); r.push(o["m"](3), o.n); o = mk(); r.push(o?.m(4), o.n); o = mk(); r.push(o.m?.(5), o.n); let q = { n: 1, get m() { q = { n: 2, m: 3 }; return function () { return this.n; }; } }; r.push(q.m()); return [r, top.m(1), top.n];`,
    )}`,
  },
};

import { CLASS_PROGRAMS } from "./class-programs.ts";
import { GENERATORS, ITERATORS } from "./generator-programs.ts";

/** Programs construct by construct, for the differential harness. Each has a `main`; `receive()` gives numbers, `log(…)` is observed. */
const body = (text: string): string => `function main() { ${text} }`;

export const PROGRAMS: Record<string, Record<string, string>> = {
  ...CLASS_PROGRAMS,
  generators: GENERATORS,
  iterators: ITERATORS,
  functions: {
    fib: `function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); } function main() { return fib(10); }`,
    "default parameters": `function f(a, b = receive(), c = a + b) { return [a, b, c]; } function main() { return [f(1), f(1, 2), f(1, undefined, 3), f(1, null)]; }`,
    "default sees earlier parameter closure": `function f(a, g = () => a + receive()) { a += 10; return g(); } function main() { return f(1); }`,
    "rest parameters": `function f(a, ...r) { receive(); r.push(a); return r; } function main() { return [f(), f(1), f(1, 2, 3)]; }`,
    "rest pattern": `function f(...[a, b = receive()]) { return [a, b]; } function main() { return [f(1), f(1, 2)]; }`,
    "spread arguments": `function f(...r) { receive(); return r; } ${body("const a = [1, 2]; return [f(...a), f(0, ...a, receive(), ...'xy'), f(...new Set([1, 1, 2]))];")}`,
    "arguments object": `function f(a) { receive(); a = 9; return [arguments.length, arguments[0], arguments[1], a]; } function main() { return f(1, 2, 3); }`,
    "arguments in arrow": `function f() { const g = () => { receive(); return arguments[1]; }; return g(); } function main() { return f(5, 6); }`,
    "length and name": `function f(a, b = 1, ...c) { receive(); } const g = (x) => receive(); ${body("const o = { m(a, b) { receive(); }, k: (a) => receive() }; return [f.length, f.name, g.length, g.name, o.m.name, o.m.length, o.k.name, (() => receive()).name, (function q() { receive(); }).name];")}`,
    "mutual recursion": `function even(n) { return n === 0 ? true : odd(n - 1); } function odd(n) { return n === 0 ? false : even(n - 1); } function main() { return [even(20), odd(7)]; }`,
    "nested mutual recursion": body(
      `function even(n) { receive(); return n === 0 ? true : odd(n - 1); } function odd(n) { return n === 0 ? false : even(n - 1); } return [even(6), odd(5)];`,
    ),
    "named function expression": body(
      `const f = function g(n) { receive(); return n <= 0 ? 0 : n + g(n - 1); }; return [f(4), f.name];`,
    ),
    "function expression knows itself": body(
      `const seen = []; const f = function g() { receive(); seen.push(g === f); }; f(); f(); return seen;`,
    ),
    "const arrow knows itself": body(
      `const f = (n) => { receive(); return n === 0 ? [] : [f === f, ...f(n - 1)]; }; return f(3);`,
    ),
    "name of function expression is constant": body(
      `const f = function g() { receive(); try { g = 1; } catch (e) { return e.constructor.name; } }; return f();`,
    ),
    iife: body(`return [(() => receive())(), (function () { return receive(); })(), ((a, b) => a * b + receive())(2, 3)];`),
    "tail calls": `function loop(n, a) { if (n === 0) return a; return loop(n - 1, a + receive()); } function main() { return loop(50, 0); }`,
    "tail in conditional": `function f(n) { return n > 5 ? g(n - 1) : n > 3 ? f(n - 1) && g(n - 1) : n || receive(); } function g(n) { return (log(n), f(n - 1)); } function main() { return f(12); }`,
    "tail with ??": `function f(n) { return (n > 0 ? null : receive()) ?? f(n - 1); } function main() { return f(5); }`,
    "call, apply, bind": `function f(a, b) { return [this?.x, a, b, receive()]; } ${body("const o = { x: 1 }; return [f.call(o, 2, 3), f.apply(o, [4, 5]), f.bind(o, 6)(7), Reflect.apply(f, o, [8, 9])];")}`,
    "new.target": `function f() { receive(); return new.target === undefined; } function G() { this.t = new.target === G; } function main() { return [f(), new G().t]; }`,
    "function as constructor": `function P(x) { this.x = x; this.y = x * 2; } P.prototype.sum = function () { return this.x + this.y + receive(); }; ${body("const p = new P(receive()); return [p.x, p.y, p.sum(), p instanceof P];")}`,
    "function as constructor in a function": body(
      "function P(x) { this.x = x; } function Q(x) { this.x = x; } Q.prototype.twice = function () { return this.x * 2 + receive(); }; const p = new P(receive()), q = new Q(3); receive(); return [p.x, p instanceof P, q.twice(), q instanceof Q];",
    ),
    "constructor returns object": `function P() { return { z: 1 }; } function Q() { return 5; } ${body("receive(); return [new P().z, typeof new Q()];")}`,
    "deep recursion": `function down(n) { if (n === 0) return receive(); return 1 + down(n - 1); } function main() { return [down(200), down(3)]; }`,
    "closure as argument": `function twice(f, x) { return f(f(x)); } function main() { let k = 2; return twice((x) => x * k + receive(), 1); }`,
    "returned closures": `function adder(a) { return (b) => (c) => a + b + c + receive(); } function main() { const f = adder(1)(2); return [f(3), f(4), adder(5)(6)(7)]; }`,
    "this in plain function": `function f() { receive(); return this === undefined; } function main() { return [f(), (0, f)()]; }`,
    "hoisted function": body(`return f(); function f() { return g() + receive(); } function g() { return 1; }`),
    "reassigned function": `function f() { return 1; } function main() { const before = f(); receive(); f = () => 2; return [before, f()]; }`,
    "block functions": body(
      `const out = []; { function a() { return 1 + receive(); } out.push(a()); } { function a() { return 2 + receive(); } out.push(a()); } return out;`,
    ),
    "parameter default shadows body": `const g = 5; function f(a = g) { var g = 7; receive(); return [a, g]; } function main() { return f(); }`,
    "duplicate names in scopes": body(
      `let x = 1; { let x = receive(); { let x = 3; log(x); } log(x); } log(x); for (let x = 0; x < 2; x++) { receive(); log(x); } return x;`,
    ),
    "method on result": body(
      `const make = (n) => ({ n, add(k) { receive(); return make(n + k); } }); return make(1).add(2).add(receive()).n;`,
    ),
    "undefined callee": body(
      `const o = { a: { } }; const r = []; for (const f of [() => o.b(), () => o.a.b(), () => o.x.y(), () => { const z = 5; z(receive()); }]) { try { receive(); f(); } catch (e) { r.push(e.constructor.name, e.message); } } return r;`,
    ),
    "arguments evaluated before callee check": body(
      `const o = {}; try { o.nope(log("arg"), receive()); } catch (e) { return e.message; }`,
    ),
  },
  expressions: {
    "order of operands": body(`let x = 1; const a = x + receive() * (x = receive(), x) - x; return [a, x];`),
    "order in array": body(`let i = 0; return [i++, receive(), i++, receive(), i];`),
    "order in object": body(
      `let i = 0; return { a: i++, [(log("k"), "b" + i)]: receive(), c: i++, d: receive(), ["e" + i]: i };`,
    ),
    "order in call": `function f(...a) { return a; } ${body("let x = 1; return f(x, x = 2, receive(), x, x += receive(), x);")}`,
    "spread then suspend": body(
      `const a = [1, 2]; const b = [...a, (a.push(3), receive()), ...a]; const o = { ...{ p: a.length }, q: receive(), ...{ r: a.push(4) } }; return [b, o];`,
    ),
    logical: body(
      `const r = []; for (let i = 0; i < 12; i++) { r.push(receive() % 2 && receive(), receive() % 2 || receive(), (receive() % 2 ? null : 0) ?? receive()); } return r;`,
    ),
    "logical assignment": body(
      `let a = 0, b = null, c = 5; a ||= receive(); b ??= receive(); c &&= receive(); a ||= log("no"); const o = { x: 0, y: 1 }; o.x ||= receive(); o.y &&= receive(); o.z ??= receive(); o.z ??= log("no"); return [a, b, c, o];`,
    ),
    conditional: body(
      `const r = []; for (let i = 0; i < 6; i++) r.push(receive() % 2 ? receive() : i % 2 ? -receive() : "n"); return r;`,
    ),
    comma: body(`let x; const y = (x = receive(), log(x), receive()); return [x, y];`),
    template: body("const n = { toString() { log('str'); return 'n'; } }; return `<${receive()}|${n}|${receive()}|${n}>`;"),
    "template symbol error": body("try { return `${Symbol('x')}${receive()}`; } catch (e) { return e.constructor.name; }"),
    "tagged template":
      "function tag(s, ...v) { return [s.raw.join('|'), ...v, receive(), Object.isFrozen(s)]; } function main() { const f = () => tag`a${receive()}b\\n${2}c`; return [f(), f()]; }",
    "tagged template identity":
      "function tag(s) { receive(); return s; } function main() { const f = () => tag`x${1}y`; return [f() === f(), tag`x` === tag`x`]; }",
    "compound member": body(
      `const o = { v: 5, a: [1, 2, 3] }; o.v += receive(); o.v *= receive() + o.v; let i = 0; o.a[i++] += receive(); o.a[i++] -= receive(); o.a[(log("k"), i)] **= 2; return [o, i];`,
    ),
    "compound variable": body(`let x = 1; x += receive() + (x = 100, 0); x -= receive(); x <<= 1; return x;`),
    "assign chains": body(`let a, b; const o = {}; a = b = o.x = receive(); return [a, b, o];`),
    "assignment value": body(`let a; const r = (a = receive()) + a; const o = {}; return [r, (o.p = receive()) - o.p];`),
    update: body(
      `let i = receive(); const o = { n: 1, get me() { log("get"); return this; } }; const a = i++ + receive() + ++i; o.me.n++; const get = () => { receive(); return o; }; get().n++; --get().n; return [a, i, o.n, get().n++];`,
    ),
    unary: body(
      `return [typeof receive(), !receive(), -receive(), ~receive(), void receive(), +receive(), typeof nothing, delete { a: 1 }.a];`,
    ),
    "member with call": body(
      `const get = () => { receive(); return { a: { b: [1, 2, 3] } }; }; return [get().a.b[1], get().a["b"][receive() % 3], get().a.b.length];`,
    ),
    "optional chains": body(
      `const o = { f: (x) => x + receive(), g: null, n: { m() { receive(); return this; }, v: 3 } }; const u = undefined; return [o?.f(1), o.g?.(receive()), u?.f(receive()), o.n?.m()?.v, u?.[receive()].x.y.z, o.n.m?.().v, o.q?.m().v, (u?.f)?.(1), o?.["n"].m().v];`,
    ),
    "optional call of missing": body(`const o = {}; try { o.f?.(receive()); o?.f(receive()); } catch (e) { return e.message; }`),
    "delete optional": body(
      `const o = { a: { b: 1 } }; const get = () => { receive(); return o; }; return [delete get()?.a?.b, delete get()?.x?.b, o];`,
    ),
    "in and instanceof": body(
      `class A {} const k = () => { receive(); return "x"; }; return [k() in { x: 1 }, new A() instanceof A, "y" in { x: receive() }];`,
    ),
    exponent: body(`return [2 ** 3 ** 2, (-2) ** 2, 2 ** (receive() % 4), (receive() % 5) ** 2];`),
    "regexp and bigint": body(
      `receive(); return [/a+/g.test("caat"), "a-b".replace(/-/g, "+"), 10n ** 20n + BigInt(receive())];`,
    ),
    "nested calls": `function f(a, b) { return a * 10 + b; } ${body("return f(f(receive(), f(1, receive())), f(receive(), 2));")}`,
    "computed method": body(
      `const o = { a(x) { return x + receive(); }, ["b" + 1](x) { return x - receive(); } }; const k = () => { receive(); return "a"; }; return [o[k()](1), o["b1"](receive())];`,
    ),
    "this is kept": body(
      `const o = { n: 7, get(f) { return f(this.n + receive()); }, run() { return this.get((x) => x + this.n + receive()); } }; return o.run();`,
    ),
    "sequence of effects": body(
      `let s = ""; receive() % 2 && (s += "a"); receive() % 2 || (s += "b"); receive() % 2 ? (s += receive()) : log(receive()); s ?? receive(); return s;`,
    ),
    "object with accessors": body(
      `let n = 1; const o = { get x() { return n * 2; }, set x(v) { n = v; }, y: receive() }; o.x = receive(); o.x += 1; return [o.x, n, o.y];`,
    ),
    "proto literal": body(
      `const p = { hi() { return 1 + receive(); } }; const o = { __proto__: p, z: 2 }; return [o.hi(), Object.keys(o)];`,
    ),
    "number method": body(`return [(5).toFixed(receive() % 3), 5..toString(), (1.5).toFixed(1)];`),
    "delete and void": body(`const o = { a: 1, b: 2 }; delete o[receive() % 2 ? "a" : "b"]; return [o, void 0];`),
    "import meta and strings": body(`return ["a" + receive() + "b", "x".repeat(receive() % 4), "abc"[receive() % 3]];`),
  },
  loops: {
    labels: body(
      `let s = 0; outer: for (let i = 0; i < 12; i++) { for (let j = 0; j < 8; j++) { if (j === 5) continue outer; if (i === 9) break outer; s += i * j; } } let k = 0; do { k += 3; if (k === 9) continue; s += k; } while (k < 20); while (true) { s++; if (s % 7 === 0) break; } return [s, k];`,
    ),
    "suspending test": body(
      `let n = 0; while (receive() % 5 !== 0) n++; do { n += 10; } while (receive() % 3 !== 0); for (let i = 0; receive() % 7 !== 0; i++) n += 100 + i; return n;`,
    ),
    "suspending update": body(
      `const r = []; for (let i = 0; i < 40; i += 1 + receive() % 5) { if (i % 3 === 0) continue; r.push(i); } return r;`,
    ),
    "suspending init": body(
      `const r = []; for (let i = receive() % 4, j = receive() % 9; i < j; i++, j -= receive() % 2) r.push([i, j]); return r;`,
    ),
    "per-iteration closures": body(
      `const fs = []; for (let i = 0, j = 10; i < 4; i++, j -= receive() % 3) { let k = i; fs.push(() => [i, j, k++]); i += receive() % 2; } return [fs.map((f) => f()), fs.map((f) => f())];`,
    ),
    "closure in init": body(
      `const fs = []; for (let i = 0, f = () => i; i < 3; i++) { receive(); fs.push(f, () => i); } return fs.map((f) => f());`,
    ),
    "closure in test and update": body(
      `const fs = []; for (let i = 0; fs.push(() => i), i < 3; fs.push(() => i), i++) receive(); return fs.map((f) => f());`,
    ),
    "while closures": body(
      `const fs = []; let n = 0; while (n < 3) { const c = n; let v = receive(); fs.push(() => [c, v++, n]); n++; } return [fs.map((f) => f()), fs.map((f) => f())];`,
    ),
    "var in loop": body(
      `var fs = []; for (var i = 0; i < 3; i++) { var v = receive(); fs.push(() => [i, v]); } return fs.map((f) => f());`,
    ),
    "let without initialiser": body(
      `const r = []; for (let i = 0; i < 3; i++) { let x; r.push(x); x = receive(); r.push(x); let f = () => x; r.push(f()); } return r;`,
    ),
    "for-of array": body(
      `const r = []; const xs = [1, 2, 3]; for (const x of xs) { if (x === 2) xs.push(9); r.push(x + receive()); } return r;`,
    ),
    "for-of string": body(`let s = ""; for (const c of "a\u{1F600}b") { s += c + receive() + ","; } return s;`),
    "for-of map and set": body(
      `const m = new Map([["a", 1], ["b", 2]]); const r = []; for (const [k, v] of m) { r.push(k, v + receive()); if (k === "a") m.set("c", 3); } for (const x of new Set([1, 1, 2])) r.push(x, receive()); for (const k of m.keys()) r.push(k); return r;`,
    ),
    "for-of generator": `function* g(n) { try { for (let i = 0; i < n; i++) yield i * i; } finally { log("closed"); } } ${body("let s = 0; for (const x of g(5)) s += x + receive(); for (const x of g(100)) { if (x > 20) break; s += receive(); } return s;")}`,
    "for-of infinite": `function* nat() { for (let i = 0; ; i++) yield i; } ${body("const r = []; for (const n of nat()) { if (n > 4) break; r.push(n * receive()); } return r;")}`,
    "for-of closes on return": `const it = () => ({ i: 0, [Symbol.iterator]() { return this; }, next() { return { done: this.i > 5, value: this.i++ }; }, return(v) { log("return"); return {}; } }); function f() { for (const x of it()) { if (x === 2) return receive(); } } function main() { return [f(), f()]; }`,
    "for-of closes on throw": `const it = () => ({ i: 0, [Symbol.iterator]() { return this; }, next() { return { done: this.i > 5, value: this.i++ }; }, return(v) { log("return"); throw new Error("lost"); } }); ${body("try { for (const x of it()) { receive(); if (x === 2) throw new Error('kept'); } } catch (e) { return e.message; }")}`,
    "for-of error of return wins on break": `const it = () => ({ [Symbol.iterator]() { return this; }, next() { return { done: false, value: 1 }; }, return() { throw new Error("r"); } }); ${body("try { for (const x of it()) { receive(); break; } } catch (e) { return e.message; }")}`,
    "for-of return not an object": `const it = () => ({ [Symbol.iterator]() { return this; }, next() { return { done: false, value: 1 }; }, return() { return 5; } }); ${body("try { for (const x of it()) { receive(); break; } } catch (e) { return e.constructor.name; }")}`,
    "for-of suspending iterator": `const it = (n) => ({ [Symbol.iterator]() { let i = 0; return { next() { const v = receive(); return i++ < n ? { value: v, done: false } : { value: undefined, done: true }; }, return() { log("ret", receive()); return {}; } }; } }); ${body("const r = []; for (const x of it(3)) r.push(x); for (const x of it(9)) { r.push(x); if (r.length > 5) break; } return r;")}`,
    "for-of class iterator": `class Range { constructor(n) { this.n = n; } [Symbol.iterator]() { let i = 0; const n = this.n; return { next: () => { receive(); return i < n ? { value: i++, done: false } : { value: undefined, done: true }; } }; } } ${body("let s = 0; for (const i of new Range(5)) s += i * receive(); return s;")}`,
    "for-of nested closing": `function* g(n) { try { for (let i = 0; i < 5; i++) yield i; } finally { log("closed " + n); } } ${body("outer: for (const a of g('a')) { for (const b of g('b')) { for (const c of g('c')) { receive(); if (c === 1) continue outer; if (a === 2) break outer; } } } try { for (const x of g('t')) { try { receive(); throw new Error('q'); } finally { log('fin'); } } } catch (e) { return e.message; }")}`,
    "for-of continue": `function* g() { try { yield 1; yield 2; yield 3; } finally { log("closed"); } } ${body("let s = 0; for (const x of g()) { if (receive() % 2) continue; s += x; } return s;")}`,
    "for-of targets": body(
      `const o = {}; const r = []; for (o.x of [1, 2]) { receive(); r.push(o.x); } let a, b; for ([a, b = receive()] of [[1], [2, 3]]) r.push(a, b); for ({ a, ...b } of [{ a: 1, z: 2 }]) { receive(); r.push(a, b); } for (var v of [7, 8]) receive(); return [r, v];`,
    ),
    "for-of closures": body(
      `const fs = []; for (const x of [1, 2, 3]) fs.push(() => x + receive()); for (let y of [4, 5]) { fs.push(() => y); y += receive(); } for (const [k, v] of Object.entries({ a: 1, b: 2 })) fs.push(() => k + v); return fs.map((f) => f());`,
    ),
    "for-of not iterable": body(
      `const r = []; for (const v of [5, null, undefined, {}]) { try { for (const x of v) receive(); } catch (e) { r.push(e.message); } } return r;`,
    ),
    "for-of result not object": `const it = { [Symbol.iterator]() { return { next() { return 5; } }; } }; ${body("try { for (const x of it) receive(); } catch (e) { return e.constructor.name; }")}`,
    "for-of throwing next": `const it = { [Symbol.iterator]() { return { next() { throw new Error("n" + receive()); }, return() { log("not called"); } }; } }; ${body("try { for (const x of it) receive(); } catch (e) { return e.message; }")}`,
    "for-in": body(
      `const r = []; const o = { a: 1, b: 2, c: 3, __proto__: { d: 4 } }; for (const k in o) { r.push(k, receive()); if (k === "a") { delete o.b; o.z = 1; } } for (const k in null) r.push(k); for (const k in "ab") r.push(k); for (var i in [7, 8]) r.push(i); return [r, i];`,
    ),
    "for-in closures": body(
      `const fs = []; for (const k in { x: 1, y: 2 }) fs.push(() => k + receive()); return fs.map((f) => f());`,
    ),
    "empty loops": body(
      `for (let i = 0; i < 100; i++); let j = 0; while (j++ < 50); do ; while (j-- > 0); for (;;) { if (receive() % 3 === 0) break; } return j;`,
    ),
    "break out of block": body(
      `a: { log(1); if (receive() % 2) break a; log(2); b: { receive(); break a; } } c: if (receive()) { log("c"); break c; } return 1;`,
    ),
    "labelled continue in switch": body(
      `const r = []; l: for (let i = 0; i < 5; i++) { switch (i) { case 1: continue l; case 3: r.push("3", receive()); break; default: r.push(i); if (receive() % 2) continue; } r.push("e" + i); } return r;`,
    ),
    "counter loops": body(
      `let s = 0; for (let i = 0; i < 500; i++) { if (i % 3) continue; for (let j = i; j > 0; j -= 7) s = (s + j) % 1000; } return s;`,
    ),
    "returns inside counter loops": `function f(n) { for (let i = 0; i < n; i++) { if (i * i > n) return Math.max(i, 3) + 1; } return -1; } function main() { let s = 0; for (let i = 0; i < 40; i++) s += f(i); return s; }`,
    "throw inside counter loops": `function f(n) { for (let i = 0; i < n; i++) { if (i > 30) throw new Error("e" + i); } return n; } ${body("let s = 0; for (let i = 0; i < 60; i += 7) { try { s += f(i); } catch (e) { s += e.message.length; } } return s;")}`,
    "do-while with continue": body(
      `let i = 0; const r = []; do { i++; if (i % 2) continue; r.push(i + receive()); } while (i < 9 && receive() !== 50); return r;`,
    ),
    "numeric loops": `function mandel(w, m) { let total = 0; for (let y = 0; y < w; y++) for (let x = 0; x < w; x++) { const cr = 2 * x / w - 1.5, ci = 2 * y / w - 1; let zr = 0, zi = 0, i = 0; while (i < m && zr * zr + zi * zi < 4) { const t = zr * zr - zi * zi + cr; zi = 2 * zr * zi + ci; zr = t; i++; } total += i; } return total; } function main() { return mandel(8, 20); }`,
  },
  switches: {
    fallthrough: body(
      `const out = []; for (let i = 0; i < 6; i++) { switch (i) { case 0: out.push("z" + receive()); case 1: { const q = receive(); out.push("o" + q); if (q % 2) break; } case 2: out.push("t"); default: out.push("d" + receive()); break; case 4: for (const c of "ab") { if (c === "b") break; out.push(c + receive()); } return out; } }`,
    ),
    "suspending tests": body(
      `const r = []; const k = (n) => { log("k" + n); return n + receive() % 2; }; for (let i = 0; i < 6; i++) { switch (i) { case k(0): r.push("a"); break; default: r.push("d", receive()); case k(2): r.push("c"); break; case k(4): r.push("e"); } } return r;`,
    ),
    "suspending discriminant": body(
      `const r = []; for (let i = 0; i < 8; i++) switch (receive() % 4) { case 0: r.push(0); break; case 1: r.push(receive()); default: r.push("d"); } return r;`,
    ),
    "lexical scope": body(
      `const r = []; for (let i = 0; i < 3; i++) switch (i) { case 0: let x = receive(); r.push(x); break; case 1: x = 5; r.push(x, receive()); break; default: function f() { return 9; } r.push(f()); } return r;`,
    ).replace("x = 5; r.push(x, receive())", "r.push(receive())"),
    "use before initialisation": body(
      `const r = []; for (let i = 0; i < 2; i++) { try { switch (i) { case 0: r.push(receive()); let x = 1; break; case 1: r.push(x); } } catch (e) { r.push(e.message); } } return r;`,
    ),
    "no match": body(`switch (receive() + 1000) { case 1: return 1; case 2: return 2; } return "none" + receive();`),
    "strict equality": body(
      `switch (NaN) { case NaN: log("nan"); break; case (receive(), "1"): log("s"); } switch (1) { case "1": log("str"); break; case 1: log("num", receive()); }`,
    ),
    "closures in cases": body(
      `const fs = []; switch (receive() % 1) { case 0: let a = 1; fs.push(() => a++); case 1: const b = receive(); fs.push(() => [a, b]); } return fs.map((f) => f());`,
    ),
    nested: body(
      `const r = []; for (let i = 0; i < 4; i++) switch (i % 2) { case 0: switch (receive() % 2) { case 0: r.push("00"); break; case 1: r.push("01"); } r.push("after"); break; case 1: r.push("1" + receive()); } return r;`,
    ),
  },
  exceptions: {
    "catch suspends": `function risky(i) { const m = receive(); if (i % 3 === 0) throw new Error("e" + i + ":" + m); return m; } ${body("const out = []; for (let i = 0; i < 9; i++) { try { out.push('a' + risky(i)); } catch (e) { out.push(e.message); const r = receive(); out.push('h' + r); if (i === 6) continue; out.push('after'); } } return out;")}`,
    "finally every way": `function f(i) { for (let k = 0; k < 3; k++) { try { log("t" + receive()); if (i === 1) return "ret" + receive(); if (i === 2 && k === 1) break; if (i === 3) continue; if (i === 4) throw new Error("boom"); } finally { log("f" + receive()); if (i === 5 && k === 1) return "override"; } log("end" + k); } return "done" + i; } ${body("const out = []; for (let i = 0; i < 6; i++) { try { out.push(f(i)); } catch (e) { out.push('caught ' + e.message); } finally { log('outer'); } } return out;")}`,
    "nested finally": `function g() { try { try { log(receive()); return "v" + receive(); } finally { log("in" + receive()); } } catch (e) { log("never"); } finally { log("out" + receive()); } } function h() { a: for (const x of [1, 2, 3]) { try { for (const y of [10, 20]) { try { if (receive() % 2) continue a; log(x * y); } finally { log("y" + y); } } } finally { log("x" + receive()); } } } function main() { const v = g(); h(); return v; }`,
    "finally overrides": `function f(n) { for (;;) { try { if (n === 0) return receive(); throw new Error("x"); } finally { if (n === 1) break; if (n === 2) return "r" + receive(); if (n === 3) throw new TypeError("t" + receive()); } } return "end"; } ${body("const r = []; for (let n = 0; n < 5; n++) try { r.push(f(n)); } catch (e) { r.push(e.name, e.message); } return r;")}`,
    "throw in catch": body(
      `const r = []; try { try { throw new Error("a" + receive()); } catch (e) { throw new Error("b" + e.message + receive()); } finally { r.push("f", receive()); } } catch (e) { r.push(e.message); } return r;`,
    ),
    "catch reads outer variables": body(
      `let a = 1, b = 2, c = receive(); const o = []; for (let i = 0; i < 4; i++) { let d = i; try { a += receive(); d = a; if (i % 2) throw new Error("z"); b = receive(); c++; } catch { o.push(a, b, c, d, i, receive()); } } return o;`,
    ),
    "catch reads variable assigned by failing call": `function bad() { receive(); throw new Error("no"); } ${body("let x = 5; try { x = bad(); } catch (e) { return [x, receive(), x]; }")}`,
    "catch parameter patterns": body(
      `try { receive(); throw { a: 1, b: [2, receive()] }; } catch ({ a, b: [c, d], e = receive() }) { return [a, c, d, e]; }`,
    ),
    "catch closure": body(
      `const fs = []; for (let i = 0; i < 3; i++) { try { throw i + receive(); } catch (e) { fs.push(() => e++); } } return [fs.map((f) => f()), fs.map((f) => f())];`,
    ),
    "throw non-errors": body(
      `const r = []; for (const v of [null, undefined, 0, "s"]) { try { receive(); throw v; } catch (e) { r.push(e === v, receive()); } } return r;`,
    ),
    "error from deep": `function deep(n) { if (n === 0) { receive(); throw new RangeError("deep"); } const r = deep(n - 1); return r + 1; } ${body("try { deep(30); } catch (e) { return [e.name, e.message, receive()]; } finally { log('fin'); }")}`,
    "return in try of loop": `function f() { for (let i = 0; i < 5; i++) { try { if (i === receive() % 5) return i; } catch { return -1; } } return "none"; } function main() { return [f(), f(), f()]; }`,
    "finally without catch rethrows": body(
      `const r = []; try { try { receive(); null.x; } finally { r.push("f"); receive(); } } catch (e) { r.push(e.constructor.name); } return r;`,
    ),
    "break from finally loop": body(
      `const r = []; for (let i = 0; i < 3; i++) { try { r.push(i); continue; } finally { r.push("f" + receive()); if (i === 1) break; } } return r;`,
    ),
    "try in finally": body(
      `const r = []; try { r.push(receive()); } finally { try { throw new Error("i" + receive()); } catch (e) { r.push(e.message); } finally { r.push("ff", receive()); } } return r;`,
    ),
    "return expression throws": `function f() { try { return g(); } catch (e) { return "c" + e.message + receive(); } finally { log("f"); } } function g() { receive(); throw new Error("g"); } function main() { return f(); }`,
    "labelled break through finally": body(
      `a: { try { if (receive() >= 0) break a; log("no"); } finally { log("f", receive()); } log("no"); } log("yes"); return 1;`,
    ),
    "value of return survives finally": body(
      `const f = () => { let x = 1; try { return x; } finally { x = 2; receive(); } }; const g = () => { const o = { v: 1 }; try { return o; } finally { o.v = receive(); } }; return [f(), g()];`,
    ),
    "exception in argument": `function t() { receive(); throw new Error("arg"); } ${body("const r = []; try { log(r.push(1), t(), r.push(2)); } catch (e) { r.push(e.message); } return r;")}`,
    uncaught: `function f() { receive(); throw new TypeError("top"); } function main() { f(); }`,
  },
  closures: {
    counter: `function counter() { let n = 0; const inc = (d) => { n += d + receive(); return n; }; const get = () => n; return { inc, get, reset() { n = 0; } }; } ${body("const a = counter(), b = counter(); const r = []; for (let i = 0; i < 4; i++) { r.push(a.inc(i)); } b.inc(100); a.reset(); a.inc(5); return [r, a.get(), b.get()];")}`,
    "shared variable": body(
      `let x = 0; const add = () => { x += receive(); }; const get = () => x; add(); x++; add(); return [x, get()];`,
    ),
    "captured parameter": `function f(a, b) { const g = () => a + b; a = receive(); b += receive(); return g(); } function main() { return f(1, 2); }`,
    "captured before initialised": body(
      `const r = []; const f = () => x; try { receive(); f(); } catch (e) { r.push(e.name, e.message); } let x = receive(); r.push(f() === x); return r;`,
    ),
    "hoisted reads uninitialised": body(
      `try { g(); } catch (e) { log(e.message); } const c = receive(); function g() { return c; } return g();`,
    ),
    "direct use before initialisation": body(`try { receive(); y; let y = 1; } catch (e) { return e.message; }`),
    "typeof uninitialised": body(`try { receive(); typeof z; let z = 1; } catch (e) { return e.name; }`),
    "assign uninitialised": body(`try { receive(); w = 5; let w = 1; return w; } catch (e) { return e.name; }`),
    "own initialiser": body(`try { let q = receive() + q; return q; } catch (e) { return e.name; }`),
    "loop uninitialised again": body(
      `const r = []; for (let i = 0; i < 3; i++) { try { receive(); const f = () => v; if (i) r.push(f()); var later = 1; let v = i; r.push(f()); } catch (e) { r.push(e.name); } } return r;`,
    ),
    "const assignment": body(
      `const c = receive(); try { c = 5; } catch (e) { log(e.name, e.message); } try { c += receive(); } catch (e) { log(e.name); } try { c++; } catch (e) { log(e.name); } return c;`,
    ),
    "deep nesting": body(
      `let a = 1; const f = (b) => { let c = b; return (d) => { c += d; a += c; return (e) => { a += receive(); return [a, b, c, d, e]; }; }; }; return [f(1)(2)(3), a, f(4)(5)(6)];`,
    ),
    "closures over loop and outer": body(
      `const fs = []; let t = 0; for (let i = 0; i < 3; i++) { const k = receive(); fs.push(() => { t += k; i++; return [t, i, k]; }); } return fs.map((f) => f()).concat(fs.map((f) => f()));`,
    ),
    "early box in block": body(
      `const r = []; for (let i = 0; i < 3; i++) { const get = () => late; receive(); let late = i * 10; late += receive(); r.push(get()); } return r;`,
    ),
    "forward functions": body(
      `const even = (n) => n === 0 ? true : odd(n - 1), odd = (n) => n === 0 ? false : even(n - 1); return [even(7), odd(receive() % 50)];`,
    ),
    "function captured in loop": body(
      `const out = []; for (const n of [1, 2]) { function f(k) { return k === 0 ? n : f(k - 1) + receive(); } out.push(f(2)); } return out;`,
    ),
    "closure in default": `function f(a, b = () => a) { receive(); var a = 5; return [a, b()]; } function main() { return f(1); }`,
    "var hoisting": body(
      `log(v); if (receive() >= 0) { var v = 3; } log(v); for (var i = 0; i < 2; i++) { var w = (w ?? 0) + receive(); } return [v, i, w];`,
    ),
    "class captured": body(
      `const n = receive(); class A { get() { return n + receive(); } static make() { return new A(); } } return [A.make().get(), new A().get()];`,
    ),
    "uncaptured after": body(`let x = receive(); const f = () => x; const y = f(); x = receive(); return [y, f(), x];`),
  },
  destructuring: {
    mixed: `function d({ a, b: { c = receive() } = {}, ...rest }, [x, , y = receive() + 1, ...zs] = [1, 2]) { return [a, c, rest, x, y, zs]; } ${body("const m = d({ a: 1, q: 2, z: 3 }); let { p, q = receive() } = { p: receive() }; [p, q] = [q, p]; const [u, v] = [receive(), receive()]; return [m, d({ a: 2, b: { c: 5 } }, [7, 8, undefined, 9, 10]), { k: [u, v], p, q }];")}`,
    swap: body(
      `const a = [1, 2, 3]; let i = 0, j = 2; [a[i], a[j]] = [a[j], a[i]]; [i, j] = [j + receive(), i]; return [a, i, j];`,
    ),
    "order of targets": body(
      `const o = {}; const t = (n) => { log("t" + n); return o; }; [t(1).x, t(2)["y" + receive()], ...t(3).z] = [log("rhs"), 2, 3, 4]; return Object.keys(o).length;`,
    ),
    "nested arrays": body(`const [[a, [b = receive()]], { c: [d] }] = [[1, []], { c: [receive()] }]; return [a, b, d];`),
    "computed keys": body(
      `const k = () => { receive(); return "key"; }; const { [k()]: v, ["x" + 1]: w = receive(), ...r } = { key: 1, y: 2, z: 3 }; return [v, w, r];`,
    ),
    "null source": body(
      `const r = []; for (const v of [null, undefined]) { try { receive(); const { a } = v; } catch (e) { r.push(e.constructor.name); } try { const [a = receive()] = v; } catch (e) { r.push(e.constructor.name); } try { const { a = receive() } = v; } catch (e) { r.push(e.constructor.name); } } return r;`,
    ),
    "iterators closed": `const it = () => ({ n: 0, [Symbol.iterator]() { return this; }, next() { log("n"); return { done: false, value: this.n++ }; }, return() { log("r"); return {}; } }); ${body("const [a, b] = it(); let [c, d = receive(), , e] = it(); const [x = log('dx'), y = receive()] = it(); return [a, b, c, d, e, x, y];")}`,
    "iterator closed on throw": `const it = () => ({ [Symbol.iterator]() { return this; }, next() { return { done: false, value: undefined }; }, return() { log("r"); return {}; } }); ${body("try { const [a = receive(), b = (() => { throw new Error('d'); })()] = it(); } catch (e) { return e.message; }")}`,
    "generator source": `function* g() { log("start"); try { yield 1; yield 2; yield 3; } finally { log("end"); } } ${body("const [a, b] = g(); const [c, ...d] = g(); return [a, b, c, d, receive(), [...g()], Math.max(...g())];")}`,
    "assignment value": body(
      `let a, b; const src = [1, 2]; const r = ([a, b] = src); const q = ({ a } = { a: receive() }); return [r === src, q, a, b];`,
    ),
    "captured and assigned": body(
      `let { a, b } = { a: 1, b: receive() }; const f = () => (a += b, b++); f(); [a, b] = [b, a]; f(); return [a, b];`,
    ),
    "parameters captured": `function f([a, b], { c }) { const g = () => { a++; return [a, b, c]; }; receive(); c += a; return g(); } function main() { return f([1, 2], { c: 3 }); }`,
    "function name from default": body(
      `const { f = () => receive() } = {}; const [g = function () {}] = []; return [f.name, g.name, f() >= 0];`,
    ),
    "swap through members": body(`const o = { a: 1, b: 2 }; ({ a: o.b, b: o.a } = { a: o.a + receive(), b: o.b }); return o;`),
    "rest of null prototype": body(
      `const { a, ...r } = Object.assign(Object.create(null), { a: 1, b: receive(), c: 3 }); return r;`,
    ),
    "string and numbers": body(
      `const [a, b] = "xy"; const { length } = "hello"; const { 0: first, [1]: second = receive() } = ["p"]; return [a, b, length, first, second];`,
    ),
  },
  classes: {
    basics: `class Acc { constructor(n) { this.n = n; this.log = []; } add(x) { this.n += x + receive(); this.log.push(this.n); return this; } each(xs) { xs.forEach((x) => this.add(x)); return this; } get total() { return this.n * 2; } static of(n) { return new Acc(n); } } class Sub extends Acc { add(x) { this.log.push("s" + receive()); this.n += x; return this; } } ${body("const a = Acc.of(3).add(1).add(2).each([4, 5]); const b = new Sub(1); b.each([1, 2]).add(7); return [a.n, a.log, a.total, b.n, b.log];")}`,
    "constructor suspends": `class A { constructor(n) { this.n = n + receive(); for (let i = 0; i < 3; i++) this["k" + i] = receive(); } } class B { constructor() { receive(); return { other: receive() }; } } class C { constructor() { if (receive() >= 0) return; this.x = 1; } } ${body("const a = new A(receive()); return [a, a instanceof A, new B().other, Object.keys(new C()), new C() instanceof C];")}`,
    "super methods": `class A { m(x) { return "A" + x + receive(); } static s(x) { return "As" + x + receive(); } get v() { return 1; } } class B extends A { m(x) { return "B" + super.m(x + receive()) + super.v; } static s(x) { return "Bs" + super.s(receive()); } later() { return [1, 2].map((x) => super.m(x)); } } ${body("const b = new B(); return [b.m(1), B.s(2), b.later()];")}`,
    "nested class with super": body(
      `const k = receive(); class A { m() { return k + receive(); } } class B extends A { m() { return super.m() * 2 + k; } } const C = class D extends B { m() { return [super.m(), D.name]; } }; return [new B().m(), new C().m(), C.name];`,
    ),
    "anonymous classes": body(
      `const C = class { m() { return receive(); } }; const o = { K: class { v = 2; } }; return [new C().m(), C.name, new o.K().v, o.K.name, (class {}).name];`,
    ),
    fields: `class A { x = 1; y = this.x + 1; static z = 3; ["k" + 1] = 4; f = () => this.x + receive(); #p = 5; get p() { return this.#p; } set p(v) { this.#p = v; } bump() { this.#p++; return this.#q(); } #q() { return this.#p * 2; } static #s = 1; static s() { return A.#s++; } has(o) { return #p in o; } static { this.block = A.z + 1; } } ${body("const a = new A(); a.p = 10; return [a.x, a.y, A.z, a.k1, a.f(), a.p, a.bump(), A.s(), A.s(), a.has(a), a.has({}), A.block, receive()];")}`,
    "derived constructors": `class A { constructor(n) { this.n = n; } } class B extends A { y = this.n * 2; constructor(n) { const k = n + 1; super(k); this.z = [1, 2].map((x) => x + this.n); } } class C extends B {} class E extends Error { constructor(m) { super(m); this.name = "E"; } } ${body("const c = new C(receive()); const e = new E('m'); return [c.n, c.y, c.z, c instanceof A, e.message, e.name, e instanceof Error, String(e)];")}`,
    accessors: `class T { constructor() { this.v = 1; } get a() { let s = 0; for (let i = 0; i < 5; i++) s += this.v; return s; } set a(x) { for (let i = 0; i < 3; i++) this.v += x; } static get b() { return 7; } } ${body("const t = new T(); t.a = 2; t.a += 1; receive(); return [t.a, t.v, T.b];")}`,
    "symbol methods": `class P { constructor(n) { this.n = n; } valueOf() { let s = 0; for (let i = 0; i <= this.n; i++) s += i; return s; } toString() { return "P" + this.n; } toJSON() { return { p: this.n }; } [Symbol.toPrimitive](hint) { return hint === "number" ? this.valueOf() : this.toString(); } } ${body("const p = new P(4); receive(); return [+p, `${p}`, p + '', JSON.stringify(p), p.valueOf() + receive(), p * 2];")}`,
    "static blocks and inheritance": `class A { static make() { return new this(receive()); } constructor(n) { this.n = n; } } class B extends A { constructor(n) { super(n * 2); } } ${body("return [A.make().n, B.make().n, B.make() instanceof B];")}`,
    "class in loop": body(
      `const cs = []; for (let i = 0; i < 3; i++) { cs.push(class K { m() { return i + receive(); } static n = i * 2; }); } return cs.map((C) => [new C().m(), C.n, C.name]);`,
    ),
    "method extracted": `class A { constructor() { this.n = 1; } m() { receive(); return this; } } ${body("const a = new A(); const { m } = a; return [m() === undefined, m.call(a) === a, a.m.name];")}`,
    "generator and async methods": `class G { *items(n) { for (let i = 0; i < n; i++) yield i; } async later() { return 1; } static *s() { yield 9; } } ${body("const r = []; for (const x of new G().items(4)) r.push(x + receive()); for (const x of G.s()) r.push(x); return [r, typeof new G().later().then];")}`,
    "constructors called wrongly": `class A { constructor() { receive(); } } ${body("const r = []; try { A(); } catch (e) { r.push(e.constructor.name); } const o = { f: () => 1 }; try { new o.f(); } catch (e) { r.push(e.constructor.name, e.message); } try { new (receive(), 5)(); } catch (e) { r.push(e.constructor.name); } return r;")}`,
    "private in nested class": body(
      `const k = receive(); class A { #v = k; get() { return this.#v; } set(v) { this.#v = v; return this; } } return [new A().get(), new A().set(receive()).get()];`,
    ),
    "instanceof with hasInstance": `class Even { static [Symbol.hasInstance](n) { let c = 0; for (let i = 0; i < 3; i++) c++; return n % 2 === 0; } } ${body("receive(); return [2 instanceof Even, 3 instanceof Even];")}`,
  },
  builtins: {
    "array callbacks": `function ask(x) { return x + receive(); } ${body("const a = [1, 2, 3, 4].map((x) => ask(x) * 2); const b = a.filter((x) => x + receive() % 5 > 3).reduce((s, x) => s + ask(x), 0); const c = [5, 3, 9, 1, 7].sort((p, q) => { for (let i = 0; i < 20; i++); return p - q; }); let t = 0; [1, 2, 3].forEach((x, i) => { t += x * i + receive(); }); return [a, b, c, t, [1, 2, 3].some((x) => receive() > 1e6), [[1, 2], [3]].map(([x, y = ask(9)]) => x + y)];")}`,
    "array searches": body(
      `const xs = [5, 8, 13, 21]; return [xs.find((x) => { receive(); return x > 7; }), xs.findIndex((x) => x + receive() * 0 > 7), xs.findLast((x) => (receive(), x < 20)), xs.findLastIndex((x) => (receive(), x < 20)), xs.every((x) => (receive(), x > 1)), xs.some((x) => (receive(), x > 100)), xs.find((x) => (receive(), false)), xs.reduceRight((a, x) => a + x + receive(), "")];`,
    ),
    "array holes": body(
      `const xs = [1, , 3]; const seen = []; xs.forEach((x, i) => { seen.push(i); receive(); }); const m = xs.map((x) => x + receive() * 0); return [seen, 1 in m, m.length, xs.filter((x) => (receive(), true)).length, xs.findIndex((x) => (receive(), x === undefined)), xs.reduce((a, x) => a + x + receive() * 0)];`,
    ),
    "array mutation": body(
      `const xs = [1, 2, 3]; const seen = []; xs.forEach((x) => { seen.push(x); receive(); if (x === 1) { xs.push(9); xs.splice(1, 1); } }); return [seen, xs];`,
    ),
    thisArg: body(
      `const o = { k: 10 }; return [[1, 2].map(function (x) { return x + this.k + receive() * 0; }, o), [1].filter(function () { receive(); return this === o; }, o), Array.from([1], function (x) { receive(); return this.k + x; }, o)];`,
    ),
    "flatMap and from": body(
      `return [[1, 2].flatMap((x) => [x, [receive()]]), Array.from({ length: 3 }, (_, i) => i * receive()), Array.from(new Set([1, 2]), (x) => x + receive()), Array.from("ab", (c) => c + receive()), Array.from([7, 8]), [1, 2].flatMap((x) => (receive(), x))];`,
    ),
    "sort stability": body(
      `const xs = [[1, "a"], [0, "b"], [1, "c"], [0, "d"], [1, "e"]]; xs.sort((p, q) => (receive(), p[0] - q[0])); const ys = [3, undefined, 1, , 2]; ys.sort((a, b) => (receive(), a - b)); return [xs, ys, 4 in ys, [3, 1, 2].toSorted((a, b) => (receive(), b - a)), [10, 9, 1].sort()];`,
    ),
    "callback errors": body(
      `const r = []; for (const f of [() => [1].map(5), () => [].reduce((a, b) => receive()), () => [1].forEach(), () => [1].sort(5)]) { try { receive(); f(); r.push("ok"); } catch (e) { r.push(e.constructor.name, e.message); } } return r;`,
    ),
    "callback throws": body(
      `const seen = []; try { [1, 2, 3].forEach((x) => { seen.push(x, receive()); if (x === 2) throw new Error("stop"); }); } catch (e) { return [seen, e.message]; }`,
    ),
    "map and set callbacks": body(
      `const m = new Map([["a", 1], ["b", 2]]); const r = []; m.forEach((v, k, all) => { r.push(k, v + receive(), all === m); if (k === "a") m.set("c", 3); }); new Set([1, 2]).forEach((v, w) => r.push(v === w, receive())); return r;`,
    ),
    "native callbacks run atomically": body(
      `const r = "a1b2".replace(/\\d/g, (d) => { let s = 0; for (let i = 0; i < 20; i++) s += Number(d); return s; }); const j = JSON.parse("[1,2,3]", (k, v) => { let t = 0; for (let i = 0; i < 9; i++) t++; return typeof v === "number" ? v + t : v; }); receive(); return [r, j];`,
    ),
    "promise executor": body(
      `let got = 0; new Promise((res) => { for (let i = 0; i < 20; i++) got += i; res(got); }); receive(); return got;`,
    ),
    "sort default and pure": body(
      `const xs = [3, 1, 2]; receive(); xs.push(0); xs.sort(); xs.reverse(); return [xs, xs.join("-"), xs.includes(2), xs.indexOf(3), xs.slice(1), xs.concat([9])];`,
    ),
    "sort of what may be anything": body(
      `const of = (xs) => { receive(); return [xs.sort(), xs.toSorted().join()]; }; const al = { length: 3, 0: "c", 1: "a", 2: undefined }; const long = Array.from({ length: 10_001 }, (_, i) => (i * 7) % 10_007); return [of(["b", "a"]), of([10, 9, undefined, 1, , "x"]), Array.prototype.sort.call(al), Array.prototype.toSorted.call(al), of(long)[1], (() => { try { return of([1, Symbol()]); } catch (e) { return e.constructor.name; } })()];`,
    ),
    "array-likes": body(
      `const al = { length: 2, 0: "x", 1: "y" }; return [Array.prototype.map.call(al, (v) => v + receive()), Array.prototype.forEach.call("ab", (c) => log(c, receive()))];`,
    ),
    species: `class L extends Array { } ${body("const l = L.from([1, 2, 3]); const m = l.map((x) => x + receive()); return [m instanceof L, m.length, l.filter((x) => (receive(), x > 1)) instanceof L, l.flatMap((x) => (receive(), [x])) instanceof L];")}`,
    coercions: `const o = { valueOf() { let s = 0; for (let i = 0; i < 10; i++) s += i; return s; } }; ${body("receive(); return [o + 1, o * 2, o > 3, `${{ toString() { for (let i = 0; i < 5; i++); return 's'; } }}`, [o] == '45'];")}`,
    proxies: `${body("const seen = []; const p = new Proxy({ a: 1 }, { get(t, k) { for (let i = 0; i < 10; i++); seen.push(String(k)); return t[k]; }, has(t, k) { for (let i = 0; i < 4; i++); return true; } }); receive(); return [p.a, 'zz' in p, p.b, seen];")}`,
    "accessors from descriptors": `function count() { let s = 0; for (let i = 0; i < 9; i++) s++; return s; } ${body("const o = {}; const d = { a: {}, b: { value: 1 } }; d.a.get = function () { return count(); }; Object.defineProperties(o, d); Object.defineProperty(o, 'c', { get: count, set: (v) => log(v + count()) }); const e = Object.create(o, { x: { get: () => count() } }); o.c = receive(); return [o.a, o.b, o.c, e.x, e.a];")}`,
    "proxy handlers of a class": `class H { constructor() { this.n = 0; } get(t, k) { this.n++; for (let i = 0; i < 9; i++); return k === "f" ? (x) => x + this.n + receive() : t[k]; } has() { for (let i = 0; i < 5; i++); return true; } } ${body("const h = new H(); const p = new Proxy({ a: 1 }, h); return [p.a, p.f(10), 'q' in p, p.f(20), h.n];")}`,
    "accessors are read once by a call": `${body("let n = 0; const o = { get f() { n++; return (x) => x + receive(); }, g(x) { return x - receive(); } }; class A { get m() { n += 10; return (x) => x * receive(); } } const p = new Proxy({}, { get: () => { n += 100; return (x) => x + receive(); } }); const a = new A(); return [o.f(1), o.g(1), o.f(2), a.m(3), p.z(4), o.f(5), n];")}`,
    "methods on null": body(
      "const r = []; const o = { a: null, get u() { return undefined; } }; for (const f of [() => o.a(), () => o.u(1), () => o.a.b(), () => [1].nope(receive())]) { try { f(); } catch (e) { r.push(e.message); } } return r;",
    ),
    "forwarded callbacks": `function each(xs, f) { for (const x of xs) f(x); } ${body("const r = []; each([1, 2], (x) => r.push(x + receive())); each([[1], [2]], ([x]) => { r.push(x); }); return r;")}`,
    "generators and built-ins": `function* g() { let s = 0; for (let i = 0; i < 5; i++) { s += i; const got = yield s; if (got) s += got; } return "end"; } ${body("const it = g(); const r = [it.next(), it.next(10), receive()]; for (const x of it) r.push(x); const two = function* () { yield* g(); }; return [r, [...two()], Array.from(g())];")}`,
  },
  "native mode": {
    "closures in generator loops": `function* g() { for (let i = 0, j = 9; i < 3; i++, j--) { let k = i; yield () => { k++; return [i, j, k, receive()]; }; } for (const x of [1, 2]) yield () => x; for (let y of [5]) { yield () => y++; } for (const k in { a: 1 }) yield () => k; } ${body("const fs = [...g()]; return [fs.map((f) => f()), fs.map((f) => f())];")}`,
    "closures that assign loop variables": `function* g() { for (let i = 0; i < 6; i++) { yield () => { i += 2; return i; }; } } ${body("const r = []; for (const f of g()) r.push(f(), receive()); return r;")}`,
    "patterns and catch": `function* g() { let { a, b: [c] } = { a: 1, b: [2] }; const f = () => { a++; c++; return [a, c, receive()]; }; yield f; try { throw { m: 1 }; } catch ({ m }) { yield () => m++; } try { throw 5; } catch (e) { yield () => e++; } for (const [p, q] of [[1, 2]]) yield () => { p + q; return p + q + receive(); }; let v; v = 7; yield () => v; ({ v } = { v: 8 }); } ${body("const fs = [...g()]; return [fs.map((f) => f()), fs.map((f) => f())];")}`,
    "switch, labels and blocks": `function* g(n) { outer: for (let i = 0; i < 3; i++) { switch (n) { case 0: let x = i; yield () => x++; break; case 1: function h() { return x2 + receive(); } const x2 = i * 2; yield h; continue outer; default: { const y = i; yield () => y; } } l: { if (i === 1) break l; yield () => "l"; } } } ${body("const r = []; for (const n of [0, 1, 2]) for (const f of g(n)) r.push(f()); return r;")}`,
    "hoisting and use before initialisation": `function* g() { yield a(); function a() { return b() + receive(); } function b() { return 1; } const f = () => late; try { f(); } catch (e) { yield e.name; } let late = 2; late++; yield f(); var v = 1; const w = () => v++; w(); yield v; } ${body("const r = []; for (const x of wrapped()) r.push(x); return r; function wrapped() { const out = []; out.push(...g2()); return out; } function* g2() { yield 1; yield* [2, 3]; }")}`,
    parameters: `function* g(a, { b }, ...c) { const f = () => { a++; b++; c.push(a); return [a, b, c.length, receive()]; }; yield f; yield f; } ${body("const fs = [...g(1, { b: 2 }, 3)]; return fs.map((f) => f());")}`,
    "this and arguments in closures": `const o = { k: 4, *g() { yield () => this.k + arguments.length + receive(); }, get v() { const f = () => this.k * 2; return f(); } }; ${body("const r = []; for (const f of o.g(1, 2)) r.push(f()); return [r, o.v];")}`,
    "classes in generators": `function* g() { for (let i = 0; i < 2; i++) { class A { m() { return i + receive(); } static s = i; get x() { return i++; } } yield A; } } ${body("const r = []; for (const A of g()) r.push(new A().m(), A.s, new A().x, A.name); return r;")}`,
    "async functions run to their first await": `let got = []; async function f(x) { let n = 0; for (let i = 0; i < 20; i++) n += x; got.push(n); await null; } const g = async (x) => { got.push(x); }; ${body("f(2); g(receive()); return got;")}`,
    "generator closures in suspending loops": body(
      `const gs = []; for (let i = 0; i < 3; i++) { let k = receive(); gs.push(function* () { yield i; yield k++; i++; }); } return gs.map((g) => [...g(), ...g()]);`,
    ),
    "accessors of literals after a suspension": body(
      `let n = receive(); const o = { get v() { return n; }, set v(x) { n = x; } }; receive(); n++; o.v += 10; receive(); return [o.v, n];`,
    ),
    "arrows in field initialisers": `class A { n = 1; f = () => this.n++ + receive(); g = function () { return receive(); }; static h = (x) => A.k + x + receive(); static k = 7; } ${body("const a = new A(); const { f } = a; return [f(), f(), a.n, a.g(), A.h(1)];")}`,
    "arrows in derived constructors": `class A { constructor(v) { this.v = v; } } class B extends A { constructor() { super(3); this.f = () => this.v + receive(); } } class C extends A { constructor(x = () => 5) { const y = x() + 1; super(y); this.t = new.target.name; } } ${body("return [new B().f(), new C().v, new C().t];")}`,
    "static blocks": `class A { static list = []; static { for (let i = 0; i < 3; i++) this.list.push(() => i + receive()); } } ${body("return A.list.map((f) => f());")}`,
    "top-level code": `const fs = []; for (let i = 0; i < 3; i++) { let k = i * 2; fs.push(() => k++ + i); } var top = 1; { function inner() { return top + receive(); } var fi = inner; } let { p, q = 4 } = { p: 1 }; function bump() { return ++p; } ${body("return [fs.map((f) => f()), fi(), bump(), p, q];")}`,
    "closures in default parameters": `function f(a, g = () => a++) { g(); receive(); return a; } const h = (a, g = (x) => a += x) => { g(5); return a; }; ${body("return [f(1), h(2)];")}`,
    "object spread and iteration": `function* g() { yield* [1, 2]; return 3; } ${body("receive(); const m = new Map([...g()].map((x) => [x, x * 2])); const s = new Set(g()); const o = Object.fromEntries([...m].map(([k, v]) => [k, v + receive()])); return [m, s, o, { ...o, z: [...s] }];")}`,
  },
};

/** Programs that were written while the compiler was read, one for each thing that it took for granted. */
const body = (text: string): string => `function main() { ${text} }`;

/** A function with other ideas of `call` and `apply`. */
const own = `const own = (f) => (f.call = f.apply = () => "wrong", f);`;

const work = "function work() { let s = 0; for (let i = 0; i < 20; i++) s += i; return s; }";

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
  "functions that syntax calls, wherever they come from": {
    "named functions": `${work} function show() { return "s" + work(); } function num() { return work(); } function hi(x) { return work() > x; } ${body(
      "const o = { toString: show, valueOf: num }; class P {} P.prototype.toString = show; const q = { toString: null ?? show }; const mk = (toString) => ({ toString }); class C { static [Symbol.hasInstance] = hi; } const p = {}; p[Symbol.hasInstance] = hi; return [`${o}`, o + 1, `${new P()}`, `${q}`, `${mk(() => 'm' + work())}`, 1 instanceof C, 2 instanceof p, o.toString(), receive()];",
    )}`,
    "functions that suspend in their middle": `${work} function show() { let s = ""; for (let i = 0; i < 30; i++) s += i; return s; } function num() { const o = { a: [1, { b: 2 }] }; return o.a[0] + work(); } ${body(
      "const o = { toString: show, valueOf: num }; const q = Object.defineProperty({}, Symbol.toPrimitive, { value: show }); const p = {}; p[Symbol.toPrimitive] = num; return [`${o}`, o + 1, `${q}`, p * 2, receive()];",
    )}`,
    "fields of classes": `${work} ${body("class A { toString = () => 'a' + work(); valueOf = () => work(); static toString = () => 's' + work(); } class B { [Symbol.toPrimitive] = () => work(); } return [`${new A()}`, new A() + 1, `${A}`, new B() * 2, new A().toString(), receive()];")}`,
    "keys that are only known when they are used": `${work} function show() { return "s" + work(); } const sym = Symbol.toPrimitive; const top = { [sym]() { return "t" + work(); } }; const top2 = { [sym]: show }; ${body(
      "const k = 'toString'; const all = [top, top2, { [k]() { return 's' + work(); } }, { [sym]: () => 's' + work(), n: receive() }, { [k]: show }]; const o = {}, p = {}, q = {}; o[k] = function () { return 's' + work(); }; p[sym] = () => 'p' + work(); q[receive() ? sym : k] = show; Object.assign(o, { valueOf: show }); return [...all, o, p, q].map((x) => `${x}`).concat(o[k](), o[k].name, o + '', receive());",
    )}`,
    "constructors in such places": body(
      "Math.Point = function (x) { this.x = x + receive(); }; Object.defineProperty(Array, 'Thing', { value: function () { this.t = receive(); }, configurable: true }); Array.prototype.Own = function () { this.o = receive(); }; const r = [new Math.Point(1).x, new Array.Thing().t, new [].Own().o]; delete Math.Point; delete Array.Thing; delete Array.prototype.Own; function Kind(n) { return [n, receive()]; } class A extends Array { static [Symbol.species] = Kind; } return [r, [...A.of(1, 2).map((x) => x)], receive()];",
    ),
    "properties that are defined": `${work} function show() { return "s" + work(); } ${body(
      "const get = () => work(); const o = Object.defineProperty({}, 'toString', { value: show }); const d = Object.defineProperty; d(o, 'x', { get }); Reflect['defineProperty'](o, 'y', { get }); const c = Object.create({}, { valueOf: Object.create({ value: () => work() }) }); return [`${o}`, o.x, o.y, c * 2, receive()];",
    )}`,
    "what accessors give out": `${work} ${body(
      "const f = () => work(); const o = { get [Symbol.toPrimitive]() { return () => work(); } }; class A { get valueOf() { return f; } get toString() { return f; } } const d = Object.defineProperty({}, Symbol.toPrimitive, { get: () => () => work() }); return [o + 1, new A() * 2, `${new A()}`, d + 1, receive()];",
    )}`,
    "classes that built-ins construct": `${work} ${body(
      "const mixin = (B) => class extends B { constructor(...a) { super(...a); this.t = work(); } }; class A extends mixin(Array) { constructor(...a) { super(...a); this.u = work(); } } const a = A.of(1, 2, 3); const r = [new A(1).u, receive()]; for (const f of [() => a.map((x) => x * 2), () => a.filter((x) => x > 1), () => a.slice(1), () => a.concat([4]), () => a.splice(0, 1), () => a.flat(), () => A.from([1, 2]), () => a.flatMap((x) => [x, receive()])]) { const v = f(); r.push([...v], v.constructor.name, v.t + v.u); } return r;",
    )}`,
    "classes that built-ins construct, by other names": `${work} ${body(
      "const P = Promise, R = { RegExp }, get = () => Uint8Array, B = ArrayBuffer; class Q extends P { constructor(f) { super(f); this.n = work(); } } const q = new Q(() => {}); class E extends R.RegExp { constructor(...a) { super(...a); this.n = work(); } } const e = new E('b', 'g'); class T extends get() { constructor(...a) { super(...a); this.n = work(); } } const t = new T(4); class F extends B { constructor(n) { super(n); this.n = work(); } } return [q.n, q.then(() => 1) instanceof Q, Q.resolve(1) instanceof Q, e.n, 'abcb'.split(e), [...'abcb'.matchAll(e)].length, 'abc'.replace(e, 'x'), t.subarray(1).n, t.slice(1).length, t.map((x) => x + 1).join(), T.of(1, 2).n, new F(8).slice(2).n, receive()];",
    )}`,
    "handlers of Proxies": `${work} ${body(
      "const get = () => work(); const P = Proxy; const h = {}, late = new P({ a: 1 }, h), empty = new Proxy({ a: 1 }, {}); const first = [late.a, 'a' in late, empty.a]; h.get = get; h.has = () => work() > 0; const m = Proxy.revocable({}, { get }); const r = [late.a, 'b' in late, m.proxy.x]; m.revoke(); try { m.proxy.x; } catch (e) { r.push(e.name); } const gone = { get() { return work(); } }; const g = new Proxy({ a: 5 }, gone); r.push(g.a); delete gone.get; r.push(g.a); const seen = []; const deep = new Proxy({ a: 7 }, new Proxy({}, { get(t, k) { seen.push(k); return t[k]; } })); r.push(deep.a, 'a' in deep, Object.keys(deep), seen); return [first, r, receive()];",
    )}`,
    "toJSON from anywhere": `function named() { return [this?.id, receive()]; } function toJSON() { return receive(); } ${body(
      "const o = {}; o.toJSON = named; const p = { id: 1, ['to' + 'JSON']: named }; class A { toJSON = named; } class B {} B.prototype.toJSON = named; return [{ toJSON }, o, p, new A(), new B(), Object.assign({ id: 2 }, { toJSON: named })].map((x) => JSON.stringify([x]));",
    )}`,
    "what stands in the place of a built-in": `${work} ${body(
      "const r = []; const { add } = Set.prototype, { set } = Map.prototype, { max } = Math, { push } = Array.prototype; const all = new Set([0]); try { Set.prototype.add = function (x) { r[r.length] = [x, work()]; return add.call(this, x); }; Object.defineProperty(Map.prototype, 'set', { value(k, v) { r[r.length] = [k, work()]; return set.call(this, k, v); }, configurable: true }); Math.max = (...xs) => work(); Array.prototype.push = function (x) { this[this.length] = [work(), x]; }; all.add(3); const s = new Set([1, 2]); const gen = { *[Symbol.iterator]() { yield receive(); } }; r[r.length] = [s.size, new Set(gen).size, new Map([[1, 2]]).size, new Map(gen2()).size, Math.max(1, 2), Set.prototype.union?.call(s, all).size]; r.push('p'); } finally { Set.prototype.add = add; Map.prototype.set = set; Math.max = max; Array.prototype.push = push; } function* gen2() { yield [receive(), 1]; } return r;",
    )}`,
  },
  "functions that are somebody's, where syntax might call them": {
    "constructors and their properties": `${work} const K = Symbol("k"); function P(x) { this.x = x + work(); } P.tag = 1; P.prototype.m = function () { return this.x + receive(); }; ${body(
      "const reg = {}; reg[K] = P; const n = { [K]: P }; n.next = P; const d = Object.defineProperty({}, K, { value: P }); const g = { get next() { return P; }, get [K]() { return P; } }; class F { then = P; static next = P; } const D = Object.create({}, { exec: { value: P }, join: { get: () => P } }); const all = [reg[K], n[K], n.next, d[K], g.next, g[K], new F().then, F.next, D.exec, D.join]; const made = [new reg[K](1), new n.next(2), new d[K](3), new g.next(4), new D.exec(5)]; class Q extends reg[K] {} class R extends n.next { constructor() { super(7); this.r = receive(); } } return [all.map((f) => [f === P, f.tag, Object.keys(f)]), made.map((o) => [o.x, o.m(), o instanceof P, o instanceof reg[K], o.constructor === P]), new Q(6).m(), new R().x, new R() instanceof n.next, receive()];",
    )}`,
    "routes and keys": body(
      "function handler(c) { let s = 0; for (let i = 0; i < 5; i++) s += i; return [s, c, receive()]; } handler.route = '/'; const mk = (next, exec) => ({ next, exec }); const c = mk(handler, handler); const known = new WeakMap([[handler, 'known']]); const o = {}; for (const k of ['then', 'return', 'throw', 'join']) o[k] = handler; c.next.seen = true; return [c.next.route, handler.seen, known.get(o.then), known.get(c.exec), ['then', 'return', 'throw', 'join'].map((k) => o[k] === handler), c.next(1), o.join(2), receive()];",
    ),
    "functions that are written there": `${work} ${body(
      "const k = 'next', K = Symbol(), it = {}; it[k] = function () { return { done: (this.n = (this.n ?? 0) + 1) > 2, value: work() }; }; it[Symbol.iterator] = function () { return this; }; const o = {}; o[K] = function (x) { this.x = x + receive(); }; o[K].tag = 1; const from = { [K]: function (x) { this.y = x + receive(); } }; return [[...it], Array.from(it), new o[K](1).x, o[K].tag, new from[K](2).y];",
    )}`,
  },
  "handlers and descriptors as they are read": {
    "handlers that are functions": `${work} ${body(
      "const p = new Proxy({}, class H { static get(t, k) { return [k, work(), this.name]; } static has() { return work() > 0; } }); const f = () => 1; f.get = () => work(); const r = Proxy.revocable({}, f); return [p.x, 'y' in p, r.proxy.z, receive()];",
    )}`,
    "traps that are none": `${work} ${body(
      "const r = []; class H { get() { return work(); } } for (const h of [{ get: work }, new H()]) { const p = new Proxy({ a: 1 }, h); r.push(p.a); for (const t of [5, null, undefined, 'x', {}]) { h.get = t; try { r.push(p.a); } catch (e) { r.push(e.name, e.message); } } } return [r, receive()];",
    )}`,
    "traps within traps": `${work} ${body(
      "const seen = []; let inner; const h = { get get() { seen.push('get?'); return inner?.x, function (t, k) { work(); return [k, inner.x, this === h, arguments.length]; }; }, set(t, k, v, r) { seen.push(k, inner.y, arguments.length); t[k] = v; return true; }, ownKeys: (t) => (work(), Reflect.ownKeys(t)) }; const p = new Proxy({}, h), q = new Proxy(function () {}, { construct: (t, a, n) => [a, n === q, work()], apply: (t, s, a) => [a, work()] }); inner = new Proxy({}, { get: (t, k) => (work(), k) }); p.z = 3; return [p.q, seen, Object.keys(p), new q(1, 2), q(3), receive()];",
    )}`,
    "what descriptors are asked for": body(
      "const seen = []; const mk = (names) => { const d = {}; for (const n of names) Object.defineProperty(d, n, { get() { seen.push(n); return n === 'value' ? 1 : n.endsWith('et') ? () => 2 : true; }, enumerable: true }); return d; }; const values = ['set', 'writable', 'value', 'configurable', 'enumerable'].slice(1), gets = ['set', 'get', 'configurable', 'enumerable']; const o = {}; for (const k of ['toString', 'x', Symbol.iterator]) { Object.defineProperty(o, k, mk(values)); seen.push('|'); Reflect.defineProperty(o, k, mk(gets)); seen.push('|'); Object.defineProperties({}, { [k]: mk(values), y: mk(gets) }); seen.push('|'); } for (const d of [{ get: 5, get set() { seen.push('never'); } }, { get: () => 1, value: 2 }, { set: 1 }, 5, null, mk([...values, 'get'])]) for (const f of [() => Object.defineProperty({}, 'a', d), () => Object.create({}, { a: d, get b() { seen.push('b'); return {}; } }), () => Reflect.defineProperty({}, 'a', d)]) try { f(); } catch (e) { seen.push(e.name, e.message); } class D { static get value() { return 'class'; } } const nothing = Object.create(null); Object.prototype.enumerable = true; try { seen.push(Object.getOwnPropertyDescriptor(Object.defineProperty({}, 'a', nothing), 'a').enumerable, Object.getOwnPropertyDescriptor(Object.defineProperty({}, 'a', {}), 'a').enumerable); } finally { delete Object.prototype.enumerable; } return [seen, Object.defineProperty({}, 'a', D).a, receive()];",
    ),
    "targets that are none": body(
      'let n = 0; const r = []; const key = { toString() { n++; return \'k\'; } }; const map = { get a() { n++; return {}; } }; for (const f of [() => Object.defineProperty(1, key, {}), () => Reflect.defineProperty(1, key, {}), () => Object.defineProperties(1, map), () => Object.create(1, map)]) try { f(); } catch (e) { r.push(e.name, e.message); } return [r, n, Object.defineProperty({}, key, { value: 1 }).k, n, Object.keys(Object.defineProperties({}, JSON.parse(\'{"__proto__":{"value":3,"enumerable":true},"b":{}}\'))), receive()];',
    ),
  },
  "what errors must not look at": {
    "tags, names and texts of what is iterated": body(
      `const seen = []; const mark = (k) => ({ get [Symbol.toStringTag]() { seen.push("tag " + k); return "T"; }, toString() { seen.push("text " + k); return "x"; } }); const o = Object.assign(Object.create(mark("o")), { done: true }); o[Symbol.iterator] = () => ({ next: () => o }); for (const x of o); const [a] = o; new Set(o); Array.from(o, receive); Object.fromEntries(o); for (const f of [() => new Map({ [Symbol.iterator]() { receive(); return [o, 1][Symbol.iterator](); } }), () => Function.prototype.call.call(mark("call")), () => new Set({ [Symbol.iterator]: mark("it") })]) try { f(); } catch (e) { seen.push(e.name); } class N { static get name() { seen.push("name"); return "n"; } } try { N.call(1); } catch (e) { seen.push(e.name); } class M { x = class { static get name() { seen.push("name 2"); } }; y = receive(); } new M(); return [seen, receive()];`,
    ),
    "adders that are none": body(
      `const r = []; class S extends Set {} const { add } = Set.prototype; try { Set.prototype.add = 1; for (const f of [() => new Set([1]), () => new Set({ *[Symbol.iterator]() { yield receive(); } })]) try { f(); } catch (e) { r.push(e.message); } } finally { Set.prototype.add = add; } return [r, receive()];`,
    ),
    "typed arrays with other tags": body(
      `class T extends Uint8Array { get [Symbol.toStringTag]() { return "Other"; } } const t = new T([1, 2, 3]); return [[...t.map((x) => x + receive() * 0)], [...t.filter((x) => x > 1 + receive() * 0)], [...t.toSorted((a, b) => b - a + receive() * 0)], t.map((x) => x) instanceof T];`,
    ),
  },
  "classes that are given another class to extend": {
    "of the module": `class A { constructor() { this.a = "A"; } m() { return "A"; } } class B { constructor() { this.a = "B" + receive(); } m() { return "B" + receive(); } } class C extends A {} class D extends A { constructor() { super(); this.d = 1; } m() { return super.m(); } } class E extends A { f = 3; } ${body(
      "const r = [new C().a, new D().a, new E().a, receive()]; Object.setPrototypeOf(C, B); Object.setPrototypeOf(D, B); Reflect.setPrototypeOf(E, B); r.push(new C().a, new D().a, new D().d, new E().a, new E().f, new D().m()); Object.setPrototypeOf(D.prototype, B.prototype); r.push(new D().m()); for (const other of [function () { return { a: 'own' }; }, null, {}, () => 1, Math.max]) { Object.setPrototypeOf(C, other); try { r.push(new C().a); } catch (e) { r.push(e.name); } } return r;",
    )}`,
    ...Object.fromEntries(
      Object.entries({
        "by __proto__": "C.__proto__ = B; D['__proto__'] = B;",
        "by names in brackets": "Object['setPrototypeOf'](C, B); Reflect[`setPrototypeOf`](D, B);",
        "by a helper": "const inherit = (c, p) => Object.setPrototypeOf(c, p); inherit(C, B); [D].forEach((c) => inherit(c, B));",
        "by names of their own":
          "const { setPrototypeOf } = Object; setPrototypeOf(C, B); const set = Reflect.setPrototypeOf; set(D, B);",
        "by patterns": "[C.__proto__] = [B]; ({ B: D.__proto__ } = { B });",
        "from inside": "C.become(B); Object.getOwnPropertyDescriptor(Object.prototype, '__proto__').set.call(D, B);",
      }).map(([how, text]) => [
        how,
        `class A { constructor() { this.a = 1; } } class B { constructor() { let s = 0; for (let i = 0; i < 30; i++) s += i; this.a = s; } } class C extends A { static become(p) { this.__proto__ = p; } } class D extends A { d; constructor() { super(); this.d = this.a; } } ${body(
          `const r = [new C().a, new D().d]; ${text} return [r, new C().a, new D().d, new C() instanceof A, receive()];`,
        )}`,
      ]),
    ),
    "of a function": body(
      "class A { constructor() { this.a = 'A'; } } class B { constructor() { this.a = 'B' + receive(); } } class C extends A {} const D = class extends A {}; const r = [new C().a, new D().a]; Object.setPrototypeOf(C, B); Object.setPrototypeOf(D, B); r.push(new C().a, new D().a); Object.setPrototypeOf(C, null); try { new C(); } catch (e) { r.push(e.message); } return r;",
    ),
  },
  "variables of a switch": {
    "written in their clause": body(
      "switch (1) { default: let t7 = 0; for (let i = 0; i < 22; i++) switch (1) { case 1: case 2: t7++; } log(t7, ++t7, t7++, --t7, t7--, t7); log(t7 = 5, t7 += 2, t7 ??= 1, t7 &&= 4); [t7] = [receive()]; ({ t7 } = { t7: t7 + 1 }); for (t7 of [1, 2]) log(t7); for (t7 in { a: 1 }) receive(); const o = { k: t7 = 9, l: [t7 = 8, t7++] }; return [t7, o, -t7 - (t7 = 3), typeof (t7 = 4)]; }",
    ),
    "written in another clause": body(
      "const r = []; for (const k of [0, 1, 2, 3, 4, 5, 6, 9]) try { switch (k) { case 9: let t = receive(), u = () => t; case 0: t++; case 1: --t; case 2: t = 1; case 3: [t] = [receive()]; case 4: ({ t } = { t: t + 1 }); case 5: for (t of [k]) r.push(t); case 6: r.push(log(t = 4, (t += 2)), u()); } } catch (e) { r.push(e.name); } return [r, receive()];",
    ),
    "written before their declaration": body(
      "const r = []; for (let i = 0; i < 3; i++) try { if (i === 1) log(a++, receive()); if (i === 2) [a] = [receive()]; log((a = 5)); let a = receive(); r.push(a); } catch (e) { r.push(e.name); } return r;",
    ),
  },
  "collections that are filled when they are made": {
    "set and add that suspend": body(
      `class M extends Map { set(k, v) { log(k, receive()); return super.set(k, v); } } const m = new M([[1, 2], [3, 4]]); class T extends Set { add(v) { receive(); return super.add(v); } } return [[...m], [...new T([1, 2])], new T().size, new M(null).size, receive()];`,
    ),
    "fields are not there yet": body(
      `class M extends Map { n = receive(); seen = []; set(k, v) { log("n" in this, this.seen); this.n = (this.n ?? 0) + 1; return super.set(k, v + receive()); } } const m = new M([[1, 2], [3, 4]]); m.set(5, 6); class N extends M { f = this.n + 1; constructor(xs, y = receive()) { super(xs); this.y = y; this.z = receive(); } } const n = new N(new Map([[7, 8]])); return [[...m], m.n, [...n], n.n, n.f, n.y, n.z, n instanceof N];`,
    ),
    "private names, weak collections and errors": body(
      `class M extends Map { #p = 1; set(k, v) { return super.set(k, v); } p() { return this.#p; } } const m = new M([[1, 2], [3, 4]]); class W extends WeakMap { set(k, v) { receive(); return super.set(k, v); } } const k = {}; const w = new W([[k, receive()]]); const r = []; for (const bad of [5, [1], { [Symbol.iterator]: 1 }]) try { new W(bad); } catch (e) { r.push(e.name); } class B extends Set {} B.prototype.add = 5; try { new B([1]); } catch (e) { r.push(e.message); } return [[...m], m.p(), w.get(k), r];`,
    ),
    "closed, spread and virtual": body(
      `class T extends Set { add(v) { if (v === 3) throw new Error("three"); receive(); return super.add(v); } } const r = []; const it = { [Symbol.iterator]() { let i = 0; return { next: () => ({ value: ++i + receive() * 0, done: i > 5 }), return() { receive(); r.push("closed"); return {}; } }; } }; try { new T(it); } catch (e) { r.push(e.message); } class U extends Set { constructor(...xs) { super(xs); } } r.push([...new U(1, 2)]); class V extends Set { constructor(xs) { const go = () => super(xs); go(); this.k = receive(); } add(v) { return super.add(v * 2 + receive() * 0); } } const v = new V([1, 2]); r.push([...v], v.k); const { set } = Map.prototype; try { Map.prototype.set = function (a, b) { r.push(receive()); return set.call(this, a, b); }; const pick = (z) => z; r.push(new Map(pick([[1, 2]])).size); } finally { Map.prototype.set = set; } return r;`,
    ),
  },
  "collections that are filled in an order that can be seen": {
    "for other targets": `${work} ${body(
      `class M extends Map { set(k, v) { log(k, work()); return super.set(k, v); } } class T extends Set { n = work(); add(v) { return super.add(v + work()); } } const bound = (function () {}).bind(); const odd = function () {}; odd.prototype = 1; return [[...new (new Proxy(M, {}))([[1, 2]])], [...Reflect.construct(M, [[[3, 4]]], bound)], [...Reflect.construct(M, [new Map([[5, 6]])], new Proxy(M, {}))], [...Reflect.construct(T, [[7]], odd)].length, [...new (new Proxy(T, {}))([1])].length, receive()];`,
    )}`,
    "this is bound once it is filled": body(
      `const bad = { [Symbol.iterator]() { throw new Error("bad"); } }; const part = function* () { yield [1, receive()]; throw new Error("part"); }; const r = []; class M extends Map { constructor(x) { try { super(x()); } catch (e) { r.push(e.message); super([[2, 3]]); } } set(k, v) { r.push(k, receive()); return super.set(k, v); } } for (const x of [() => bad, part, () => [[4, 5]]]) r.push([...new M(x)]); class N extends Set { constructor(x) { try { super(x); } catch { try { this.y = 1; } catch (e) { r.push(e.message); } super([1]); this.z = receive(); } } add(v) { receive(); return super.add(v); } } r.push(new N(bad).z, [...new N(5)]); return r;`,
    ),
    "once only": body(
      `const r = []; class T extends Set { constructor(x) { super([1]); try { super(x); } catch (e) { r.push(e.message); } this.n = receive(); } add(v) { r.push(v, receive()); return super.add(v); } } r.push([...new T([2, 3])]); class U extends Set { constructor(x) { for (const y of x) try { super(y); } catch (e) { r.push(e.message); } try { (() => super([9]))(); } catch (e) { r.push(e.message, [...this]); } } add(v) { r.push(v, receive()); return super.add(v); } } r.push([...new U([[4], [5]])]); class V extends Set { constructor(x) { const self = () => this; try { super(x); } catch (e) { try { self(); } catch (f) { r.push(f.message); } return new Set([6]); } } add(v) { if (v === 7) throw new Error("seven"); return super.add(v + receive() * 0); } } r.push([...new V([7])], [...new V([8])]); return r;`,
    ),
    "where neither set nor add is its own": body(
      `class F extends Map { a = 1; b = receive(); } class G extends Set { constructor(x) { super(x); this.n = receive(); } has(x) { return !super.has(x); } } class H extends F { set(k, v) { return super.set(k, v * 2); } } return [[...new F([[1, 2]])], new F().a, [...new G([3])], new G([4]).has(4), [...new H([[5, 6]])], [...new G(new Set([7]))], receive()];`,
    ),
  },
  "private names in computed keys": {
    "read by closures": `let read; class T { #x = 1; [(read = (o) => o.#x, "k")]() { return this.#x + receive(); } } function mk() { return class { #x = 2; [(read = (o) => o.#x, "k")]() { return this.#x; } }; } ${body(
      `const t = new T(); const a = read(t); const M = mk(); const r = [a, t.k(), new M().k(), read(new M())]; class Q { #x = receive(); static y = 4; [(read = (o) => [o.#x, [1, 2].map((n) => n + o.#x), (() => (p) => #x in p)()(o), Q.y], "k")]() { return this.#x; } static [(class { static #z = 5; static [(() => 1, "w")] = this.#z; }).w] = 6; } const q = new Q(); return [r, read(q), q.k(), Q[5], receive()];`,
    )}`,
    "used before there is a class": body(
      "const r = []; try { class C { #m() {} [this.#m()] = 1; } } catch (e) { r.push(e.name); } try { class C { #m() {} [((o) => o.#m())({})] = 1; } } catch (e) { r.push(e.name); } return [r, receive()];",
    ),
  },
  "what a getter does to the variable": {
    "of a method's receiver": `let top = { n: 1, get m() { top = { n: 2, m() { return "second" + this.n; } }; return function (x) { return [this.n, x, receive()]; }; } }; ${body(
      `const mk = () => ({ n: 1, get m() { o = { n: 2, m() { return "second" + this.n; } }; return function (x) { return [this.n, x, receive()]; }; } }); let o = mk(); const r = [o.m(1), o.n]; o = mk(); r.push(o.m(receive()), o.n); o = mk(); r.push(o["m"](3), o.n); o = mk(); r.push(o?.m(4), o.n); o = mk(); r.push(o.m?.(5), o.n); let q = { n: 1, get m() { q = { n: 2, m: 3 }; return function () { return this.n; }; } }; r.push(q.m()); return [r, top.m(1), top.n];`,
    )}`,
  },
};

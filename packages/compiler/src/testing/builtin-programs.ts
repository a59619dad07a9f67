/** Programs on built-ins that call back, each with callbacks that suspend. What this version of Node does not have, both runs go without. */

const body = (code: string): string => `function main() { ${code} }`;
/** A collection with an iterator of its own, which receives, and tells what is done to it. */
const WALK = `function walk(list, name = "w") { return { [Symbol.iterator]() { let i = 0; log(name + " open"); return { next() { const m = receive(); log(name + " next", i); return i < list.length ? { value: list[i++], done: false } : { value: m, done: true }; }, return(v) { log(name + " return"); return {}; } }; } }; }
function attempt(f) { try { return f(); } catch (e) { return [e.constructor.name, e.message]; } }
`;

export const BUILTIN_PROGRAMS: Record<string, Record<string, string>> = {
  "typed arrays": {
    "typed callbacks": body(
      `const r = []; for (const C of [Uint8Array, Float64Array, BigInt64Array]) { const big = C === BigInt64Array; const xs = C.from(big ? [5n, 2n, 9n, 2n] : [5, 2, 9, 2]); const say = (x, i, all) => { log(x, i, all === xs, receive()); return x; }; r.push([...xs.map(say)].join(), [...xs.filter((x) => (receive(), x > 2))].join(), xs.some((x) => (receive(), x > 8)), xs.every((x) => (receive(), x > 2)), xs.find((x) => (receive(), x > 5)), xs.findIndex((x) => (receive(), x > 5)), xs.findLast((x) => (receive(), x < 5)), xs.findLastIndex((x) => (receive(), x < 5)), xs.reduce((a, x) => a + x * (big ? 1n : receive())), xs.reduceRight((a, x) => (receive(), a + "," + x), "s")); xs.forEach(say); } return r;`,
    ),
    "typed sort": body(
      `const xs = Uint8Array.of(5, 3, 200, 1, 3, 77, 5); const seen = []; const ys = xs.toSorted((a, b) => { seen.push([a, b]); receive(); return b - a; }); const zs = Float64Array.of(NaN, 3, -0, 0, 2).sort((a, b) => (receive(), a - b)); return [[...xs], [...ys], seen, [...zs], [...xs.sort((a, b) => { receive(); return a > b; })], [...Uint8Array.of(3, 1, 2).sort()]];`,
    ),
    "typed from": `${WALK}${body("return [Uint8Array.from(walk([1, 300, 3])), Uint16Array.from({ length: 3 }, (_, i) => i + receive()), Float32Array.from('123', function (x) { return x * this.k + receive(); }, { k: 2 }), new Uint8Array(walk([7, 8])), new Float64Array(new Set([1, 2])), new Uint8Array([1, 2]), new Uint8Array(3)].map((a) => [a.constructor.name, ...a]);")}`,
    "typed species": `class T extends Uint8Array { static get [Symbol.species]() { log("species"); return Uint16Array; } } ${body("const t = T.from([1, 2, 3]); const m = t.map((x) => x * 100 + receive()); const f = t.filter((x) => (receive(), x > 1)); return [m.constructor.name, [...m], f.constructor.name, [...f], t instanceof T];")}`,
    "typed errors": body(
      `const r = []; const xs = Uint8Array.of(1, 2); for (const f of [() => xs.map(), () => xs.map(5), () => Uint8Array.prototype.map.call([1], () => receive()), () => new Uint8Array().reduce(() => receive()), () => xs.sort("x"), () => xs.toSorted(null), () => Uint8Array.from([1], 5), () => Uint8Array.from.call({}, [1]), () => { class T extends Uint8Array { get ['constructor']() { return 5; } } return new T(2).map(() => receive()); }, () => { class T extends Uint8Array { static get [Symbol.species]() { return 5; } } return new T(2).filter(() => receive()); }]) { try { r.push(f()); } catch (e) { r.push(e.constructor.name, e.message); } receive(); } return r;`,
    ),
    "typed while it changes": body(
      `const b = new ArrayBuffer(8, { maxByteLength: 16 }); const xs = new Uint8Array(b); xs.set([1, 2, 3, 4, 5, 6, 7, 8]); const seen = []; xs.forEach((x, i) => { seen.push(x); receive(); if (i === 2 && b.resize) b.resize(4); }); return [b.resize ? seen : "none"];`,
    ),
  },
  "array built-ins": {
    "order of traps": body(
      `const seen = []; const p = new Proxy([1, 2, 3], { has(t, k) { seen.push("has " + String(k)); return k in t; }, get(t, k) { seen.push("get " + String(k)); return t[k]; } }); const r = [p.map((x) => x + receive()), p.filter((x) => (receive(), x > 1)), p.reduce((a, x) => a + x + receive() * 0), p.some((x) => (receive(), false)), p.findLast((x) => (receive(), false))]; return [r, seen];`,
    ),
    "length is read once": body(
      `let n = 0; const al = { get length() { n++; return "2.7"; }, 0: "a", 1: "b", 2: "c" }; return [Array.prototype.map.call(al, (x) => x + receive()), Array.prototype.findLastIndex.call(al, (x) => (receive(), x === "a")), Array.prototype.sort.call({ length: 2, 0: 2, 1: 1 }, (a, b) => (receive(), a - b)), n];`,
    ),
    "a comparator in V8's order": body(
      `let z = 9; const rnd = () => (z = (z * 1103515245 + 12345) & 0x7fffffff) >> 8; const r = []; for (const n of [2, 3, 12, 31, 33, 65, 130]) for (const kind of [0, 1, 2]) { const xs = Array.from({ length: n }, (_, i) => kind === 0 ? rnd() % 50 : kind === 1 ? (i < n / 2 ? i : n - i) : (i * 7) % 13); let h = 0; xs.sort((a, b) => { h = (h * 31 + a * 7 + b) | 0; receive(); return a - b; }); r.push(h, xs.join()); } return r;`,
    ),
    "comparators that contradict themselves": body(
      `let z = 5; const rnd = () => (z = (z * 1103515245 + 12345) & 0x7fffffff) >> 8; const r = []; for (const n of [5, 20, 70, 150]) { const xs = Array.from({ length: n }, () => rnd() % 40); r.push(xs.toSorted((a, b) => (receive(), a > b)), xs.toSorted(() => rnd() % 3 - 1), xs.toSorted((a, b) => (receive(), NaN)), xs.toSorted((a, b) => ({ valueOf() { return b - a; } })), xs.toSorted(() => (receive(), -1))); } return r;`,
    ),
    "a comparator that throws": body(
      `const xs = [3, 1, 2, , undefined]; let n = 0; try { xs.sort((a, b) => { receive(); if (++n === 2) throw new Error("stop"); return a - b; }); } catch (e) { return [e.message, xs, 3 in xs]; }`,
    ),
    "sort of odd things": body(
      `const xs = [3, undefined, 1, , 2, undefined, ,]; const s = xs.toSorted((a, b) => (receive(), a - b)); const f = Object.freeze([2, 1]); let err; try { f.sort((a, b) => (receive(), a - b)); } catch (e) { err = e.constructor.name; } xs.sort((a, b) => (receive(), b - a)); return [s, s.length, 4 in s, xs, 6 in xs, err, f, [2n, 1n].sort((a, b) => (receive(), a < b ? -1 : 1)), attempt(() => [1, 2].sort(() => (receive(), 1n)))]; function attempt(g) { try { return g(); } catch (e) { return e.message; } }`,
    ),
    "from an iterator": `${WALK}${body("return [Array.from(walk([1, 2])), Array.from(walk([1, 2]), (x, i) => x * i + receive()), attempt(() => Array.from(walk([1, 2, 3]), (x) => { if (x === 2) throw new Error('stop ' + receive()); })), attempt(() => Array.from({ [Symbol.iterator]() { return { next: () => 5 }; } })), attempt(() => Array.from({ [Symbol.iterator]: 5 })), attempt(() => Array.from(null)), attempt(() => Array.from([], 5)), Array.from({ length: 2, [Symbol.iterator]: null, 0: 'a' }, (x) => [x, receive()])];")}`,
    "from with other constructors": `${WALK}class L extends Array {} function F(n) { this.n = n; let s = 0; for (let i = 0; i < 9; i++) s += i; log(arguments.length, s); } ${body("const a = L.from(walk([1, 2])); const b = Array.from.call(F, walk([7])); const c = Array.from.call(F, { length: 1, 0: 'q' }); const d = Array.from.call({}, [1], (x) => x + receive()); const e = Array.from.call((x) => x, [3]); return [a instanceof L, a, { ...b }, { ...c }, d, e];")}`,
    "species that suspend": `class Bag { constructor(n) { this.n = n; for (let i = 0; i < 9; i++) this.n += receive(); this.length = 0; } } ${body("const [xs] = [[1, 2, 3]]; xs.constructor = { [Symbol.species]: Bag }; const r = [xs.map((x) => x + receive()), xs.filter((x) => x > 1), xs.flatMap((x) => [x, x])]; xs.constructor = { [Symbol.species]: 5 }; try { xs.map((x) => receive()); } catch (e) { r.push(e.message); } xs.constructor = { [Symbol.species]: null }; r.push(xs.map((x) => receive())); return r.map((o) => o instanceof Bag ? [o.n > 0, Object.keys(o)] : o);")}`,
    "callbacks are checked first": body(
      `const r = []; for (const f of [() => [].map(), () => [].map({}), () => [].sort(null), () => [].flatMap(1), () => Array.prototype.map.call(null, () => receive()), () => Array.prototype.forEach.call(undefined), () => [].reduceRight(() => receive()), () => [, ,].reduce(() => receive()), () => [1].find("x"), () => [1].toSorted(1)]) { receive(); try { r.push(f()); } catch (e) { r.push(e.constructor.name, e.message); } } return r;`,
    ),
    "frozen results": body(
      `class F extends Array { constructor(n) { super(n); } static get [Symbol.species]() { return function (n) { return Object.freeze([]); }; } } const xs = F.from([1, 2]); try { return xs.map((x) => x + receive()); } catch (e) { return [e.constructor.name, e.message]; }`,
    ),
    "names and lengths stay": body(
      `return [[].map, [].sort, Array.from, "".replace, JSON.parse, JSON.stringify, new Map().forEach, Map, Uint8Array.from, RegExp.prototype[Symbol.replace], Reflect.construct, Object.fromEntries].map((f) => [f.name, f.length, Object.keys(f), receive()]);`,
    ),
  },
  collections: {
    "from entries": `${WALK}${body("return [Object.fromEntries(walk([['a', 1], ['b', 2], [3, 4]])), Object.fromEntries(new Map([['x', receive()]])), attempt(() => Object.fromEntries(walk([['a', 1], 5]))), attempt(() => Object.fromEntries(5)), attempt(() => Object.fromEntries()), Object.fromEntries([{ 0: 'k', 1: receive() }])];")}`,
    "new collections": `${WALK}${body("const o = {}; const p = {}; return [new Map(walk([['a', 1], ['b', 2]])), new Set(walk([1, 1, 2])), new WeakMap(walk([[o, 5]])).get(o), new WeakSet(walk([p])).has(p), attempt(() => new Map(walk([5]))), attempt(() => new WeakSet(walk([1]))), attempt(() => new Set(5)), attempt(() => new Map(walk([['a', 1], null]))), new Map([['z', 1]]), new Set('aab'), new Map(), new Set(undefined), new Map(null), attempt(() => Map([]))];")}`,
    "new of a constant": `${WALK}const make = (C, x) => new C(x); ${body("return [make(Map, walk([['a', 1]])), make(Set, walk([1])), [...make(Uint8Array, walk([1, 2]))], make(Array, 3).length];")}`,
    "subclasses of collections": `${WALK}class M extends Map { set(k, v) { log("set", k); return super.set(k, v * 2); } } ${body("return [[...new M([['a', 1]])], new M() instanceof M];")}`,
    "group by": `${WALK}${body("if (!Object.groupBy) return 'none'; const o = {}; const g = Object.groupBy(walk([1, 2, 3, 4]), (x, i) => (log(i), x + receive() * 0 > 2 ? 'big' : Symbol.iterator)); const m = Map.groupBy([1, 2, 3], (x) => (receive(), x > 1 ? o : -0)); return [Object.getPrototypeOf(g), Reflect.ownKeys(g).map(String), g.big, g[Symbol.iterator], [...m.values()], Object.is([...m.keys()][0], 0), attempt(() => Object.groupBy(walk([1, 2]), (x) => { throw new Error('stop ' + receive()); })), attempt(() => Object.groupBy([1], 5)), attempt(() => Object.groupBy(null, () => receive())), Object.groupBy([1, 2, 3], (x) => x % 2), Object.groupBy('abca', (x) => x)];")}`,
    "forEach while it changes": body(
      `const s = new Set([1, 2, 3]); const seen = []; s.forEach((x) => { seen.push(x, receive()); if (x === 1) { s.delete(2); s.add(9); } }); const m = new Map([[1, 2]]); m.forEach(function (v, k) { seen.push(this.k, k, receive()); if (k < 3) m.set(k + 1, v); }, { k: 7 }); return [seen, attempt(() => s.forEach(5)), attempt(() => Map.prototype.forEach.call(s, () => receive()))]; function attempt(f) { try { return f(); } catch (e) { return e.message; } }`,
    ),
    "set methods": `${WALK}${body("const a = new Set([1, 2, 3]); if (!a.union) return 'none'; const like = (list, size = list.length) => ({ get size() { log('size'); return size; }, has(x) { receive(); log('has', x); return list.includes(x); }, keys() { receive(); log('keys'); return walk(list)[Symbol.iterator](); } }); const r = []; for (const name of ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']) for (const list of [[2, 9], [1, 2, 3, 4], [8], [3, 3]]) for (const size of [list.length, 0, Infinity]) r.push(a[name](like(list, size))); for (const o of [5, null, {}, { size: 'x' }, { size: -1 }, { size: 1 }, { size: 1, has() {} }, { size: 1, has: 5, keys: 6 }]) r.push(attempt(() => a.union(o))); r.push(a.union(new Set([receive()])), a.isSubsetOf(new Map([[1, 1]])), attempt(() => Set.prototype.union.call({}, a))); return r;")}`,
    "set methods while it changes": body(
      `const a = new Set([1, 2, 3]); if (!a.union) return "none"; return [a.intersection({ size: 9, has(x) { receive(); if (x === 1) { a.delete(2); a.add(7); } return true; }, keys() {} }), a, a.difference({ size: 9, has(x) { receive(); a.delete(x); return false; }, keys() {} }), a];`,
    ),
  },
  texts: {
    "replace with a function": body(
      `return ["a1b22c".replace(/\\d+/g, (d, at, all) => { log(d, at, all); return Number(d) + receive(); }), "a1b2".replace(/\\d/, (d) => "$&" + receive()), "abcabc".replace("b", (m, at, all) => [m, at, all, receive()]), "x".replace("y", () => receive()), "aXbX".replaceAll("X", (m, at) => at + receive()), "abc".replaceAll("", (m, at) => "-" + at + receive()), "a.b.c".replaceAll(/\\./g, () => receive()), "ab".replace("", () => receive())];`,
    ),
    "named groups and captures": body(
      `return ["2024-05-06".replace(/(?<y>\\d+)-(?<m>\\d+)(-x)?/, (...args) => { receive(); return JSON.stringify(args); }), "aab".replace(/(a)|(b)/g, (m, a, b, at) => [a, b, at, receive()].join("/")), "\u{1f600}x".replace(/(?:)/gu, (m, at) => "|" + at + (receive(), "")), "\u{1f600}x".replace(/(?:)/g, (m, at) => { receive(); return "|" + at; })];`,
    ),
    "lastIndex and sticky": body(
      `const r = []; const g = /a/g; g.lastIndex = 2; r.push("aaaa".replace(g, (m, at) => { receive(); return at; }), g.lastIndex); const y = /a/y; y.lastIndex = 1; r.push("baab".replace(y, (m, at) => { receive(); return at; }), y.lastIndex, "baab".replace(y, () => receive()), y.lastIndex, "bbb".replace(y, () => receive()), y.lastIndex); const gy = /a/gy; r.push("aaba".replace(gy, () => receive() % 10)); return r;`,
    ),
    "own replace and exec": `class R extends RegExp { exec(s) { for (let i = 0; i < 9; i++); log("exec", this.lastIndex); return super.exec(s); } } ${body("const o = { [Symbol.replace](s, f) { receive(); return [s, typeof f, f('q')]; } }; const r = new R('b', 'g'); const fake = /x/; let n = 0; fake.exec = (s) => { receive(); return n++ === 0 ? { index: 1, 0: 'bc', length: 3, 1: 'k', groups: { z: 1 } } : null; }; return ['abc'.replace(o, (x) => x + receive()), 'abcb'.replace(r, () => receive()), 'abcd'.replace(fake, (...a) => JSON.stringify(a) + receive()), r.test('xb'), 'abc'.replace(r, '[$&]'), 'abcd'.replaceAll(o, (x) => x + receive()), 'ab'.search(r)];")}`,
    "replace errors": body(
      `const r = []; for (const f of [() => "a".replaceAll(/a/, () => receive()), () => String.prototype.replace.call(null, "a", () => receive()), () => "a".replace(/a/, () => Symbol()), () => "a".replace("a", () => { throw new Error("stop " + receive()); }), () => "a".replace({ [Symbol.replace]: 5 }, () => receive()), () => RegExp.prototype[Symbol.replace].call(5, "a", () => receive()), () => "a".replace({ toString() { throw new Error("text"); } }, () => receive())]) { receive(); try { r.push(f()); } catch (e) { r.push(e.constructor.name, e.message); } } return r;`,
    ),
    "what replace takes as text": body(
      `const o = { toString() { let s = ""; for (let i = 0; i < 5; i++) s += "b"; return s; } }; return [String.prototype.replace.call(12321, 2, (m) => m + receive()), "abbbbbc".replace(o, () => receive()), "null".replace(null, () => receive()), "a".replace("a", () => (receive(), undefined)), "a".replace("a", () => (receive(), o)), "aundefined".replace(undefined, () => receive()), "a".replace(/a/, "$&$&"), "abab".replaceAll("a", "$&x")];`,
    ),
  },
  JSON: {
    reviver: body(
      `const seen = []; const v = JSON.parse('{"a":[1,"x",{"b":null}],"c":2,"__proto__":3}', function (k, v) { seen.push(k, Array.isArray(this), receive()); if (k === "c") return undefined; return typeof v === "number" ? v + receive() : v; }); return [v, seen, Object.keys(v)];`,
    ),
    "reviver changes what comes": body(
      `const seen = []; const v = JSON.parse('{"a":1,"b":[1,2],"c":{"d":4},"e":5}', function (k, v) { seen.push([k, JSON.stringify(v)]); if (k === "a") { this.b = [7, 8, 9]; delete this.e; this.c = { d: 4, z: 6 }; } return (receive(), v); }); return [v, seen];`,
    ),
    "reviver's context": body(
      `const seen = []; const v = JSON.parse('{"a": 1.50, "b": ["x", true, {"c":1e2}], "a2": null, "d": -0, "d":2}', function (k, v, c) { seen.push([k, arguments.length, c && Object.keys(c), c && c.source]); if (k === "a") this.b[0] = "y"; return (receive(), v); }); return [v, seen];`,
    ),
    "reviver and errors": body(
      `const r = []; for (const f of [() => JSON.parse("[1,", () => receive()), () => JSON.parse("[1,2]", (k, v) => { if (k === "1") throw new Error("stop " + receive()); return v; }), () => JSON.parse("1", 5), () => JSON.parse(Symbol(), () => receive()), () => JSON.parse({ toString: () => "[4]" }, (k, v) => (receive(), v))]) { receive(); try { r.push(f()); } catch (e) { r.push(e.constructor.name, e.message); } } return r;`,
    ),
    replacer: body(
      `const seen = []; const t = JSON.stringify({ a: 1, b: [1, undefined, () => 1, Symbol()], c: undefined, d: new Date(0), e: "q\\n", f: { g: -0, h: NaN, i: Infinity }, j: [], k: {}, l: Object(1), m: Object("s"), n: Object(false) }, function (k, v) { seen.push(k, typeof v, receive()); return k === "e" ? { x: v } : v; }); return [t, seen, JSON.stringify([1, { a: 2 }], (k, v) => (receive(), v), 2), JSON.stringify({ a: [{}, []], b: 1 }, (k, v) => (receive(), v), "--"), JSON.stringify(undefined, (k, v) => (receive(), v)), JSON.stringify(5, (k, v) => (receive(), [v, v].slice(0, k === "" ? 2 : 0)), Object(3))];`,
    ),
    "toJSON that receives": `class P { constructor(x) { this.x = x; } toJSON(k) { return { k, x: this.x + receive() }; } } ${body("const p = new P(1); return [JSON.stringify({ p, list: [p, new P(2)] }), JSON.stringify(p, null, 1), JSON.stringify([p], ['x', 'k', 0]), JSON.stringify({ d: new Date(0) }), JSON.stringify({ z: { toJSON: () => receive() } }), JSON.stringify('x'), JSON.stringify({ a: { b: p } }, (k, v) => k === 'x' ? v * receive() : v)];")}`,
    "toJSON assigned": `function T() { this.a = 1; } T.prototype.toJSON = function () { let s = 0; for (let i = 0; i < 9; i++) s += i; return s + receive(); }; ${body("return [JSON.stringify(new T()), JSON.stringify([new T()])];")}`,
    "stringify errors": `class P { toJSON() { receive(); return this.v; } } class Node2 { constructor() { this.next = null; } } ${body("const r = []; const a = { x: { y: [] } }; a.x.y.push(0, a); const n = new Node2(); n.next = { deep: n }; const p = new P(); p.v = 1n; const self = []; self.push(self); const get = { get x() { throw new Error('got'); } }; for (const f of [() => JSON.stringify(a, (k, v) => (receive(), v)), () => JSON.stringify(n, (k, v) => (receive(), v)), () => JSON.stringify([p]), () => JSON.stringify(self, (k, v) => (receive(), v)), () => JSON.stringify({ b: 1n }, (k, v) => (receive(), v)), () => JSON.stringify(get, (k, v) => (receive(), v)), () => JSON.stringify({}, () => { throw new Error('stop ' + receive()); })]) { receive(); try { r.push(f()); } catch (e) { r.push(e.constructor.name, e.message); } } return r;")}`,
    "raw JSON": body(
      `if (!JSON.rawJSON) return "none"; return [JSON.stringify({ a: 0, b: 1 }, (k, v) => (receive(), v === 0 ? JSON.rawJSON("1e1000") : v === 1 ? JSON.rawJSON('"x"') : v)), JSON.stringify([1n], (k, v) => (receive(), typeof v === "bigint" ? JSON.rawJSON(String(v)) : v))];`,
    ),
    "proxies and keys": body(
      `const seen = []; const p = new Proxy({ b: 1, a: [2] }, { ownKeys(t) { seen.push("keys"); return Reflect.ownKeys(t); }, get(t, k) { seen.push(String(k)); return t[k]; } }); return [JSON.stringify({ p, 2: 1, 1: 2, [Symbol()]: 3 }, (k, v) => (receive(), v)), JSON.stringify(Object.create({ inherited: 1 }, { hidden: { value: 2 }, shown: { value: 3, enumerable: true } }), (k, v) => (receive(), v)), seen];`,
    ),
  },
  "iterator helpers": {
    "lazy helpers": `${WALK}${body("if (typeof Iterator === 'undefined') return 'none'; const of = (list, name) => Object.setPrototypeOf(walk(list, name)[Symbol.iterator](), Iterator.prototype); return [of([1, 2, 3], 'a').map((x, i) => (log('m', i), x * 2 + receive() * 0)).filter((x) => (receive(), x > 2)).toArray(), of([1, 2, 3, 4], 'b').drop(1).take(2).toArray(), of([[1, 2], [], [3]], 'c').flatMap((x, i) => (receive(), log(i), x)).toArray(), of([1], 'd').flatMap((x) => of([x, x + 1], 'inner')).toArray(), [...[1, 2].values().map((x) => x + 1)], of([5, 6], 'f').take(0).next()];")}`,
    "eager helpers": `${WALK}${body("if (typeof Iterator === 'undefined') return 'none'; const of = (list, name) => Object.setPrototypeOf(walk(list, name)[Symbol.iterator](), Iterator.prototype); return [of([1, 2, 3], 'a').reduce((s, x, i) => s + x * i + receive() * 0), of([1, 2], 'b').reduce((s, x, i) => s + x + i + receive() * 0, '0'), attempt(() => of([], 'c').reduce(() => receive())), of([1, 2, 3], 'd').some((x) => (receive(), x === 2)), of([1, 2, 3], 'e').every((x) => (receive(), x < 2)), of([1, 2, 3], 'f').find((x) => (receive(), x > 1)), of([1], 'g').forEach((x, i) => log(x, i, receive())), attempt(() => of([1, 2], 'h').forEach((x) => { throw new Error('stop ' + receive()); })), of([1, 2], 'i').toArray()];")}`,
    "helpers step by step": `${WALK}${body("if (typeof Iterator === 'undefined') return 'none'; const of = (list, name) => Object.setPrototypeOf(walk(list, name)[Symbol.iterator](), Iterator.prototype); const h = of([1, 2, 3], 'a').map((x) => x + receive()); const r = [h.next(), Object.prototype.toString.call(h), typeof h.return, h[Symbol.iterator]() === h, h.return(), h.return(), h.next()]; const k = of([1, 2], 'b').filter(() => true); r.push(k.return(), k.next()); const f = of([[1, 2]], 'c').flatMap((x) => of(x, 'inner')); r.push(f.next(), f.return(), f.next()); const bad = of([1, 2], 'd').map((x) => { throw new Error('stop ' + receive()); }); r.push(attempt(() => bad.next()), bad.next()); for (const x of of([1, 2, 3], 'e').map((x) => x + receive())) { r.push(x); if (r.length > 12) break; } return r;")}`,
    "helper errors": `${WALK}${body("if (typeof Iterator === 'undefined') return 'none'; const of = (list, name) => Object.setPrototypeOf(walk(list, name)[Symbol.iterator](), Iterator.prototype); const again = of([1], 'x').map(() => again.next()); return [attempt(() => of([1], 'a').map(5)), attempt(() => of([1], 'b').take(NaN)), attempt(() => of([1], 'c').drop(-1)), attempt(() => of([1], 'd').take({ valueOf() { throw new Error('v'); } })), attempt(() => of([1], 'e').flatMap(() => (receive(), 5)).next()), attempt(() => of([1], 'f').flatMap(() => 'text').next()), attempt(() => Iterator.prototype.map.call(5, () => receive())), attempt(() => again.next()), attempt(() => Iterator.prototype.toArray.call({ next: () => (receive(), 5) })), of([1, 2, 3], 'g').take(1.9).toArray(), of([1, 2], 'h').drop('1').toArray()];")}`,
    "helpers of helpers": body(
      `if (typeof Iterator === "undefined") return "none"; return [[1, 2, 3, 4].values().map((x) => x + receive() * 0).filter((x) => x % 2 === 0).toArray(), new Map([[1, 2]]).entries().map(([k, v]) => k + v + receive()).toArray(), new Set([3]).values().flatMap((x) => [x, receive()]).toArray(), "abc"[Symbol.iterator]().map((c) => c + receive()).take(2).toArray(), [1, 2, 3].values().map((x) => x * 2).toArray(), [5, 6].values().drop(1).next(), Object.fromEntries([1, 2].values().map((x) => ["k" + x, receive()])), new Set([1, 2].values().map((x) => x + receive() * 0)), Math.max(...[1, 2].values().map((x) => x + receive() * 0))];`,
    ).replace("Math.max(...[1, 2].values().map((x) => x + receive() * 0))", "Math.max(...[1, 2].values().map((x) => x + 1))"),
    "Iterator.from": `${WALK}${body("if (typeof Iterator === 'undefined') return 'none'; const plain = walk([1, 2], 'p')[Symbol.iterator](); const it = Iterator.from(plain); const r = [it === plain, it instanceof Iterator, it.next(), it.map((x) => x + receive()).toArray(), it.return(), Iterator.from(walk([3], 'q')).toArray(), Iterator.from('ab').toArray(), Iterator.from({ next: () => ({ done: true }) }).return(), attempt(() => Iterator.from(5)), attempt(() => Iterator.from({ [Symbol.iterator]: () => 5 }))]; const own = [1].values(); r.push(Iterator.from(own) === own); for (const x of Iterator.from(walk([7, 8], 's'))) { r.push(x); break; } return r;")}`,
  },
  "calls through built-ins": {
    "Reflect.construct": `class A { constructor(x) { this.x = x + receive(); } } class B extends A {} function F(a) { this.a = a; this.t = new.target === F; for (let i = 0; i < 9; i++); } ${body("return [Reflect.construct(A, [1]), Reflect.construct(F, [2]), Reflect.construct(Date, [0]).getTime(), attempt(() => Reflect.construct(5, [])), attempt(() => Reflect.construct(() => 1, [])), attempt(() => Reflect.construct(A))]; function attempt(f) { try { return f(); } catch (e) { return e.constructor.name; } }")}`,
    "Reflect.get and set": `function count(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; } const o = { get v() { return count(9) + this.k; }, set v(x) { this.k = x + count(4); }, k: 1 }; ${body("receive(); return [Reflect.get(o, 'v'), Reflect.get(o, 'v', { k: 5 }), Reflect.set(o, 'v', receive()), o.k, Reflect.has(new Proxy({}, { has: () => count(5) > 0 }), 'x')];")}`,
    "proxies of functions": `function count(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; } ${body("receive(); const p = new Proxy(count, { apply(t, self, args) { log('apply', args.length); return t(...args) + count(3); } }); const q = new Proxy(count, {}); const o = { p, q, [Symbol.toPrimitive]: () => count(5) }; const g = Object.setPrototypeOf((n) => 'own' + n, count); const h = count.bind(null, 4); const c = new Proxy(class { constructor() { this.v = count(6); } }, {}); return [p(9), q(9), o.p(8), o['q'](7), g(1), [1, 2].map(p), [3, 4].map(g), p.call(null, 2), Reflect.apply(p, null, [2]), h(), o + 1, new c().v, p?.(3), count`x`.length];")}`,
    "methods that built-ins call": `class D extends Date { toISOString() { let s = "iso"; for (let i = 0; i < 5; i++) s += i; return s; } } ${body("const a = [1, 2]; a.join = function (x) { let n = 0; for (let i = 0; i < 9; i++) n += i; return 'joined' + n; }; receive(); return [String(a), a + '', new D(0).toJSON(), JSON.stringify([new D(0)]), a.join(), a.join('-')];")}`,
  },
};

/** The same of what later versions of Node have. */
const PINNED_BY_LATER: Readonly<Record<string, readonly string[]>> = {
  "set methods": ["an accessor"],
  "lazy helpers": ["an Iterator Helper", "an instance of class Iterator"],
  "eager helpers": ["an instance of class Iterator"],
  "Iterator.from": ["an instance of class Iterator"],
  "helpers step by step": ["an instance of class Iterator", "the function (anonymous)"],
  "helper errors": ["an instance of class Iterator", "the function (anonymous)"],
  "helpers of helpers": [
    "a Map Iterator",
    "a Set Iterator",
    "a String Iterator",
    "an Array Iterator",
    "an Iterator Helper",
    "the function (anonymous)",
  ],
};

/** What cannot move, by the programs that hold it for a while. */
export const PINNED_BUILTIN_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  "typed species": ["an instance of class T"],
  "typed errors": ["an instance of class T", "an object with a prototype of its own"],
  "typed while it changes": ["a ArrayBuffer"],
  "order of traps": ["a Proxy"],
  "proxies of functions": ["a Proxy"],
  "proxies and keys": ["a Proxy"],
  "length is read once": ["an accessor"],
  "stringify errors": ["an accessor"],
  "from with other constructors": ["an instance of class L"],
  "frozen results": ["an instance of class F", "the class F"],
  "new collections": ["a WeakMap", "a WeakSet"],
  "own replace and exec": ["an instance of class R"],
  replacer: ["the symbol Symbol()"],
  "reviver and errors": ["the symbol Symbol()"],
  "species that suspend": ["the function (anonymous)"],
  "sort of what may be anything": ["the function (anonymous)"],
  ...("Iterator" in globalThis ? PINNED_BY_LATER : {}),
  "methods that built-ins call": ["an instance of class D"],
};

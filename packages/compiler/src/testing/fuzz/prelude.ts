/** What random programs may use: a definition a line. */
export const PRELUDE =
  `class Own { constructor(n) { this.n = n; if (n % 5 === 0) this.n += receive(); } m(k) { return this.n - k; } }
class Obj { constructor(n) { this.n = n; for (let i = 0; i < 2; i++) this.n++; } m(k) { return this.n + k + receive() % 5; } k(j) { return (() => this.n * 2 + j)(); } get total() { let s = 0; for (let i = 0; i < 3; i++) s += this.n; return s; } s(k) { return Obj.st(k) + this.n; } static st(x) { return x + receive(); } }
class Sub extends Obj { m(k) { return super.m(k) + 1; } up(k) { return [1].map((x) => super.k(x + k))[0]; } }
class Base { f = receive() % 5; #b; static made = 0; constructor(n) { this.#b = n; Base.made++; this.init(n); } init(n) { this.i = n; } m(k) { return this.#b + k + receive() % 3; } get s() { return this.#b + 1; } set s(v) { this.#b = v; } static of(n) { return new this(n); } }
class Bag { constructor(n) { this.n = n; } [Symbol.iterator]() { let i = 0; return { next: () => (i < this.n ? { value: i++ + (receive() % 3), done: false } : { value: undefined, done: true }), return: () => { log("bag", receive()); return {}; } }; } }
class Gens { constructor(n) { this.n = n; } *[Symbol.iterator]() { for (let i = 0; i < this.n; i++) yield i + receive() % 2; } *some(k) { yield k; const got = yield* this; return k + this.n; } static *st(n) { while (n-- > 0) yield n; } }
function* gen(n) { try { for (let i = 0; i < n; i++) yield i * 3; } finally { log("gen closed"); } }
function* talk(n) { let got = 0; while (n-- > 0) { try { got = yield (got | 0) + n + receive() % 2; } catch (e) { log("thrown in", say(e)); got = 5; } finally { log("turn", receive()); } } return got; }
function lazy(n) { let i = 0; return { [Symbol.iterator]() { return this; }, next() { i++; return { value: i, done: i > n }; }, return(v) { log("lazy closed"); return {}; } }; }
function sour(n, what) { let i = 0; return { [Symbol.iterator]() { return this; }, next() { if (what === 1 && i === 1) throw new Error("sour next"); i++; return { value: i + receive() % 2, done: i > n }; }, return(v) { log("sour closed", receive()); if (what === 2) throw new Error("sour return"); return {}; } }; }
function apply(f, x) { return f(x) + 1; }
function boom(x) { if (x % 3 === 1) throw new Error("boom" + x); return x; }
function slowBoom(x) { const y = receive(); if ((x + y) % 3 !== 1) throw new Error("slow" + x); return x; }
function tag(strings, ...values) { return values.reduce((a, b) => a + b, strings.length); }
function big(x) { return Number.isSafeInteger(x) ? BigInt(x) : 7n; }
function say(e) { return e instanceof Error ? (e.constructor === Error ? e.message : e.name) : e; }
function count(...xs) { return xs.length + arguments.length; }
function order(a, b = a + receive() % 4, { x = b, ...rest } = {}, ...more) { return a + b + x + more.length + Object.keys(rest).length; }
function depth(n, x) { if (!(n > 0)) return x; const y = depth(n - 1, x + 1); return y + receive() % 3 + depth(n - 2, 1); }
function walk(it, sends, how) { const out = []; let s; for (const x of sends) { try { s = x === how ? it.return(x) : x === how + 1 ? it.throw(new Error("sent" + x)) : it.next(x); } catch (e) { log("out", say(e)); return out; } out.push(s.value, s.done); if (s.done) return out; } return out; }
function digits(x) { return String(x).slice(0, 4); }
const none = undefined;
const obj = { n: 1, f(x) { return this.n + x + receive() % 3; }, tag(strings, ...values) { return this.n + values.length + strings.raw.length; }, deep: { a: [{ f(x) { return { b: x + receive() % 2 }; } }, null] }, get acc() { return this.n * 2; }, set acc(v) { this.n = v % 11; } };
`
    .trim()
    .split("\n");

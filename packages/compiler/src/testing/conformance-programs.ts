/** What the language tests of test262 have shown to differ once: a program for each cause. */
const body = (text: string): string => `function main() { ${text} }`;
const caught = "const caught = (f) => { try { return f(); } catch (e) { return `${e.name}: ${e.message}`; } };";

export const CONFORMANCE_PROGRAMS: Record<string, Record<string, string>> = {
  "conformance: iterators that are assigned": {
    "spread and taken apart": body(
      `const it = {}; it[Symbol.iterator] = function () { let n = 0; return { next: function () { for (let i = 0; i < 3; i++) n++; return { done: n > 9, value: n * 2 }; } }; };
       const [a, , ...b] = it; return [[0, ...it], a, b, Math.max(...it), new Set(it).size];`,
    ),
    "closed once": body(
      `const log2 = []; const it = {}; const iterator = { next: function () { for (let i = 0; i < 2; i++) log2.push("next"); return { done: false, value: 4 }; }, return: function () { log2.push(this === iterator, arguments.length); return {}; } };
       it[Symbol.iterator] = function () { log2.push(this === it); return iterator; }; let x; [x] = it; [, ,] = it; [] = it; return log2;`,
    ),
    "what an assignment to a pattern gives": body(
      `const it = {}; it[Symbol.iterator] = function () { let n = 90; return { next: () => ({ done: n++ > 100, value: n }) }; };
       let a, b; const f = () => ([a] = it); const r = ([a, b] = it); return [r === it, f() === it, ([] = it) === it, ([a] = "xy"), ([, b] = [1, 2])];`,
    ),
    "next that throws is not closed": body(
      `const out = []; const it = {}; it[Symbol.iterator] = function () { return { next: function () { for (let i = 0; i < 2; i++) out.push(i); throw new Error("no"); }, return: function () { out.push("closed"); } }; };
       for (const f of [() => { const [a] = it; return a; }, () => [...it], () => { let b; [b] = it; }, () => { for (const c of it) out.push(c); }]) try { f(); } catch (e) { out.push(e.message); } return out;`,
    ),
    "conversion methods": body(
      `const o = {}; o[Symbol.toPrimitive] = function (hint) { for (let i = 0; i < 3; i++) hint += i; return hint; };
       const p = { ["valueOf"]: function () { for (let i = 0; i < 3; i++) log(i); return 7; } }; return [\`\${o}\`, o + 1, +p, p * 2, { [Symbol.toPrimitive]: () => { let n = 0; while (n < 5) n++; return n; } } + 1];`,
    ),
  },
  "conformance: parameters": {
    "a default reads a later parameter": `${caught} function f(x = y, y) { receive(); return [x, y]; } const g = (x = x) => { receive(); return x; }; ${body("return [caught(() => f()), f(1, 2), caught(() => g()), g(3)];")}`,
    "a default captures a later parameter": `${caught} function f(g = () => y, y = receive(), z = g()) { return [y, z, g()]; } function h(g = () => y, now = g(), y = 1) { return receive() + y + now; } ${body("return [f(), f(undefined, 5), caught(() => h())];")}`,
    "a later parameter is assigned": `function f(set = (v) => { y = v; }, y = 1, get = () => y) { set(receive()); y++; return [y, get()]; } function main() { return [f(), f(undefined, 5)]; }`,
    "patterns and their defaults": `${caught} function f({ a, b = a } = {}, [c = b, d = c] = []) { receive(); return [a, b, c, d]; } function g({ a = b, b }) { receive(); return [a, b]; } ${body("return [f(), f({ a: 1 }, [undefined, 4]), caught(() => g({ b: 2 })), g({ a: 1, b: 2 })];")}`,
  },
  "conformance: assignments": {
    "a key of nothing is not asked for its name": `${caught} ${body(
      `const key = { toString() { log("asked"); return "k"; } }; const say = () => { log("value"); receive(); return 1; };
       return [caught(() => { undefined[key] += say(); }), caught(() => { null[key] ??= say(); }), caught(() => { (void receive())[key] = say(); }).slice(0, 10)];`,
    )}`,
    "in parentheses a name names nothing": body(
      `let a, b, c, d; (a) = function () { receive(); }; b = function () { receive(); }; ((c)) = () => receive(); (d) ??= () => receive(); return [a.name, b.name, c.name, d.name];`,
    ),
    "delete of what is no property": `const top = delete this; ${body("receive(); return [top, delete 1, delete (() => receive())(), delete [].length?.x];")}`,
  },
  "conformance: names": {
    "computed keys name functions and classes": body(
      `const k = "key", s = Symbol("sym"), e = Symbol(); const o = { [k + 1]: () => receive(), [s]: function () { receive(); }, [e]: () => receive(), [k + 2]: class {}, [k + 3]: class { static name = "field"; }, [k + 4]: function own() { receive(); },
       [k + 5](a, b) { return receive(); }, [s + ""[0]]: 1, [Symbol.iterator]() { for (let i = 0; i < 2; i++) receive(); }, get [k + 6]() { return 6; }, *[k + 7]() {}, async [k + 8]() {}, [k + 9]: (receive(), function () { receive(); }) };
       return Reflect.ownKeys(o).map((key) => [String(key), typeof o[key] === "function" ? [typeof o[key].name === "string" ? o[key].name : "method", o[key].length] : o[key]]);`.replace(
        '[s + ""[0]]: 1, ',
        "",
      ),
    ),
    "computed keys in their order": body(
      `const key = (x) => ({ toString() { log("key " + x); return x; } }); const o = { [key("a")]: (log("value"), () => 1), [key("b")]: () => receive(), ...{ c: receive() }, [key("d")]: receive(), [key("e")]: class {} }; return [Object.keys(o), o.b.name, o.e.name];`,
    ),
    "__proto__ in all forms": body(
      `const __proto__ = { inherited: receive() }; const a = { __proto__ }, b = { __proto__: __proto__ }, c = { __proto__() { return receive(); } }, d = { ["__proto__"]: 3 }, e = { __proto__: function () { receive(); } }, f = { __proto__, x: receive() }, g = { "__proto__": null };
       return [Object.keys(a), a.__proto__.inherited, Object.keys(b), b.inherited, Object.keys(c), c.__proto__(), Object.keys(d), Object.getPrototypeOf(e).name, Object.keys(f), Object.getPrototypeOf(g)];`,
    ),
    "function expressions with a name that is taken": body(
      `const a = 1, b = 2; const f = function a() { receive(); return a; }, g = async function a() {}, h = function* b() {}, i = async function* b() {}; return [a, b, f.name, f() === f, g.name, h.name, i.name];`,
    ),
    "async functions and generators in captured variables": `const top = async () => {}; ${body(
      `let a = async () => {}, b = function* () {}, c, d, e; const see = () => [a, b, c, d, e].map((f) => f.name); c = async function () {}; [d = async () => {}, e = async function* () {}] = []; const { f = async () => {}, g = function* () {} } = {};
       const o = { p: async () => {}, "q": function* () {}, r: a, s: (receive(), async () => {}), t: async () => { receive(); } }; for (const [h = async () => {}] of [[], []]) { log(h.name); (() => h)(); } receive(); a = b; b = 1; c = d;
       return [see(), f.name, g.name, top.name, Object.values(o).map((f) => f.name)];`,
    )}`,
    "one name, several declarations": body(
      `function plain() { var x; return typeof x; function x() { return 7; } } function assigned() { var x = 1; return x; function x() {} } function last() { return f(); function f() { return 1; } function f() { return 2; } }
       function suspends() { var x; receive(); return x(); function x() { return receive(); } function x() { return 8 + receive(); } } function given(x) { function x() { return 9; } return x(); } return [plain(), assigned(), last(), suspends(), given(1)];`,
    ),
    "a function that replaces itself": body(
      `function target() { receive(); return (target = { n: receive() }); } const first = target(); return [typeof target, first === target, target.n];`,
    ),
    "kinds of errors": body(
      `return [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((E) => { receive(); const e = E("m"); return [e instanceof E, String(e)]; }).concat(String(AggregateError([1, receive()], "m")));`,
    ),
  },
  "conformance: constants": {
    "a pattern or a loop that names one": `${caught} const top = 1; const self = function me() { [me] = [1]; }; ${body(
      `const c = 1; const out = [() => { [c] = [2]; }, () => { ({ a: c } = {}); }, () => { [...c] = "x"; }, () => { ({ ...c } = {}); }, () => { for (c of [1]) log("turn"); }, () => { for (c in { a: 1 }) log("turn"); }, () => { [top] = [3]; }, self,
        () => { [c = receive()] = []; }, () => { for (c of [receive()]) log("turn"); }, () => { [(receive(), []).x, c] = [1, 2]; }].map((f) => caught(f)); return [c, top, out];`,
    )}`,
    "async functions too": body(
      `const c = 1; const out = []; const f = async () => { [c] = [2]; }; f().catch((e) => out.push(e.name)); receive(); return c;`,
    ),
  },
  "conformance: loops": {
    "what the head captures": `const top = []; let x = "outside"; for (let x in { i: top.push(() => typeof x) }) top.push(() => x); for (let x of [top.push(() => typeof x)]) top.push(() => x); ${caught} ${body(
      `let y = "outside"; const fs = []; for (let y in { i: fs.push(() => typeof y) }) fs.push(() => y + receive()); for (const y of [fs.push(() => typeof y)]) fs.push(() => y); return [...top, ...fs].map((f) => caught(f)).concat(x, y);`,
    )}`,
    "what the initialiser captures": `const top = []; for (let x = 1, _ = top.push(() => x); x < 3; x++) top.push(() => x); for (let [x] = [5], _ = top.push(() => x); x < 7; x++) top.push(() => x); ${body(
      `const fs = []; for (let x = 1, _ = fs.push(() => x); x < 3; x++) fs.push(() => x + receive()); function* g() { for (let x = 1, f = () => x; x < 3; x++) yield [f, () => x]; } for (const two of g()) fs.push(...two); return [...top, ...fs].map((f) => f());`,
    )}`,
  },
  "conformance: generators left in a pattern": {
    "the iterator is closed": body(
      `const it = (name, result) => ({ [Symbol.iterator]() { let n = 0; return { next() { for (let i = 0; i < 2; i++) n++; return { done: n > 20, value: n }; }, return() { log("closed " + name); return result; } }; } });
       function* g(r) { const o = {}; [o[yield 1], o[yield 2]] = it("a", r); yield 3; } function* h() { for (const [a = yield 1, [b = yield 2] = it("c", {})] of [[, it("b", {})]]) yield a + b; }
       const run = (i, n) => { for (let k = 0; k < n; k++) i.next(); try { return i.return(7); } catch (e) { return e.constructor.name; } };
       return [run(g({}), 1), run(g({}), 2), run(g({}), 3), run(g(null), 1), run(g(), 2), run(h(), 1), run(h(), 2)];`,
    ),
  },
  "conformance: messages": {
    "what is no function is called without its arguments": `const o = { f: () => ({ d: [], g: null }), s: "(" }; function main() { const r = []; for (const f of [() => o.f(1).c(), () => o.f("(").d[0](receive()), () => o.f(")", \`(\`).c(o.s), () => o.f(o.f(1))(2), () => o.f(receive())
      .f(2)
      .g(), () => o.f?.(1).c(), () => o.f(1).g.h.i(), () => o.s.nope(receive()), () => o.f(o.f(1).d.nope()), () => o.f(o.f("a")).d.concat([1], [2], [3], [4], [5]).map((x) => x + 1).filter((x) => x > 2).nope()]) { try { f(); } catch (e) { r.push(e.message); } } return r; }`,
  },
  "conformance: chains": {
    "in parentheses a chain still tells its object": `${caught} ${body(
      `const o = { n: 42, m() { receive(); return this?.n; }, none: null }; return [(o?.m)(), (o?.m)?.(), o?.m?.(), (o.m)?.(), (o?.["m"])(receive()), (o?.none)?.(), caught(() => (o?.none)()), (o.none?.m)?.(receive()), (o?.m.call)({ n: 1 })];`,
    )}`,
    "import() is given its options after its specifier": `${caught} ${body(
      `const fail = () => { receive(); throw new RangeError("options"); }; let n = 0; return [caught(() => { n++; import(String(receive()), fail()); n++; }), n];`,
    )}`,
  },
};

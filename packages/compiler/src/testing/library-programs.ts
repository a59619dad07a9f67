/** Programs that other libraries' own tests were reduced to: what differed there between compiled and plain. */
const body = (text: string): string => `function main() { ${text} }`;

export const LIBRARY_PROGRAMS: Record<string, Record<string, string>> = {
  "found in libraries": {
    "the text of a list whose join is its own": `function slow(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }
      const traps = { get: (list, key) => key === "join" ? () => "J" + slow(30) : list[key] };
      class List extends Array { join() { return "L" + slow(20); } }
      ${body(
        "const r = []; for (let k = 0; k < 12; k++) { const list = new Proxy([1, k], traps), own = Object.assign([k], { join: () => slow(k) }); r.push(`${list}`, list + '', String(list), list.toString(), { J435: k }[list], `${own}`, String(new List(1, k)), Object.defineProperty([], 'join', { value: slow }).toString()); } return [r, receive()];",
      )}`,
    "how errors call what cannot be called": body(
      "const o = { a: 1, b: {} }, n = 1, x = undefined; receive(); return [() => (0, o.a)(), () => (0, o.b.c)(n), () => (void 0)(n), () => (o.a + n)(), () => (n || x)(), () => (x ?? o.a)(receive()), () => (-n)(), () => (!n)(), () => (typeof n)(), () => new (n || x)(), () => (o.b.c, x)`t`, () => (x || o.a || n)(), () => (n + n + x)(), () => (n - (n - n))(), () => (2 ** n ** n)(), () => (0, o.b).c(receive()), () => (x ?? o.b).d.e()].map((f) => { try { f(); } catch (e) { return e.message; } });",
    ),
    "async closures that call themselves": `const out = [];
      class Holder { async run(n) { const down = async (k) => { out.push([k, this instanceof Holder, down.name, arguments.length]); if (k > 0) await down(k - 1); }; await down(n); } first = (() => { const f = async (k) => { if (k > 0) f(k - 1); else out.push(f.name); }; return f; })(); }
      async function all(n) { const fn = async function (k) { out.push([fn.name, k]); if (k > 0) await fn(k - 1); }; const gen = async function* (k) { out.push([gen.name, k]); if (k > 0) gen(k - 1).next(); }; await Promise.all([fn(n), gen(n).next()]); }
      ${body("new Holder().run(2); new Holder().first(2); all(2); return [out, receive()];")}`,
    "functions with properties under names that syntax and texts call": `function schema(of) { function Schema(n) { let s = of; for (let i = 0; i < n; i++) s += i; return s; } Schema.of = of; Schema.again = () => schema(of + 1); return Schema; }
      function Maker() { this.made = true; } Maker.prototype.get = function () { return this.made; };
      ${body(
        "const a = schema(1), b = Object.setPrototypeOf(schema(2), { call: 5, inherited: 3 }), o = { startsWith: a, toString: b, valueOf: Maker, padEnd: a }; o.hasOwnProperty = a; o.endsWith = a; return [Object.keys(o).map((k) => [k, o[k].of, o[k].inherited, typeof o[k], o[k].name, o[k].length]), o.startsWith.again().of, o.startsWith === o.padEnd, o.startsWith(4), o.toString(2), [1].map(o.padEnd), Reflect.apply(o.endsWith, null, [3]), new o.valueOf().get(), new o.valueOf() instanceof Maker, o.hasOwnProperty(2), new Set([o.startsWith, o.padEnd]).size];",
      )}`,
    "functions of Node that are replaced": `function slow(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }
      function warn(n) { console.warn(n); return performance.now() + process.cwd().length; }
      ${body(
        "const own = [console.warn, performance.now, process.cwd, globalThis.fetch], seen = []; try { console.warn = (n) => { seen.push(slow(n)); seen.push(n); }; performance.now = () => slow(20); process.cwd = () => 'x'.repeat(slow(5)); globalThis.fetch = (n) => slow(n) + receive(); const r = []; for (let k = 0; k < 12; k++) r.push(warn(k), fetch(k), console.warn(k)); return [r, seen]; } finally { [console.warn, , process.cwd, globalThis.fetch] = own; delete performance.now; }",
      )}`,
    "wrappers with the properties of what they wrap": `function copy(to, from) { for (const key of Reflect.ownKeys(from)) Object.defineProperty(to, key, Object.getOwnPropertyDescriptor(from, key)); return to; }
      ${body(
        "const ask = (n) => { let s = receive(); for (let i = 0; i < n; i++) s += i; return s; }; ask.of = 1; const all = [Object.assign((n) => ask(n), ask), Object.defineProperties((n) => ask(n), Object.getOwnPropertyDescriptors(ask)), copy(function (n) { return ask(n); }, ask), Object.assign(function (n) { return [n].map(ask)[0]; }, ask)]; return all.map((f) => [f.of, f(5), [3].map(f), f.call(null, 2)]);",
      )}`,
    "functions that have the names of parameters": `const out = [];
      async function plain(f) { function f(a = 1) { return a; } out.push(f(), typeof f); }
      async function again(f, n) { function f(k) { let s = 0; for (let i = 0; i < k; i++) s += i; return k > 0 ? s + f(k - 1) : s; } out.push(f(n)); const g = () => f(1); f = 1; try { g(); } catch (e) { out.push(e.name); } }
      async function late(f) { out.push(f(2)); { function f(k) { return k + 1; } out.push(f(2)); } return () => f(3); }
      async function both(f) { var f; function f() { return 2; } var g; function g() { return f(); } out.push(g()); }
      function sync(f) { function f(a = 1) { return a; } return () => f(f()) + 1; }
      ${body("plain(5); again(5, 3); late((k) => -k); both(1); out.push(sync(4)()); return [out, receive()];")}`,
    "methods that are not there are called apply and call": `function t(f) { try { return f(); } catch (e) { return e.message; } }
      function apply(o, a) { return o.f.apply(o, arguments); } function call(o) { return o.f.call(o, receive()); } function other(o) { return o.toString(receive()); }
      ${body("receive(); return [t(() => apply({ f: [] })), t(() => call({ f: [] })), t(() => other({ toString: undefined })), t(() => other({ toString: (n) => n })), t(() => apply({ f: (o, a) => a }, 3))];")}`,
    "a generator that is preempted at its entry inherits from its own function": body(
      "const r = []; for (let k = 0; k < 8; k++) { for (let i = 0; i < k; i++) receive(); const f = function* () { yield receive(); }; function* g(n) { for (let i = 0; i < n; i++) yield receive() >= 0; } g.prototype.own = () => k; const x = g(2), y = f(); r.push(Object.getPrototypeOf(x) === g.prototype, x instanceof g, x.own?.(), [...x], y instanceof f, g.name, f.name, g.length); } return r;",
    ),
    "what dates and lists of objects call": `function slow(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }
      class Day extends Date { toISOString() { return "day " + slow(this.getTime()); } }
      ${body(
        "const r = []; for (let k = 0; k < 12; k++) r.push(JSON.stringify([new Day(k), new Date(0), new Day(NaN)]), new Day(k).toJSON(), [{ toLocaleString: () => 'x' + slow(k) }, k].toLocaleString()); return [r, [1, 2].toString(), new Uint8Array([1, 2]).toString(), Array.prototype.toString.call({ join: 1 }), Array.prototype.toString.call({ join: () => receive() }), Array.prototype.toString === Uint8Array.prototype.toString, Array.prototype.toString.name, Date.prototype.toJSON.length];",
      )}`,
  },
};

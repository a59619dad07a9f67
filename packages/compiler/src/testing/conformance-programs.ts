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
};

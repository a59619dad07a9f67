/** Random expressions. */
import { statements } from "./statements.ts";
import { FUNCTION, inside, type Names, type Source } from "./source.ts";

function leaf(g: Source, s: Names): string {
  const r = g.random();
  if (r < 0.5 && s.vars.length > 0) return g.pick(s.vars);
  return r < 0.75 ? "receive()" : String(g.below(20));
}

/** Reads and calculates, but calls nothing. */
export function simple(g: Source, s: Names): string {
  const one = (): string => (s.vars.length > 0 && g.chance(0.7) ? g.pick(s.vars) : String(g.below(20)));
  return g.pick([() => one(), () => `(${one()} + ${one()}) % 101`, () => `(${one()} > ${one()} ? ${one()} : ${one()})`])();
}

type Make = (g: Source, s: Names, e: (more?: Partial<Names>) => string) => string | null;

const closure = (g: Source, s: Names, e: (more?: Partial<Names>) => string): string => {
  const p = g.fresh("p");
  return `((${p}) => ${e({ vars: [...s.vars, p], yields: false })})`;
};

const OPERATORS: Make[] = [
  (g, _s, e) => `(${e()} ${g.pick(["+", "-", "*"])} ${e()}) % 1009`,
  (_g, _s, e) => `(${e()} % 2 ? ${e()} : ${e()})`,
  (g, _s, e) => `((${e()} % 3) ${g.pick(["&&", "||", "??"])} ${e()})`,
  (g, s, e) =>
    s.muts.length > 0 ? `(${g.pick(s.muts)} ${g.pick(["=", "+=", "-=", "||=", "&&=", "??=", "**="])} ${e()}) % 997` : null,
  (g, s) => (s.muts.length > 0 ? g.pick([`${g.pick(s.muts)}++`, `--${g.pick(s.muts)}`]) : null),
  (_g, _s, e) => `(${e()}, ${e()})`,
  (g, _s, e) => `((${e()} % 7) ** ${g.pick(["2", "(receive() % 3)"])} % 1009)`,
  (g, _s, e) => `Number((big(${e()}) ${g.pick(["*", "+", "-"])} big(${e()})) ${g.pick(["% 101n", "** 2n % 97n"])})`,
  (g, s, e) => `(typeof ${g.pick(s.vars.length > 0 ? s.vars : ["nowhere"])} === "number" ? ${e()} : ${e()})`,
  (_g, _s, e) => `((${e()} & 6) | (${e()} >>> 1))`,
  (g, s) => (s.vars.length > 1 ? `(${g.pick(s.vars)} + receive() * 2 + ${g.pick(s.vars)}) % 1013` : null),
  (g, s, e) => (s.muts.length > 0 ? `(${g.pick(s.muts)} + (${g.pick(s.muts)} = ${e()})) % 1013` : null),
  (g, s, e) =>
    s.muts.length > 0
      ? `((v) => \`\${v % 7}\${(v = ${e({ yields: false })}, receive()) % 7}\${v % 7}\`.length)({ valueOf: () => ${g.pick(s.muts)}++ })`
      : null,
];

const CALLS: Make[] = [
  (g, _s, e) => (g.functions.length > 0 ? `${g.pick(g.functions)}(${e()}, ${e()})` : null),
  (_g, _s, e) => `${closure(_g, _s, e)}(${e()})`,
  (g, s, e) => (s.fns.length > 0 ? `${g.pick(s.fns)}(${e()})` : null),
  (g, s, e) => `apply(${s.fns.length > 0 ? g.pick(s.fns) : "(x) => x + receive()"}, ${e()})`,
  (g, s, e) => `apply(${closure(g, s, e)}, ${e()})`,
  (_g, _s, e) => `obj.f.call(obj, ${e()})`,
  (_g, _s, e) => `Reflect.apply(obj.f, obj, [${e()}])`,
  (_g, _s, e) => `obj.f.bind(obj, ${e()})()`,
  (g, _s, e) => `tag\`a\${${e()}}b\${${e()}}${g.chance(0.5) ? "\\n" : ""}\``,
  (_g, _s, e) => `obj.tag\`a\${${e()}}b\${${e()}}\``,
  (g, _s, e) => `count(...${g.pick(["gen(2)", "[1, 2]", "new Bag(2)", "new Gens(2)"])}, ${e()}, ...[${e()}])`,
  (g, _s, e) => `order(${g.pick([`${e()}`, `${e()}, undefined`, `${e()}, ${e()}, { x: ${e()}, z: 1 }, ${e()}`])})`,
  (_g, _s, e) => `depth(${e()} % 3, ${e()})`,
  (_g, _s, e) => `boom(${e()})`,
  (g, s, e) =>
    `(function (a, b) { ${statements(g, inside(s, { vars: [...s.vars, "a", "b"], muts: [...s.muts, "a"], yields: false, args: true, self: "none" }), 0, 1, FUNCTION)} return a + arguments.length + ${e({ yields: false, args: true, self: "none" })}; })(${e()}${g.chance(0.5) ? `, ${e()}` : ""})`,
  (g, s) => (s.args ? g.pick(["arguments.length", "(arguments[0] | 0)", "(new.target === undefined ? 1 : 2)"]) : null),
  (_g, _s, e) => `(() => { try { return boom(${e({ yields: false })}); } finally { log("arrow"); } })()`,
];

const OBJECTS: Make[] = [
  (g, _s, e) => `({ a: ${e()}, ["b"]: ${e()}, ...{ c: ${e()} } }).${g.pick(["a", "b", "c"])}`,
  (g, s, e) =>
    `({ [digits(${e()})]: ${e()}, ["m" + ${e()} % 2](x) { return x + ${e({ vars: [...s.vars, "x"], yields: false, self: "none", args: true })}; }, m0(x) { return x; }, m1: (x) => x + 1 }).m${g.below(2)}(${e()})`,
  (g, s, e) =>
    `({ v: ${e()}, get g() { return this.v + ${simple(g, inside(s, { self: "none" }))}; }, set g(x) { this.v = x % 31; } }).g`,
  (g, _s, e) => `(${g.chance(0.5) ? "obj" : "none"}?.${g.pick(["f", "g"])}?.(${e()}) ?? ${e()})`,
  (g, _s, e) => `(obj.deep?.a?.[${e()} % 2]?.${g.pick(["f", "h"])}?.(${e()})?.b ?? ${e()})`,
  (g, _s, e) => `(obj.${g.pick(["n", "acc"])} ${g.pick(["=", "+=", "-=", "??=", "||=", "&&="])} ${e()})`,
  (g, _s, e) =>
    `(obj[${g.pick(['"n"', '(receive(), "n")', '["n", "acc"][receive() & 1]'])}] ${g.pick(["=", "+=", "-="])} ${e()})`,
  (_g, _s, e) => `(obj.n++ + ${e()} - obj.acc)`,
  (_g, _s, e) => `obj.f(${e()})`,
  (g, _s, e) => `new Obj(${e()}).${g.pick(["m", "k", "s"])}(${e()})`,
  (g, _s, e) => `new Sub(${e()}).${g.pick(["m", "k", "up"])}(${e()})`,
  (g, _s, e) => (g.chance(0.5) ? `new Obj(${e()}).total` : `new Own(${e()}).m(${e()})`),
  (g, s, e) => {
    return `new (class ${g.chance(0.5) ? "extends Base " : ""}{ #p = ${e({ yields: false, args: false, self: "none" })}; static z = ${e({ yields: false, args: false, self: "none" })}; m(k) { return this.#p + k + ${e({ yields: false, self: "none", args: true, vars: [...s.vars, "k"] })}; } })(${e()}).m(${e()})`;
  },
  (_g, _s, e) => `Base.of(${e()}).m(${e()})`,
  (_g, _s, e) => `(${e()} in [1, 2, 3] ? ${e()} : 0)`,
  (g, _s, e) => `(delete { a: ${e()} }${g.pick([".a", "?.a", '["a"]'])} ? ${e()} : 3)`,
  (_g, s, e) => (s.self === "none" ? null : `(this.#p + ${e()})`),
  (g, s, e) => (s.self === "none" ? null : `(this.#p ${g.pick(["=", "+=", "-=", "??=", "||=", "&&="])} ${e()}) % 1013`),
  (g, s, e) =>
    s.self === "none"
      ? null
      : g.pick([`this.#m(${e()})`, `this.#a`, `(#p in this ? ${e()} : 0)`, `this.#p++`, `(this?.#m?.(${e()}) ?? 1)`]),
  (g, s, e) =>
    s.self !== "super"
      ? null
      : g.pick([
          `super.m(${e()})`,
          `super.s`,
          `(super.s = ${e()})`,
          `super["m"](${e()})`,
          `(() => super.m(${e({ yields: false })}))()`,
        ]),
];

const BUILT_INS: Make[] = [
  (g, _s, e) => `[${e()}, ${e()}, ...[${e()}]].reduce((a, b) => a + b${g.chance(0.5) ? " + receive()" : ""}, 0)`,
  (_g, _s, e) => `Number(\`\${${e()}}\${${_g.below(9)}}\`.slice(0, 4))`,
  (_g, _s, e) => `Math.max(${e()}, ${e()})`,
  (g, _s, e) => `[3, 1, 2].map((x) => x + ${e({ yields: false })})[${g.below(3)}]`,
  (_g, _s, e) => `[${e()}, ${e()}].sort((a, b) => { for (let i = 0; i < 3; i++); return a - b; })[0]`,
  (g, _s, e) => `[${e()}, 4, ${e()}, 1].${g.pick(["sort", "toSorted"])}((a, b) => a - b + receive() * 0)[${g.below(4)}]`,
  (g, s, e) => `[1, ${e()}].${g.pick(["filter", "flatMap"])}(${closure(g, s, e)}).length`,
  (g, s, e) => `Number([2, ${e()}].${g.pick(["some", "every", "find", "findLastIndex"])}(${closure(g, s, e)}))`,
  (_g, _s, e) =>
    `(() => { let t = 0; new Map([[1, ${e({ yields: false })}], [2, 3]]).forEach((v, k) => { t += v * k + receive() % 2; }); return t; })()`,
  (_g, _s, e) =>
    `(() => { let t = 0; new Set([1, ${e({ yields: false })}]).forEach((v) => { t += ${e({ yields: false })} + v; }); return t; })()`,
  (_g, _s, e) => `Number("a1b2".replace(/\\d/g, (d) => String(${e({ yields: false })} % 10 | 0)).slice(1, 2)) + 1`,
  (_g, _s, e) => `JSON.parse("[1,[2,3]]", (k, v) => (typeof v === "number" ? v + ${e({ yields: false })} : v))[0]`,
  (_g, _s, e) => `JSON.stringify({ a: ${e()}, b: [1] }, (k, v) => (typeof v === "number" ? v + receive() % 2 : v)).length`,
  (_g, _s, e) => `Array.from({ length: 2 }, (_, i) => i + ${e({ yields: false })})[1]`,
  (g, _s, e) => `Array.from(${g.pick(["gen(3)", "new Bag(2)", "talk(2)"])}, (x) => x + ${e({ yields: false })}).length`,
  (_g, _s, e) => `new Int16Array([1, ${e()}]).map((x) => x + ${e({ yields: false })})[0]`,
  (g, _s, e) =>
    `[...${g.pick([`gen(${g.below(4)})`, "new Bag(2)", "new Gens(3)", "talk(2)", "Gens.st(3)", "new Gens(2).some(4)"])}, ${e()}].length`,
  (_g, _s, e) =>
    `(typeof Object.groupBy === "function" ? Object.keys(Object.groupBy([1, 2, 3], (x) => (x + ${e({ yields: false })}) % 2)).length : 2)`,
  (_g, _s, e) =>
    `(typeof Iterator === "function" && Iterator.prototype.map ? gen(4).map((x) => x + ${e({ yields: false })}).filter((x) => (receive(), x % 2)).take(2).toArray().length : 1)`,
  (g, s, e) => `new Map(${g.pick(["[[1, 2]]", "[...gen(2)].map((x) => [x, x])"])}).size + ${closure(g, s, e)}(1)`,
];

const PATTERNS: Make[] = [
  (g, s, e) => {
    const a = g.fresh("d");
    return `(({ x: ${a}, y = ${e({ yields: false })} }) => ${a} + y + ${e({ vars: [...s.vars, a], yields: false })})({ x: ${e()} })`;
  },
  (g, s, e) => {
    const a = g.fresh("d");
    return `(([${a}, [b = ${e({ yields: false })}] = [], ...c]) => ${a} + b + c.length + ${e({ vars: [...s.vars, a], yields: false })})(${g.pick(["[1, [2], 3]", "gen(1)", `[${e()}]`])})`;
  },
  (g, s, e) => (s.muts.length > 0 ? `([${g.pick(s.muts)}, obj.n = ${e()}] = [${e()}, ${g.pick(["undefined", e()])}])[0]` : null),
  (g, s, e) => (s.muts.length > 0 ? `({ x: ${g.pick(s.muts)}, [digits(${e()})]: obj.n = ${e()} } = { x: ${e()} }).x` : null),
];

const YIELDS: Make[] = [
  (_g, _s, e) => `((yield ${e()}) | 0)`,
  (_g, _s, e) => `(${e()} + ((yield ${e()}) | 0)) % 1009`,
  (g, s, e) => `((yield* ${iterable(g, s, e)}) | 0)`,
];

export function iterable(g: Source, s: Names, e: () => string): string {
  const all = [
    "gen(3)",
    "lazy(3)",
    "new Set([1, 2])",
    "new Bag(2)",
    "new Gens(2)",
    "talk(3)",
    "Gens.st(2)",
    `[1, ${e()}]`,
    `sour(3, ${g.below(3)})`,
    "new Map([[1, 2]]).values()",
  ];
  if (s.gens.length > 0) for (let i = 0; i < 5; i++) all.push(`${g.pick(s.gens)}(${e()})`);
  return g.pick(all);
}

const KINDS = [OPERATORS, OPERATORS, CALLS, CALLS, OBJECTS, OBJECTS, BUILT_INS, PATTERNS];

export function expression(g: Source, s: Names, depth: number): string {
  if (depth <= 0 || g.chance(0.2)) return leaf(g, s);
  const kind = s.yields && g.chance(0.25) ? YIELDS : g.pick(KINDS);
  return g.pick(kind)(g, s, (more = {}) => expression(g, inside(s, more), depth - 1)) ?? leaf(g, s);
}

/** Random functions, generators and classes, with what uses them. */
import { expression, simple } from "./expressions.ts";
import { FUNCTION, inside, NOTHING, type Names, type Source } from "./source.ts";
import { statements } from "./statements.ts";

type Make = (g: Source, s: Names, depth: number) => string;

/** What a function inside may use: it is neither in the generator nor in the class around it. */
function ofFunction(s: Names, ...vars: string[]): Names {
  return inside(s, { vars: [...s.vars, ...vars], muts: [...s.muts, ...vars], yields: false, self: "none", args: true });
}

const closureMade: Make = (g, s) => {
  const f = g.fresh("f");
  const p = g.fresh("q");
  const arrow = inside(s, { vars: [...s.vars, p], muts: [...s.muts, p], yields: false });
  const text = g.chance(0.5)
    ? `(${p}) => ${expression(g, arrow, 2)}`
    : `function (${p}${g.chance(0.3) ? ` = ${expression(g, inside(s, { yields: false, self: "none", args: true }), 1)}` : ""}) { ${statements(g, ofFunction(s, p), 0, 2, FUNCTION)} return ${expression(g, ofFunction(s, p), 1)}; }`;
  s.fns.push(f);
  return `const ${f} = ${text};`;
};

const hoisted: Make = (g, s) => {
  const f = g.fresh("h");
  const p = g.fresh("q");
  s.fns.push(f);
  const names: Names = { ...ofFunction(s, p), fns: [], gens: [] };
  return `function ${f}(${p}) { ${p} = ${expression(g, names, 2)}; return ${p} % 50; }`;
};

const recursive: Make = (g, s) => {
  const f = g.fresh("r");
  const names: Names = { ...ofFunction(s, "a"), fns: [...s.fns] };
  const text = `const ${f} = ${g.pick([`function ${f}`, "function "])}(n, a) { if (n <= 0) return a; ${statements(g, names, 0, 1, FUNCTION)} const b = ${f}(n - 1, ${expression(g, names, 1)}); return (a + b + ${expression(g, names, 1)}) % 1009; };`;
  return `${text} log(${f}(${1 + g.below(4)}, ${expression(g, s, 1)}));`;
};

const generator: Make = (g, s, depth) => {
  const f = g.fresh("y");
  const p = g.fresh("q");
  const names = inside(ofFunction(s, p), { yields: true });
  const text = g.pick([
    `function* ${f}(${p})`,
    `function* ${f}(${p}, d${p} = ${expression(g, { ...ofFunction(s), self: "none" }, 1)})`,
  ]);
  const inner = statements(g, names, Math.min(depth, 2), 2, FUNCTION);
  const more = g.chance(0.4)
    ? `try { ${statements(g, names, Math.min(depth, 1), 1, FUNCTION)} yield ${expression(g, names, 1)}; } finally { ${g.pick([`log("closed", ${expression(g, names, 1)});`, `log(yield ${p});`, statements(g, names, 0, 1, NOTHING)])} }`
    : "";
  s.gens.push(f);
  const sends = `[${[0, 1, 2, 3].map(() => g.below(8)).join(", ")}]`;
  const e = expression(g, s, 1);
  const used = g.pick([
    `log(walk(${f}(${e}), ${sends}, ${g.below(8)}));`,
    `try { for (const x of ${f}(${e})) { log(x); if (receive() % 4 === 0) break; } } catch (ex) { log(say(ex)); }`,
    `try { log([...${f}(${e})].length); } catch (ex) { log(say(ex)); }`,
    `try { const [a, , b = ${e}] = ${f}(${e}); log(a, b); } catch (ex) { log(say(ex)); }`,
    "",
  ]);
  return `${text} { ${inner} ${more} return ${expression(g, names, 1)}; } ${used}`;
};

const classMade: Make = (g, s, depth) => {
  const C = g.fresh("K");
  const derived = g.chance(0.6);
  const outer = inside(s, { yields: false, self: "none", args: false });
  const member = (...vars: string[]): Names => inside(ofFunction(s, ...vars), { self: derived ? "super" : "class", gens: [] });
  const E = (names: Names, k = 1): string => expression(g, names, k);
  const init = inside(outer, {});
  const parts = [
    `#p = ${E(init)};`,
    g.pick([`q = ${E(init)};`, `q = this.#p + ${E(init)};`, `["q"] = (() => this.#p + receive())();`]),
    `#m(x) { ${g.chance(0.5) ? `if (x % 3 === 0) return x + receive(); ` : ""}return this.#p + x; }`,
    `get #a() { return this.#p * 2; }`,
    `get g() { return this.#a + ${simple(g, outer)}; }`,
    `set g(v) { this.#p = v % 17; }`,
    `m(x) { ${statements(g, member("x"), Math.min(depth, 1), 2, FUNCTION)} return this.#p + x; }`,
  ];
  if (g.chance(0.6)) {
    const pre = g.chance(0.4) ? `const pre = ${E(inside(ofFunction(s, "a"), {}))}; ` : "";
    const post = `this.z = a + ${E(member("a"))}; ${statements(g, member("a"), 0, 1, NOTHING)}`;
    const up = g.pick([
      "super(receive());",
      "super(a);",
      `if (receive() % 2) super(1); else super(slowBoom(a));`,
      "try { super(slowBoom(a)); } catch (ex) { log(say(ex)); super(2); } finally { log('made'); }",
      "(() => super(a + receive()))();",
    ]);
    parts.push(
      `constructor(a) { ${pre}${derived ? up : ""} ${post}${g.chance(0.2) ? " if (a % 5 === 0) return { m: (x) => x, q: 1, z: 2, g: 3 };" : ""} }`,
    );
  }
  if (g.chance(0.4))
    parts.push(
      `static #s = ${E(init)}; static { ${statements(g, init, 0, 1, NOTHING)} log(this.#s${g.chance(0.5) ? " + receive()" : ""}); } static st(x) { return ${C}.#s += x; }`,
    );
  else parts.push("static st(x) { return x + receive(); }");
  if (g.chance(0.4)) parts.push(`*it(n) { while (n-- > 0) { yield this.#p + n; ${g.chance(0.5) ? "receive();" : ""} } }`);
  else parts.push("it(n) { return gen(n); }");
  if (g.chance(0.3)) parts.push(`[digits(${E(inside(s, { self: "none", args: false, yields: false }))})](x) { return x; }`);
  const text = `class ${C}${derived ? ` extends ${g.pick(["Base", "Base", "(receive(), Base)"])}` : ""} { ${parts.join(" ")} }`;
  return `{ try { ${text} const o = new ${C}(${E(s)}); log(o.m(${E(s)}), o.g, o.q, o.z); o.g ${g.pick(["=", "+="])} ${E(s)}; log(o.g, ${C}.st?.(${E(s)})); for (const x of o.it?.(3) ?? []) log(x); } catch (ex) { log(say(ex)); } }`;
};

const objectMade: Make = (g, s, depth) => {
  const o = g.fresh("o");
  const outer = inside(s, { yields: false, self: "none" });
  const method = statements(g, ofFunction(s, "x"), Math.min(depth, 1), 1, FUNCTION);
  const f = g.fresh("f");
  const text = `const ${o} = { __proto__: obj, k: ${expression(g, s, 1)}, get a() { return this.k + ${simple(g, outer)}; }, set a(v) { this.k = v % 23; }, m(x) { ${method} return this.k + x; }, up(x) { return super.f(x) + ${expression(g, { ...ofFunction(s, "x"), args: true }, 1)}; }, *gn(x) { yield x; yield receive() % 7; } }; ${o}.a += ${expression(g, s, 1)}; const ${f} = (x) => ${o}.${g.pick(["m", "up"])}(x) + [...${o}.gn(x)].length;`;
  s.fns.push(f);
  return text;
};

const KINDS = [closureMade, closureMade, hoisted, recursive, generator, generator, classMade, classMade, objectMade];

export function definition(g: Source, s: Names, depth: number): string {
  return g.pick(KINDS)(g, s, depth);
}

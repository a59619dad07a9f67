/** Random statements. */
import { definition } from "./definitions.ts";
import { expression, iterable } from "./expressions.ts";
import { FUNCTION, inside, NOTHING, type Names, type Place, type Source } from "./source.ts";

export function statements(g: Source, s: Names, depth: number, n: number, at: Place): string {
  const own = inside(s);
  let text = "";
  for (let i = 0; i < n; i++) text += `${statement(g, own, depth, at)}\n`;
  return text;
}

/** Leaves the place in one of the ways that it allows, or not. */
export function leave(g: Source, s: Names, at: Place): string {
  const E = (): string => expression(g, s, 1);
  const ways = [`if (${E()} % 7 === 1) throw new Error("x" + ${E()});`, `boom(${E()});`];
  if (at.fn) ways.push(`if (${E()} % 7 === 2) return ${E()};`, `if (${E()} % 5 === 2) return slowBoom(${E()});`);
  if (at.loop) ways.push(`if (${E()} % 4 === 1) break;`, `if (${E()} % 4 === 2) continue;`);
  if (at.labels.length > 0) ways.push(`if (${E()} % 5 === 0) ${g.pick(["break", "continue"])} ${g.pick(at.labels)};`);
  if (at.blocks.length > 0) ways.push(`if (${E()} % 3 === 0) break ${g.pick(at.blocks)};`);
  return g.pick(ways);
}

interface Here {
  g: Source;
  s: Names;
  at: Place;
  depth: number;
  /** An expression. */
  E(k?: number): string;
  /** The statements of a block inside. */
  into(n: number, vars?: string[], place?: Place, muts?: string[]): string;
}

type Make = (h: Here) => string;

/** Without blocks inside. */
const SMALL: Make[] = [
  ({ g, s, E }) => {
    const v = g.fresh("v");
    const text = `let ${v} = ${E()};`;
    s.vars.push(v);
    s.muts.push(v);
    return text;
  },
  ({ g, s, E }) => {
    const v = g.fresh("c");
    const text = `const ${v} = ${E()};`;
    s.vars.push(v);
    return text;
  },
  ({ g, s, E }) => {
    const v = g.fresh("u");
    const text = `var ${v} = ${E()};`;
    s.vars.push(v);
    s.muts.push(v);
    return text;
  },
  ({ E }) => `log(${E()});`,
  ({ E }) => `log(${E()}, ${E(1)});`,
  ({ E }) => `${E()};`,
  ({ g, s, at, E }) => (g.chance(0.4) ? leave(g, s, at) : `log(${E()});`),
  ({ g, s, E }) => {
    const a = g.fresh("v");
    const b = g.fresh("v");
    const text = g.pick([
      () => `let [${a}, ${b} = ${E(1)}] = [${E(1)}];`,
      () => `let { x: ${a}, y: ${b} = ${E(1)} } = { x: ${E(1)} };`,
      () => `let [${a}, , ${b} = ${E(1)}] = ${iterable(g, s, () => E(1))};`,
      () => `let { x: [${a}], ...r${a} } = { x: [${E(1)}], z: ${E(1)} }; let ${b} = r${a}.z;`,
      () => `let { [digits(${E(1)})]: ${a} = ${E(1)}, length: ${b} } = [${E(1)}];`,
      () => `let [${a}, ...r${a}] = ${iterable(g, s, () => E(1))}; let ${b} = r${a}.length;`,
      () => `var [[${a} = ${E(1)}] = [], { z: ${b} = ${E(1)} } = {}] = [[], ${g.pick(["undefined", "{ z: 4 }"])}];`,
    ])();
    s.vars.push(a, b);
    s.muts.push(a, b);
    return text;
  },
  ({ g, s, E }) => {
    if (s.muts.length < 2) return `log(${E()});`;
    return g.pick([
      () => `[${g.pick(s.muts)}, ${g.pick(s.muts)}] = [${E(1)}, ${E(1)}];`,
      () => `[${g.pick(s.muts)}, obj.n = ${E(1)}] = ${iterable(g, s, () => E(1))};`,
      () => `({ x: ${g.pick(s.muts)} = ${E(1)}, ["y"]: obj.n } = { y: ${E(1)} });`,
      () => `${g.pick(s.muts)} = ${g.pick(s.muts)} = ${E()};`,
    ])();
  },
  ({ g, s, E }) =>
    s.yields
      ? g.pick([() => `log(yield ${E(1)});`, () => `yield ${E(1)};`, () => `yield* ${iterable(g, s, () => E(1))};`])()
      : `log(${E()});`,
  ({ g, s, depth }) => definition(g, s, depth),
];

const BLOCKS: Make[] = [
  ({ g, E }) => {
    const v = g.fresh("v");
    return `{ const ${v} = ${E(1)}; switch (receive() % 3) { case 0: log(${E(1)}); case 1: log(${v}); break; default: log("none"); } }`;
  },
  ({ g, at, E, into }) => `if (${E(1)} % 2) { ${into(2)} }${g.chance(0.5) ? ` else { ${into(2, [], at)} }` : ""}`,
  ({ at, into }) => `{ ${into(3, [], at)} }`,
  ({ g, at, E, into }) => {
    const arm = (n: number): string => `{ ${into(n, [], { ...at, loop: false, blocks: at.blocks })} }`;
    const test = g.chance(0.4) ? g.pick(["(receive() % 2)", "boom(receive())"]) : "1";
    return `switch (${E(1)} % 4) { case 0: ${arm(1)} ${g.chance(0.5) ? "break;" : ""} case ${test}: ${arm(2)} default: log("d"); ${g.chance(0.5) ? "break;" : ""} case 2: ${arm(1)} }`;
  },
  ({ g, E, into }) => {
    const v = g.fresh("s");
    return `switch (${E(1)} % 3) { case 0: let ${v} = ${E(1)}; log(${v}); break; case 1: ${v} = 4; const f = () => ${v}; log(f()); default: ${into(1, [], NOTHING)} }`
      .replace(`case 1: ${v} = 4;`, `case 1: try { log(${v}); } catch (ex) { log(ex.name); }`)
      .replace("log(f());", "try { log(f()); } catch (ex) { log(ex.name); }");
  },
  ({ g, at, into }) => {
    const B = g.fresh("B");
    return `${B}: { ${into(2, [], { ...at, blocks: [...at.blocks, B] })} ${g.chance(0.5) ? `if (receive() % 2) break ${B};` : ""} log("${B}"); }`;
  },
  ({ g, E, into }) => {
    const u = g.fresh("u");
    return `{ const rd = () => ${u}; try { log(rd()); } catch (ex) { log(ex.name); } let ${u} = ${E(1)}; log(rd()); ${into(1, [u], undefined, [u])} }`;
  },
];

const LOOPS: Make[] = [
  ({ g, at, E, into }) => {
    const i = g.fresh("i");
    return `for (let ${i} = 0, step${i} = 1 + (${E(1)} & 1); ${i} < 3; ${i} += step${i}) { ${into(1, [i], { ...at, loop: true })} }`;
  },
  ({ g, at, into }) => {
    const i = g.fresh("i");
    return `for (let ${i} = 0; ${i} < ${1 + g.below(3)}${g.chance(0.2) ? " + receive() % 2" : ""}; ${i}++) { ${into(3, [i], { ...at, loop: true })} }`;
  },
  ({ g, at, into }) => {
    const i = g.fresh("w");
    const inner = into(2, [i], { ...at, loop: true });
    return g.chance(0.5)
      ? `{ let ${i} = 0; while (${i} < 3${g.chance(0.3) ? " + receive() % 2" : ""}) { ${i}++; ${inner} } }`
      : `{ let ${i} = 0; do { ${i}++; ${inner} } while (${i} < 2${g.chance(0.3) ? " + receive() % 2" : ""}); }`;
  },
  ({ g, at, E, into }) => {
    const x = g.fresh("e");
    return `for (const ${x} of [${E(1)}, ${E(1)}, 3]) { ${into(2, [x], { ...at, loop: true })} }`;
  },
  ({ g, s, at, E, into }) => {
    const x = g.fresh("e");
    return `for (${g.pick(["const", "let"])} ${x} of ${iterable(g, s, () => E(1))}) { ${into(2, [x], { ...at, loop: true })} }`;
  },
  ({ g, s, at, E, into }) => {
    const x = g.fresh("e");
    return `for (const [${x}, y${x} = ${E(1)}] of ${g.pick(["[[1], [2, 3]]", "new Map([[1, 2], [3, undefined]])", "[gen(1), gen(3)]"])}) { log(${x}); ${into(1, [x, `y${x}`], { ...at, loop: true })}${s.fns.length > 0 ? "" : ""} }`;
  },
  ({ g, at, into }) => {
    const k = g.fresh("k");
    return `for (const ${k} in ${g.pick(["{ a: 1, b: 2 }", "[7, 8]", "new Own(receive())"])}) { log(${k}); ${into(2, [], { ...at, loop: true })} }`;
  },
  ({ at, E, into }) => `for (obj.n of [${E(1)}, 2]) { ${into(1, [], { ...at, loop: true })} }`,
  ({ g, s, at, E, into }) => {
    const L = g.fresh("L");
    const i = g.fresh("i");
    const place: Place = { ...at, loop: true, labels: [...at.labels, L] };
    return `${L}: for (let ${i} = 0; ${i} < 3; ${i}++) { for (const z of ${iterable(g, s, () => "2")}) { log(z + ${E(1)}); if (${E(1)} % 3 === 0) ${g.pick(["break", "continue"])} ${L}; ${into(1, [i, "z"], place)} } }`;
  },
  ({ g, s, at, E, into }) => {
    // Out of finally blocks and iterators at once.
    const L = g.fresh("L");
    const i = g.fresh("i");
    const place: Place = { ...at, loop: true, labels: [...at.labels, L] };
    return `${L}: for (let ${i} = 0; ${i} < 2; ${i}++) { try { for (const z of ${iterable(g, s, () => "1")}) { try { ${into(1, [i, "z"], place)} ${leave(g, { ...s, vars: [...s.vars, i, "z"] }, place)} } finally { log("in", ${E(1)}); } } } finally { log("out"); ${g.chance(0.3) ? leave(g, s, place) : ""} } }`;
  },
  ({ g, E, into }) => {
    const fs = g.fresh("fs");
    const i = g.fresh("i");
    return `{ const ${fs} = []; for (let ${i} = 0; ${i} < 3; ${i}++) { let k = ${E(1)}; ${fs}.push(() => { k += ${i}; ${g.chance(0.5) ? `${i}++;` : ""} return k${g.chance(0.5) ? " + receive()" : ""}; }); ${into(1, [i, "k"], { ...NOTHING, loop: true }, ["k"])} } for (const f of ${fs}) log(f(), f()); }`;
  },
  ({ g, E }) => {
    const fs = g.fresh("fs");
    return g.pick([
      `{ const ${fs} = []; for (const [a, b = ${E(1)}] of [[1], [2]]) ${fs}.push(() => a + b); for (const k in { x: 1, y: 2 }) ${fs}.push(() => k + receive()); let w = 0; while (w < 2) { const c = w++; ${fs}.push((x = c) => x + c); } for (const f of ${fs}) log(f()); }`,
      `{ const ${fs} = []; for (let a = 0, f = () => a, b = ${E(1)}; a < 3; a++, receive()) { ${fs}.push(() => [a, b++, f()]); a += receive() % 2; } for (const f of ${fs}) log(f()); }`,
    ]);
  },
  ({ g, s, E }) => {
    // Nothing in it suspends.
    const t = g.fresh("t");
    const text = `let ${t} = ${E(1)} | 0; ${g.chance(0.5) ? "A: " : ""}for (let i = 0; i < ${3 + g.below(40)}; i++) { ${t} = (${t} * 3 + i) % 1009; for (let j = i; j < i + ${g.below(20)}; j++) { if ((${t} + j) % 13 === 5) ${g.pick(["break", "continue"])}; ${t} += j & 3; ${g.chance(0.3) ? `switch (j & 3) { case 1: continue; case 2: ${t}++; break; default: ${t} ^= 1; }` : ""} } ${g.chance(0.3) ? `if (${t} % 11 === 7) break;` : ""} }`;
    s.vars.push(t);
    s.muts.push(t);
    return text.includes("A: ") ? text.replace("% 13 === 5) continue", "% 13 === 5) continue A") : text;
  },
  ({ g, s, E }) => {
    const t = g.fresh("t");
    const text = `let ${t} = 0n; for (let i = big(${E(1)}) % 5n; i < 6n; i++) { ${t} += i * big(${E(1)}); }`;
    s.vars.push(`Number(${t} % 1009n)`);
    return text;
  },
];

const TRIES: Make[] = [
  ({ g, E }) => {
    // Only the handler, in which nothing suspends, reads it, and a call that throws is the last that the body does.
    const v = g.fresh("v");
    return `{ let ${v} = ${E(1)}, w${v} = 0; try { ${v} = ${E(1)}; ${g.pick(["slowBoom(receive());", `log(slowBoom(${E(1)}));`, `for (const x of sour(2, 1)) slowBoom(x);`])} } catch { w${v} = ${v} * 2; } log(w${v}); }`;
  },
  ({ into }) => `try { ${into(2)} } catch (ex) { log("c:", say(ex)); ${into(1)} }`,
  ({ g, s, at, into }) => `try { ${into(2)} ${leave(g, s, at)} } finally { log("f"); ${into(1, [], NOTHING)} }`,
  ({ g, s, at, into }) =>
    `try { ${into(2)} } catch (ex) { log(say(ex)); ${into(1)} } finally { log("g"); ${g.chance(0.3) ? leave(g, s, at) : ""} }`,
  ({ g, s, at, E, into }) =>
    `try { try { ${into(1)} ${leave(g, s, at)} } finally { log("inner", ${E(1)}); ${g.chance(0.4) ? leave(g, s, at) : into(1)} } } finally { log("outer", receive()); ${g.chance(0.2) ? leave(g, s, at) : ""} }`,
  ({ g, s, at, E, into }) => {
    // A handler that reads what the body may have changed before it threw.
    const v = g.fresh("v");
    const more = { ...s, vars: [...s.vars, v] };
    return `{ let ${v} = ${E(1)}; try { ${v} = ${E(1)}; ${leave(g, more, { ...at, loop: false, labels: [] })} ${v} += ${g.pick(["receive()", `slowBoom(${v})`, `boom(${v})`])}; ${into(1, [v], at, [v])} throw new Error("t" + ${v}); } catch (ex) { log(${v}, say(ex)${s.vars.length > 0 ? `, ${g.pick(s.vars)}` : ""}); } }`;
  },
  ({ g, E }) => {
    const v = g.fresh("v");
    return `{ let ${v} = 1, w${v} = ${E(1)}; try { ${v} = ${E(1)}; w${v} = slowBoom(${v}); ${v} = slowBoom(${E(1)}); ${v} = 3; slowBoom(w${v}); } catch { log(${v}, w${v}); } ${g.chance(0.5) ? `finally { log(${v}++); }` : ""} log(${v}); }`;
  },
  ({ g, E }) => {
    const x = g.fresh("x");
    return `try { throw { message: ${E(1)}, deep: [${E(1)}] }; } catch ({ message: ${x}, more = ${E(1)}, deep: [d = receive()] = [] }) { const f = () => ${x}++ + d + receive(); log(f(), ${x}, more); }`;
  },
];

const KINDS = [SMALL, SMALL, SMALL, SMALL, BLOCKS, LOOPS, LOOPS, TRIES, TRIES];

function statement(g: Source, s: Names, depth: number, at: Place): string {
  const kind = depth > 0 ? g.pick(KINDS) : SMALL;
  return g.pick(kind)({
    g,
    s,
    at,
    depth,
    E: (k = 2) => expression(g, s, k),
    into: (n, vars = [], place = at, muts = []) =>
      statements(g, inside(s, { vars: [...s.vars, ...vars], muts: [...s.muts, ...muts] }), depth - 1, n, place),
  });
}

/** The body of a function. */
export function body(g: Source, s: Names, depth: number, n: number): string {
  return statements(g, s, depth, n, FUNCTION);
}

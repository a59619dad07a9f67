/** Random programs for the differential harness. A seed gives one program, on every machine. */

interface Names {
  /** Readable. */
  vars: string[];
  /** Assignable. */
  muts: string[];
  /** Functions of one argument. */
  fns: string[];
}

interface Place {
  loop: boolean;
  fn: boolean;
  labels: string[];
}

export function generate(seed: number): string {
  let state = seed >>> 0 || 1;
  const random = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) random();
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const chance = (p: number): boolean => random() < p;
  let serial = 0;
  const fresh = (prefix: string): string => `${prefix}${serial++}`;
  const copy = (s: Names): Names => ({ vars: [...s.vars], muts: [...s.muts], fns: [...s.fns] });
  const functions: string[] = [];
  /** Whether what is being written stands in a generator, where it may yield. */
  let yields = false;
  const withYields = <T>(may: boolean, body: () => T): T => {
    const before = yields;
    yields = may;
    const result = body();
    yields = before;
    return result;
  };

  function leaf(s: Names): string {
    const r = random();
    if (r < 0.5 && s.vars.length > 0) return pick(s.vars);
    return r < 0.75 ? "receive()" : String(below(20));
  }

  /** Something to iterate, which ends. */
  function walked(): string {
    return pick([`gen(${below(4)})`, `asks(${below(4)})`, `chain(${below(3)})`, "lazy(3)", "new Bag(2)", "new Set([1, 2])"]);
  }

  function expr(s: Names, d: number): string {
    if (d <= 0) return leaf(s);
    const e = (k = d - 1): string => expr(s, k);
    switch (below(33)) {
      case 0:
        return `(${e()} ${pick(["+", "-", "*"])} ${e()}) % 1009`;
      case 1:
        return `(${e()} % 2 ? ${e()} : ${e()})`;
      case 2:
        return `((${e()} % 3) ${pick(["&&", "||", "??"])} ${e()})`;
      case 3:
        return functions.length > 0 ? `${pick(functions)}(${e()}, ${e()})` : leaf(s);
      case 4:
        return s.muts.length > 0 ? `(${pick(s.muts)} ${pick(["=", "+=", "-=", "||=", "&&=", "??="])} ${e()})` : leaf(s);
      case 5:
        return s.muts.length > 0 ? pick([`${pick(s.muts)}++`, `--${pick(s.muts)}`]) : leaf(s);
      case 6:
        return `[${e()}, ${e()}, ...[${e()}]].reduce((a, b) => a + b${chance(0.5) ? " + receive()" : ""}, 0)`;
      case 7:
        return `({ a: ${e()}, ["b"]: ${e()}, ...{ c: ${e()} } }).${pick(["a", "b", "c"])}`;
      case 8: {
        const p = fresh("p");
        const inner = withYields(false, () => expr({ ...copy(s), vars: [...s.vars, p] }, d - 1));
        return `((${p}) => ${inner})(${e()})`;
      }
      case 9:
        return s.fns.length > 0 ? `${pick(s.fns)}(${e()})` : leaf(s);
      case 10:
        return `Number(\`\${${e()}}\${${below(9)}}\`.slice(0, 4))`;
      case 11:
        return `Math.max(${e()}, ${e()})`;
      case 12:
        return `[3, 1, 2].map((x) => x + ${withYields(false, e)})[${below(3)}]`;
      case 13:
        return `new Obj(${e()}).${pick(["m", "k", "s"])}(${e()})`;
      case 14:
        return `new Sub(${e()}).${pick(["m", "k", "up"])}(${e()})`;
      case 15:
        return `(${chance(0.5) ? "obj" : "none"}?.${pick(["f", "g"])}?.(${e()}) ?? ${e()})`;
      case 16:
        return `(obj.n ${pick(["=", "+=", "-="])} ${e()})`;
      case 17:
        return `obj.f(${e()})`;
      case 18:
        return `[...${walked()}, ${e()}].length`;
      case 19:
        return chance(0.5) ? `new Obj(${e()}).total` : `new Own(${e()}).m(${e()})`;
      case 20:
        return `(${e()}, ${e()})`;
      case 21: {
        const a = fresh("d");
        const inner = withYields(false, () => `y = ${e()} }) => ${a} + y + ${expr({ ...copy(s), vars: [...s.vars, a] }, d - 1)}`);
        return `(({ x: ${a}, ${inner})({ x: ${e()} })`;
      }
      case 22:
        return `[${e()}, ${e()}].sort((a, b) => { for (let i = 0; i < 3; i++); return a - b; })[0]`;
      case 23:
        return `apply(${s.fns.length > 0 ? pick(s.fns) : "(x) => x + receive()"}, ${e()})`;
      case 24:
        return `obj.f.call(obj, ${e()})`;
      case 25:
        return `tag\`a\${${e()}}b\${${e()}}\``;
      case 26:
      case 27:
        return yields ? `((yield ${e()}) ?? ${e()})` : leaf(s);
      case 28:
        return yields ? `Number((yield* ${walked()}) ?? ${e()})` : leaf(s);
      default:
        return leaf(s);
    }
  }

  function statements(s: Names, d: number, n: number, at: Place): string {
    const own = copy(s);
    let text = "";
    for (let i = 0; i < n; i++) text += `${statement(own, d, at)}\n`;
    return text;
  }

  function leave(s: Names, at: Place): string {
    const ways = [`if (${expr(s, 1)} % 7 === 1) throw new Error("x" + ${expr(s, 1)});`];
    if (at.fn) ways.push(`if (${expr(s, 1)} % 7 === 2) return ${expr(s, 1)};`);
    if (at.loop) ways.push(`if (${expr(s, 1)} % 4 === 1) break;`, `if (${expr(s, 1)} % 4 === 2) continue;`);
    if (at.labels.length > 0) ways.push(`if (${expr(s, 1)} % 5 === 0) ${pick(["break", "continue"])} ${pick(at.labels)};`);
    return pick(ways);
  }

  function statement(s: Names, d: number, at: Place): string {
    const E = (k = 2): string => expr(s, k);
    const into = (extra: string[], place: Place, n: number, muts: string[] = []): string =>
      statements({ vars: [...s.vars, ...extra], muts: [...s.muts, ...muts], fns: s.fns }, d - 1, n, place);
    const inLoop: Place = { ...at, loop: true };
    switch (below(d > 0 ? 32 : 9)) {
      case 0: {
        const v = fresh("v");
        const text = `let ${v} = ${E()};`;
        s.vars.push(v);
        s.muts.push(v);
        return text;
      }
      case 1: {
        const v = fresh("c");
        const text = `const ${v} = ${E()};`;
        s.vars.push(v);
        return text;
      }
      case 2:
        return `log(${E()});`;
      case 3:
        return `${E()};`;
      case 4:
        return chance(0.4) ? leave(s, at) : `log(${E()});`;
      case 5: {
        const f = fresh("f");
        const p = fresh("q");
        const inner: Names = { vars: [...s.vars, p], muts: [...s.muts, p], fns: [...s.fns] };
        const text = withYields(false, () =>
          chance(0.5)
            ? `(${p}) => ${expr(inner, 2)}`
            : `function (${p}${chance(0.3) ? ` = ${E(1)}` : ""}) { ${statements(inner, 0, 2, { loop: false, fn: true, labels: [] })} return ${expr(inner, 1)}; }`,
        );
        s.fns.push(f);
        return `const ${f} = ${text};`;
      }
      case 6: {
        const a = fresh("v");
        const b = fresh("v");
        const text = pick([
          `let [${a}, ${b} = ${E(1)}] = [${E(1)}];`,
          `let { x: ${a}, y: ${b} = ${E(1)} } = { x: ${E(1)} };`,
          `let [${a}, , ${b}] = ${pick(["gen(5)", "asks(5)", "chain(4)"])};`,
          `let [${a} = ${E(1)}, ${b} = ${E(1)}] = asks(2);`,
          `let { x: [${a}], ...r${a} } = { x: [${E(1)}], z: ${E(1)} }; let ${b} = r${a}.z;`,
        ]);
        s.vars.push(a, b);
        s.muts.push(a, b);
        return text;
      }
      case 7: {
        if (s.muts.length < 2) return `log(${E()});`;
        return pick([
          `[${pick(s.muts)}, ${pick(s.muts)}] = [${E(1)}, ${E(1)}];`,
          `[${pick(s.muts)}, obj.z = ${E(1)}, ${pick(s.muts)}] = [...asks(3)];`,
          `[${pick(s.muts)}, obj.z] = chain(2);`,
        ]);
      }
      case 8: {
        const f = fresh("h");
        const p = fresh("q");
        s.fns.push(f);
        const value = withYields(false, () => expr({ vars: [...s.vars, p], muts: [p, ...s.muts], fns: [] }, 2));
        return `function ${f}(${p}) { ${p} = ${value}; return ${p} % 50; }`;
      }
      case 9:
      case 10:
        return `if (${E(1)} % 2) { ${into([], at, 2)} }${chance(0.5) ? ` else { ${into([], at, 2)} }` : ""}`;
      case 11:
      case 12: {
        const i = fresh("i");
        return `for (let ${i} = 0; ${i} < ${1 + below(3)}${chance(0.2) ? " + receive() % 2" : ""}; ${i}++) { ${into([i], inLoop, 3)} }`;
      }
      case 13: {
        const i = fresh("w");
        const inner = into([i], inLoop, 2);
        return chance(0.5)
          ? `{ let ${i} = 0; while (${i} < 3${chance(0.3) ? " + receive() % 2" : ""}) { ${i}++; ${inner} } }`
          : `{ let ${i} = 0; do { ${i}++; ${inner} } while (${i} < 2${chance(0.3) ? " + receive() % 2" : ""}); }`;
      }
      case 14: {
        const x = fresh("e");
        return `for (const ${x} of [${E(1)}, ${E(1)}, 3]) { ${into([x], inLoop, 2)} }`;
      }
      case 15: {
        const x = fresh("e");
        return `for (${pick(["const", "let"])} ${x} of ${walked()}) { ${into([x], inLoop, 2)} }`;
      }
      case 16: {
        const k = fresh("k");
        return `for (const ${k} in { a: 1, b: 2 }) { log(${k}); ${into([], inLoop, 2)} }`;
      }
      case 17: {
        const arm = (n: number): string => `{ ${into([], { ...at, labels: at.labels }, n)} }`;
        const test = chance(0.3) ? "(receive() % 2)" : "1";
        return `switch (${E(1)} % 4) { case 0: ${arm(1)} ${chance(0.5) ? "break;" : ""} case ${test}: ${arm(2)} default: log("d"); ${chance(0.5) ? "break;" : ""} case 2: ${arm(1)} }`;
      }
      case 18:
      case 19:
        return `try { ${into([], at, 2)} } catch (ex) { log("c:" + ex.message); ${into([], at, 1)} }`;
      case 20:
        return `try { ${into([], at, 2)} ${leave(s, at)} } finally { log("f"); ${into([], { loop: false, fn: false, labels: [] }, 1)} }`;
      case 21:
        return `try { ${into([], at, 2)} } catch (ex) { log(String(ex.message)); ${into([], at, 1)} } finally { log("g"); ${chance(0.2) ? leave(s, at) : ""} }`;
      case 22: {
        const L = fresh("L");
        const i = fresh("i");
        const place: Place = { ...at, loop: true, labels: [...at.labels, L] };
        return `${L}: for (let ${i} = 0; ${i} < 3; ${i}++) { for (const z of ${pick(["[1, 2]", "gen(3)", "asks(3)"])}) { log(z + ${E(1)}); if (${E(1)} % 3 === 0) ${pick(["break", "continue"])} ${L}; ${into([i, "z"], place, 1)} } }`;
      }
      case 23: {
        // A handler that reads what the body may have changed before it threw.
        const v = fresh("v");
        const t = `{ let ${v} = ${E(1)}; try { ${v} = ${E(1)}; ${leave(s, { ...at, loop: false, labels: [] })} ${v} += receive(); ${into([v], at, 1, [v])} throw new Error("t" + ${v}); } catch (ex) { log(${v}, ex.message${s.vars.length > 0 ? `, ${pick(s.vars)}` : ""}); } }`;
        return t;
      }
      case 24: {
        const fs = fresh("fs");
        const i = fresh("i");
        return `{ const ${fs} = []; for (let ${i} = 0; ${i} < 3; ${i}++) { let k = ${E(1)}; ${fs}.push(() => { k += ${i}; ${chance(0.5) ? `${i}++;` : ""} return k${chance(0.5) ? " + receive()" : ""}; }); ${into([i, "k"], inLoop, 1, ["k"])} } for (const f of ${fs}) log(f(), f()); }`;
      }
      case 25: {
        const C = fresh("K");
        const made = withYields(false, () => E(1));
        const method = withYields(false, () => into(["x"], { loop: false, fn: true, labels: [] }, 1));
        return `{ class ${C} { constructor(a) { this.a = a + ${made}; } get g() { return this.a + ${s.vars.length > 0 ? pick(s.vars) : 1}; } m(x) { ${method} return this.a + x; } } const o = new ${C}(${E(1)}); log(o.m(${E(1)}), o.g, o.a); }`;
      }
      case 26:
        return withYields(false, () => classAndUse(s));
      case 27: {
        const u = fresh("u");
        return `{ const rd = () => ${u}; try { log(rd()); } catch (ex) { log(ex.name); } let ${u} = ${E(1)}; log(rd()); ${into([u], at, 1, [u])} }`;
      }
      case 28: {
        // A generator, walked by hand: what it is told, and how it is left.
        const g = fresh("g");
        const q = fresh("q");
        const inner = withYields(true, () => into([q], { loop: false, fn: true, labels: [] }, 3, [q]));
        const end = pick([`it.return(${E(1)})`, `it.throw(new Error("u" + ${E(1)}))`, `it.next(${E(1)})`]);
        return `{ const ${g} = function* (${q}) { ${inner} ${withYields(true, () => E(2))}; }; const it = ${g}(${E(1)}); try { let s = it.next(); for (let i = 0; i < ${1 + below(5)} && !s.done; i++) { log(s.value); s = it.next(i + ${E(1)}); } log(s.done, ${end}.done, it.next().value); } catch (ex) { log("g:" + ex.message, it.next().done); } }`;
      }
      case 29: {
        const g = fresh("g");
        const x = fresh("e");
        const inner = withYields(true, () => into([], { loop: false, fn: true, labels: [] }, 3));
        return `{ function* ${g}() { try { ${inner} yield ${withYields(true, () => E(1))}; } finally { log("gf"); ${withYields(true, () => E(1))}; } } for (const ${x} of ${g}()) { log(${x}); ${into([x], inLoop, 2)} } }`;
      }
      default:
        return `{ ${into([], at, 3)} }`;
    }
  }

  /** A class with all that may suspend while it is defined and constructed. */
  function classAndUse(s: Names): string {
    const E = (d: number): string => expr(s, d);
    const into = (more: string[], d: number, fn = false): string =>
      statements({ ...s, vars: [...s.vars, ...more] }, d, 2, { loop: false, fn, labels: [] });
    const C = fresh("K");
    const base = chance(0.6) ? pick(["Obj", "Sub", "Own"]) : "";
    const heritage = base === "" ? "" : `extends ${chance(0.3) ? `(log("up"), ${base})` : base}`;
    const members = [`a = ${E(1)};`, `#p = ${E(1)};`, `static s = ${E(1)};`, `static #t = ${E(1)};`];
    members.push(`${chance(0.3) ? `[${E(1)} % 3]` : "b"} = ${chance(0.5) ? E(1) : "() => this.#p"};`);
    members.push(`static { ${into([], 1)} this.u = this.#t; }`);
    if (chance(0.7)) {
      const early = base !== "" && chance(0.3) ? "const early = () => this.#p;" : "";
      const up = base === "" ? "" : chance(0.3) ? `const up = (v) => super(v); up(${E(1)});` : `super(${E(1)});`;
      const late = early === "" ? "" : "log(early());";
      members.push(`constructor(x) { ${early} ${into(["x"], 1)} ${up} this.z = x; ${late} ${into(["x"], 1)} }`);
    }
    const above = base === "" ? "" : " + super.m(x)";
    members.push(`#q(x) { for (let j = 0; j < 2; j++) this.#p += x % 3; return this.#p${above}; }`);
    members.push(`m(x) { ${into(["x"], 1, true)} return this.a + this.#q(x); }`);
    const shown = `o.m(${E(1)}), o.a, o.z, typeof o.b, ${C}.s, ${C}.u, Object.keys(o).join()`;
    return `{ class ${C} ${heritage} { ${members.join(" ")} } try { const o = new ${C}(${E(1)}); log(${shown}); } catch (ex) { log(ex.message); } }`;
  }

  let text = `class Own { constructor(n) { this.n = n; if (n % 5 === 0) this.n += receive(); } m(k) { return this.n - k; } }
class Obj { constructor(n) { this.n = n; for (let i = 0; i < 2; i++) this.n++; } m(k) { return this.n + k + receive() % 5; } k(j) { return (() => this.n * 2 + j)(); } get total() { let s = 0; for (let i = 0; i < 3; i++) s += this.n; return s; } s(k) { return Obj.st(k) + this.n; } static st(x) { return x + receive(); } }
class Sub extends Obj { m(k) { return super.m(k) + 1; } up(k) { return [1].map((x) => super.k(x + k))[0]; } }
class Bag { constructor(n) { this.n = n; } [Symbol.iterator]() { let i = 0; return { next: () => (i < this.n ? { value: i++ + (receive() % 3), done: false } : { value: undefined, done: true }), return: () => { log("bag"); return {}; } }; } }
function* gen(n) { try { for (let i = 0; i < n; i++) yield i * 3; } finally { log("gen closed"); } }
function* asks(n) { try { for (let i = 0; i < n; i++) yield i + receive() % 3; return n; } finally { log("asks closed", receive() % 2); } }
function* chain(n) { const r = yield* asks(n); yield* [1, 2]; return r; }
function lazy(n) { let i = 0; return { [Symbol.iterator]() { return this; }, next() { i++; return { value: i, done: i > n }; }, return(v) { log("lazy closed"); return {}; } }; }
function apply(f, x) { return f(x) + 1; }
function tag(strings, ...values) { return values.reduce((a, b) => a + b, strings.length); }
const none = undefined;
const obj = { n: 1, f(x) { return this.n + x + receive() % 3; } };
`;
  for (let i = 0; i < 2; i++) {
    text += `function fn${i}(a, b) { ${statements({ vars: ["a", "b"], muts: ["a", "b"], fns: [] }, 1, 3, { loop: false, fn: true, labels: [] })} return a + b; }\n`;
    functions.push(`fn${i}`);
  }
  text += `function main() { ${statements({ vars: [], muts: [], fns: [] }, 3, 6, { loop: false, fn: true, labels: [] })} return "end"; }`;
  return text;
}

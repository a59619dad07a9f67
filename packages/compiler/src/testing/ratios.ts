/**
 * How much slower compiled programs run than plain ones: both in one process, in turns, medians of the ratios of pairs.
 * `npx esbuild packages/compiler/src/testing/ratios.ts --bundle --platform=node --format=esm --packages=external --outfile=ratios.mjs && node ratios.mjs [program…]`
 */
import vm from "node:vm";
import { compile } from "../compile.ts";
import { load, run } from "./machine.ts";

const PROGRAMS: Record<string, string> = {
  fib: `function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); } function main() { return fib(27); }`,
  mandelbrot: `function main() { let total = 0; const w = 120, m = 60; for (let y = 0; y < w; y++) for (let x = 0; x < w; x++) { const cr = 2 * x / w - 1.5, ci = 2 * y / w - 1; let zr = 0, zi = 0, i = 0; while (i < m && zr * zr + zi * zi < 4) { const t = zr * zr - zi * zi + cr; zi = 2 * zr * zi + ci; zr = t; i++; } total += i; } return total; }`,
  nbody: `function make() { const b = []; for (let i = 0; i < 5; i++) b.push({ x: i * 1.1, y: i * 0.7 - 1, z: i * 0.3, vx: 0.1 * i, vy: 0.2 - i * 0.05, vz: 0.01 * i, m: 1 + i * 0.5 }); return b; }
function advance(bs, dt) { for (let i = 0; i < bs.length; i++) { const a = bs[i]; for (let j = i + 1; j < bs.length; j++) { const b = bs[j]; const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z; const d = dx * dx + dy * dy + dz * dz + 0.01; const mag = dt / (d * Math.sqrt(d)); a.vx -= dx * b.m * mag; a.vy -= dy * b.m * mag; a.vz -= dz * b.m * mag; b.vx += dx * a.m * mag; b.vy += dy * a.m * mag; b.vz += dz * a.m * mag; } } for (const b of bs) { b.x += dt * b.vx; b.y += dt * b.vy; b.z += dt * b.vz; } }
function main() { const bs = make(); for (let i = 0; i < 20000; i++) advance(bs, 0.01); return bs[0].x; }`,
  qsort: `function qsort(a, lo, hi) { while (lo < hi) { const p = a[(lo + hi) >> 1]; let i = lo, j = hi; while (i <= j) { while (a[i] < p) i++; while (a[j] > p) j--; if (i <= j) { const t = a[i]; a[i] = a[j]; a[j] = t; i++; j--; } } if (j - lo < hi - i) { qsort(a, lo, j); lo = i; } else { qsort(a, i, hi); hi = j; } } }
function main() { const a = []; let z = 7; for (let i = 0; i < 30000; i++) { z = (z * 1103515245 + 12345) & 0x7fffffff; a.push(z); } qsort(a, 0, a.length - 1); return a[100]; }`,
  bintree: `function make(d) { return d === 0 ? { l: null, r: null } : { l: make(d - 1), r: make(d - 1) }; } function check(t) { return t.l === null ? 1 : 1 + check(t.l) + check(t.r); } function main() { let s = 0; for (let i = 0; i < 6; i++) s += check(make(13)); return s; }`,
  methods: `class Shape { area() { return 0; } scale(k) { return this; } } class Sq extends Shape { constructor(n) { super(); this.n = n; } area() { return this.n * this.n; } scale(k) { this.n = (this.n * k) % 17; return this; } } class Circle extends Shape { constructor(r) { super(); this.r = r; } area() { return 3 * this.r * this.r; } scale(k) { this.r = (this.r + k) % 13; return this; } } class Tri extends Shape { constructor(b, h) { super(); this.b = b; this.h = h; } area() { return this.b * this.h / 2; } scale(k) { this.b = (this.b + k) % 11; return this; } }
function main() { const xs = [new Sq(2), new Circle(3), new Tri(4, 5), new Sq(6)]; let s = 0; for (let i = 0; i < 200000; i++) { const o = xs[i & 3]; s = (s + o.scale(i & 7).area()) % 100003; } return s; }`,
  hof: `function main() { const xs = Array.from({ length: 200 }, (_, i) => i); let s = 0; for (let i = 0; i < 500; i++) s += xs.map((x) => x * 2 + i).filter((x) => x % 3 === 0).reduce((a, b) => a + b, 0); return s; }`,
  tokens: `const SRC = "let alpha = (12 + beta_7) * 3 - gamma / 45; if (x < 10) { y = foo(z, 1); }".repeat(40);
function isDigit(c) { return c >= 48 && c <= 57; } function isWord(c) { return (c >= 97 && c <= 122) || c === 95 || isDigit(c); }
function next(s, p) { let i = p.at; while (i < s.length && s.charCodeAt(i) === 32) i++; if (i >= s.length) return null; const c = s.charCodeAt(i); let j = i + 1; if (isDigit(c)) while (isDigit(s.charCodeAt(j))) j++; else if (isWord(c)) while (isWord(s.charCodeAt(j))) j++; p.at = j; return s.slice(i, j); }
function main() { let n = 0; for (let k = 0; k < 8; k++) { const p = { at: 0 }; for (;;) { const t = next(SRC, p); if (t === null) break; n += t.length; } } return n; }`,
};

const median = (xs: number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1]!;
const wanted = process.argv.slice(2);
for (const [name, source] of Object.entries(PROGRAMS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const plain = new vm.Script(`(() => { "use strict"; ${source}\nreturn main; })()`).runInThisContext() as () => unknown;
  const compiled = load(`${source}\nexport { main as $main };`, { filename: "p.js" }).exports["$main"] as () => unknown;
  const size = compile(source, { filename: "p.js" }).code.length / source.length;
  const time = (f: () => void): number => {
    const start = performance.now();
    f();
    return performance.now() - start;
  };
  const quotas = [1 << 29, 4000];
  const warm = performance.now() + 800;
  while (performance.now() < warm) {
    plain();
    for (const q of quotas) {
      const outcome = run(compiled, [], q);
      if (outcome.threw) throw outcome.value;
    }
  }
  const base: number[] = [];
  const ratios: number[][] = quotas.map(() => []);
  const end = performance.now() + 2000;
  while (performance.now() < end) {
    const p = time(plain);
    base.push(p);
    quotas.forEach((q, i) => ratios[i]!.push(time(() => run(compiled, [], q)) / p));
  }
  console.log(
    `${name.padEnd(11)} plain ${median(base).toFixed(2).padStart(6)} ms, unlimited ${median(ratios[0]!).toFixed(2)}x, 4000 reductions ${median(ratios[1]!).toFixed(2)}x, size ${size.toFixed(1)}x`,
  );
}

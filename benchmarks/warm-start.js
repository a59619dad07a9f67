#!/usr/bin/env node
/**
 * How much longer a warm start of an app of many modules takes on Agner than on plain Node, which runs the same modules with their types taken away.
 *
 *   node benchmarks/warm-start.js [--modules 500] [--rounds 9] [--cores 2]
 *
 * Starts take turns, and medians are printed: of the time until the program has ended, and of its processor time, which other programs disturb less.
 * Needs bash, for its `time`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    modules: { type: "string", default: "500" },
    rounds: { type: "string", default: "9" },
    cores: { type: "string", default: "2" },
  },
});
const modules = Number(values.modules);
const rounds = Number(values.rounds);
const require = createRequire(new URL("../packages/compiler/package.json", import.meta.url));
const { transformSync } = require("esbuild");
const command = fileURLToPath(new URL("../packages/vm/dist/cli/main.js", import.meta.url));

const root = mkdtempSync(join(tmpdir(), "agner-warm-start-"));
try {
  measure();
} finally {
  rmSync(root, { recursive: true, force: true });
}

function measure() {
  write("app.ts", `import { sum1 } from "./module1.ts";\nexport function main(): void {\n  console.log(sum1());\n}\n`);
  for (let i = 1; i <= modules; i++) write(`module${i}.ts`, moduleText(i));
  write("empty.ts", "export function main(): void {}\n");
  write("start.ts", 'import { main } from "./app.ts";\nmain();\n');
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  const agner = (module) => [command, "run", join(root, "agner", module), "--cores", values.cores, "--quiet"];
  const ways = {
    "plain Node": [join(root, "plain/start.js")],
    Agner: agner("app.ts"),
    "Agner, no modules": agner("empty.ts"),
  };
  // The graph of files that were written a moment ago is not kept: the first start compiles them, the second keeps the graph.
  start(ways["Agner"]);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
  const answers = new Set(["plain Node", "Agner"].map((way) => start(ways[way]).answer));
  if (answers.size !== 1) throw new Error(`the answers differ: ${[...answers].join(", ")}`);
  start(ways["Agner, no modules"]);
  const taken = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let i = 0; i < rounds; i++) for (const [way, args] of Object.entries(ways)) taken[way].push(start(args));
  for (const [way, all] of Object.entries(taken)) {
    const show = (figure) => `${Math.round(median(all.map((one) => one[figure])) * 1_000)} ms`.padStart(9);
    console.log(`${way.padEnd(18)} ${show("wall")} until the end, ${show("cpu")} of processor time`);
  }
  const over = (figure) =>
    Math.round(median(taken["Agner"].map((one, i) => one[figure] - taken["plain Node"][i][figure])) * 1_000);
  console.log(`over plain Node    ${String(over("wall")).padStart(6)} ms${`${over("cpu")} ms`.padStart(22)}`);
}

/** Writes a module as it is for Agner, and without types for plain Node. */
function write(name, text) {
  const plain = transformSync(text, { loader: "ts" }).code.replaceAll(/(from "[^"]*)\.ts"/g, '$1.js"');
  const files = { [`agner/${name}`]: text, [`plain/${name.replace(".ts", ".js")}`]: plain };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Functions, a class with private state, and two modules below it. */
function moduleText(i) {
  const below = [2 * i, 2 * i + 1].filter((j) => j <= modules);
  const functions = Array.from(
    { length: 6 },
    (_, k) => `
export function step${i}_${k}(rows: readonly Row${i}[], limit: number): number {
  let total = ${k};
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    if (row.id > limit) continue;
    total += row.name.length * ${k + 1};
  }
  return row${i}(rows).reduce((sum, row) => sum + row.id, total);
}
`,
  );
  return `${below.map((j) => `import { sum${j} } from "./module${j}.ts";\n`).join("")}
export interface Row${i} {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
}

function row${i}(rows: readonly Row${i}[]): Row${i}[] {
  const found: Row${i}[] = [];
  for (const row of rows) if (row.tags.includes("wanted")) found.push(row);
  return found;
}
${functions.join("")}
export class Account${i} {
  #balance = 0;
  readonly #log: string[] = [];
  deposit(amount: number): this {
    if (amount < 0) throw new RangeError(\`negative: \${amount}\`);
    this.#balance += amount;
    this.#log.push("deposit " + amount);
    return this;
  }
  history(): string[] {
    return this.#log.map((line, at) => \`\${at}: \${line}\`).filter((line) => line.length > 0);
  }
  get balance(): number {
    return this.#balance;
  }
}

export function sum${i}(): number {
  const account = new Account${i}().deposit(${i});
  return account.balance + step${i}_0([{ id: 1, name: "n", tags: [] }], 2)${below.map((j) => ` + sum${j}()`).join("")};
}
`;
}

function start(args) {
  const env = { ...process.env, AGNER_CACHE: join(root, "cache"), TIMEFORMAT: "%R %U %S" };
  const quoted = [process.execPath, ...args].map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(" ");
  const { stdout, stderr, status } = spawnSync("bash", ["-c", `time ${quoted}`], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const [wall, user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { answer: stdout, wall, cpu: user + system };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

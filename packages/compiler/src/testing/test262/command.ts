/** The command: finds the tests, runs them, and tells what differs. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";
import { runAll } from "./pool.ts";
import { describe, reasons, table } from "./report.ts";
import type { TestResult } from "./run-test.ts";

const OPTIONS = {
  from: { type: "string" },
  only: { type: "string", multiple: true, default: [] as string[] },
  again: { type: "string" },
  quota: { type: "string", default: "1,2,3,7" },
  jobs: { type: "string", default: String(availableParallelism()) },
  sample: { type: "string" },
  seed: { type: "string" },
  json: { type: "string" },
  known: { type: "string", default: fileURLToPath(new URL("known.yaml", import.meta.url)) },
  quiet: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>;
const parse = (args: string[]) => parseArgs({ args, options: OPTIONS }).values;

/** Runs the command with `args`; returns the exit code. `print` gets what goes to standard output. */
export async function command(args: string[], print: (text: string) => void = console.log): Promise<number> {
  const values = parse(args);
  const root = values.from === undefined ? undefined : resolve(values.from);
  if (root === undefined || !existsSync(join(root, "harness/assert.js"))) {
    console.error("--from must name a copy of test262: the folder that holds harness and test");
    return 2;
  }
  const paths = chosen(root, values);
  const folder = fileURLToPath(new URL(`../../../.cache/test262-${process.pid}`, import.meta.url));
  const bundles = await bundle(folder);
  const results: TestResult[] = [];
  const started = Date.now();
  const options = {
    root,
    quotas: values.quota.split(",").map(Number),
    known: resolve(values.known),
    realm: bundles.realm,
    child: bundles.child,
    jobs: Number(values.jobs),
    patience: 60_000,
  };
  await runAll(paths, options, (result) => {
    results.push(result);
    if (result.status === "different" && result.why === undefined && !values.quiet) print(describe(result));
    if (results.length % 500 === 0) console.error(`${results.length} of ${paths.length}, ${(Date.now() - started) / 1000} s`);
  });
  rmSync(folder, { recursive: true });
  results.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 1)}\n`);
  print(`\n${table(results, 3)}\n`);
  print(`skipped:\n${reasons(results, "skipped")}\ndifferent, and known why:\n${reasons(results, "different")}`);
  const run = results.filter((r) => r.status !== "skipped");
  print(
    `\n${run.length} run, ${run.filter((r) => r.preempted).length} of them preempted; in ${run.filter((r) => r.plain !== undefined).length} the plain run fails too`,
  );
  return results.some((r) => r.status === "different" && r.why === undefined) ? 1 : 0;
}

function chosen(root: string, values: Values): string[] {
  const again = values.again === undefined ? undefined : different(values.again);
  const all = (readdirSync(join(root, "test"), { recursive: true }) as string[])
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".js") && !path.includes("_FIXTURE"))
    .filter((path) => values.only.length === 0 || values.only.some((part) => path.includes(part)))
    .filter((path) => again === undefined || again.has(path))
    .sort();
  return values.sample === undefined ? all : sampled(all, Number(values.sample), values.seed);
}

/** The tests that an earlier run has found different, and has no reason for. */
function different(json: string): ReadonlySet<string> {
  const results = JSON.parse(readFileSync(json, "utf8")) as TestResult[];
  return new Set(results.filter((r) => r.status === "different" && r.why === undefined).map((r) => r.path));
}

/** So many of them, drawn by a seed that is printed. */
export function sampled(paths: readonly string[], count: number, seed: string | undefined): string[] {
  let state = Number(seed ?? Date.now() % 1_000_000) || 1;
  console.error(`--sample ${count} --seed ${state}`);
  const left = [...paths];
  const drawn: string[] = [];
  while (drawn.length < count && left.length > 0) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    drawn.push(...left.splice((state >> 8) % left.length, 1));
  }
  return drawn.sort();
}

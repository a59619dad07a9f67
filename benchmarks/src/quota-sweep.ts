/**
 * How long a slice should be: some programs with slices of several lengths, interleaved. For rates, the processor time of an operation, which other
 * programs on the machine disturb less than its duration; for latencies, the median and the 99th percentile.
 *
 *   node benchmarks/dist/quota-sweep.js [ROUNDS]
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { boot } from "@agner/vm";

const QUOTAS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];
/** Program, cores, arguments. */
const PROGRAMS = [
  ["ping-pong", 1, [1, 2, 100_000]],
  ["counting", 1, [1, 2, 300_000]],
  ["fork-join-fib", 1, [2, 3, 64, 22]],
  ["busy-call-latency", 1, [1, 1, 1_000]],
  ["busy-call-latency", 2, [1, 1, 1_000]],
] as const;

interface Module {
  main(...args: string[]): void;
}

/** What a program printed, and the processor time that it took, in milliseconds. */
interface Run {
  readonly ops: number;
  readonly cpuMs: number;
  readonly detail?: { readonly p50: number; readonly p99: number };
}

async function child(program: string, quota: string, cores: string, args: readonly string[]): Promise<void> {
  await using vm = await boot({ cores: Number(cores), quota: Number(quota) });
  const { main } = await vm.load<Module>(new URL(`../programs/${program}.ts`, import.meta.url));
  const before = process.cpuUsage();
  await vm.run(main, ...args);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpuMs: (user + system) / 1_000 }));
}

function runOnce(program: string, quota: number, cores: number, args: readonly number[]): Run {
  const words = [fileURLToPath(import.meta.url), "child", program, quota, cores, ...args].map(String);
  const output = execFileSync(process.execPath, words, { encoding: "utf8", timeout: 120_000 });
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as Run;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function sweep(rounds: number): void {
  for (const [program, cores, args] of PROGRAMS) {
    const runs = new Map<number, Run[]>(QUOTAS.map((quota) => [quota, []]));
    for (let round = 0; round < rounds; round++)
      for (const quota of QUOTAS) runs.get(quota)!.push(runOnce(program, quota, cores, args));
    const passes = (args[0] + args[1]) / args[1];
    const figures = [...runs].map(([quota, all]) => {
      const of = (figure: (run: Run) => number): string => String(Math.round(median(all.map(figure))));
      if (all[0]!.detail === undefined) return `${quota}: ${of(({ cpuMs, ops }) => (cpuMs * 1e6) / (ops * passes))} ns`;
      return `${quota}: ${of(({ detail }) => detail!.p50)}/${of(({ detail }) => detail!.p99)} µs`;
    });
    console.log(`${program} on ${cores}: ${figures.join("  ")}`);
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === "child") await child(rest[0]!, rest[1]!, rest[2]!, rest.slice(3));
else sweep(Number(first ?? 5));

/**
 * Compares two builds of Agner: `compare.js BASE HEAD [options]`, both the roots of workspaces that are built. scripts/bench-compare.js makes them.
 */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { renderComparison } from "./comparison.ts";
import { parseComparisonOptions } from "./options.ts";
import { terminalProgress } from "./progress.ts";
import { describeMachine, toResults } from "./results.ts";
import { run } from "./run.ts";
import { agnerAt } from "./systems/agner.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

async function main([base = "", head = "", ...args]: readonly string[]): Promise<number> {
  const options = parseComparisonOptions(args, {
    cores: availableParallelism(),
    json: fileURLToPath(new URL("../comparison.json", import.meta.url)),
  });
  // The same work on both, even where the programs have changed.
  for (const folder of ["benchmarks/programs", "benchmarks/service"]) {
    rmSync(join(base, folder), { recursive: true, force: true });
    cpSync(join(head, folder), join(base, folder), { recursive: true });
  }
  const systems = [agnerAt("base", base), agnerAt("head", head)];
  const workloads = WORKLOADS.filter(({ id }) => options.only.includes(id));
  const { series, failures } = await run({ ...options, workloads, systems }, terminalProgress(process.stderr));
  const results = { machine: describeMachine(systems), results: toResults(series) };
  writeFileSync(resolve(options.json), JSON.stringify(results, null, 2) + "\n");
  console.log(renderComparison(series, { colours: process.stdout.isTTY }));
  for (const { workload, system, cores, message } of failures) {
    console.error(`FAILED: ${workload} on ${system} with ${cores}: ${message}`);
  }
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));

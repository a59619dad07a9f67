/**
 * Compares two builds of Agner: `compare.js BASE HEAD [options]`, both the roots of workspaces that are built. scripts/bench-compare.js makes them.
 */
import { cpSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanUpAtExit } from "./cleanup.ts";
import { renderComparison } from "./comparison.ts";
import { parseComparisonOptions } from "./options.ts";
import { terminalProgress } from "./progress.ts";
import { describeMachine, writeResults } from "./results.ts";
import { run } from "./run.ts";
import { endSamples } from "./sample.ts";
import { failureText } from "./series.ts";
import { agnerAt } from "./systems/agner.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

async function main([base = "", head = "", ...args]: readonly string[]): Promise<number> {
  const options = parseComparisonOptions(args, {
    cores: availableParallelism(),
    json: fileURLToPath(new URL("../comparison.json", import.meta.url)),
  });
  cleanUpAtExit(endSamples);
  // The same work on both, even where the programs have changed.
  for (const folder of ["benchmarks/programs", "benchmarks/service"]) {
    rmSync(join(base, folder), { recursive: true, force: true });
    cpSync(join(head, folder), join(base, folder), { recursive: true });
  }
  const systems = [agnerAt("base", base), agnerAt("head", head)];
  const workloads = WORKLOADS.filter(({ id }) => options.only.includes(id));
  const outcome = await run({ ...options, workloads, systems }, terminalProgress(process.stderr));
  const { series, failures } = outcome;
  writeResults(resolve(options.json), describeMachine(systems), outcome);
  console.log(renderComparison(series, { colours: process.stdout.isTTY }));
  for (const failure of failures) console.error(`FAILED: ${failureText(failure)}`);
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));

#!/usr/bin/env node
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanUpAtExit } from "./cleanup.ts";
import { HELP, parseOptions, UsageError, type Options } from "./options.ts";
import { terminalProgress } from "./progress.ts";
import { renderPage } from "./report/page.ts";
import { describeMachine, writeResults } from "./results.ts";
import { run, type Outcome } from "./run.ts";
import { endSamples } from "./sample.ts";
import { failureText, type Failure } from "./series.ts";
import { agner } from "./systems/agner.ts";
import { PEERS } from "./systems/peers.ts";
import type { System } from "./systems/system.ts";
import { renderFootnotes, renderTable } from "./table.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

/** Returns the exit code: 0 when all programs ran and agreed, 1 when not, 2 for a usage error. */
async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args, {
      cores: availableParallelism(),
      peers: PEERS.map((peer) => peer.id),
      json: fileURLToPath(new URL("../results.json", import.meta.url)),
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry: npm run bench -- --help`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  cleanUpAtExit(() => {
    endSamples();
    PEERS.forEach((peer) => peer.dispose());
  });
  return bench(options);
}

async function bench(options: Options): Promise<number> {
  const missing = options.peersOnly ? undefined : agner.missing();
  if (missing !== undefined) {
    console.error(`agner: ${missing}`);
    return 1;
  }
  const broken: Failure[] = [];
  const peers = PEERS.filter(({ id }) => options.peers.includes(id)).filter((peer) => isReady(peer, broken));
  const systems = [...(options.peersOnly ? [] : [agner]), ...peers];
  const machine = describeMachine(systems);
  console.error(`${machine.cpu}, ${machine.cores} cores; ${Object.values(machine.systems).join("; ")}`);
  const tooMany = options.cores.filter((cores) => cores > machine.cores);
  if (tooMany.length > 0) console.error(`note: the machine has fewer cores than ${tooMany.join(", ")}`);

  const most = Math.max(...options.cores);
  const workloads = WORKLOADS.filter((workload) => options.only.includes(workload.id));
  for (const { id, minCores } of workloads) if (minCores > most) console.error(`${id}: skipped: needs ${minCores} cores`);
  const withBroken = ({ series, failures }: Outcome): Outcome => ({ series, failures: [...broken, ...failures] });
  const save = (outcome: Outcome): void => writeResults(resolve(options.json), machine, withBroken(outcome));
  const progress = terminalProgress(process.stderr);
  const outcome = await run(
    { ...options, workloads, systems },
    {
      ...progress,
      finished(own, soFar) {
        progress.finished(own, soFar);
        save(soFar);
      },
    },
  );
  save(outcome);
  const { series, failures } = withBroken(outcome);
  if (options.html !== undefined) writeFileSync(resolve(options.html), renderPage({ machine, series, systems, failures }));
  console.log(renderTable(series, systems, { colours: process.stdout.isTTY }));
  console.log(renderFootnotes(series, systems));
  for (const failure of failures) console.error(`FAILED: ${failureText(failure)}`);
  return failures.length === 0 ? 0 : 1;
}

/** Leaves out with a word what is not installed; what is and cannot be prepared is a failure. */
function isReady(system: System, broken: Failure[]): boolean {
  try {
    const missing = system.missing();
    if (missing !== undefined) console.error(`${system.id}: skipped: ${missing}`);
    return missing === undefined;
  } catch (error) {
    broken.push({ system: system.id, message: (error as Error).message });
    return false;
  }
}

process.exitCode = await main(process.argv.slice(2));

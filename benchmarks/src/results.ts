import { renameSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import type { Outcome } from "./run.ts";
import { detailOf, summaryOf, type Failure, type Series } from "./series.ts";
import type { System } from "./systems/system.ts";

/** The file that the benchmarks write. */
export interface Results {
  readonly machine: Machine;
  readonly results: readonly Result[];
  /** What has no result, and why. */
  readonly failures: readonly Failure[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly node: string;
  /** System id → version. */
  readonly systems: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly date: string;
}

export interface Result {
  readonly program: string;
  readonly system: string;
  /** How many it used. */
  readonly cores: number;
  readonly unit: string;
  /** Completed operations per second, or the cost that the program measures. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Rounds that the three figures are of. */
  readonly rounds: number;
  readonly checksum: number;
  /** Further figures that the program reported: medians of the rounds. */
  readonly detail?: Readonly<Record<string, number>>;
}

export function describeMachine(systems: readonly System[]): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    systems: Object.fromEntries(systems.map((system) => [system.id, system.version()])),
    date: new Date().toISOString(),
  };
}

/** Series of which no round succeeded have no result. */
export function toResults(all: readonly Series[]): Result[] {
  return all.flatMap((series) => {
    const summary = summaryOf(series);
    const last = series.samples.findLast((sample) => sample !== undefined);
    if (summary === undefined || last === undefined) return [];
    return [
      {
        program: series.workload.id,
        system: series.system,
        cores: series.cores,
        unit: series.workload.unit,
        ...summary,
        checksum: last.checksum,
        ...(last.detail ? { detail: detailOf(series) } : {}),
      },
    ];
  });
}

/** Writes the file anew as a whole: who reads it, or ends this program, finds the former one or this one. */
export function writeResults(file: string, machine: Machine, { series, failures }: Outcome): void {
  const results: Results = { machine, results: toResults(series), failures };
  const unfinished = `${file}.${process.pid}.tmp`;
  writeFileSync(unfinished, JSON.stringify(results, null, 2) + "\n");
  renameSync(unfinished, file);
}

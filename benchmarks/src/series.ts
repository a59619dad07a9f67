import { median, summarize } from "./statistics.ts";
import type { Sample } from "./sample.ts";
import { hasProgram, type System } from "./systems/system.ts";
import type { Workload } from "./workloads/workload.ts";

/** All rounds of one program on one system with one number of cores. */
export interface Series {
  readonly workload: Workload;
  readonly system: string;
  readonly cores: number;
  /** By round; undefined where the round failed. */
  readonly samples: (Sample | undefined)[];
}

export interface Failure {
  readonly workload: string;
  readonly system: string;
  readonly cores: number;
  readonly message: string;
}

export interface Plan {
  readonly workloads: readonly Workload[];
  readonly systems: readonly System[];
  readonly cores: readonly number[];
  readonly rounds: number;
}

export interface Step {
  readonly series: Series;
  readonly system: System;
  readonly round: number;
}

/**
 * The order of measurements. Rounds are interleaved: in each, every core count and system has its turn (A B A B …), so that
 * what disturbs the machine for a while disturbs all of them, and the figures of one round can be compared in pairs.
 * A system without the program has no step; one that uses one core only has one in each round.
 */
export function steps({ workloads, systems, cores, rounds }: Plan): Step[] {
  return workloads.flatMap((workload) => {
    const able = systems.filter((system) => hasProgram(system, workload.program));
    const all = cores
      .filter((count) => count >= workload.minCores)
      .flatMap((count, index) =>
        able
          .filter(({ parallel }) => parallel || index === 0)
          .map((system) => ({ system, series: seriesOf(workload, system, count) })),
      );
    return Array.from({ length: rounds }, (_, round) => all.map((each) => ({ ...each, round }))).flat();
  });
}

function seriesOf(workload: Workload, { id, parallel }: System, cores: number): Series {
  return { workload, system: id, cores: parallel ? cores : 1, samples: [] };
}

/** The series' median, smallest and largest value; undefined when no round succeeded. */
export function summaryOf(series: Series) {
  const values = valuesOf(series).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : { ...summarize(values), rounds: values.length };
}

/** The medians of the further figures that the series' programs printed. */
export function detailOf({ samples }: Series): Record<string, number> {
  const details = samples.flatMap((sample) => (sample?.detail === undefined ? [] : [sample.detail]));
  const names = new Set(details.flatMap((detail) => Object.keys(detail)));
  return Object.fromEntries([...names].map((name) => [name, median(details.flatMap((detail) => detail[name] ?? []))]));
}

export function valuesOf(series: Series): (number | undefined)[] {
  return series.samples.map((sample) => sample?.value);
}

/**
 * Holds the systems' results against each other: the same program must complete the same number of operations and come to the same
 * checksum on every system, core count and round. The first series with a result is the measure.
 */
export function disagreements(all: readonly Series[]): Failure[] {
  const failures: Failure[] = [];
  const expected = new Map<string, { sample: Sample; from: Series }>();
  for (const series of all) {
    for (const sample of series.samples) {
      if (sample === undefined) continue;
      const first = expected.get(series.workload.id);
      if (first === undefined) expected.set(series.workload.id, { sample, from: series });
      else if (first.sample.ops !== sample.ops || first.sample.checksum !== sample.checksum) {
        const { from, sample: other } = first;
        failures.push({
          workload: series.workload.id,
          system: series.system,
          cores: series.cores,
          message:
            `did other work than ${from.system} on ${from.cores}: ${sample.ops} operations with checksum ${sample.checksum}, ` +
            `not ${other.ops} with ${other.checksum}`,
        });
        break;
      }
    }
  }
  return failures;
}

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
  /** Not there where the system itself could not be prepared. */
  readonly workload?: string;
  readonly system: string;
  readonly cores?: number;
  readonly message: string;
}

/** One line, and what the program wrote. */
export function failureText({ workload, system, cores, message }: Failure): string {
  const place = workload === undefined ? system : `${workload} on ${system} with ${cores}`;
  return `${place}: ${message}`;
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

/** A series that did other work than the others, and what to tell of it. */
export interface Disagreement {
  readonly series: Series;
  readonly failure: Failure;
}

/**
 * Holds the results of all series of one program against each other: it must complete the same number of operations and come to the same
 * checksum on every system, core count and round. What most series came to is the measure; where no result has the
 * most, nobody knows which is right, and all of them disagree.
 */
export function disagreements(all: readonly Series[]): Disagreement[] {
  const outcomes = all.map((series) => ({ series, results: new Set(series.samples.flatMap(resultText)) }));
  const votes = new Map<string, number>();
  for (const result of outcomes.flatMap(({ results }) => [...results])) votes.set(result, (votes.get(result) ?? 0) + 1);
  const [first, second] = [...votes].sort(([, a], [, b]) => b - a);
  if (first === undefined || second === undefined) return [];
  const measure = first[1] > second[1] ? first[0] : undefined;
  return outcomes.flatMap(({ series, results }) => {
    const other = [...results].find((result) => result !== measure);
    if (other === undefined) return [];
    const message =
      measure === undefined
        ? `nobody knows which result is right: ${other}, and as many came to another`
        : `did other work than most: ${other}, not ${measure}`;
    return [{ series, failure: { workload: series.workload.id, system: series.system, cores: series.cores, message } }];
  });
}

function resultText(sample: Sample | undefined): string[] {
  return sample === undefined ? [] : [`${sample.ops} operations with checksum ${sample.checksum}`];
}

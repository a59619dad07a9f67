import { takeSample, type Sample } from "./sample.ts";
import { disagreements, steps, type Failure, type Plan, type Series, type Step } from "./series.ts";
import { programArguments } from "./workloads/workload.ts";

export interface Outcome {
  readonly series: readonly Series[];
  readonly failures: readonly Failure[];
}

export interface Progress {
  /** Before a measurement: which of all. */
  starting(step: Step, index: number, all: readonly Step[]): void;
  /** After all rounds of a program, with those of its series that stand, and with what there is up to now. */
  finished(series: readonly Series[], soFar: Outcome): void;
}

/**
 * Measures what is planned, one process at a time. A failure is noted, and its series is not tried again; the rest goes on. A series whose
 * work the others refute is a failure and no outcome.
 * @param sample how a program is run; tests give another
 */
export async function run(plan: Plan, progress: Progress, sample: typeof takeSample = takeSample): Promise<Outcome> {
  const planned = steps(plan);
  const all = [...new Set(planned.map((step) => step.series))];
  const standing: Series[] = [];
  const failures: Failure[] = [];
  const failed = new Set<Series>();
  for (const [index, step] of planned.entries()) {
    const { series, system, round } = step;
    if (!failed.has(series)) {
      progress.starting(step, index, planned);
      try {
        series.samples[round] = await sampleOf(step, sample);
      } catch (error) {
        failed.add(series);
        failures.push({
          workload: series.workload.id,
          system: system.id,
          cores: series.cores,
          message: (error as Error).message,
        });
      }
    }
    if (planned[index + 1]?.series.workload !== series.workload) {
      const own = all.filter((each) => each.workload === series.workload);
      const refuted = disagreements(own);
      failures.push(...refuted.map(({ failure }) => failure));
      const left = own.filter((each) => !refuted.some((other) => other.series === each));
      standing.push(...left);
      progress.finished(left, { series: standing, failures });
    }
  }
  return { series: standing, failures };
}

function sampleOf({ series, system }: Step, sample: typeof takeSample): Promise<Sample> {
  const { workload, cores } = series;
  return sample(workload, system.command(workload.program, programArguments(workload), cores));
}

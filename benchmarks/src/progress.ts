import { formatFigure } from "./table.ts";
import { summaryOf, type Step } from "./series.ts";
import type { Progress } from "./run.ts";

/**
 * One line that is rewritten on a terminal, with the time that is left; elsewhere, a line for each program that is done.
 * @param now milliseconds; tests give another clock
 */
export function terminalProgress(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "write">,
  now: () => number = () => performance.now(),
): Progress {
  const clear = stream.isTTY ? "\r\u001b[K" : "";
  const left = timeLeft(now);
  return {
    starting(step, index, all) {
      const leftMs = left(step, all.slice(index));
      if (!stream.isTTY) return;
      const { series, round } = step;
      const cores = series.cores === 1 ? "1 core" : `${series.cores} cores`;
      const rest = leftMs === undefined ? "" : `, ${durationText(leftMs)} left`;
      const where = `${series.workload.id}: ${series.system}, ${cores}, round ${round + 1}`;
      stream.write(`${clear}[${index + 1}/${all.length}${rest}] ${where}`);
    },
    finished(all) {
      if (all.length === 0) return;
      const figures = all.map((series) => {
        const summary = summaryOf(series);
        return `${series.system}/${series.cores} ${summary ? formatFigure(summary.median) : "failed"}`;
      });
      const workload = all[0]!.workload;
      stream.write(`${clear}${workload.id} (${workload.unit}): ${figures.join(", ")}\n`);
    },
  };
}

/**
 * Estimates, when a step begins, how many milliseconds this one and those after it will take: as long as their series took last, or as steps took
 * on average where a series has not run yet. Undefined before anything ran.
 */
function timeLeft(now: () => number): (step: Step, rest: readonly Step[]) => number | undefined {
  const took = new Map<Step["series"], number>();
  let total = 0;
  let count = 0;
  let running: { readonly step: Step; readonly since: number } | undefined;
  return (step, rest) => {
    const at = now();
    if (running !== undefined) {
      took.set(running.step.series, at - running.since);
      total += at - running.since;
      count += 1;
    }
    running = { step, since: at };
    if (count === 0) return undefined;
    return rest.reduce((sum, { series }) => sum + (took.get(series) ?? total / count), 0);
  };
}

/** `75_000` becomes `1 min 15 s`. */
function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

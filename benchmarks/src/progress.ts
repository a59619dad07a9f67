import { formatFigure } from "./table.ts";
import { summaryOf } from "./series.ts";
import type { Progress } from "./run.ts";

/** One line that is rewritten on a terminal; elsewhere, a line for each program that is done. */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  const clear = stream.isTTY ? "\r\u001b[K" : "";
  return {
    starting({ series, round }, index, total) {
      if (!stream.isTTY) return;
      const cores = series.cores === 1 ? "1 core" : `${series.cores} cores`;
      stream.write(`${clear}[${index + 1}/${total}] ${series.workload.id}: ${series.system}, ${cores}, round ${round + 1}`);
    },
    finished(all) {
      const figures = all.map((series) => {
        const summary = summaryOf(series);
        return `${series.system}/${series.cores} ${summary ? formatFigure(summary.median) : "failed"}`;
      });
      const workload = all[0]!.workload;
      stream.write(`${clear}${workload.id} (${workload.unit}): ${figures.join(", ")}\n`);
    },
  };
}

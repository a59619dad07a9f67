import Table from "cli-table3";
import { summarize, pairedRatios } from "./statistics.ts";
import { summaryOf, valuesOf, type Series } from "./series.ts";
import { formatFigure } from "./table.ts";
import { costOf } from "./workloads/workload.ts";

/**
 * A row for each program and core count: both medians, the median of the rounds' own ratios with the smallest and the largest, and in how many
 * rounds `head` was the better. Without colours where `colours` is false.
 */
export function renderComparison(all: readonly Series[], { colours }: { colours: boolean }): string {
  const table = new Table({
    head: ["program", "cores", "base", "head", "head to base", "from", "to", "better in", "unit"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "right", "left"],
    style: { compact: true, ...(colours ? {} : { head: [], border: [] }) },
  });
  for (const head of all.filter(({ system }) => system === "head")) {
    const { workload, cores } = head;
    const base = all.find((each) => each.system === "base" && each.workload === workload && each.cores === cores);
    // One whose work the others refute has no series.
    if (base === undefined) continue;
    table.push([workload.id, cores, figure(base), figure(head), ...ratioCells(head, base), workload.unit]);
  }
  return table.toString();
}

function figure(series: Series): string {
  const summary = summaryOf(series);
  return summary === undefined ? "failed" : formatFigure(summary.median);
}

function ratioCells(head: Series, base: Series): string[] {
  const ratios = pairedRatios(valuesOf(head), valuesOf(base));
  if (ratios.length === 0) return ["", "", "", ""];
  const { median, min, max } = summarize(ratios);
  const isCost = costOf(head.workload.unit) !== undefined;
  const better = ratios.filter((ratio) => (isCost ? ratio < 1 : ratio > 1)).length;
  return [...[median, min, max].map((ratio) => `${ratio.toFixed(2)}×`), `${better} of ${ratios.length}`];
}

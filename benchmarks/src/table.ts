import Table from "cli-table3";
import { pairedRatio } from "./statistics.ts";
import { summaryOf, valuesOf, type Series } from "./series.ts";

/**
 * One row a series: median, smallest and largest value, the ratio to the same system on its fewest cores, and Agner's ratio to each
 * peer on as many cores. Ratios are medians of the rounds' own ratios. Without colours where `colours` is false.
 */
export function renderTable(all: readonly Series[], { colours }: { colours: boolean }): string {
  const peers = [...new Set(all.map((series) => series.system))].filter((system) => system !== "agner");
  const numbers = 6 + peers.length;
  const table = new Table({
    head: ["program", "cores", "system", "median", "min", "max", "vs fewest cores", ...peers.map((peer) => `vs ${peer}`), "unit"],
    colAligns: ["left", "right", "left", ...Array.from({ length: numbers - 2 }, () => "right" as const), "left"],
    style: { compact: true, ...(colours ? {} : { head: [], border: [] }) },
  });
  for (const series of all) {
    const summary = summaryOf(series);
    const { workload, cores, system } = series;
    const figures = summary ? [summary.median, summary.min, summary.max].map(formatFigure) : ["failed", "", ""];
    table.push([
      workload.id,
      cores,
      system,
      ...figures,
      formatRatio(ratio(series, fewestCores(all, series))),
      ...peers.map((peer) => (system === "agner" ? formatRatio(ratio(series, sameCores(all, series, peer))) : "")),
      workload.unit,
    ]);
  }
  return table.toString();
}

/** Three significant digits, with the thousands apart: `1,234,567` becomes `1,230,000`. */
export function formatFigure(value: number): string {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value);
}

function formatRatio(value: number | undefined): string {
  return value === undefined ? "" : `${value.toFixed(2)}×`;
}

function ratio(series: Series, other: Series | undefined): number | undefined {
  return other === undefined || other === series ? undefined : pairedRatio(valuesOf(series), valuesOf(other));
}

function fewestCores(all: readonly Series[], { workload, system }: Series): Series | undefined {
  return all.filter((each) => each.workload === workload && each.system === system).sort((a, b) => a.cores - b.cores)[0];
}

function sameCores(all: readonly Series[], { workload, cores }: Series, system: string): Series | undefined {
  return all.find((each) => each.workload === workload && each.cores === cores && each.system === system);
}

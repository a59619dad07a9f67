import Table from "cli-table3";
import { pairedRatio } from "./statistics.ts";
import { summaryOf, valuesOf, type Series } from "./series.ts";
import { footnotes, type System } from "./systems/system.ts";

/**
 * One row a series: median, smallest and largest value, the ratio to the same system on its fewest cores, and Agner's ratio to it:
 * on as many cores, or on each number of them where the other uses one only. Ratios are medians of the rounds' own ratios.
 * Without colours where `colours` is false.
 */
export function renderTable(all: readonly Series[], systems: readonly System[], { colours }: { colours: boolean }): string {
  const table = new Table({
    head: ["program", "cores", "system", "runtime", "median", "min", "max", "vs fewest cores", "agner to it", "unit"],
    colAligns: ["left", "right", "left", "left", "right", "right", "right", "right", "right", "left"],
    style: { compact: true, ...(colours ? {} : { head: [], border: [] }) },
  });
  const runtimes = new Map(systems.map(({ id, runtime }) => [id, runtime]));
  for (const series of all) {
    const summary = summaryOf(series);
    const { workload, cores, system } = series;
    const figures = summary ? [summary.median, summary.min, summary.max].map(formatFigure) : ["failed", "", ""];
    table.push([
      workload.id,
      cores,
      system,
      runtimes.get(system) ?? "",
      ...figures,
      formatRatio(ratio(series, fewestCores(all, series))),
      agnersRatios(all, series),
      workload.unit,
    ]);
  }
  return table.toString();
}

/** What the figures of each system leave out, a line for each; for systems that were measured. */
export function renderFootnotes(all: readonly Series[], systems: readonly System[]): string {
  return systems
    .flatMap((system) => {
      const programs = [...new Set(all.filter((each) => each.system === system.id).map((each) => each.workload.program))];
      return programs.length === 0 ? [] : footnotes(system, programs).map((note) => `${system.id}: ${note}.`);
    })
    .concat(["Rows of one runtime compare libraries; rows of two runtimes compare languages as well."])
    .join("\n");
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

function agnersRatios(all: readonly Series[], peer: Series): string {
  if (peer.system === "agner") return "";
  const rivals = rivalsOf(all, peer);
  const ratios = rivals.map((agner) => ({ cores: agner.cores, text: formatRatio(ratio(agner, peer)) }));
  if (rivals.length === 1 && rivals[0]!.cores === peer.cores) return ratios[0]!.text;
  return ratios.map(({ cores, text }) => `${text} on ${cores}`).join(", ");
}

/** Agner's series that a peer's is held against: that on as many cores, or all where the peer has one series only and Agner more. */
export function rivalsOf(all: readonly Series[], peer: Series): Series[] {
  const others = all.filter(({ workload, system }) => workload === peer.workload && system === "agner");
  const own = all.filter(({ workload, system }) => workload === peer.workload && system === peer.system);
  return own.length === 1 ? others : others.filter(({ cores }) => cores === peer.cores);
}

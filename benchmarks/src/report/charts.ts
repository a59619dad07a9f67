import { pairedRatio } from "../statistics.ts";
import { summaryOf, valuesOf, type Series } from "../series.ts";
import { rivalsOf } from "../table.ts";
import { costOf } from "../workloads/workload.ts";

/** A chart in the terms of ECharts, as far as JSON goes, and how high it is, in pixels. */
export interface Chart {
  readonly option: Readonly<Record<string, unknown>>;
  readonly height: number;
}

const ROW = 24;
const COLOURS = ["#8d99ae", "#52b788", "#e9a23b", "#7b6fd0", "#c96567", "#4aa3b5", "#b07aa1", "#9c755f", "#6b705c"];
const AGNER = "#d6336c";

/** Every system has one colour in all charts. */
export function colours(systems: readonly string[]): Map<string, string> {
  const others = systems.filter((system) => system !== "agner");
  return new Map([["agner", AGNER], ...others.map((system, index) => [system, COLOURS[index % COLOURS.length]!] as const)]);
}

/** A program's medians, a bar for each system and core count, with ticks where the smallest and the largest value are. */
export function bars(all: readonly Series[], colour: ReadonlyMap<string, string>): Chart {
  const rows = all.flatMap((series) => {
    const summary = summaryOf(series);
    return summary === undefined ? [] : [{ ...series, ...summary }];
  });
  const data = rows.map(({ system, median }) => ({ value: median, itemStyle: { color: colour.get(system) } }));
  const ticks = rows.flatMap(({ min, max }, index) => [
    [min, index],
    [max, index],
  ]);
  return {
    height: 60 + ROW * rows.length,
    option: {
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: "item" },
      xAxis: { type: "value", min: 0 },
      yAxis: { type: "category", inverse: true, data: rows.map(({ system, cores }) => `${system}, ${coresText(cores)}`) },
      series: [
        { name: "median", type: "bar", barMaxWidth: 16, data },
        { name: "smallest and largest", type: "scatter", symbol: "rect", symbolSize: [2, 12], color: "#333", data: ticks },
      ],
    },
  };
}

/** How a program's medians change with the number of cores; undefined where no system was measured with two. */
export function curves(all: readonly Series[], colour: ReadonlyMap<string, string>): Chart | undefined {
  const systems = [...new Set(all.map(({ system }) => system))];
  const series = systems.map((system) => ({
    name: system,
    type: "line",
    color: colour.get(system),
    symbolSize: 8,
    data: all.flatMap((each) => {
      const summary = each.system === system ? summaryOf(each) : undefined;
      return summary === undefined ? [] : [[each.cores, summary.median]];
    }),
  }));
  if (!series.some(({ data }) => data.length > 1)) return undefined;
  return {
    height: 260,
    option: {
      grid: { left: 8, right: 24, top: 36, bottom: 24, containLabel: true },
      legend: { top: 0, type: "scroll" },
      tooltip: { trigger: "item" },
      xAxis: {
        type: "value",
        name: "cores",
        nameLocation: "middle",
        minInterval: 1,
        min: 1,
        max: Math.max(...all.map(({ cores }) => cores)),
      },
      yAxis: { type: "value", min: 0 },
      series,
    },
  };
}

/** How many times as good as a peer Agner is in each program, on a logarithmic axis: for costs, how many times smaller the cost is. */
export function advantages(all: readonly Series[], peer: string): Chart {
  const rows = all
    .filter(({ system }) => system === peer)
    .flatMap((series) =>
      rivalsOf(all, series).flatMap((agner) => {
        const ratio = pairedRatio(valuesOf(agner), valuesOf(series));
        if (ratio === undefined || ratio <= 0) return [];
        const value = costOf(series.workload.unit) === undefined ? ratio : 1 / ratio;
        return [{ name: `${series.workload.id}, ${coresText(agner.cores)}`, value: Number(value.toPrecision(3)) }];
      }),
    );
  const colour = (value: number): string => (value >= 1 ? AGNER : "#8d99ae");
  return {
    height: 60 + ROW * rows.length,
    option: {
      grid: { left: 8, right: 56, top: 8, bottom: 8, containLabel: true },
      tooltip: { trigger: "item" },
      xAxis: { type: "log", logBase: 10 },
      yAxis: { type: "category", inverse: true, data: rows.map(({ name }) => name) },
      series: [
        {
          name: `agner to ${peer}`,
          type: "bar",
          barMaxWidth: 16,
          label: { show: true, position: "right" },
          data: rows.map(({ value }) => ({ value, itemStyle: { color: colour(value) } })),
        },
      ],
    },
  };
}

function coresText(cores: number): string {
  return cores === 1 ? "1 core" : `${cores} cores`;
}

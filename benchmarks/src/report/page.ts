import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Machine } from "../results.ts";
import { detailOf, failureText, summaryOf, type Failure, type Series } from "../series.ts";
import { footnotes, type System } from "../systems/system.ts";
import { formatFigure } from "../table.ts";
import { costOf, type Workload } from "../workloads/workload.ts";
import { advantages, bars, colours, curves, type Chart } from "./charts.ts";
import { METHOD, SCRIPT, STYLE } from "./parts.ts";

/** What the report tells. */
export interface Measured {
  readonly machine: Machine;
  readonly series: readonly Series[];
  readonly systems: readonly System[];
  readonly failures: readonly Failure[];
}

/** The charting library, as a browser loads it. */
export function chartLibrary(): string {
  return readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.common.min.js"), "utf8");
}

/** The report: one page of HTML that needs nothing else, neither files nor a network. */
export function renderPage(measured: Measured, library: string = chartLibrary()): string {
  const charts: Chart[] = [];
  const place = (chart: Chart): string =>
    `<div class="chart" data-chart="${charts.push(chart) - 1}" style="height: ${chart.height}px"></div>`;
  const programs = [...new Set(measured.series.map(({ workload }) => workload))];
  const body = [
    header(measured),
    overview(measured, place),
    ...programs.map((workload) => section(workload, measured, place)),
    notes(measured),
  ].join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Agner and its peers, measured</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
<script>${library.replaceAll("</script", "<\\/script")}</script>
<script>
const charts = ${JSON.stringify(charts.map(({ option }) => option)).replaceAll("<", "\\u003c")};
${SCRIPT}
</script>
</body>
</html>
`;
}

function header({ machine, systems, failures }: Measured): string {
  const rows = systems.map(
    ({ id, runtime, parallel }) =>
      `<tr><td>${escape(id)}</td><td>${runtime}</td><td>${parallel ? "as many as it is given" : "one"}</td><td>${escape(machine.systems[id] ?? "")}</td></tr>`,
  );
  const failed = failures.map((failure) => `<li>${escape(failureText(failure))}</li>`);
  return `<h1>Agner and its peers, measured</h1>
<p>${escape(`${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memoryBytes / 2 ** 30)} GiB; ${machine.os}; Node.js ${machine.node}; ${machine.date.slice(0, 16).replace("T", " ")} UTC`)}</p>
<table><thead><tr><th>system</th><th>runs on</th><th>cores it uses</th><th>version</th></tr></thead><tbody>${rows.join("")}</tbody></table>
${failed.length === 0 ? "" : `<h2>Failed</h2><ul class="failed">${failed.join("")}</ul>`}`;
}

function overview({ series, systems }: Measured, place: (chart: Chart) => string): string {
  const measured = new Set(series.map(({ system }) => system));
  const peers = systems.filter(({ id }) => id !== "agner" && measured.has(id));
  if (!measured.has("agner") || peers.length === 0) return "";
  const parts = peers.map(
    ({ id, runtime }) =>
      `<details open><summary>${escape(id)} (${runtime === "Node.js" ? "the same runtime" : `another language, on ${runtime}`})</summary>${place(advantages(series, id))}</details>`,
  );
  return `<h2>How many times as good as each peer</h2>
<p>Medians of the rounds' own ratios, on a logarithmic axis. Right of 1, Agner does more per second, or needs less where the figure is a cost.</p>
${parts.join("\n")}`;
}

function section(workload: Workload, { series, systems }: Measured, place: (chart: Chart) => string): string {
  const all = series.filter((each) => each.workload === workload);
  const colour = colours(systems.map(({ id }) => id));
  const scaling = curves(all, colour);
  const better = costOf(workload.unit) === undefined ? "more is better" : "less is better";
  const remarks = systems.flatMap(({ id, remarks = {} }) =>
    workload.program in remarks ? [`<li>${escape(`${id}: ${remarks[workload.program]}`)}</li>`] : [],
  );
  return `<section id="${escape(workload.id)}">
<h2>${escape(workload.id)}</h2>
<p>${escape(workload.description)}</p>
<p class="unit">${escape(workload.unit)}, ${better}</p>
<div class="charts">${place(bars(all, colour))}${scaling === undefined ? "" : place(scaling)}</div>
${remarks.length === 0 ? "" : `<ul>${remarks.join("")}</ul>`}
<details><summary>Figures</summary>${figures(all)}</details>
</section>`;
}

function figures(all: readonly Series[]): string {
  const rows = all.map((series) => {
    const summary = summaryOf(series);
    const cells = summary ? [summary.median, summary.min, summary.max].map(formatFigure) : ["failed", "", ""];
    const detail = Object.entries(detailOf(series)).map(([name, value]) => `${name} ${formatFigure(value)}`);
    return `<tr><td>${escape(series.system)}</td><td>${series.cores}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}<td>${summary?.rounds ?? 0}</td><td>${escape(detail.join(", "))}</td></tr>`;
  });
  return `<table><thead><tr><th>system</th><th>cores</th><th>median</th><th>smallest</th><th>largest</th><th>rounds</th><th>further</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function notes({ systems }: Measured): string {
  const items = systems.flatMap((system) => {
    const without = Object.entries(system.leftOut ?? {}).map(([reason, programs]) => `no ${programs.join(", ")}: ${reason}`);
    return [...footnotes(system, []), ...without].map((note) => `<li>${escape(`${system.id}: ${note}.`)}</li>`);
  });
  return `<section><h2>What the systems leave out</h2><ul>${items.join("") || "<li>Nothing that the programs need.</li>"}</ul></section>
<section><h2>Method</h2><ul>${METHOD.map((line) => `<li>${escape(line)}</li>`).join("")}</ul></section>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!);
}

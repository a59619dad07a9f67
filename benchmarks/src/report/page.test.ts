import * as echarts from "echarts";
import { describe, expect, test } from "vitest";
import { fakeSeries, fakeSystem, fakeWorkload } from "../testing/fakes.ts";
import { advantages, bars, colours, curves, type Chart } from "./charts.ts";
import { chartLibrary, renderPage, type Measured } from "./page.ts";

const p = fakeWorkload("p", { description: "a < b & c" });
const q = fakeWorkload("q", { unit: "µs" });
const measured: Measured = {
  machine: {
    cpu: "some CPU",
    cores: 2,
    memoryBytes: 2 ** 33,
    os: "linux",
    node: "20.0.0",
    systems: { agner: "Agner 1", go: "go 1" },
    date: "2026-01-02T03:04:05Z",
  },
  systems: [
    fakeSystem("agner"),
    fakeSystem("go", { runtime: "Go", lacks: ["copy"], remarks: { p: "a channel" }, leftOut: { "no names": ["r", "s"] } }),
  ],
  series: [
    fakeSeries(p, "agner", 1, [100, 200, 300]),
    fakeSeries(p, "go", 1, [50, 400, 100]),
    fakeSeries(p, "agner", 2, [200, 400, 500]),
    fakeSeries(q, "agner", 1, [10]),
    fakeSeries(q, "go", 1, [40]),
  ],
  failures: [{ workload: "p", system: "go", cores: 2, message: "exit code 1" }],
};
const colour = colours(["agner", "go"]);

/** The texts of the chart as it is drawn. */
function drawn({ option, height }: Chart): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 600, height });
  chart.setOption({ animation: false, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

describe("charts", () => {
  test("bars show a row for each system and core count, with its median", () => {
    const chart = bars(measured.series.slice(0, 3), colour);
    expect(chart.option["series"]).toMatchObject([
      { data: [{ value: 200 }, { value: 100 }, { value: 400 }] },
      {
        data: expect.arrayContaining([
          [50, 1],
          [500, 2],
        ]),
      },
    ]);
    for (const text of ["agner, 1 core", "go, 1 core", "agner, 2 cores"]) expect(drawn(chart)).toContain(text);
  });

  test("curves go over core counts, where there are several", () => {
    const chart = curves(measured.series.slice(0, 3), colour)!;
    expect(chart.option["series"]).toMatchObject([
      {
        name: "agner",
        data: [
          [1, 200],
          [2, 400],
        ],
      },
      { name: "go", data: [[1, 100]] },
    ]);
    expect(drawn(chart)).toContain("cores");
    expect(curves(measured.series.slice(3), colour)).toBeUndefined();
  });

  test("advantages are paired ratios, of costs the other way round", () => {
    const chart = advantages(measured.series, "go");
    expect(chart.option["yAxis"]).toMatchObject({ data: ["p, 1 core", "p, 2 cores", "q, 1 core"] });
    expect(chart.option["series"]).toMatchObject([{ data: [{ value: 2 }, { value: 4 }, { value: 4 }] }]);
    expect(drawn(chart)).toContain("q, 1 core");
  });
});

describe("the page", () => {
  const page = renderPage(measured, "/* library */");

  test("tells the machine, the systems, what they leave out, remarks, failures and the method", () => {
    for (const text of [
      "some CPU, 2 cores, 8 GiB",
      "another language, on Go",
      "go: messages are not copied",
      "go: a channel",
      "go: no r, s: no names.",
      "exit code 1",
      "Method",
    ]) {
      expect(page).toContain(text);
    }
  });

  test("has no markup that comes from data", () => {
    expect(page).toContain("a &lt; b &amp; c");
    expect(renderPage({ ...measured, systems: [fakeSystem("</script>")] }, "x</script>").match(/<\/script>/g)).toHaveLength(2);
  });

  test("has a place for every chart, and needs nothing from elsewhere", () => {
    const charts = JSON.parse(/const charts = (.*);/.exec(page)![1]!) as unknown[];
    const places = [...page.matchAll(/data-chart="(\d+)"/g)].map(([, index]) => Number(index));
    expect(places).toEqual(charts.map((_, index) => index));
    expect(page).not.toMatch(/(src|href)=|@import|https?:/);
  });

  test("carries the charting library", () => {
    expect(chartLibrary()).toContain("echarts");
  });
});

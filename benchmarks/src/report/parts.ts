/** What is the same in every report. */

export const METHOD: readonly string[] = [
  "Every system does the same work: its size comes from one definition, and its result, a checksum of what arrived, is compared; the run fails when two differ.",
  "Operations are counted where they are completed, not where they are sent.",
  "Each measurement is a fresh operating-system process, which does the work unmeasured first; starting it is not in the figure.",
  "Rounds are interleaved: in each, every system and core count has its turn, so that what disturbs the machine disturbs all of them.",
  "A figure is the median of the rounds; the ticks at a bar are the smallest and the largest. A ratio is the median of the rounds' own ratios.",
  "Systems on one runtime differ as libraries do; systems on two runtimes differ as languages do as well.",
];

export const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fafafa; margin: 0; }
main { max-width: 1100px; margin: 0 auto; padding: 24px; }
section, details { background: #fff; border: 1px solid #e5e5e5; border-radius: 6px; padding: 4px 16px 12px; margin: 16px 0; }
details { padding: 8px 12px; }
summary { cursor: pointer; font-weight: 600; }
h2 { font-size: 18px; }
.unit { color: #666; font-size: 13px; margin: -8px 0 8px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 16px; align-items: start; }
.chart { min-width: 0; }
.failed { color: #b00020; white-space: pre-wrap; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 2px 16px 2px 0; border-bottom: 1px solid #eee; }
`;

/** Runs in the browser, after the charting library: draws every chart where its place is. */
export const SCRIPT = `
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const exact = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const drawn = [...document.querySelectorAll(".chart")].map((place) => {
  const option = charts[Number(place.dataset.chart)];
  for (const axis of [option.xAxis, option.yAxis]) {
    if (axis.type !== "category") axis.axisLabel = { formatter: (value) => short.format(value), hideOverlap: true };
  }
  option.tooltip.valueFormatter = (value) => exact.format(Array.isArray(value) ? value[0] : value);
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption({ animation: false, ...option });
  return chart;
});
addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
`;

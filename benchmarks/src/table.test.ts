import { expect, test } from "vitest";
import { formatFigure, renderFootnotes, renderTable } from "./table.ts";
import { cells, fakeSeries, fakeSystem, fakeWorkload } from "./testing/fakes.ts";

test("figures have three significant digits", () => {
  expect([1_234_567, 12.345, 0.5].map(formatFigure)).toEqual(["1,230,000", "12.3", "0.5"]);
});

const systems = [fakeSystem("agner"), fakeSystem("erlang", { runtime: "BEAM" }), fakeSystem("plain", { parallel: false })];
const head = ["program", "cores", "system", "runtime", "median", "min", "max", "vs fewest cores", "agner to it", "unit"];

test("a row tells the figures, the gain over fewer cores and Agner's ratio to it", () => {
  const p = fakeWorkload("p");
  const text = renderTable(
    [
      fakeSeries(p, "agner", 1, [100, 200, 300]),
      fakeSeries(p, "erlang", 1, [50, 400, 100]),
      fakeSeries(p, "plain", 1, [100, 100, 100]),
      fakeSeries(p, "agner", 2, [150, 300, 600]),
      fakeSeries(p, "erlang", 2, [undefined]),
    ],
    systems,
    { colours: false },
  );
  expect(cells(text)).toEqual([
    head,
    ["p", "1", "agner", "Node.js", "200", "100", "300", "", "", "hops/s"],
    ["p", "1", "erlang", "BEAM", "100", "50", "400", "", "2.00×", "hops/s"],
    ["p", "1", "plain", "Node.js", "100", "100", "100", "", "2.00× on 1, 3.00× on 2", "hops/s"],
    ["p", "2", "agner", "Node.js", "300", "150", "600", "1.50×", "", "hops/s"],
    ["p", "2", "erlang", "BEAM", "failed", "", "", "", "", "hops/s"],
  ]);
});

test("footnotes tell what measured systems leave out, and what differs in the programs that ran", () => {
  const shared = fakeSystem("go", { lacks: ["copy"], remarks: { p: "a buffered channel", q: "not run" } });
  const absent = fakeSystem("absent", { lacks: ["isolate"] });
  expect(renderFootnotes([fakeSeries(fakeWorkload("p"), "go", 1, [1])], [shared, absent]).split("\n")).toEqual([
    "go: messages are not copied: sender and receiver share what is sent.",
    "go: p: a buffered channel.",
    "Rows of one runtime compare libraries; rows of two runtimes compare languages as well.",
  ]);
});

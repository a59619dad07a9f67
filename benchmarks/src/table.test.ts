import { expect, test } from "vitest";
import { formatFigure, renderTable } from "./table.ts";
import { fakeSeries, fakeWorkload } from "./testing/fakes.ts";

/** The cells of each row, without borders. */
function cells(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.includes("│"))
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test("figures have three significant digits", () => {
  expect([1_234_567, 12.345, 0.5].map(formatFigure)).toEqual(["1,230,000", "12.3", "0.5"]);
});

test("a row tells the figures, the gain over fewer cores and the ratio to the peer", () => {
  const p = fakeWorkload("p");
  const text = renderTable(
    [
      fakeSeries(p, "agner", 1, [100, 200, 300]),
      fakeSeries(p, "erlang", 1, [50, 400, 100]),
      fakeSeries(p, "agner", 2, [150, 300, 600]),
      fakeSeries(p, "erlang", 2, [undefined]),
    ],
    { colours: false },
  );
  expect(cells(text)).toEqual([
    ["program", "cores", "system", "median", "min", "max", "vs fewest cores", "vs erlang", "unit"],
    ["p", "1", "agner", "200", "100", "300", "", "2.00×", "hops/s"],
    ["p", "1", "erlang", "100", "50", "400", "", "", "hops/s"],
    ["p", "2", "agner", "300", "150", "600", "1.50×", "", "hops/s"],
    ["p", "2", "erlang", "failed", "", "", "", "", "hops/s"],
  ]);
});

test("without peers there is no column for them", () => {
  const [head] = cells(renderTable([fakeSeries(fakeWorkload("p"), "agner", 1, [1])], { colours: false }));
  expect(head).toEqual(["program", "cores", "system", "median", "min", "max", "vs fewest cores", "unit"]);
});

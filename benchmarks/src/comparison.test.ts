import { expect, test } from "vitest";
import { renderComparison } from "./comparison.ts";
import { cells, fakeSeries, fakeWorkload } from "./testing/fakes.ts";

test("a row tells both medians, the ratio with its spread, and how often the head was better", () => {
  const rate = fakeWorkload("p");
  const cost = fakeWorkload("q", { unit: "µs" });
  const text = renderComparison(
    [
      fakeSeries(rate, "base", 1, [100, 100, 200]),
      fakeSeries(rate, "head", 1, [90, 110, 300]),
      fakeSeries(rate, "base", 2, [undefined]),
      fakeSeries(rate, "head", 2, [5]),
      fakeSeries(cost, "base", 1, [10, 10]),
      fakeSeries(cost, "head", 1, [5, 20]),
    ],
    { colours: false },
  );
  expect(cells(text)).toEqual([
    ["program", "cores", "base", "head", "head to base", "from", "to", "better in", "unit"],
    ["p", "1", "100", "110", "1.10×", "0.90×", "1.50×", "2 of 3", "hops/s"],
    ["p", "2", "failed", "5", "", "", "", "", "hops/s"],
    ["q", "1", "10", "12.5", "1.25×", "0.50×", "2.00×", "1 of 2", "µs"],
  ]);
});

import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { median, pairedRatio, summarize } from "./statistics.ts";

describe("median", () => {
  test("of an odd number of values is the middle one, in any order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });
  test("of an even number of values is the mean of the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
  test("of no values is an error", () => {
    expect(() => median([])).toThrow(RangeError);
  });
  test("leaves the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
  test("has as many values above it as below it", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

test("a summary holds median, smallest and largest value", () => {
  expect(summarize([2, 8, 3])).toEqual({ median: 3, min: 2, max: 8 });
});

describe("pairedRatio", () => {
  test("is the median of each round's own ratio, not the ratio of medians", () => {
    expect(pairedRatio([10, 20, 90], [10, 40, 30])).toBe(1);
  });
  test("leaves out rounds that one side lacks", () => {
    expect(pairedRatio([10, undefined, 30], [5, 1, undefined])).toBe(2);
  });
  test("is undefined without a common round", () => {
    expect(pairedRatio([1], [undefined])).toBeUndefined();
  });
});

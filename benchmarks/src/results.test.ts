import { expect, test } from "vitest";
import { describeMachine, toResults } from "./results.ts";
import { fakeSample, fakeSeries, fakeSystem, fakeWorkload } from "./testing/fakes.ts";

test("a series becomes one result, with the medians of its details", () => {
  const series = {
    ...fakeSeries(fakeWorkload("p"), "a", 2, []),
    samples: [fakeSample(10, { detail: { rss: 5 } }), fakeSample(30, { detail: { rss: 9 } })],
  };
  expect(toResults([series])).toEqual([
    {
      program: "p",
      system: "a",
      cores: 2,
      unit: "hops/s",
      median: 20,
      min: 10,
      max: 30,
      rounds: 2,
      checksum: 3,
      detail: { rss: 7 },
    },
  ]);
});

test("a series without a successful round has no result", () => {
  expect(toResults([fakeSeries(fakeWorkload("p"), "a", 1, [undefined])])).toEqual([]);
});

test("the machine's description names the systems' versions", () => {
  const machine = describeMachine([fakeSystem("a")]);
  expect(machine.systems).toEqual({ a: "a 1" });
  expect(machine.cores).toBeGreaterThan(0);
  expect(machine.node).toBe(process.versions.node);
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeMachine, toResults, writeResults } from "./results.ts";
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

test("the file has what stands and what failed, and nothing else is left beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "agner-results-"));
  try {
    const file = join(folder, "results.json");
    const failures = [{ workload: "p", system: "b", cores: 1, message: "exit code 1" }];
    const machine = describeMachine([fakeSystem("a")]);
    for (const values of [[1], [1, 3]]) {
      writeResults(file, machine, { series: [fakeSeries(fakeWorkload("p"), "a", 1, values)], failures });
    }
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ machine, results: [{ system: "a", rounds: 2 }], failures });
    expect(readdirSync(folder)).toEqual(["results.json"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

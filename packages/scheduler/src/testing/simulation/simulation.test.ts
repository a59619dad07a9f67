/** A short run of the simulation; `npm run simulate` runs on for minutes (docs/simulation.md). */
import { describe, expect, test } from "vitest";
import { ALL_CASES } from "./all.ts";
import { exhaust, wander, type Tally } from "./case.ts";
import { newCoverage } from "./machine.ts";
import { load } from "./modules.ts";
import { failureReport } from "./report.ts";

/** Steps of each case: some hundredths of a second. */
const STEPS = 20_000;

describe("in every schedule", async () => {
  const modules = await load();
  const seed = Number(process.env["AGNER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  test.each(ALL_CASES.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    const tally: Tally = { schedules: 0, coverage: newCoverage() };
    const result = one.preemptions === undefined ? wander(one, modules, tally, seed, STEPS) : exhaust(one, modules, tally, STEPS);
    expect(typeof result === "object" ? failureReport(result, modules) : "").toBe("");
    expect(tally.coverage.steps).toBeGreaterThan(100);
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { TestModule } from "vitest/node";
import { SummaryReporter } from "./summary-reporter.js";

/** What the reporter reads of a test module. */
function module(states: string[], { errors = 0, suiteErrors = 0 } = {}): TestModule {
  const fake = {
    errors: () => Array.from({ length: errors }),
    children: {
      allSuites: () => [{ errors: () => Array.from({ length: suiteErrors }) }],
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
    },
  };
  return fake as unknown as TestModule;
}

function counts(modules: TestModule[], unhandledErrors: unknown[] = []): unknown {
  const folder = mkdtempSync(join(tmpdir(), "agner-summary-"));
  try {
    vi.stubEnv("AGNER_TEST_SUMMARY", join(folder, "summary.json"));
    new SummaryReporter().onTestRunEnd(modules, unhandledErrors);
    return JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"));
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
}

test("counts tests by how they ended", () => {
  expect(counts([module(["passed", "failed"]), module(["passed", "skipped", "pending"])])).toEqual({
    passed: 2,
    failed: 1,
    skipped: 2,
  });
});

test("a file or suite that could not be set up, and an error outside any test, are failures", () => {
  expect(counts([module([], { errors: 1 }), module(["passed"], { suiteErrors: 1 })], [new Error("late")])).toEqual({
    passed: 1,
    failed: 3,
    skipped: 0,
  });
});

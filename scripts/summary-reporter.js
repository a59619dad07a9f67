/** A vitest reporter that writes how many tests passed, failed and were skipped, as JSON, to the file that AGNER_TEST_SUMMARY names. */
import { writeFileSync } from "node:fs";

export class SummaryReporter {
  /**
   * A file or suite that could not even be set up counts as one failed test, and so does an error outside any test.
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === "passed" || state === "failed" ? state : "skipped"] += 1;
      }
    }
    const file = process.env.AGNER_TEST_SUMMARY;
    if (file) writeFileSync(file, JSON.stringify(counts));
  }
}

export default SummaryReporter;

import { describe, expect, test } from "vitest";
import { nodeVersionProblem } from "./node-version.js";

describe("nodeVersionProblem", () => {
  test.each(["20.19.0", "20.20.2", "22.0.0", "26.10.0"])("%s will do", (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined();
  });
  test.each(["14.21.3", "18.20.0", "20.18.9", "9.99.0"])(
    "%s is too old, which is told in one line with what to do",
    (version) => {
      const problem = nodeVersionProblem(version);
      expect(problem).toContain(`needs Node.js 20.19 or newer, and this is ${version}`);
      expect(problem).toContain("nodejs.org");
      expect(problem).not.toContain("\n");
    },
  );
});

import { describe, expect, test } from "vitest";
import { loadProgram } from "./load.ts";
import { COMPILED_PROGRAMS, targetOf } from "./programs.ts";

describe("programs give compiled what they give plain", () => {
  for (const { id } of COMPILED_PROGRAMS) {
    test(id, async () => {
      const { plain, compiled } = await loadProgram(id);
      expect(compiled(4_000)).toBe(plain());
    });
  }
});

test("Node 20 is allowed 0.2 more", () => {
  const fib = COMPILED_PROGRAMS[0]!;
  expect(targetOf(fib, 24)).toBe(1.2);
  expect(targetOf(fib, 20)).toBeCloseTo(1.4);
});

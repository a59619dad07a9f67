import { describe, expect, test } from "vitest";
import { difference } from "./testing/differential.ts";
import { PROGRAMS } from "./testing/programs.ts";

// Every program moves to another core, or would, at each of its suspensions, and does the same as one that stays.
for (const [construct, programs] of Object.entries(PROGRAMS)) {
  describe(construct, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => expect(difference(source, [1, 7], new Set())).toBeUndefined());
    }
  });
}

/** The simulation finds what is broken on purpose. A fault whose text is no longer in the source fails, too: it is to be written anew. */
import { describe, expect, test } from "vitest";
import { ALL_CASES } from "./all.ts";
import { FAULTS, findFault } from "./faults.ts";

/** About five times what the hardest one takes with this seed. */
const STEPS = 1_000_000;
const SEED = 1;

describe("a fault is found", () => {
  test.each(FAULTS.map((one) => [`${one.cases.replace(/\/.*/, "")}: ${one.name}`, one] as const))("%s", async (_name, one) => {
    const { failure } = await findFault(one, ALL_CASES, SEED, STEPS);
    expect(failure).toBeDefined();
  });
});

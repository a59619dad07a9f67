import { expect, test } from "vitest";
import { difference, OutOfFuel } from "./testing/differential.ts";
import { generate } from "./testing/generate.ts";

// AGNER_FUZZ_SEED and AGNER_FUZZ_COUNT repeat a failure or run longer.
const first = Number(process.env["AGNER_FUZZ_SEED"] ?? Date.now() % 1e9);
const count = Number(process.env["AGNER_FUZZ_COUNT"] ?? 150);

test("random programs behave compiled as they do plain", { timeout: 3_600_000 }, () => {
  console.log(`fuzz: seeds ${first} to ${first + count - 1}`);
  for (let seed = first; seed < first + count; seed++) {
    const source = generate(seed);
    let found: string | undefined;
    try {
      found = difference(source, [1, 2, 7, 4000]);
    } catch (e) {
      // A program that asks for too many messages.
      if (!(e instanceof OutOfFuel)) throw new Error(`seed ${seed}`, { cause: e });
    }
    expect(found, `seed ${seed}`).toBeUndefined();
  }
});

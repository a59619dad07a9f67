import { expect, test } from "vitest";
import { difference, OutOfFuel } from "./testing/differential.ts";
import { generate } from "./testing/generate.ts";

// AGNER_FUZZ_SEED and AGNER_FUZZ_COUNT repeat a failure or run longer.
const first = Number(process.env["AGNER_FUZZ_SEED"] ?? Date.now() % 1e9);
const count = Number(process.env["AGNER_FUZZ_COUNT"] ?? 150);

/** The first difference. `moving`: at every suspension, as to another core. */
function search(programs: number, quotas: readonly number[], moving: boolean): string | undefined {
  console.log(`fuzz: seeds ${first} to ${first + programs - 1}`);
  for (let seed = first; seed < first + programs; seed++) {
    const source = generate(seed);
    let found: string | undefined;
    try {
      found = difference(source, quotas, moving ? new Set() : undefined);
    } catch (e) {
      // A program that asks for too many messages.
      if (!(e instanceof OutOfFuel)) throw new Error(`seed ${seed}`, { cause: e });
    }
    if (found !== undefined) return `seed ${seed}: ${found}`;
  }
  return undefined;
}

test("random programs behave compiled as they do plain", { timeout: 3_600_000 }, () => {
  expect(search(count, [1, 2, 7, 4000], false)).toBeUndefined();
});

test("random programs do not notice that they move", { timeout: 3_600_000 }, () => {
  expect(search(Math.ceil(count / 3), [1, 3], true)).toBeUndefined();
});

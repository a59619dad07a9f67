import { expect, test } from "vitest";
import { generate } from "./testing/fuzz/generate.ts";
import { reduced, search, type How } from "./testing/fuzz/search.ts";
import { shrink } from "./testing/fuzz/shrink.ts";

// AGNER_FUZZ_SEED and AGNER_FUZZ_COUNT repeat a failure or run longer.
const first = Number(process.env["AGNER_FUZZ_SEED"] ?? Date.now() % 1e9);
const count = Number(process.env["AGNER_FUZZ_COUNT"] ?? 40);

/** The first failure, made small. */
function failure(programs: number, how: How): string | undefined {
  console.log(`fuzz: seeds ${first} to ${first + programs - 1}`);
  const found = search(first, programs, how);
  return found && `seed ${found.seed}, ${reduced(found.source, found.difference, how)}`;
}

test("random programs behave compiled as they do plain", { timeout: 3_600_000 }, () => {
  expect(failure(count, { quotas: [1, 2, 7, 4000], moving: false })).toBeUndefined();
});

test("random programs do not notice that they move", { timeout: 3_600_000 }, () => {
  expect(failure(Math.ceil(count / 3), { quotas: [1, 3], moving: true })).toBeUndefined();
});

test("a seed gives one program", () => {
  expect(generate(7)).toBe(generate(7));
  expect(generate(7)).not.toBe(generate(8));
});

test("a program is made small as long as it fails", () => {
  const source = generate(11).replace(
    "function main() {",
    "function main() { if (receive() + 1) { try { log(wanted(1, receive()), 2); } finally { log(3); } }",
  );
  const small = shrink(source, (text) => /wanted\(.*receive/.test(text), 2_000);
  expect(small.length).toBeLessThan(60);
  expect(small).toMatch(/wanted\(.*receive/);
});

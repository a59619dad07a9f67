import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { folder } from "./testing/folder.ts";
import { bodyOf, namesOf, writeWhole } from "./whole-file.ts";

const NAME = `${"0a".repeat(32)}.kept`;

test("what was written is read, and nothing else", async () => {
  const dir = folder({});
  const body = Buffer.from("what was worked out");
  await writeWhole(dir.path(NAME), body);
  const bytes = readFileSync(dir.path(NAME));
  expect(bodyOf(bytes)).toEqual(body);
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i]! ^= 1;
    expect(bodyOf(changed)).toBeUndefined();
    expect(bodyOf(bytes.subarray(0, i))).toBeUndefined();
  }
});

test("of several that write one file at once, one has written it, and no part is left", async () => {
  const dir = folder({});
  const bodies = Array.from({ length: 20 }, (_, i) => Buffer.alloc(100_000, i));
  await Promise.all(bodies.map((body) => writeWhole(dir.path(NAME), body)));
  const body = bodyOf(readFileSync(dir.path(NAME)));
  expect(bodies.some((one) => body?.equals(one))).toBe(true);
  expect(readdirSync(dir.path("")).filter((name) => name.startsWith("0a"))).toEqual([NAME]);
});

test("a folder that is not there is no error", async () => {
  await expect(writeWhole(folder({}).path(`nowhere/${NAME}`), Buffer.from("x"))).resolves.toBeUndefined();
});

test("parts are known by their names", () => {
  const names = namesOf("kept");
  expect(names.test(NAME)).toBe(true);
  expect(names.test(`${NAME}.123e4567-e89b-42d3-a456-426614174000.part`)).toBe(true);
  expect(names.test(`${NAME}.mine`)).toBe(false);
  expect(names.test("other.kept")).toBe(false);
});

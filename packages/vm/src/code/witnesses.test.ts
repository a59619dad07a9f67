import { rmSync, symlinkSync, unlinkSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { folder } from "./testing/folder.ts";
import { unchanged, witness } from "./witnesses.ts";

/** After every file of a test was written: none of them is young. */
const LATER = Date.now() + 3_600_000;

test("a file that is written, replaced, removed or made is noticed, and one that is only read is not", () => {
  const dir = folder({ "a.ts": "1;", "b.ts": "2;" });
  const paths = ["a.ts", "b.ts", "absent.ts"].map(dir.path);
  const looked = () => witness(paths, LATER)!;
  let before = looked();
  expect(unchanged(before)).toBe(true);
  dir.write("a.ts", "1; // longer");
  expect(unchanged(before)).toBe(false);
  before = looked();
  dir.write("absent.ts", "");
  expect(unchanged(before)).toBe(false);
  before = looked();
  rmSync(dir.path("b.ts"));
  expect(unchanged(before)).toBe(false);
});

test("a content of the same length with the same time is noticed", () => {
  const dir = folder({ "a.ts": "1;" });
  utimesSync(dir.path("a.ts"), 1_000, 1_000);
  const before = witness([dir.path("a.ts")], LATER)!;
  unlinkSync(dir.path("a.ts"));
  dir.write("a.ts", "2;");
  utimesSync(dir.path("a.ts"), 1_000, 1_000);
  expect(unchanged(before)).toBe(false);
});

test("a link that leads elsewhere is noticed", () => {
  const dir = folder({ "a.ts": "1;", "b.ts": "2;" });
  symlinkSync(dir.path("a.ts"), dir.path("link.ts"));
  const before = witness([dir.path("link.ts")], LATER)!;
  unlinkSync(dir.path("link.ts"));
  symlinkSync(dir.path("b.ts"), dir.path("link.ts"));
  expect(unchanged(before)).toBe(false);
});

test("nothing is said of files that were changed a moment before they were read", () => {
  const dir = folder({ "a.ts": "1;" });
  expect(witness([dir.path("a.ts")], Date.now())).toBe(undefined);
});

import { renameSync, rmSync, symlinkSync, unlinkSync, utimesSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { folder } from "./testing/folder.ts";
import { Sightings, unchanged, type Witnesses } from "./witnesses.ts";

/** What is seen of the files an hour later, when none of them is young. */
function witness(paths: readonly string[], meanwhile: () => void = () => {}): Witnesses | undefined {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  const seen = new Sightings();
  vi.useRealTimers();
  for (const path of paths) seen.add(path);
  meanwhile();
  return seen.witnesses();
}

test("a file that is written, replaced, removed or made is noticed, and one that is only read is not", () => {
  const dir = folder({ "a.ts": "1;", "b.ts": "2;" });
  const paths = ["a.ts", "b.ts", "absent.ts"].map(dir.path);
  const looked = () => witness(paths)!;
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
  const before = witness([dir.path("a.ts")])!;
  unlinkSync(dir.path("a.ts"));
  dir.write("a.ts", "2;");
  utimesSync(dir.path("a.ts"), 1_000, 1_000);
  expect(unchanged(before)).toBe(false);
});

test("a link that leads elsewhere is noticed", () => {
  const dir = folder({ "a.ts": "1;", "b.ts": "2;" });
  symlinkSync(dir.path("a.ts"), dir.path("link.ts"));
  const before = witness([dir.path("link.ts")])!;
  unlinkSync(dir.path("link.ts"));
  symlinkSync(dir.path("b.ts"), dir.path("link.ts"));
  expect(unchanged(before)).toBe(false);
});

test("nothing is said of files that were changed a moment before they were read", () => {
  const dir = folder({ "a.ts": "1;" });
  const seen = new Sightings();
  seen.add(dir.path("a.ts"));
  expect(seen.witnesses()).toBe(undefined);
});

test("nothing is said of what became another while it was read", () => {
  const dir = folder({ "lib/a.ts": "1;", "other/a.ts": "2;" });
  const swap = (): void => {
    renameSync(dir.path("lib"), dir.path("old"));
    renameSync(dir.path("other"), dir.path("lib"));
  };
  expect(witness([dir.path("lib/a.ts")], swap)).toBe(undefined);
  expect(witness([dir.path("lib/a.ts")])).not.toBe(undefined);
});

test("a package.json that has changed since this process first saw it: what it said may be remembered", () => {
  const dir = folder({ "a/package.json": "{}", "a/b.json": "{}" });
  expect(witness([dir.path("a/package.json"), dir.path("c/package.json")])).not.toBe(undefined);
  dir.write("a/b.json", '{ "c": 1 }');
  expect(witness([dir.path("a/b.json")])).not.toBe(undefined);
  dir.write("a/package.json", '{ "name": "a" }');
  expect(witness([dir.path("a/package.json")])).toBe(undefined);
  dir.write("c/package.json", "{}");
  expect(witness([dir.path("c/package.json")])).toBe(undefined);
});

import { expect, test } from "vitest";
import { describeDropped, overloadGuard } from "./overload.ts";

test("a window takes as many events as it may, and counts the others by level", () => {
  const guard = overloadGuard({ burst: 2, windowMs: 10 });
  expect([guard.admit("info", 0), guard.admit("info", 1)]).toEqual([true, true]);
  expect(guard.take()).toBeUndefined();
  expect([guard.admit("info", 2), guard.admit("error", 9), guard.admit("info", 9)]).toEqual([false, false, false]);
  expect(guard.take()).toEqual({ info: 2, error: 1 });
  expect(guard.take()).toBeUndefined();
});

test("a window begins with its first event and ends when its time is over", () => {
  const guard = overloadGuard({ burst: 1, windowMs: 10 });
  expect(guard.admit("info", 100)).toBe(true);
  expect(guard.endsAt()).toBe(110);
  expect(guard.admit("info", 109)).toBe(false);
  expect(guard.admit("info", 110)).toBe(true);
  expect(guard.endsAt()).toBe(120);
  expect(guard.admit("info", 1_000)).toBe(true);
});

test("what nobody has asked about stays counted in the next window", () => {
  const guard = overloadGuard({ burst: 1, windowMs: 10 });
  for (const now of [0, 1, 20, 21]) guard.admit("debug", now);
  expect(guard.take()).toEqual({ debug: 2 });
});

test("without a limit everything passes", () => {
  const guard = overloadGuard({ burst: Infinity, windowMs: 10 });
  for (let i = 0; i < 1_000; i++) expect(guard.admit("info", 0)).toBe(true);
});

test("the count in words, gravest first", () => {
  expect(describeDropped({ info: 1_200, error: 3 })).toBe("1,203 events were not written: 3 error, 1,200 info");
  expect(describeDropped({ debug: 1 })).toBe("1 event was not written: 1 debug");
});

import { expect, test } from "vitest";
import { acquire, takeOver, release } from "./lock.ts";

test("the lock of a lost thread can be taken over, another's cannot", () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  acquire(words, 0, 3);
  expect(takeOver(words, 0, 2, 1)).toBe(false);
  expect(takeOver(words, 0, 3, 1)).toBe(true);
  expect(takeOver(words, 0, 3, 1)).toBe(false);
  release(words, 0);
  acquire(words, 0, 2);
  release(words, 0);
  expect(words[0]).toBe(0);
});

import { expect, test } from "vitest";
import { isLinearizable, type Operation } from "./linearizable.ts";

const write = (began: number, ended: number, value: number): Operation<number> => ({
  began,
  ended,
  what: `write ${value}`,
  apply: () => value,
});
const read = (began: number, ended: number, value: number): Operation<number> => ({
  began,
  ended,
  what: `read ${value}`,
  apply: (state) => (state === value ? state : undefined),
});

test("a read sees the last write, or one at the same time", () => {
  expect(isLinearizable([write(1, 2, 7), read(3, 4, 7)], 0)).toBe(true);
  expect(isLinearizable([write(1, 2, 7), read(3, 4, 0)], 0)).toBe(false);
  expect(isLinearizable([write(1, 4, 7), read(2, 3, 0)], 0)).toBe(true);
  expect(isLinearizable([write(1, 4, 7), read(2, 3, 7)], 0)).toBe(true);
});

test("two reads agree on the order", () => {
  expect(isLinearizable([write(1, 9, 7), read(2, 3, 7), read(4, 5, 0)], 0)).toBe(false);
  expect(isLinearizable([write(1, Infinity, 7), read(2, 3, 0), read(4, 5, 7)], 0)).toBe(true);
});

import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test("finds a missing letter, a wrong one and two swapped ones", () => {
  const files = ["helper.ts", "main.ts", "counter.ts"];
  expect(nearest("hlper.ts", files)).toBe("helper.ts");
  expect(nearest("coumter.ts", files)).toBe("counter.ts");
  expect(nearest("mian.ts", files)).toBe("main.ts");
});

test("ignores case, and prefers the closest", () => {
  expect(nearest("counter.ts", ["counters.tsx", "Counter.ts"])).toBe("Counter.ts");
});

test("suggests nothing that is far off", () => {
  expect(nearest("x", ["abc", "yz"])).toBeUndefined();
  expect(nearest("helper.ts", [])).toBeUndefined();
});

import { expect, test } from "vitest";
import { load, run } from "./testing/machine.ts";

/** Built-ins whose cost goes by the length of what they read or make, in a loop of 20 turns. */
const CALLS: Readonly<Record<string, string>> = {
  "JSON.parse": "JSON.parse(list)",
  "JSON.parse with a reviver": "JSON.parse(list, null)",
  "JSON.stringify": "JSON.stringify(values)",
  "JSON.stringify of a text": "JSON.stringify(`${list}`)",
  "split of a variable": "list.split(sep)",
  "split of a property": "o.list.split(',')",
  "join of an array": "parts.join(sep)",
  "join of what may be anything": "o.values.join(sep)",
  replace: "list.replace(sep, '')",
  "replaceAll with a regular expression": "o.list.replaceAll(/,/g, sep)",
};

const source = (call: string): string =>
  `export function main(list, sep, values) { const o = { list, values }; const parts = Array.from(values); let n = 0; for (let i = 0; i < 20; i++) { const x = ${call}; n += x === undefined ? 0 : 1; } return n; }`;

test.each(Object.entries(CALLS))("%s is charged for long texts, and not for short ones", (_name, call) => {
  const { main } = load(source(call)).exports as { main: () => unknown };
  const slices = (n: number): number => {
    const values = Array.from({ length: n }, (_, i) => i + 100_000);
    const outcome = run(main, [JSON.stringify(values), ",", values] as never, 4_000);
    expect(outcome.value).toBe(20);
    return outcome.slices;
  };
  expect(slices(10)).toBe(0);
  // 280,000 characters.
  expect(slices(40_000)).toBeGreaterThan(10);
});

/** The table of docs/conformance.md against the tests that are there. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FOLDER = new URL("./", import.meta.url);
const TABLE = readFileSync(new URL("../../../../docs/conformance.md", FOLDER), "utf8");
/** Statements of each group. */
const COUNTS = { A: 44, B: 15, C: 9, D: 15, E: 19 };

const rows = new Map(
  [...TABLE.matchAll(/^\| ([A-E]\d+) \|[^|]*\| (.*) \|$/gm)].map(([, statement, here]) => [statement!, here!] as const),
);

/** The statements that the tests of each file are named after. */
const titles = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => {
      const source = readFileSync(new URL(name, FOLDER), "utf8");
      return [
        name.replace(".test.ts", ""),
        new Set([...source.matchAll(/processTest\([`"]([A-E]\d+):/g)].map(([, statement]) => statement!)),
      ];
    }),
);

test("every statement has a row that says where it stands", () => {
  const expected = Object.entries(COUNTS).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, i) => `${group}${i + 1}`),
  );
  expect([...rows.keys()]).toEqual(expected);
  for (const [statement, here] of rows)
    expect([statement, here]).toEqual([statement, expect.stringMatching(/^(tested|differs|does not apply)\b/)]);
});

test("the files that a row names have tests of its statement, and every tested statement names its files", () => {
  const named: string[] = [];
  for (const [statement, here] of rows) {
    const files = /^tested: ([a-z]+(?:, [a-z]+(?=[,. (]|$))*)/.exec(here)?.[1]?.split(", ") ?? [];
    for (const file of files) if (titles.has(file)) named.push(`${statement} ${file}`);
  }
  const tested = [...titles].flatMap(([file, statements]) => [...statements].map((statement) => `${statement} ${file}`));
  expect(named.toSorted()).toEqual(tested.toSorted());
});

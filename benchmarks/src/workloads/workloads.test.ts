import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { costOf } from "./workload.ts";
import { WORKLOADS } from "./workloads.ts";

const ids = WORKLOADS.map(({ id }) => id);

test("no id is the beginning of another", () => {
  for (const id of ids) expect(ids.filter((other) => other.startsWith(id))).toEqual([id]);
});

test("ids of costs, and only those, end in -bytes or -latency", () => {
  for (const { id, unit } of WORKLOADS) expect([id, /-(bytes|latency)$/.test(id)]).toEqual([id, costOf(unit) !== undefined]);
});

test("Agner has every program", () => {
  const missing = WORKLOADS.filter(({ program }) => !existsSync(new URL(`../../programs/${program}.ts`, import.meta.url)));
  expect(missing).toEqual([]);
});

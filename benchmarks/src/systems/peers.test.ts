import { expect, test } from "vitest";
import { PROGRAMS } from "../workloads/workloads.ts";
import { PEERS } from "./peers.ts";

test("peers have ids of their own, and not Agner's", () => {
  expect(new Set([...PEERS.map(({ id }) => id), "agner"]).size).toBe(PEERS.length + 1);
});

test("peers claim only programs that there are, each once, and remark on those alone", () => {
  for (const { programs: claimed, remarks = {} } of PEERS) {
    const all = claimed === "all" ? PROGRAMS : claimed;
    if (claimed !== "all") expect(new Set(all).size).toBe(all.length);
    expect(all.filter((program) => !PROGRAMS.includes(program))).toEqual([]);
    expect(Object.keys(remarks).filter((program) => !all.includes(program))).toEqual([]);
  }
});

test("what a peer leaves out, it leaves out for one reason, and it is no program of its own", () => {
  for (const { programs: claimed, leftOut = {} } of PEERS) {
    const without = Object.values(leftOut).flat();
    expect(without.filter((program, index) => without.indexOf(program) !== index)).toEqual([]);
    expect(without.filter((program) => !programs.includes(program))).toEqual([]);
    expect(without.filter((program) => claimed === "all" || claimed.includes(program))).toEqual([]);
  }
});

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

test("a peer has a program or leaves it out, for one reason", () => {
  for (const { id, programs: claimed, leftOut = {} } of PEERS) {
    if (claimed === "all") continue;
    const all = [...claimed, ...Object.values(leftOut).flat()];
    expect([id, all.toSorted()]).toEqual([id, PROGRAMS.toSorted()]);
  }
});

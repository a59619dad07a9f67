import { describe, expect, test } from "vitest";
import { disagreements, steps, summaryOf } from "./series.ts";
import { fakeSample, fakeSeries, fakeSystem, fakeWorkload } from "./testing/fakes.ts";

describe("steps", () => {
  const systems = [fakeSystem("a"), fakeSystem("b")];
  const order = (plan: Parameters<typeof steps>[0]) =>
    steps(plan).map(({ series, round }) => `${series.workload.id} ${series.cores}${series.system} ${round}`);

  test("interleave systems and core counts within a round, and finish a program before the next", () => {
    expect(order({ workloads: [fakeWorkload("p"), fakeWorkload("q")], systems, cores: [1, 2], rounds: 2 })).toEqual([
      ...["p 1a 0", "p 1b 0", "p 2a 0", "p 2b 0", "p 1a 1", "p 1b 1", "p 2a 1", "p 2b 1"],
      ...["q 1a 0", "q 1b 0", "q 2a 0", "q 2b 0", "q 1a 1", "q 1b 1", "q 2a 1", "q 2b 1"],
    ]);
  });

  test("leave out systems that have no such program", () => {
    const one = fakeSystem("one", { programs: ["q"] });
    const workloads = [fakeWorkload("p"), fakeWorkload("other", { program: "q" })];
    expect(order({ workloads, systems: [...systems, one], cores: [1], rounds: 1 })).toEqual([
      ...["p 1a 0", "p 1b 0", "other 1a 0", "other 1b 0", "other 1one 0"],
    ]);
  });

  test("measure a system that uses one core once a round, as that", () => {
    const plain = fakeSystem("plain", { parallel: false });
    const plan = { workloads: [fakeWorkload("p")], systems: [systems[0]!, plain], cores: [2, 4], rounds: 1 };
    expect(order(plan)).toEqual(["p 2a 0", "p 1plain 0", "p 4a 0"]);
  });

  test("leave out core counts that a program cannot use", () => {
    expect(order({ workloads: [fakeWorkload("cross", { minCores: 2 })], systems, cores: [1, 2], rounds: 1 })).toEqual([
      "cross 2a 0",
      "cross 2b 0",
    ]);
  });
});

describe("disagreements", () => {
  const workload = fakeWorkload("p");

  test("none when all did the same work", () => {
    expect(disagreements([fakeSeries(workload, "a", 1, [1, 2]), fakeSeries(workload, "b", 2, [3, undefined])])).toEqual([]);
  });

  const others = [fakeSeries(workload, "a", 1, [1]), fakeSeries(workload, "c", 1, [1])];

  test("another checksum is told once a series, with both sides; most of them are the measure", () => {
    const wrong = {
      ...fakeSeries(workload, "b", 2, []),
      samples: [fakeSample(1, { checksum: 4 }), fakeSample(1, { checksum: 4 })],
    };
    const [told, ...rest] = disagreements([wrong, ...others]);
    expect(rest).toEqual([]);
    expect(told?.series).toBe(wrong);
    expect(told?.failure).toMatchObject({ workload: "p", system: "b", cores: 2 });
    expect(told?.failure.message).toBe(
      "did other work than most: 14 operations with checksum 4, not 14 operations with checksum 3",
    );
  });

  test("another number of operations is one too, in any round", () => {
    const short = { ...fakeSeries(workload, "b", 1, []), samples: [fakeSample(1), fakeSample(1, { ops: 13 })] };
    expect(disagreements([short, ...others]).map(({ series }) => series)).toEqual([short]);
  });

  test("where as many came to one result as to another, none stands", () => {
    const other = { ...fakeSeries(workload, "b", 1, []), samples: [fakeSample(1, { ops: 13 })] };
    expect(disagreements([other, others[0]!])).toHaveLength(2);
  });
});

test("a summary counts the rounds that succeeded", () => {
  expect(summaryOf(fakeSeries(fakeWorkload("p"), "a", 1, [4, undefined, 2]))).toEqual({ median: 3, min: 2, max: 4, rounds: 2 });
  expect(summaryOf(fakeSeries(fakeWorkload("p"), "a", 1, [undefined]))).toBeUndefined();
});

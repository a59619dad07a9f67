import { expect, test } from "vitest";
import { run, type Progress } from "./run.ts";
import { fakeSample, fakeSystem, fakeWorkload } from "./testing/fakes.ts";

const quiet: Progress = { starting: () => {}, finished: () => {} };
const systems = [fakeSystem("a"), fakeSystem("b")];

test("every step runs its system's command with the workload's arguments, and its value lands in its series and round", async () => {
  const commands: string[] = [];
  const outcome = await run(
    { workloads: [fakeWorkload("p")], systems, cores: [1, 2], rounds: 2 },
    quiet,
    async (_workload, command) => {
      commands.push([command.file, ...command.args].join(" "));
      return fakeSample(commands.length);
    },
  );
  expect(commands).toEqual([
    ...["a p 1 2 7 1", "b p 1 2 7 1", "a p 1 2 7 2", "b p 1 2 7 2"],
    ...["a p 1 2 7 1", "b p 1 2 7 1", "a p 1 2 7 2", "b p 1 2 7 2"],
  ]);
  expect(outcome.failures).toEqual([]);
  expect(outcome.series.map(({ system, cores, samples }) => [system, cores, samples.map((each) => each?.value)])).toEqual([
    ["a", 1, [1, 5]],
    ["b", 1, [2, 6]],
    ["a", 2, [3, 7]],
    ["b", 2, [4, 8]],
  ]);
});

test("a program that fails is noted once and not tried again; the rest goes on", async () => {
  let runs = 0;
  const outcome = await run(
    { workloads: [fakeWorkload("p")], systems, cores: [1], rounds: 3 },
    quiet,
    async (_workload, command) => {
      runs += 1;
      if (command.file === "a") throw new Error("exit code 1");
      return fakeSample(1);
    },
  );
  expect(runs).toBe(4);
  expect(outcome.failures).toEqual([{ workload: "p", system: "a", cores: 1, message: "exit code 1" }]);
});

test("results that most others refute are failures, and have no series", async () => {
  const outcome = await run(
    { workloads: [fakeWorkload("p")], systems: [...systems, fakeSystem("c")], cores: [1], rounds: 1 },
    quiet,
    async (_workload, { file }) => fakeSample(1, { checksum: file === "a" ? 2 : 1 }),
  );
  expect(outcome.failures).toMatchObject([{ system: "a", message: expect.stringContaining("checksum 2") }]);
  expect(outcome.series.map(({ system }) => system)).toEqual(["b", "c"]);
});

test("progress hears of every step and of every finished program", async () => {
  const heard: string[] = [];
  const progress: Progress = {
    starting: ({ system, round }, index, all) => heard.push(`${system.id}${round} ${index}/${all.length}`),
    finished: (all, soFar) => heard.push(`finished ${all[0]?.workload.id} ${all.length} of ${soFar.series.length}`),
  };
  const workloads = [fakeWorkload("p"), fakeWorkload("q")];
  await run({ workloads, systems, cores: [1], rounds: 1 }, progress, async () => fakeSample(1));
  expect(heard).toEqual(["a0 0/4", "b0 1/4", "finished p 2 of 2", "a0 2/4", "b0 3/4", "finished q 2 of 4"]);
});

import { expect, test } from "vitest";
import { terminalProgress } from "./progress.ts";
import { run } from "./run.ts";
import { fakeSample, fakeSystem, fakeWorkload } from "./testing/fakes.ts";

/** What is written while two programs run twice on two systems, of which one takes ten seconds a run and the other seventy. */
async function written(isTTY: boolean): Promise<string[]> {
  const lines: string[] = [];
  const stream = { isTTY, write: (text: string) => lines.push(text) > 0 };
  let now = 0;
  const workloads = [fakeWorkload("p"), fakeWorkload("q")];
  const systems = [fakeSystem("a"), fakeSystem("b")];
  const progress = terminalProgress(stream, () => now);
  await run({ workloads, systems, cores: [1], rounds: 2 }, progress, async (_workload, { file }) => {
    now += file === "a" ? 10_000 : 70_000;
    return fakeSample(1);
  });
  return lines.map((line) => line.replace("\r\u001b[K", ""));
}

test("a terminal shows each run with the time that is left", async () => {
  expect(await written(true)).toEqual([
    "[1/8] p: a, 1 core, round 1",
    "[2/8, 1 min 10 s left] p: b, 1 core, round 1",
    "[3/8, 4 min 0 s left] p: a, 1 core, round 2",
    "[4/8, 3 min 10 s left] p: b, 1 core, round 2",
    "p (hops/s): a/1 1, b/1 1\n",
    "[5/8, 2 min 40 s left] q: a, 1 core, round 1",
    "[6/8, 1 min 18 s left] q: b, 1 core, round 1",
    "[7/8, 1 min 20 s left] q: a, 1 core, round 2",
    "[8/8, 1 min 10 s left] q: b, 1 core, round 2",
    "q (hops/s): a/1 1, b/1 1\n",
  ]);
});

test("elsewhere there is a line for each program", async () => {
  expect(await written(false)).toEqual(["p (hops/s): a/1 1, b/1 1\n", "q (hops/s): a/1 1, b/1 1\n"]);
});

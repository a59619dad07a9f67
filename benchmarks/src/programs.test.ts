import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test, vi } from "vitest";
import { endSamples, readSample, takeSample } from "./sample.ts";
import { agner } from "./systems/agner.ts";
import { erlang } from "./systems/erlang.ts";
import { hasProgram } from "./systems/system.ts";
import { SMALL } from "./testing/small.ts";
import { programArguments, type Workload } from "./workloads/workload.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

// All the programs run one after the other in one process.
vi.setConfig({ testTimeout: 300_000 });
/** Of those programs: a test that runs out of time cannot end them. */
const TIMEOUT_MS = 240_000;
/** What one core does differently: everything else is done on two. */
const ON_ONE = ["idle-process-bytes", "server-call-small", "busy-call-latency", "restart-storm-latency"];

afterAll(endSamples);

const small = (workload: Workload): Workload => ({ ...workload, sizes: SMALL[workload.program]!.sizes, warmups: 1, repeats: 2 });
/** Each program once, with small work. */
const PROGRAMS = [...new Map(WORKLOADS.map((each) => [each.program, small(each)])).values()];
const expected = ({ program }: Workload) => ({ program, ops: SMALL[program]!.ops, checksum: SMALL[program]!.checksum });

test("small work has the sizes of the real one, in the same order", () => {
  for (const { program, sizes } of WORKLOADS) expect(Object.keys(SMALL[program]?.sizes ?? {})).toEqual(Object.keys(sizes));
});

/** What the programs printed that ran in one process, a line each, in their order. */
function outcomes(workloads: readonly Workload[], output: string) {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return workloads.map((workload, index) => {
    const { ops, checksum } = readSample(workload, lines[index] ?? "");
    return { program: workload.program, ops, checksum };
  });
}

test.each([1, 2])("Agner does the work of the programs on %i", (cores) => {
  const workloads = cores === 1 ? PROGRAMS.filter(({ program }) => ON_ONE.includes(program)) : PROGRAMS;
  const work = workloads.map((workload) => [workload.program, ...programArguments(workload)]);
  const all = fileURLToPath(new URL("testing/all.ts", import.meta.url));
  const { file, args } = agner.command("ping-pong", [JSON.stringify(work)], cores);
  const { stdout, stderr } = spawnSync(file, args.with(2, all), { encoding: "utf8", timeout: TIMEOUT_MS });
  expect(outcomes(workloads, stdout + stderr)).toEqual(workloads.map(expected));
});

test("a program runs in a process of its own", async () => {
  const workload = PROGRAMS[0]!;
  const { ops, checksum } = await takeSample(workload, agner.command(workload.program, programArguments(workload), 1));
  expect({ program: workload.program, ops, checksum }).toEqual(expected(workload));
});

describe("erlang", () => {
  afterAll(() => erlang.dispose());

  test("does the work of every program, or says how to install it", ({ skip }) => {
    const missing = erlang.missing();
    if (missing !== undefined) {
      expect(missing).toMatch(/erlang-nox/);
      skip(missing);
    }
    const workloads = PROGRAMS.filter(({ program }) => hasProgram(erlang, program));
    const calls = workloads.map(
      ({ program, warmups, repeats, sizes }) =>
        `One(fun() -> bench:run("${program}", ${warmups}, ${repeats}, ${JSON.stringify(Object.values(sizes))}) end)`,
    );
    const one = "One = fun(Run) -> spawn_monitor(Run), receive Down -> Down end end";
    const { file, args, env } = erlang.command("", [], 2);
    const at = args.indexOf("-run");
    const asked = [...args.slice(0, at), "-eval", `${one}, ${calls.join(", ")}, halt().`, ...args.slice(at + 4)];
    const { stdout, stderr } = spawnSync(file, asked, { encoding: "utf8", env: { ...process.env, ...env }, timeout: TIMEOUT_MS });
    expect(outcomes(workloads, stdout + stderr)).toEqual(workloads.map(expected));
  });
});

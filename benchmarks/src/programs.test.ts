import { afterAll, describe, expect, test } from "vitest";
import { takeSample } from "./sample.ts";
import { agner } from "./systems/agner.ts";
import { erlang } from "./systems/erlang.ts";
import { programArguments, type Workload } from "./workloads/workload.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

/** Small work and what it must come to, worked out by hand: two measured passes each. */
const SMALL: Record<string, { sizes: Record<string, number>; ops: number; checksum: number }> = {
  "ping-pong": { sizes: { roundTrips: 100 }, ops: 200, checksum: 200 },
  ring: { sizes: { processes: 7, hops: 1_000 }, ops: 2_000, checksum: 2 * (1_000 % 7) },
  counting: { sizes: { messages: 100 }, ops: 200, checksum: 2 * 5_050 },
  "spawn-parallel": { sizes: { processes: 200, batch: 100 }, ops: 400, checksum: 4 * 5_050 },
  "idle-process-bytes": { sizes: { processes: 250, window: 100 }, ops: 250, checksum: 31_375 },
  "cross-flood": { sizes: { messages: 100 }, ops: 200, checksum: 2 * 5_050 },
  "cross-ping-pong": { sizes: { roundTrips: 100 }, ops: 200, checksum: 200 },
  "fork-join-fib": { sizes: { jobs: 8, n: 10 }, ops: 16, checksum: 16 * 55 },
  "server-call-small": { sizes: { calls: 100 }, ops: 200, checksum: 200 },
  "restart-storm-rate": { sizes: { children: 100 }, ops: 200, checksum: 2 * 5_050 },
  "busy-call-latency": { sizes: { calls: 20 }, ops: 40, checksum: 40 },
  "timer-latency": { sizes: { sleeps: 10 }, ops: 20, checksum: 20 },
  "large-message-latency": { sizes: { elements: 1_000, bytes: 70_000 }, ops: 4, checksum: 2 * (1_999 + 70_002) },
  "restart-storm-latency": { sizes: { children: 100, calls: 200 }, ops: 400, checksum: 2 * (2 * (5_050 + 100) + 5_050) },
};

const small = (workload: Workload): Workload => ({ ...workload, sizes: SMALL[workload.id]!.sizes, warmups: 1, repeats: 2 });

test("small work has the sizes of the real one, in the same order", () => {
  for (const { id, sizes } of WORKLOADS) expect(Object.keys(SMALL[id]?.sizes ?? {})).toEqual(Object.keys(sizes));
});

describe.each([1, 2])("agner on %i", (cores) => {
  test.each(WORKLOADS.filter(({ minCores }) => minCores <= cores).map(small))("does the work of $id", async (workload) => {
    const { ops, checksum } = await takeSample(workload, agner.command(workload.id, programArguments(workload), cores));
    expect({ ops, checksum }).toEqual({ ops: SMALL[workload.id]!.ops, checksum: SMALL[workload.id]!.checksum });
  });
});

describe("erlang", () => {
  afterAll(() => erlang.dispose());

  test("does the work of every program, or says how to install it", async () => {
    const missing = erlang.missing();
    if (missing !== undefined) {
      expect(missing).toMatch(/erlang-nox/);
      return;
    }
    for (const workload of WORKLOADS.map(small)) {
      const { ops, checksum } = await takeSample(workload, erlang.command(workload.id, programArguments(workload), 2));
      expect({ id: workload.id, ops, checksum }).toEqual({
        id: workload.id,
        ops: SMALL[workload.id]!.ops,
        checksum: SMALL[workload.id]!.checksum,
      });
    }
  });
});

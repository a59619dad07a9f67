import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { readSample } from "./sample.ts";
import { erlang } from "./systems/erlang.ts";
import { PEERS } from "./systems/peers.ts";
import { hasProgram } from "./systems/system.ts";
import { SMALL } from "./testing/small.ts";
import { programArguments } from "./workloads/workload.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

/** Each program once, with small work: an unmeasured pass and two measured ones. */
const PROGRAMS = [...new Map(WORKLOADS.map((each) => [each.program, each])).values()].map((each) => ({
  ...each,
  sizes: SMALL[each.program]!.sizes,
  warmups: 1,
  repeats: 2,
}));

// Erlang's are among the tests of Agner's own programs.
describe.each(PEERS.filter((peer) => peer !== erlang))("$id", (peer) => {
  afterAll(() => peer.dispose());

  test("comes to the results of Agner's programs, or says how to install it", ({ skip }) => {
    const missing = peer.missing();
    if (missing !== undefined) {
      expect(missing).toMatch(/is not installed/);
      skip(missing);
    }
    // One process runs all of them: each in a fresh one, as they are measured, would take a minute.
    const workloads = PROGRAMS.filter(({ program }) => hasProgram(peer, program));
    const [first = "", ...rest] = workloads.flatMap((each) => ["--", each.program, ...programArguments(each)]).slice(1);
    const { file, args, env } = peer.command(first, rest, 2);
    const { stdout, stderr } = spawnSync(file, args, { encoding: "utf8", env: { ...process.env, ...env }, timeout: 55_000 });
    const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
    if (lines.length < workloads.length) throw new Error(`after ${lines.length} programs: ${stderr}`);
    for (const [index, workload] of workloads.entries()) {
      const { program } = workload;
      const { ops, checksum } = readSample(workload, lines[index]!);
      expect({ program, ops, checksum }).toEqual({ program, ops: SMALL[program]!.ops, checksum: SMALL[program]!.checksum });
    }
  });
});

/** Group J: very many children. What is compared are reductions: they are the same on any machine. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, monitor, receive, send, spawnLink, statistics, type Pid } from "@agner/vm";
import { settle } from "../test/settle.ts";
import { fewerIfMoving } from "../../../vm/src/conformance/testing/counts.ts";
import { supervisor, type ChildSpec, type SupervisorHandle } from "../index.ts";
import { Any } from "./testing/children.ts";
import { downOf, numbers } from "./testing/watch.ts";

/** A process that costs as little as one can. */
export function light(): void {
  receive(() => false);
}

export function startLight(): Pid {
  return spawnLink(light);
}

export function startFalling(): Pid {
  return spawnLink(fall);
}

function fall(): void {
  receive((m) => m === "fall");
  exit("crash");
}

export const Temporary = supervisor({
  strategy: "simple_one_for_one",
  children: [{ id: "light", start: [startLight], restart: "temporary" }],
});

export const Permanent = supervisor({
  strategy: "simple_one_for_one",
  intensity: 1_000_000,
  children: [{ id: "falling", start: [startFalling] }],
});

/** What costs enough to be compared with ten times as much. */
const FEW = fewerIfMoving(500, 50);
const FEWER = fewerIfMoving(200, 20);

/** On a busy machine that takes its time. */
const UNTIL_REST = { withinMs: 60_000 };

/** All that the cores have done since they started, when nobody does anything more. */
function reductions(): number {
  settle(UNTIL_REST);
  return statistics().reduce((sum, core) => sum + core.reductions, 0);
}

/** The reductions of `work`, whoever takes them. */
function costOf(work: () => void): number {
  const before = reductions();
  work();
  return reductions() - before;
}

/** Fails unless ten times the work costs about ten times as much. What is quadratic costs a hundred times as much. */
function expectLinear(work: (count: number) => void, count: number): void {
  const small = costOf(() => work(count));
  expect(costOf(() => work(10 * count)) / small).toBeLessThan(13);
}

function specs(count: number): ChildSpec[] {
  return numbers(count).map((id) => ({ id, start: [startLight] }));
}

// simple_one_for_one_scale_many_temporary_children
processTest("many temporary children start, end, and are forgotten in linear time", () => {
  expectLinear((count) => {
    const sup = Temporary.startLink();
    const pids = numbers(count).map(() => sup.startChild() as Pid);
    for (const pid of pids) exit(pid, "kill");
    settle(UNTIL_REST);
    expect(sup.countChildren().active).toBe(0);
    sup.stop();
  }, FEW);
});

// scale_start_stop_many_children
processTest("a supervisor with many static children starts and stops in linear time", () => {
  expectLinear((count) => {
    const sup = Any.startLink({ children: specs(count) });
    expect(sup.countChildren().active).toBe(count);
    sup.stop();
  }, FEW);
});

processTest("many children are added, ended, started again and deleted in linear time", () => {
  expectLinear((count) => {
    const sup: SupervisorHandle = Any.startLink({ children: [] });
    for (const spec of specs(count)) sup.startChild(spec);
    for (let id = 0; id < count; id++) {
      sup.terminateChild(id);
      if (id % 2 === 0) sup.restartChild(id);
      else sup.deleteChild(id);
    }
    expect(sup.countChildren()).toMatchObject({ specs: count / 2, active: count / 2 });
    sup.stop();
  }, FEWER);
});

processTest("children that all fail at once are all restarted, in linear time", () => {
  expectLinear((count) => {
    const sup = Permanent.startLink();
    const refs = numbers(count).map(() => {
      const pid = sup.startChild() as Pid;
      send(pid, "fall");
      return monitor(pid);
    });
    for (const ref of refs) downOf(ref);
    settle(UNTIL_REST);
    expect(sup.countChildren()).toMatchObject({ active: count, workers: count });
    sup.stop();
  }, FEWER);
});

processTest("100,000 children start and stop", () => {
  const count = fewerIfMoving(100_000, 1_000);
  const sup = Temporary.start();
  for (let i = 0; i < count; i++) sup.startChild();
  expect(sup.countChildren()).toMatchObject({ specs: 1, active: count });
  sup.stop();
});

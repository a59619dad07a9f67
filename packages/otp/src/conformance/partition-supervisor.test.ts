/** L13 and L14: partition supervisors. What Elixir's own tests of PartitionSupervisor assert is asserted here, too. */
import { expect, expectTypeOf, test } from "vitest";
import { processTest } from "@agner/vm/vitest";
import {
  isAlive,
  makeRef,
  processFlag,
  processInfo,
  schedulers,
  self,
  send,
  receive,
  spawnLink,
  spawnOpt,
  whereis,
  type Pid,
} from "@agner/vm";
import {
  dynamicSupervisor,
  genServer,
  partitionSupervisor,
  reply,
  supervisor,
  sys,
  CallError,
  type ChildInfo,
  type PartitionSupervisorHandle,
} from "../index.ts";
import { hashTerm } from "../gen/term-key.ts";
import { kill, numbers, park, reasonOf, thrown, until } from "./testing/watch.ts";

export const Value = genServer({
  init: (value: unknown) => value,
  calls: { get: (value) => reply(value, value) },
});

export const Workers = dynamicSupervisor();
export const Pool = partitionSupervisor({ child: () => Workers.child() });
export const Three = partitionSupervisor({ child: (partition) => Value.child(partition), partitions: 3 });
export const Functions = partitionSupervisor({
  child: (partition) => ({ id: "any", start: [startParked, partition] }),
  partitions: () => 2,
});
export const NoneAtAll = partitionSupervisor({ child: () => Value.child(0), partitions: 0 });
export const Named = partitionSupervisor({ child: () => Value.child(0, { name: "mine" }) });
export const Failing = partitionSupervisor({ child: (partition) => ({ id: 0, start: [failAt, partition] }), partitions: 2 });

export const Root = supervisor({ children: () => [Three.child()] });
export const Plain = supervisor({ children: [] });

function startParked(partition: number): readonly [Pid, number] {
  return [spawnLink(park), partition];
}

function failAt(partition: number): Pid {
  if (partition === 1) throw new RangeError("not two");
  return spawnLink(park);
}

function started(definition: typeof Pool): PartitionSupervisorHandle {
  return definition.startLink(undefined, { name: `pool ${makeRef().toString()}` });
}

function pidsOf(children: readonly ChildInfo[]): Pid[] {
  return children.map(({ pid }) => pid as Pid);
}

// child_spec: uses the name as id
processTest("L13 the name of its module is the id", () => {
  expect(Pool.child()).toMatchObject({ id: "Pool", type: "supervisor" });
  expect(Pool.child(undefined, { name: "other" })).toMatchObject({ id: "other" });
});

// start_link/1: on success
processTest("L13 a key chooses the partition, the same one from every core", () => {
  const pool = started(Pool);
  expect(pool.partitions()).toBe(schedulers());
  const keys: unknown[] = [...numbers(40).map(() => makeRef()), "a", "b", { c: [1] }, 1.5, 7n, null, self()];
  for (const key of keys) Workers.ref(pool.via(key)).startChild(Value.child(key));
  const children = pidsOf(pool.whichChildren()).flatMap((pid) => pidsOf(Workers.ref(pid).whichChildren()));
  expect(new Set(children.map((pid) => Value.ref(pid).get())).size).toBe(keys.length);
  expect(children).toHaveLength(keys.length);
  const to = self();
  for (const scheduler of numbers(schedulers())) {
    spawnOpt({ scheduler }, () =>
      send(
        to,
        keys.map((key) => pool.whereisName(key)),
      ),
    );
    expect(receive()).toEqual(keys.map((key) => pool.whereisName(key)));
  }
});

// start_link/1: with_arguments
processTest("L13 whole numbers count partitions", () => {
  const pool = started(Three);
  expect(pool.partitions()).toBe(3);
  const at = (key: unknown) => Value.ref(pool.via(key)).get();
  expect([0, 1, 2, 3, -1, -5, 4n, -5n].map(at)).toEqual([0, 1, 2, 0, 1, 2, 1, 2]);
  expect(at("key")).toBe(hashTerm("key") % 3);
});

processTest("L13 partitions are bound to cores, one after the other", () => {
  const pool = started(Three);
  const cores = pidsOf(pool.whichChildren()).map((pid) => processInfo(pid)!.scheduler);
  expect(cores).toEqual(numbers(3).map((partition) => partition % schedulers()));
});

// start_link/1: raises without child_spec, raises on bad partitions, raises on bad with_arguments
processTest("L13 what is wrong is said", () => {
  processFlag("trapExit", true);
  expect(() => partitionSupervisor({} as never)).toThrow("needs a function child");
  expect(thrown(() => NoneAtAll.startLink()).message).toContain("partitions must be a whole number from 1, not 0");
  expect(thrown(() => Named.startLink()).message).toContain("leave its name out");
  expect(reasonOf(() => Failing.startLink())).toMatchObject({
    shutdown: { failedToStartChild: { id: 1, reason: { message: "not two" } } },
  });
  expect(thrown(() => partitionSupervisor({ child: () => Value.child(0) }).startLink()).message).toContain("no module exports");
  expect(reasonOf(() => Value.start(0, { name: Three.via(1) }))).toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
});

// start_link/1 with a via name: on success. Here its name is a registered one, or that of its module
processTest("L13 it runs under the name of its module, and under a supervisor", () => {
  expect(CallError.is(thrown(() => Three.whichChildren()))).toBe(true);
  expect(CallError.is(thrown(() => Value.ref(Three.via(1)).get()))).toBe(true);
  const root = Root.startLink();
  expect(Value.ref(Three.via(2)).get()).toBe(2);
  expect(Value.ref(Three.via(2)).pid).toBe(whereis("Three.2"));
  expect(Three.ref("Three").pid).toBe(whereis("Three"));
  root.stop();
  expect(whereis("Three")).toBe(undefined);
});

processTest("L13 children may be started by functions", () => {
  const pool = started(Functions);
  expect(pool.whichChildren()).toEqual(
    numbers(2).map((id) => ({ id, pid: pool.whereisName(id), type: "worker", modules: ["startParked"] })),
  );
  expect(isAlive(pool.whereisName(1)!)).toBe(true);
});

processTest("L13 a partition that fails comes back alone", () => {
  const pool = started(Three);
  const before = pidsOf(pool.whichChildren());
  kill(before[1]!);
  until(() => pool.whereisName(1) !== undefined);
  expect(Value.ref(pool.via(1)).get()).toBe(1);
  const after = pidsOf(pool.whichChildren());
  expect([after[0], after[2]]).toEqual([before[0], before[2]]);
  expect(after[1]).not.toBe(before[1]);
});

// stop/1: is synchronous
processTest("L13 stopping it ends the partitions", () => {
  const pool = started(Three);
  const pids = [pool.pid, ...pidsOf(pool.whichChildren())];
  pool.stop();
  expect(pids.map(isAlive)).toEqual([false, false, false, false]);
});

// which_children/1, count_children/1
processTest("L13 its children are listed and counted by partition", () => {
  const pool = started(Three);
  expect(pool.whichChildren()).toEqual(
    numbers(3).map((id) => ({ id, pid: pool.whereisName(id), type: "worker", modules: ["Value"] })),
  );
  expect(pool.countChildren()).toEqual({ specs: 3, active: 3, supervisors: 0, workers: 3 });
  const n = schedulers();
  expect(started(Pool).countChildren()).toEqual({ specs: n, active: n, supervisors: n, workers: 0 });
});

processTest("L1 the defaults are Elixir's for partition supervisors, and Erlang's for supervisors", () => {
  const limits = (dest: { readonly pid: Pid }) => {
    const { intensity, periodMs } = sys.getState(dest) as { intensity: number; periodMs: number };
    return [intensity, periodMs];
  };
  expect(limits(started(Three))).toEqual([3, 5_000]);
  expect(limits(Plain.startLink())).toEqual([1, 5_000]);
});

processTest("L14 a supervisor with a name", () => {
  const sup = Plain.startLink(undefined, { name: "plain" });
  expect(Plain.ref("plain").pid).toBe(sup.pid);
  expect(reasonOf(() => Plain.startLink(undefined, { name: "plain" }))).toEqual({ alreadyStarted: sup.pid });
});

test("L13 partition supervisors are typed", () => {
  expectTypeOf<ReturnType<typeof Pool.startLink>>().toEqualTypeOf<PartitionSupervisorHandle>();
  // @ts-expect-error simple_one_for_one has no partitions
  expectTypeOf(partitionSupervisor).toBeCallableWith({ child: () => Value.child(0), strategy: "simple_one_for_one" });
});

/** Cores that are stuck: what is told of them while they are, and what goes on meanwhile. Each is held until the test has seen what it waits for. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type * as Monitors from "./fixtures/monitors.ts";
import type * as Stuck from "./fixtures/stuck.ts";
import {
  boot,
  type BootOptions,
  type LargeHeap,
  type LongSchedule,
  type Pid,
  type SchedulerLost,
  type SystemMessage,
  type VM,
} from "@agner/vm";

type Long = SystemMessage & LongSchedule;

let vm: VM;
let app: Awaited<ReturnType<typeof load>>;
let folder: string;
let heard: Long[];
let onHeard: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agner-stuck-"));
});
afterEach(async () => {
  release();
  await vm.stop();
  rmSync(folder, { recursive: true });
});

async function start(options: BootOptions): Promise<void> {
  vm = await boot(options);
  heard = [];
  onHeard = () => {};
  vm.on("longSchedule", (event) => {
    heard.push(event);
    onHeard();
  });
  app = await load();
}

function load() {
  return vm.load<typeof Stuck>(new URL("./fixtures/stuck.ts", import.meta.url));
}

/** While this file is missing, cores are held. */
function gate(): string {
  return join(folder, "gate");
}

function release(): void {
  writeFileSync(gate(), "");
}

/** The first event that is so, from now on or before. */
async function event(is: (event: Long) => boolean): Promise<Long> {
  for (;;) {
    const found = heard.find(is);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => (onHeard = resolve));
  }
}

describe.each([1, 2])("on %i cores", (cores) => {
  test("a process that holds its core is told of while it does, with its name and function, and again when it is free", async () => {
    await start({ cores });
    using inbox = vm.inbox();
    await vm.run(app.holdAfterMessage, inbox.pid, gate(), cores - 1);
    const pid = await inbox.receive<Pid>();
    vm.send(pid, "go");
    const stuck = await event((e) => !e.ended && e.pid === pid);
    expect(stuck).toMatchObject({ type: "SYSTEM", event: "longSchedule", scheduler: cores - 1, registeredName: "holder" });
    expect(stuck.function).toMatch(/^hold \(file:.*stuck\.ts:\d+:\d+\)$/);
    expect(stuck.durationMs).toBeGreaterThan(0);
    expect(vm.statistics()[cores - 1]!.longSchedules).toBeGreaterThan(0);
    release();
    expect(await inbox.receive()).toBe("free");
    const free = await event((e) => e.ended && e.pid === pid);
    expect(free).toMatchObject({ scheduler: cores - 1, registeredName: "holder" });
    expect(free.function).toBe(stuck.function);
    expect(free.initialCall).toMatch(/^hold \(file:.*stuck\.ts:\d+:\d+\)$/);
    expect(free.durationMs).toBeGreaterThanOrEqual(stuck.durationMs);
    expect(free.gcMs).toBeGreaterThanOrEqual(0);
  });

  test("a process that holds its core from the beginning is told of with the function that it runs", async () => {
    await start({ cores });
    const result = vm.run(app.holdAtOnce, gate());
    const stuck = await event((e) => !e.ended && e.function.includes("holdAtOnce"));
    expect(stuck.function).toMatch(/^holdAtOnce \(file:.*stuck\.ts:\d+:\d+\)$/);
    expect(stuck.initialCall).toBe(stuck.function);
    release();
    expect(await result).toBe("free");
    await event((e) => e.ended && e.pid === stuck.pid);
  });

  test("the test of a message may hold a core, too", async () => {
    await start({ cores });
    const result = vm.run(app.holdInPattern, gate());
    const stuck = await event((e) => !e.ended && e.function.includes("holdInPattern"));
    release();
    expect(await result).toBe(gate());
    await event((e) => e.ended && e.pid === stuck.pid);
  });

  test("a callback of the event loop that holds a core belongs to no process", async () => {
    await start({ cores });
    await vm.run(app.holdInCallback, gate());
    const stuck = await event((e) => !e.ended && e.pid === undefined && e.function === "a callback of the event loop");
    release();
    const free = await event((e) => e.ended && e.scheduler === stuck.scheduler && e.pid === undefined);
    expect(free.function).toBe(stuck.function);
  });
});

test("a process on another core is told while a core is held", async () => {
  await start({ cores: 2 });
  const monitors = await vm.load<typeof Monitors>(new URL("./fixtures/monitors.ts", import.meta.url));
  using inbox = vm.inbox();
  await vm.run(monitors.watchOn, inbox.pid, "watcher", 0, { longSchedule: 10 });
  expect(await inbox.receive()).toMatchObject({ ready: "watcher" });
  using holder = vm.inbox();
  await vm.run(app.holdAfterMessage, holder.pid, gate(), 1);
  const pid = await holder.receive<Pid>();
  vm.send(pid, "go");
  for (;;) {
    const [, told] = await inbox.receive<[string, Long]>();
    if (told.pid !== pid) continue;
    expect(told).toMatchObject({ type: "SYSTEM", event: "longSchedule", ended: false, registeredName: "holder", scheduler: 1 });
    break;
  }
});

test("what a held core had offered is taken over, and Node code starts nothing there", async () => {
  await start({ cores: 2 });
  using inbox = vm.inbox();
  const held = vm.run(app.holdWithWork, inbox.pid, gate());
  const stuck = await event((e) => !e.ended && e.function.includes("holdWithWork"));
  while ((await inbox.receive()) === stuck.scheduler);
  expect(await Promise.all([5, 6, 7, 8, 9, 10].map((n) => vm.run(app.fib, n)))).toEqual([5, 8, 13, 21, 34, 55]);
  release();
  expect(await held).toBe("free");
});

test("a process that is stuck for longer than the limit is lost with its core, and another takes its place", async () => {
  await start({ cores: 2, stuckLimitMs: 500 });
  const lost = new Promise<SchedulerLost>((resolve) => vm.on("schedulerLost", resolve));
  using inbox = vm.inbox();
  await vm.run(app.holdAfterMessage, inbox.pid, gate(), 1);
  const pid = await inbox.receive<Pid>();
  const down = vm.monitor(pid);
  vm.send(pid, "go");
  await event((e) => !e.ended && e.pid === pid);
  vm.exit(pid, "kill"); // it is not heard
  expect((await down).reason).toEqual({ schedulerLost: 1 });
  const told = await lost;
  expect(told).toMatchObject({ scheduler: 1, kind: "replaced", running: { pid, registeredName: "holder" } });
  expect(told.cause).toMatch(
    /^it was stuck for \d+ ms in hold \(file:.*stuck\.ts:\d+:\d+\), run by process <0\.\d+\.0> "holder"; the limit is 500 ms$/,
  );
  release();
  await vm.run(app.holdAfterMessage, inbox.pid, gate(), 1);
  vm.send(await inbox.receive<Pid>(), "go");
  expect(await inbox.receive()).toBe("free");
});

describe("heaps", () => {
  test("a heap that grows beyond a threshold is told of once", async () => {
    await start({ cores: 1 });
    vm.systemMonitor({ largeHeap: 60e6 });
    const large: LargeHeap[] = [];
    const told = new Promise<void>((resolve) => {
      vm.on("largeHeap", (event) => {
        large.push(event);
        resolve();
      });
    });
    const pid = await vm.spawn(app.growTo, 90e6);
    await told;
    vm.send(pid, "noticed");
    await vm.monitor(pid);
    expect(large).toMatchObject([{ type: "SYSTEM", event: "largeHeap", scheduler: 0, nearLimit: false, missed: 0 }]);
    expect(large[0]!.bytes).toBeGreaterThanOrEqual(60e6);
    expect(large[0]!.limit).toBeGreaterThan(large[0]!.bytes);
  });

  test("one that is close to its limit is told of without being asked", async () => {
    await start({ cores: 1, heapMb: 96 });
    const near = new Promise<LargeHeap>((resolve) => vm.on("largeHeap", resolve));
    const pid = await vm.spawn(app.growTo, 86e6);
    const event = await near;
    expect(event.nearLimit).toBe(true);
    expect(event.limit).toBe(96 * 2 ** 20);
    expect(event.bytes).toBeGreaterThan(event.limit / 2);
    vm.send(pid, "noticed");
    await vm.monitor(pid);
  });
});

test("nobody is told where nobody wants to know", async () => {
  await start({ cores: 1, longScheduleMs: Infinity });
  expect(vm.systemMonitor({ longSchedule: 20 })).not.toHaveProperty("longSchedule");
  expect(vm.systemMonitor(undefined)).toEqual({ longSchedule: 20 });
  await expect(boot({ cores: 1, longScheduleMs: 5 })).rejects.toThrow("boot: longScheduleMs must be a whole number from 10");
});

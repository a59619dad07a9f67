/** System events on their way to processes and to Node code. */
import { raise, type SchedulerLost } from "@agner/scheduler";
import { afterEach, describe, expect, test } from "vitest";
import type * as Monitors from "./fixtures/monitors.ts";
import { boot, type SystemMessage, type VM } from "@agner/vm";

const APP = new URL("./fixtures/monitors.ts", import.meta.url);

let vm: VM | undefined;
afterEach(async () => {
  await vm?.stop();
  vm = undefined;
});

const lost: SchedulerLost = {
  event: "schedulerLost",
  scheduler: 7,
  kind: "exit",
  cause: "a test",
  error: undefined,
  processes: 2,
  first: [],
  running: undefined,
};

describe.each([1, 2])("on %i cores", (cores) => {
  test("events reach the processes that asked for them, on every core, until they end", async () => {
    vm = await boot({ cores });
    const app = await vm.load<typeof Monitors>(APP);
    using inbox = vm.inbox();
    await vm.run(app.watchOn, inbox.pid, "first", 0, { schedulerLost: true });
    expect(await inbox.receive()).toEqual({ ready: "first", scheduler: 0, before: undefined });
    await vm.run(app.watchOn, inbox.pid, "last", cores - 1, { schedulerLost: true, longMailbox: 5 });
    expect(await inbox.receive()).toEqual({ ready: "last", scheduler: cores - 1, before: undefined });
    raise(lost);
    const told = [await inbox.receive<[string, SystemMessage]>(), await inbox.receive<[string, SystemMessage]>()];
    expect(told.map(([name]) => name).sort()).toEqual(["first", "last"]);
    for (const [, message] of told) expect(message).toEqual({ type: "SYSTEM", missed: 0, ...lost });
    vm.send("last", { change: { longMailbox: 6 } });
    expect(await inbox.receive()).toEqual({ was: { schedulerLost: true, longMailbox: 5 } });
    raise(lost);
    expect(await inbox.receive()).toEqual(["first", { type: "SYSTEM", missed: 0, ...lost }]);
    vm.send("last", { change: undefined });
    expect(await inbox.receive()).toEqual({ was: { longMailbox: 6 } });
    const down = vm.monitor("first");
    vm.send("first", "end");
    await down;
    raise(lost);
    vm.send("last", { change: undefined });
    expect(await inbox.receive()).toEqual({ was: undefined });
  });
});

test("bad settings are refused with what is wrong", async () => {
  vm = await boot({ cores: 1 });
  const app = await vm.load<typeof Monitors>(APP);
  expect(await vm.run(app.badSettings)).toEqual([
    "systemMonitor: longSchedule must be a number above 0, not 0",
    'systemMonitor: longMailbox must be a number above 0, not the string "1"',
    "systemMonitor: schedulerLost must be true or false, not 1",
    'systemMonitor: there is no event "busyPort"; there are longSchedule, longMailbox, largeHeap, schedulerLost, mailboxDropped',
    "systemMonitor: the settings must be an object or undefined, not null",
  ]);
  expect(() => vm!.systemMonitor({ longSchedule: -1 })).toThrow("vm.systemMonitor: longSchedule must be a number above 0");
});

test("Node code is told by events of the VM, from the thresholds on that it sets", async () => {
  vm = await boot({ cores: 1 });
  const heard: unknown[] = [];
  vm.on("system", (event) => heard.push(["system", event.scheduler]));
  vm.on("schedulerLost", ({ cause, processes }) => heard.push(["schedulerLost", cause, processes]));
  raise(lost);
  expect(heard).toEqual([
    ["system", 7],
    ["schedulerLost", "a test", 2],
  ]);
  expect(vm.systemMonitor({ longMailbox: 3 })).toEqual({
    longSchedule: 100,
    longMailbox: 10_000,
    largeHeap: true,
    schedulerLost: true,
    mailboxDropped: true,
  });
  raise(lost);
  expect(heard.length).toBe(2);
  expect(vm.systemMonitor(undefined)).toEqual({ longMailbox: 3 });
});

/** The loss of scheduler threads. */
import { afterEach, describe, expect, test } from "vitest";
import { boot, type Pid, type Ref, type SchedulerLost, type VM } from "@agner/vm";
import type * as AppModule from "./fixtures/loss.ts";

const APP = new URL("./fixtures/loss.ts", import.meta.url);
type App = typeof AppModule;

let vm: VM | undefined;
afterEach(async () => {
  await vm?.stop();
  vm = undefined;
});

/** How a core is lost, told to a process that idles there. */
const WAYS: [string, (vm: VM, victim: Pid, scheduler: number) => void, SchedulerLost["kind"]][] = [
  ["its heap is full", (own, victim) => own.send(victim, "exhaust"), "outOfMemory"],
  ["a callback of the event loop throws", (own, victim) => own.send(victim, "throw"), "error"],
  ["it is replaced", (own, _victim, scheduler) => void own.replaceScheduler(scheduler, "a test"), "replaced"],
];

/** Settles with the next loss. */
function nextLoss(own: VM): Promise<SchedulerLost> {
  return new Promise((resolve) => own.on("schedulerLost", resolve));
}

describe.each(WAYS)("a core is lost because %s", (_name, lose, kind) => {
  test("those who watch, are linked with or ask for what lived there hear of it once, names are free, and another takes its place", async () => {
    vm = await boot({ cores: 2, heapMb: 48 });
    const app = await vm.load<App>(APP);
    using inbox = vm.inbox();
    await vm.run(app.idleOn, inbox.pid, 1, "victim");
    const { ready: victim, scheduler } = await inbox.receive<{ ready: Pid; scheduler: number }>();
    expect(scheduler).toBe(1);
    await vm.run(app.witnessOn, inbox.pid, 0, victim, "victim");
    expect(await inbox.receive()).toBe("watching");
    const down = vm.monitor(victim);
    const loss = nextLoss(vm);
    lose(vm, victim, 1);
    expect(await inbox.receive()).toMatchObject({
      down: { schedulerLost: 1 },
      exit: { schedulerLost: 1 },
      same: true,
      before: { named: false, alive: false, info: undefined },
    });
    expect((await down).reason).toEqual({ schedulerLost: 1 });
    const told = await loss;
    expect(told).toMatchObject({ scheduler: 1, kind, first: [{ pid: victim, registeredName: "victim" }] });
    expect(await vm.run(app.roundTrip, 1)).toEqual({ ran: 1 });
  });
});

test("a heap is full although a table in it has just doubled: Node lives on", async () => {
  vm = await boot({ cores: 2, heapMb: 64 });
  const app = await vm.load<App>(APP);
  const loss = nextLoss(vm);
  await vm.spawn(app.exhaustByTable);
  const { scheduler, kind, cause } = await loss;
  expect([kind, cause]).toEqual(["outOfMemory", expect.stringContaining("its heap reached the limit of 64 MB")]);
  expect(await vm.run(app.roundTrip, scheduler)).toEqual({ ran: scheduler });
});

test("what Node code waits for is rejected", async () => {
  vm = await boot({ cores: 2 });
  const app = await vm.load<App>(APP);
  using inbox = vm.inbox();
  const result = vm.run(app.hang, inbox.pid);
  const scheduler = await inbox.receive<number>();
  const loss = nextLoss(vm);
  await Promise.all([
    vm.replaceScheduler(scheduler, "a test"),
    expect(result).rejects.toMatchObject({ code: "AGNER_SCHEDULER_LOST", reason: { schedulerLost: scheduler } }),
  ]);
  expect(await loss).toMatchObject({ kind: "replaced", cause: "a test", first: [{ initialCall: "hang" }] });
});

test("questions to a core that is stuck are answered when it is lost", async () => {
  vm = await boot({ cores: 2 });
  const app = await vm.load<App>(APP);
  using inbox = vm.inbox();
  await vm.run(app.askOn, inbox.pid, 0);
  const asker = await inbox.receive<Pid>();
  await vm.run(app.stickOn, inbox.pid, 1);
  const { pid, timer } = await inbox.receive<{ pid: Pid; timer: Ref }>();
  vm.send(pid, "now");
  expect(await inbox.receive()).toBe("stuck");
  vm.send(asker, { pid, timer });
  for (let i = 0; i < 3; i++) expect(await inbox.receive()).toBe("asking");
  await vm.replaceScheduler(1, "it is stuck");
  const answers = [await inbox.receive(), await inbox.receive(), await inbox.receive()];
  expect(answers).toEqual(expect.arrayContaining([{ answer: undefined }, { answer: false }, { answer: false }]));
});

test("two of three cores lost at once: one recovery after the other, and what is spawned there meanwhile runs", async () => {
  vm = await boot({ cores: 3 });
  const app = await vm.load<App>(APP);
  using inbox = vm.inbox();
  for (const lost of [1, 2]) {
    await vm.run(app.idleOn, inbox.pid, lost);
    const { ready: victim } = await inbox.receive<{ ready: Pid }>();
    await vm.run(app.successorOn, inbox.pid, 0, victim, lost);
    expect(await inbox.receive()).toBe("watching");
  }
  const replaced = [vm.replaceScheduler(1, "a test"), vm.replaceScheduler(2, "a test")];
  const ran = [await inbox.receive(), await inbox.receive()];
  // The core itself may be lost again with what runs there, if it was spawned before the other loss was known.
  for (const result of ran) expect(JSON.stringify(result)).toMatch(/^\{"(?:ran|schedulerLost)":[12]\}$/);
  await Promise.all(replaced);
  for (const core of [0, 1, 2]) expect(await vm.run(app.roundTrip, core)).toEqual({ ran: core });
});

test("all cores lost at once: the VM ends, and says so", async () => {
  vm = await boot({ cores: 2 });
  const app = await vm.load<App>(APP);
  using inbox = vm.inbox();
  const fatal = new Promise<Error>((resolve) => vm!.on("fatal", resolve));
  const result = vm.run(app.hang, inbox.pid);
  await inbox.receive();
  const replaced = Promise.allSettled([vm.replaceScheduler(0, "a test"), vm.replaceScheduler(1, "a test")]);
  const error = await fatal;
  expect(error).toMatchObject({ code: "AGNER_SCHEDULER_LOST", message: "all 2 schedulers of the VM were lost at once: a test" });
  await expect(result).rejects.toBe(error);
  expect((await replaced).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(() => vm!.whereis("anybody")).toThrow(error);
});

test("a module that is loaded while a core is replaced is loaded there, too", async () => {
  vm = await boot({ cores: 2 });
  const [app] = await Promise.all([vm.load<App>(APP), vm.replaceScheduler(1, "a test"), vm.replaceScheduler(1, "again")]);
  expect(await vm.run(app.roundTrip, 1)).toEqual({ ran: 1 });
  await vm.replaceScheduler(1, "a test");
  expect(await vm.run(app.roundTrip, 1)).toEqual({ ran: 1 });
});

test("only a scheduler that there is can be replaced, and only sensible limits are taken", async () => {
  vm = await boot({ cores: 2 });
  await expect(vm.replaceScheduler(2, "a test")).rejects.toThrow("from 0 to 1, not 2");
  await vm.stop();
  await expect(boot({ heapMb: 8 })).rejects.toThrow("heapMb must be a whole number from 32");
  await expect(boot({ lossIntensity: { losses: -1 } })).rejects.toThrow("lossIntensity.losses must be a whole number from 0");
});

/** The loss of scheduler threads. */
import { afterEach, describe, expect, test } from "vitest";
import { boot, type AgnerError, type Pid, type SchedulerLost, type VM } from "@agner/vm";
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

test("what Node code waits for is rejected", async () => {
  vm = await boot({ cores: 2, heapMb: 48 });
  const app = await vm.load<App>(APP);
  const errors = await Promise.allSettled([vm.run(app.throwOutside), vm.run(app.throwOutside)]);
  expect(errors.some((e) => e.status === "rejected" && (e.reason as AgnerError).code === "AGNER_SCHEDULER_LOST")).toBe(true);
});

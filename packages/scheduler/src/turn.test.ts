/** What happens between the slices of one turn. Slices are counted: a turn has hundreds of slices as short as these. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { local } from "./local.ts";
import type { SharedMemory } from "./memory/layout.ts";
import { send } from "./signals/message.ts";
import { Peer, spendSlice, startIdle, startProcess, startTestScheduler, untilDone } from "./testing/scheduler.ts";
import { stopScheduler } from "./thread.ts";
import { Callback } from "./timers.ts";
import { S } from "./process/frames.ts";
import { newPid } from "./process/pid.ts";
import { RUNNABLE } from "./process/process.ts";

let memory: SharedMemory;
let peer: Peer;
let other: Peer;

beforeAll(() => {
  memory = startTestScheduler({ schedulers: 3 });
  peer = new Peer(memory, 1);
  other = new Peer(memory, 2);
});

afterAll(stopScheduler);

/** Slices of somebody else that may pass until the scheduler has looked around. */
const A_FEW = 3;

test("a message from another core arrives while a process of this core computes", async () => {
  const target = startIdle();
  let slices = 0;
  await untilDone(() => {
    spendSlice();
    if (slices === 0) {
      peer.write(target.pid, "now");
      peer.publish();
    }
    return slices++ > 1_000 || target.mailbox !== null;
  });
  expect(target.mailbox?.toArray()).toEqual(["now"]);
  expect(slices).toBeLessThanOrEqual(A_FEW);
});

test("a message for another core leaves while a process of this core computes", async () => {
  const far = newPid(local.directory.allocate(1), 1);
  let slices = 0;
  await untilDone(() => {
    spendSlice();
    if (slices === 0) send(far, "now");
    return slices++ > 1_000 || peer.read() > 0;
  });
  expect(slices).toBeLessThanOrEqual(A_FEW);
});

test("slices of a few reductions do not pay for a look each", async () => {
  const target = startIdle();
  let slices = 0;
  await untilDone(() => {
    if (slices === 0) {
      peer.write(target.pid, "now");
      peer.publish();
    }
    return slices++ > 100_000 || target.mailbox !== null;
  });
  expect(target.mailbox?.length).toBe(1);
  expect(slices).toBeGreaterThan(A_FEW);
});

describe("slices whose time is told", () => {
  let now: number;

  beforeEach(() => {
    now = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => now);
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** What slices of a process have while the first twenty of them are slow, and then some more that are not. */
  async function slowAtFirst(): Promise<number[]> {
    const slices: number[] = [];
    await untilDone(() => {
      slices.push(S.r);
      now += slices.length < 20 ? 1 : 0.01;
      spendSlice();
      return slices.length > 40;
    });
    return slices;
  }

  test("they have fewer reductions where those are slow, until they are quick again", async () => {
    const slices = await slowAtFirst();
    expect(slices[0]).toBe(local.quota);
    expect(Math.min(...slices)).toBe(125);
    expect(slices.at(-1)).toBe(local.quota);
  });

  test("they have as many as before again, although somebody else has one between any two, and not a short one", async () => {
    let done = false;
    startProcess(() => {
      now += 0.1;
      return done;
    });
    const slices = await slowAtFirst();
    done = true;
    expect(Math.min(...slices)).toBeLessThan(local.quota / 2);
    expect(slices.at(-1)).toBe(local.quota);
  });

  test("what is done between them makes none shorter", async () => {
    let fired = 0;
    const slow = (): void => {
      fired++;
      now += 1; // when the next one is due
    };
    for (let ms = 1; ms <= 50; ms++) local.timers.set(ms, new Callback(slow));
    const slices = new Set<number>();
    await untilDone(() => {
      slices.add(S.r);
      now += 0.01;
      spendSlice();
      return fired === 50;
    });
    expect([...slices]).toEqual([local.quota]);
  });
});

test("a flood is taken in portions, and what others send is not behind it", async () => {
  const FLOOD = 20_000;
  const target = startIdle();
  const quiet = startIdle();
  for (let i = 0; i < FLOOD; i++) peer.write(target.pid, i);
  peer.publish();
  other.write(quiet.pid, "from another core");
  other.publish();
  let most = 0;
  let before = 0;
  let slices = 0;
  let heardAfter = 0;
  await untilDone(() => {
    spendSlice();
    slices++;
    const length = target.mailbox?.length ?? 0;
    most = Math.max(most, length - before);
    before = length;
    if (heardAfter === 0 && quiet.mailbox !== null) heardAfter = slices;
    peer.publish();
    return length === FLOOD;
  });
  expect(target.mailbox!.toArray()).toEqual(Array.from({ length: FLOOD }, (_, i) => i));
  expect(most).toBeLessThanOrEqual(2 * 2_000);
  expect(heardAfter).toBeLessThanOrEqual(A_FEW);
});

test("what a long mailbox costs its senders does not slow down the reading of what they have sent", async () => {
  const FLOOD = 20_000;
  const target = startIdle();
  target.status = RUNNABLE; // and never has its turn
  for (let i = 0; i < FLOOD; i++) peer.write(target.pid, i);
  let slices = 0;
  await untilDone(() => {
    spendSlice();
    peer.publish();
    slices++;
    return target.mailbox?.length === FLOOD;
  });
  expect(slices).toBeLessThan(100);
});

test("who sends faster than another core reads is charged for what waits there", async () => {
  const far = newPid(local.directory.allocate(1), 1);
  const costs: number[] = [];
  await untilDone(() => {
    for (let i = 0; i < 1_000; i++) {
      S.r = 0;
      send(far, "x".repeat(1_000));
      costs.push(-S.r);
    }
    return true;
  });
  expect(costs[0]).toBeLessThan(100);
  expect(costs.at(-1)).toBeGreaterThanOrEqual(local.quota);
  let read = 0;
  await untilDone(() => {
    spendSlice();
    read += peer.read();
    return read >= 1_000;
  });
});

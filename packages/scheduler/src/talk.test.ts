/** What a core does for each signal decides whether others get some of it. The clock is the test's. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { enqueue, local } from "./local.ts";
import { leaving, shareWork } from "./moving.ts";
import { ON_THE_MOVE } from "./memory/directory.ts";
import { Control, controlWords } from "./memory/layout.ts";
import { Mailbox } from "./process/mailbox.ts";
import { RUNNABLE, WAITING } from "./process/process.ts";
import { setHungry } from "./steal.ts";
import { makeProcess, spendSlice, startTestScheduler, untilDone } from "./testing/scheduler.ts";
import { computes, isTalk, measureWork } from "./talk.ts";
import { stopScheduler } from "./thread.ts";

beforeAll(() => void startTestScheduler({ schedulers: 2 }));
afterAll(stopScheduler);
beforeEach(() => {
  for (let look = 0; look < 1_000; look++) measureWork(0); // what was before counts no more
});

function talkAt(ms: number): void {
  local.counters.messagesIn += 100;
  local.counters.reductions += 4_000;
  measureWork(ms);
}

test("a core that spends a few reductions on each message talks", () => {
  talkAt(1);
  expect(isTalk()).toBe(true);
});

test("so does one whose processes are over as soon as they begin", () => {
  local.counters.spawns += 50;
  local.counters.messagesOut += 50;
  local.counters.reductions += 4_000;
  measureWork(1);
  expect(isTalk()).toBe(true);
});

test("one that computes for each message does not", () => {
  local.counters.messagesIn += 4;
  local.counters.reductions += 4_000;
  measureWork(0.1);
  expect(isTalk()).toBe(false);
});

test("nor does one whose code counts no reductions, but takes its time", () => {
  local.counters.messagesIn += 10;
  local.counters.reductions += 10;
  measureWork(1);
  expect(isTalk()).toBe(false);
});

test("a receiver's slice after those of its senders is part of what they say", () => {
  talkAt(1);
  local.counters.reductions += 4_000;
  measureWork(1.1);
  expect(isTalk()).toBe(true);
});

test("a core that has begun to compute no longer talks some looks later", () => {
  talkAt(1);
  for (let look = 1; look <= 12; look++) {
    local.counters.reductions += 4_000;
    measureWork(1 + look / 10);
  }
  expect(isTalk()).toBe(false);
});

test("a process computes if its slice sent next to nothing and nobody has sent it anything", () => {
  const p = makeProcess(() => true);
  expect([computes(p, 0), computes(p, 100)]).toEqual([true, false]);
  p.mailbox = new Mailbox();
  expect(computes(p, 0)).toBe(true);
  p.mailbox.push("work");
  expect(computes(p, 0)).toBe(false);
});

test("a process that has computed and waits now does not compute: it would leave those with whom it talks", async () => {
  const p = makeProcess(() => {
    if (p.computes) p.status = WAITING;
    else spendSlice();
    return false;
  });
  let computed = false;
  enqueue(p);
  await untilDone(() => {
    computed ||= p.computes;
    return p.status !== RUNNABLE;
  });
  expect([computed, p.computes]).toEqual([true, false]);
});

/** Up to so many times in a row this core would share, for a core that wants work, until it offers something: what is not taken soon comes back. */
function share(times: number, inBetween: () => void): void {
  setHungry(false);
  const hungry = controlWords(local.memory);
  Atomics.add(hungry, Control.HUNGRY, 1);
  for (let i = 0; i < times && leaving() + local.published.length === 0; i++) {
    inBetween();
    shareWork();
  }
  Atomics.sub(hungry, Control.HUNGRY, 1);
}

test("who gets no turn behind others of high priority goes to a core that wants work, although this one talks", () => {
  talkAt(1);
  const below = [makeProcess(() => true), makeProcess(() => true)];
  below[0]!.started = false;
  const above = [makeProcess(() => true, "high"), makeProcess(() => true, "high")];
  for (const p of [...below, ...above]) enqueue(p);
  const runAbove = (): void => local.runQueue.push(local.runQueue.shift());
  share(10, runAbove);
  expect(leaving() + local.published.length).toBe(0);
  share(1_000, runAbove);
  expect([...below, ...above].map(({ pid }) => local.directory.route(pid.slot, pid.serial))).toEqual([
    ON_THE_MOVE,
    ON_THE_MOVE,
    0,
    0,
  ]);
  shareWork(); // nobody wants them any more
  expect(local.runQueue.length).toBe(4);
  while (local.runQueue.length > 0) local.runQueue.shift();
});

test("who has turns in between stays with those of high priority", () => {
  talkAt(1);
  const below = [makeProcess(() => true), makeProcess(() => true)];
  const server = makeProcess(() => true, "high");
  for (const p of below) enqueue(p);
  share(1_000, () => {
    if (local.runQueue.length === 3) local.runQueue.shift();
    local.runQueue.push(local.runQueue.shift());
    local.runQueue.push(server);
  });
  expect(leaving() + local.published.length).toBe(0);
  while (local.runQueue.length > 0) local.runQueue.shift();
});

test("a core that does not talk offers newborns of low and high priority at once, too, but none that others know", () => {
  local.counters.reductions += 4_000;
  measureWork(1);
  const [low, known, high] = [makeProcess(() => true, "low"), makeProcess(() => true, "low"), makeProcess(() => true, "high")];
  const all = [low!, known!, high!];
  for (const p of all) {
    p.started = false;
    p.entry = () => {};
  }
  known!.exported = true;
  const rest = Array.from({ length: 4 }, () => makeProcess(() => true));
  for (const p of [...rest, ...all]) enqueue(p);
  share(1, () => {});
  expect(all.map(({ pid }) => local.directory.route(pid.slot, pid.serial))).toEqual([ON_THE_MOVE, 0, ON_THE_MOVE]);
  shareWork();
  while (local.runQueue.length > 0) local.runQueue.shift();
});

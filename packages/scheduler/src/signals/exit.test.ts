/** Ends of processes that many have asked to know of: they are told a bounded number at a time, while others run. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { local } from "../local.ts";
import { S } from "../process/frames.ts";
import { newPid, Pid } from "../process/pid.ts";
import { EXITING, type Process } from "../process/process.ts";
import { Peer, spendSlice, startIdle, startTestScheduler, untilDone } from "../testing/scheduler.ts";
import { stopScheduler } from "../thread.ts";
import { breakLink, continueFarewells, owesFarewells, sendExit, terminate } from "./exit.ts";
import { link } from "./links.ts";
import { addLink } from "../process/links.ts";
import { monitor } from "./monitors.ts";

let peer: Peer;

beforeAll(() => {
  peer = new Peer(startTestScheduler({ schedulers: 2 }), 1);
});

afterAll(stopScheduler);

const MANY = 20_000;
/** At most so many are told between two looks, and a slice or two pass between them. */
const AT_ONCE = 2_000;

function many(): Process[] {
  return Array.from({ length: MANY }, startIdle);
}

/** Ends `p` and lets another process compute until all are told. Returns the most that `count` grew in a slice of that one, and its slices. */
async function endWhileComputing(
  p: Process,
  count: () => number,
  reason: unknown = "the end",
): Promise<{ most: number; slices: number }> {
  const first = count();
  terminate(p, reason);
  let last = count();
  let most = last - first;
  let slices = 0;
  await untilDone(() => {
    spendSlice();
    const now = count();
    most = Math.max(most, now - last);
    last = now;
    slices++;
    return !owesFarewells();
  });
  return { most: Math.max(most, count() - last), slices };
}

test("a process with very many links ends at once; those it is linked with end some at a time", async () => {
  const hub = startIdle();
  const others = many();
  for (const other of others) link(hub, other.pid);
  const before = local.counters.processes;
  const { most, slices } = await endWhileComputing(hub, () => before - local.counters.processes);
  expect(others.every((other) => other.status === EXITING)).toBe(true);
  expect(most).toBeLessThanOrEqual(AT_ONCE);
  expect(slices).toBeGreaterThanOrEqual(MANY / AT_ONCE);
});

test("so do the watchers of a process hear of its end", async () => {
  const watched = startIdle();
  const watchers = many();
  for (const watcher of watchers) monitor(watcher, watched.pid, undefined);
  const heard = (): number => watchers.reduce((sum, watcher) => sum + (watcher.mailbox?.length ?? 0), 0);
  const { most } = await endWhileComputing(watched, heard);
  expect(heard()).toBe(MANY);
  expect(most).toBeLessThanOrEqual(AT_ONCE);
  for (const watcher of watchers) terminate(watcher, "normal");
});

test("a reason that takes long to copy is told to few at a time", async () => {
  const watched = startIdle();
  const watchers = Array.from({ length: 200 }, startIdle);
  for (const watcher of watchers) monitor(watcher, watched.pid, undefined);
  const heard = (): number => watchers.reduce((sum, watcher) => sum + (watcher.mailbox?.length ?? 0), 0);
  const reason = Array.from({ length: 2_000 }, (_, i) => ({ i }));
  const { most } = await endWhileComputing(watched, heard, reason);
  expect(heard()).toBe(200);
  expect(most).toBeLessThanOrEqual(20);
  for (const watcher of watchers) terminate(watcher, "normal");
});

test("and so do those whom it watches forget it, and other cores hear", async () => {
  const watcher = startIdle();
  const watched = many();
  for (const each of watched) monitor(watcher, each.pid, undefined);
  for (let i = 0; i < MANY; i++) addLink(watcher, newPid(local.directory.allocate(1), 1));
  const forgotten = (): number => watched.reduce((sum, each) => sum + (each.rare!.watchers === undefined ? 1 : 0), 0);
  const { most } = await endWhileComputing(watcher, forgotten);
  expect(most).toBeLessThanOrEqual(AT_ONCE);
  expect(forgotten()).toBe(MANY);
  let signals = 0;
  await untilDone(() => {
    spendSlice();
    signals += peer.read();
    return signals >= MANY;
  });
  expect(signals).toBe(MANY);
});

test("a long chain of links ends without recursion, and everybody in it once", async () => {
  const chain = many();
  for (let i = 1; i < chain.length; i++) link(chain[i - 1]!, chain[i]!.pid);
  const before = local.counters.processes;
  const { most } = await endWhileComputing(chain[0]!, () => before - local.counters.processes);
  expect(before - local.counters.processes).toBe(MANY);
  expect(most).toBeLessThanOrEqual(AT_ONCE);
});

test("an ended process is gone at once, whoever is still to be told", async () => {
  const hub = startIdle();
  for (const other of many()) link(hub, other.pid);
  const late = startIdle();
  link(late, hub.pid);
  terminate(hub, "the end");
  expect(owesFarewells()).toBe(true);
  expect(local.directory.isAlive(hub.pid.slot, hub.pid.serial)).toBe(false);
  expect(Pid.local(hub.pid)).toBeUndefined();
  sendExit(late.pid, hub.pid, "again", false);
  const ref = monitor(late, hub.pid, undefined);
  expect(late.mailbox!.toArray()).toEqual([{ type: "DOWN", ref, pid: hub.pid, reason: "noproc" }]);
  await untilDone(() => !owesFarewells());
});

test("who ends a process is charged for all that are told at once", async () => {
  const hub = startIdle();
  for (const other of many()) link(hub, other.pid);
  let charged = 0;
  await untilDone((p) => {
    const before = S.r;
    sendExit(p.pid, hub.pid, "the end", false);
    charged = before - S.r;
    return true;
  });
  expect(charged).toBeGreaterThanOrEqual(1_000);
  expect(charged).toBeLessThanOrEqual(AT_ONCE);
  await untilDone(() => !owesFarewells());
});

test("a link that a loss breaks while its process, which has ended, tells of its end is not in the way of the others", () => {
  const ending = startIdle();
  const lost = newPid(local.directory.allocate(1), 1);
  addLink(ending, lost);
  const others = [startIdle(), startIdle(), startIdle()];
  for (const other of others) link(ending, other.pid);
  continueFarewells(1);
  terminate(ending, "the end");
  expect(owesFarewells()).toBe(true);
  breakLink(ending, lost, { schedulerLost: 1 });
  continueFarewells();
  expect(others.map((other) => other.status)).toEqual(others.map(() => EXITING));
});

/** What a survivor does when another thread is lost, one rule at a time; all of them together are in testing/cores. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { local } from "./local.ts";
import { bringNews, partWith, publishAll } from "./loss.ts";
import { Thief } from "./memory/deque.ts";
import { Directory } from "./memory/directory.ts";
import type { SharedMemory } from "./memory/layout.ts";
import { forceAway } from "./moving.ts";
import { CALL, INFO } from "./process/frames.ts";
import { internPid, Pid } from "./process/pid.ts";
import type { Process } from "./process/process.ts";
import { isHolding } from "./signals/held.ts";
import { send } from "./signals/message.ts";
import { drainAll, flushAll } from "./signals/remote.ts";
import { setExportResolver } from "./spawn.ts";
import { makeProcess, Peer, startTestScheduler } from "./testing/scheduler.ts";
import * as wire from "./signals/wire.ts";
import { stopScheduler } from "./thread.ts";

const OTHER = 1;
const LOST = 2;

let memory: SharedMemory;
let other: Directory;
let peer: Peer;

beforeAll(() => {
  memory = startTestScheduler({ schedulers: 3 });
  other = new Directory(memory, OTHER);
  peer = new Peer(memory, OTHER);
});

afterEach(() => {
  local.forceMoves = false;
});

afterAll(stopScheduler);

function newborn(): Process {
  const p = makeProcess(() => true);
  p.started = false;
  return p;
}

/** A process that another thread has made for `owner`, and that has not arrived there. */
function unborn(owner: number): Pid {
  const slot = other.allocate(owner);
  other.setMoving(slot, true);
  return internPid(slot, other.serialOf(slot));
}

test("nobody waits for a process that was made for a successor and lost with its maker: it ends only after all have published", async () => {
  const pid = unborn(OTHER);
  send(pid, "kept");
  expect(isHolding()).toBe(true);
  await publishAll();
  expect(isHolding()).toBe(true);
  other.release(pid.slot, pid.serial);
  flushAll();
  expect(isHolding()).toBe(false);
});

test("messages kept for a newborn follow it to the thread that has taken it, whichever thread is lost", () => {
  local.forceMoves = true;
  const [taken, offered] = [newborn(), newborn()];
  expect([taken, offered].map(forceAway)).toEqual([true, true]);
  send(taken.pid, "kept");
  expect(new Thief(memory, 0).steal(OTHER)).toBeInstanceOf(Uint8Array);
  partWith(LOST, 1, undefined);
  flushAll();
  expect(peer.readMessages()).toEqual(["kept"]);
  expect([taken, offered].map(({ pid }) => other.ownerOf(pid.slot))).toEqual([OTHER, 0]);
  bringNews(LOST);
});

test("what processes here have sent to one that was made while this thread had not started is not overtaken when that arrives", () => {
  const pid = unborn(0);
  send(pid, 1);
  const entry = (): void => {};
  setExportResolver(() => Object.assign(entry, { [CALL]: entry, [INFO]: {} }));
  const writer = peer.outbox.begin();
  writer.u8(wire.SPAWN);
  writer.u32(pid.slot);
  writer.u32(pid.serial);
  writer.term([["export", "", "entry"], [], undefined, [[], 1]]);
  peer.outbox.end();
  peer.publish();
  drainAll();
  send(pid, 2);
  const { mailbox } = Pid.local(pid)!;
  expect([mailbox!.shift(), mailbox!.shift(), mailbox!.length]).toEqual([1, 2, 0]);
});

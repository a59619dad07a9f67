/** Processes that have not started, and what other threads that come across them do. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { local } from "./local.ts";
import { StealableDeque, Thief } from "./memory/deque.ts";
import { Directory, ON_THE_MOVE } from "./memory/directory.ts";
import type { SharedMemory } from "./memory/layout.ts";
import { readStatistics } from "./memory/statistics.ts";
import { internPid, newPid, Pid } from "./process/pid.ts";
import type { Process } from "./process/process.ts";
import { forceAway } from "./moving.ts";
import { sendExit, terminate } from "./signals/exit.ts";
import { takeName } from "./signals/names.ts";
import { send } from "./signals/message.ts";
import { flushAll } from "./signals/remote.ts";
import { steal, takeAllBack } from "./steal.ts";
import { makeProcess, Peer, startTestScheduler } from "./testing/scheduler.ts";
import { stopScheduler } from "./thread.ts";

let memory: SharedMemory;
let other: Directory;

beforeAll(() => {
  memory = startTestScheduler({ schedulers: 3 });
  other = new Directory(memory, 1);
  local.forceMoves = true;
});

afterAll(() => {
  local.forceMoves = false;
  stopScheduler();
});

function newborn(): Process {
  const p = makeProcess(() => true);
  p.started = false;
  return p;
}

test("signals for a newborn that may be taken wait until it is known where it lives", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  expect(other.route(slot, serial)).toBe(0);
  expect(forceAway(p)).toBe(true);
  expect(other.route(slot, serial)).toBe(ON_THE_MOVE);
  takeAllBack();
  expect(other.route(slot, serial)).toBe(0);
});

test("a newborn of which another thread knows stays until it has started: signals may be on their way to it", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  other.noteSeen(slot, serial);
  expect(forceAway(p)).toBe(false);
  expect(other.route(slot, serial)).toBe(0);
});

test("the pid of a process that was taken is found again when its slot is used here once more: its thief may send it back", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  p.entry = () => {};
  expect(forceAway(p)).toBe(true);
  expect(new Thief(memory, 0).steal(1)).toBeInstanceOf(Uint8Array);
  takeAllBack();
  expect(other.ownerOf(slot)).toBe(1);
  other.release(slot, serial);
  newPid(slot, serial + 1);
  expect(internPid(slot, serial)).toBe(p.pid);
});

test("a newborn that has had a message and then an exit signal stays until it has started: the message would follow it, and come later", () => {
  const before = newborn();
  before.entry = () => {};
  sendExit(newborn().pid, before.pid, "normal", false);
  send(before.pid, "later");
  expect(forceAway(before)).toBe(true);
  takeAllBack();
  sendExit(newborn().pid, before.pid, "normal", false);
  expect(forceAway(before)).toBe(false);
  const after = newborn();
  after.entry = () => {};
  send(after.pid, "first");
  sendExit(newborn().pid, after.pid, "normal", false);
  expect(forceAway(after)).toBe(false);
});

test("what was kept for a newborn that was taken goes to where it lives by then: its thief may have had it leave, and later signals take that way", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  p.entry = () => {};
  const [thief, next] = [new Peer(memory, 1), new Peer(memory, 2)];
  expect(forceAway(p)).toBe(true);
  send(p.pid, "kept");
  expect(new Thief(memory, 0).steal(1)).toBeInstanceOf(Uint8Array);
  other.moveIfOwner(slot, serial, 0, 1);
  other.moveIfOwner(slot, serial, 1, 2);
  takeAllBack();
  send(p.pid, "later");
  flushAll();
  expect([thief.readMessages(), next.readMessages()]).toEqual([[], ["kept", "later"]]);
});

test.each([
  ["by its name", ({ pid }: Process) => void takeName("found", pid)],
  ["in a list of all", ({ pid }: Process) => void expect(other.noteSeen(pid.slot, pid.serial)).toBe(true)],
])("the pid of a process that another thread may have found %s is found again after its end", (_, find) => {
  const p = newborn();
  const { slot, serial } = p.pid;
  find(p);
  terminate(p, "normal");
  expect(internPid(slot, serial)).toBe(p.pid);
  expect(other.noteSeen(slot, serial)).toBe(false);
});

test("it is found again also where its slot is used once more before anybody here has noticed that it was taken", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  expect(forceAway(p)).toBe(true);
  expect(new Thief(memory, 0).steal(1)).toBeInstanceOf(Uint8Array);
  const next = newPid(slot, serial + 1);
  expect(internPid(slot, serial)).toBe(p.pid);
  takeAllBack();
  expect(internPid(slot, serial)).toBe(p.pid);
  expect(internPid(slot, serial + 1)).toBe(next);
});

test("a newborn that comes back before its theft was noticed lives here, with what was kept for it", () => {
  const p = newborn();
  const { slot, serial } = p.pid;
  expect(forceAway(p)).toBe(true);
  send(p.pid, "kept");
  const taken = new Thief(memory, 0).steal(1) as Uint8Array;
  other.moveIfOwner(slot, serial, 0, 1);
  other.setMoving(slot, true);
  new StealableDeque(memory, 1).publish(taken, taken.length);
  expect(steal()).toBe(1);
  takeAllBack();
  expect([other.ownerOf(slot), other.route(slot, serial)]).toEqual([0, 0]);
  expect(Pid.local(p.pid)?.mailbox?.shift()).toBe("kept");
});

test("a thief that comes too late says so: with work that it never got it would count as busy, and be offered nothing while it sleeps", () => {
  const board = new StealableDeque(memory, 2);
  const entry = board.publish(new Uint8Array(8), 8);
  const { available } = Thief.prototype;
  const look = vi.spyOn(Thief.prototype, "available").mockImplementation(function (this: Thief) {
    const count = available.call(this);
    if (count > 0) board.withdraw(entry);
    return count;
  });
  expect(steal()).toBe(0);
  expect(look).toHaveReturnedWith(1);
  look.mockRestore();
  expect(readStatistics(memory, 0).runQueue).toBe(local.runQueue.length);
});

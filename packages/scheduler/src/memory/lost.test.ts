/** What threads leave behind that are lost. Lost in the middle of something they are in the simulation (testing/simulation/loss.ts). */
import { expect, test } from "vitest";
import { Inbox, Outbox } from "./channel.ts";
import { clearBoard, StealableDeque, Thief } from "./deque.ts";
import { Directory, ON_THE_MOVE } from "./directory.ts";
import { Control, controlWords, createSharedMemory } from "./layout.ts";
import { beginLoss, endLoss, endProcesses, isLost } from "./lost.ts";
import { NameTable } from "./names.ts";
import { resetRing } from "./ring.ts";

const LOST = 0;
const OTHER = 1;
const MAIN = 2;

test("the processes of the lost thread end, and those made for its successor live", () => {
  const memory = createSharedMemory({ schedulers: 2 });
  const lost = new Directory(memory, LOST);
  const other = new Directory(memory, OTHER);
  const main = new Directory(memory, MAIN);
  const names = new NameTable(memory, MAIN);
  const own = lost.allocate(LOST);
  const given = other.allocate(LOST);
  const stolen = lost.allocate(LOST);
  other.moveIfOwner(stolen, 1, LOST, OTHER);
  names.register("own", own, 1);
  names.register("stolen", stolen, 1);
  beginLoss(memory, LOST, main, names);
  expect(isLost(controlWords(memory), LOST)).toBe(true);
  for (const survivor of [other, main]) survivor.setGeneration(LOST, 1);
  const made = other.allocate(LOST);
  const { count, first } = endProcesses(memory, LOST, 0, main, names, 1);
  expect({ count, first }).toEqual({ count: 2, first: [{ slot: own, serial: 1, name: "own" }] });
  expect([own, given, stolen, made].map((slot) => other.serialOf(slot))).toEqual([0, 0, 1, 1]);
  expect(names.list()).toEqual(["stolen"]);
  endLoss(memory, LOST, []);
  expect(isLost(controlWords(memory), LOST)).toBe(false);
  const successor = new Directory(memory, LOST, [1, 0, 0]);
  const found: number[] = [];
  successor.forEachOwned(LOST, (slot) => found.push(slot));
  expect(found).toEqual([made]);
  expect(endProcesses(memory, LOST, 1, main, names, 10).first).toEqual([{ slot: made, serial: 1, name: undefined }]);
});

test("names stay in the table whose lock another lost thread has, and are gone when that one's loss was dealt with", () => {
  const memory = createSharedMemory({ schedulers: 2 });
  const lost = new Directory(memory, LOST);
  const main = new Directory(memory, MAIN);
  const names = new NameTable(memory, MAIN);
  const slot = lost.allocate(LOST);
  names.register("left", slot, 1);
  beginLoss(memory, LOST, main, names);
  Atomics.store(controlWords(memory), Control.NAMES_LOCK, OTHER + 1);
  for (const thread of [LOST, OTHER]) main.setGeneration(thread, 1);
  expect(endProcesses(memory, LOST, 0, main, names, 1).first).toEqual([{ slot, serial: 1, name: "left" }]);
  expect([main.isAlive(slot, 1), names.list()]).toEqual([false, ["left"]]);
  endLoss(memory, LOST, [OTHER]);
  beginLoss(memory, OTHER, main, names);
  endProcesses(memory, OTHER, 0, main, names, 1);
  expect(names.list()).toEqual([]);
});

test("what was published arrives, a part of a frame does not, and the successor begins anew", () => {
  const memory = createSharedMemory({ schedulers: 2, ringBytes: 64 });
  const outbox = new Outbox(memory, LOST, OTHER);
  const inbox = new Inbox(memory, LOST, OTHER);
  outbox.begin().term({ n: 1 });
  outbox.end();
  outbox.begin().term("x".repeat(100));
  outbox.end();
  expect(outbox.flush()).toBe(false); // the ring has room for a part only
  inbox.poll();
  expect(inbox.next()!.term()).toEqual({ n: 1 });
  expect(inbox.next()).toBeUndefined();
  resetRing(memory, LOST, OTHER);
  const after = new Inbox(memory, LOST, OTHER);
  const successor = new Outbox(memory, LOST, OTHER);
  successor.begin().term({ n: 2 });
  successor.end();
  expect(successor.flush()).toBe(true);
  after.poll();
  expect(after.next()!.term()).toEqual({ n: 2 });
  expect(after.next()).toBeUndefined();
  expect(successor.drained(successor.position())).toBe(true);
});

test("signals for who is made for the successor wait until that has started: not all threads may have parted with the lost one", () => {
  const memory = createSharedMemory({ schedulers: 2 });
  const other = new Directory(memory, OTHER);
  const main = new Directory(memory, MAIN);
  const before = other.allocate(LOST);
  expect(main.route(before, 1)).toBe(LOST);
  beginLoss(memory, LOST, main, new NameTable(memory, MAIN));
  other.setGeneration(LOST, 1);
  const made = other.allocate(LOST);
  const own = other.allocate(OTHER);
  expect([made, own].map((slot) => main.route(slot, 1))).toEqual([ON_THE_MOVE, OTHER]);
  main.setGeneration(LOST, 1);
  endLoss(memory, LOST, []);
  const successor = new Directory(memory, LOST, [1, 0, 0]);
  expect(main.route(made, 1)).toBe(ON_THE_MOVE);
  successor.setMoving(made, false); // it has arrived
  expect([made, other.allocate(LOST)].map((slot) => main.route(slot, 1))).toEqual([LOST, LOST]);
});

test("who ends with the lost thread is on no board any more: survivors steal again before the successor starts", () => {
  const memory = createSharedMemory({ schedulers: 2, boardEntries: 4, boardBytes: 64 });
  const lost = new Directory(memory, LOST);
  const board = new StealableDeque(memory, LOST);
  const thief = new Thief(memory, LOST);
  for (let i = 0; i < 2; i++) board.publish(Uint8Array.of(lost.allocate(LOST)), 1);
  const other = new Directory(memory, OTHER);
  const main = new Directory(memory, MAIN);
  const names = new NameTable(memory, MAIN);
  beginLoss(memory, LOST, main, names);
  const [rescued] = thief.steal(OTHER) as Uint8Array; // as long as nobody has parted with the lost thread
  expect(other.moveIfOwner(rescued!, 1, LOST, OTHER)).toBe(true);
  for (const survivor of [other, main]) survivor.setGeneration(LOST, 1);
  expect(endProcesses(memory, LOST, 0, main, names, 10).count).toBe(1);
  expect(other.isAlive(rescued!, 1)).toBe(true);
  expect([thief.available(), thief.steal(OTHER)]).toEqual([0, "empty"]);
});

test("the successor's board is empty", () => {
  const memory = createSharedMemory({ schedulers: 2, boardEntries: 4, boardBytes: 64 });
  const board = new StealableDeque(memory, LOST);
  const thief = new Thief(memory, LOST);
  for (const byte of [1, 2, 3]) board.publish(Uint8Array.of(byte), 1);
  expect(thief.steal(OTHER)).toEqual(Uint8Array.of(1));
  clearBoard(memory, LOST);
  expect(thief.steal(OTHER)).toBe("empty");
  const successor = new StealableDeque(memory, LOST);
  for (const byte of [4, 5, 6, 7]) expect(successor.publish(Uint8Array.of(byte), 1)).toBeGreaterThanOrEqual(0);
  expect([4, 5, 6, 7].map(() => thief.steal(OTHER))).toEqual([4, 5, 6, 7].map((byte) => Uint8Array.of(byte)));
});

test("the main thread does not wait for a lock whose holder was lost: only it can hear of that", () => {
  const memory = createSharedMemory({ schedulers: 2, quarantine: 1, segment: 2 });
  const main = new Directory(memory, MAIN);
  const names = new NameTable(memory, MAIN);
  const slots = Array.from({ length: 5 }, () => main.allocate(MAIN));
  names.register("kept", slots[0]!, 1);
  const words = controlWords(memory);
  for (const lock of [Control.POOL_LOCK, Control.NAMES_LOCK]) Atomics.store(words, lock, LOST + 1);
  for (const slot of slots) main.release(slot, 1); // more than it keeps
  expect([names.nameOf(slots[0]!, 1), names.unregister("kept")]).toEqual([undefined, false]);
  beginLoss(memory, LOST, main, names);
  expect([names.nameOf(slots[0]!, 1), names.unregister("kept")]).toEqual(["kept", true]);
  main.release(main.allocate(MAIN), 2);
  expect(Atomics.load(words, Control.POOL_COUNT)).toBeGreaterThan(0);
});

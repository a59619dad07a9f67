import { describe, expect, test } from "vitest";
import { AgnerError } from "../errors.ts";
import { Directory, ON_THE_MOVE, REFUSING } from "./directory.ts";
import { createSharedMemory } from "./layout.ts";

describe("directory", () => {
  test("a slot has an owner and a serial while its process lives", () => {
    const directory = new Directory(createSharedMemory({ schedulers: 2, maxProcesses: 16 }), 0);
    const slot = directory.allocate(1);
    const serial = directory.serialOf(slot);
    expect(serial).toBe(1);
    expect(directory.ownerOf(slot)).toBe(1);
    expect(directory.isAlive(slot, serial)).toBe(true);
    expect(directory.isAlive(slot, serial + 1)).toBe(false);
    expect(directory.moveIfOwner(slot, serial, 0, 1)).toBe(false);
    expect(directory.route(slot, serial)).toBe(1);
    directory.setBounded(slot, true);
    directory.setMoving(slot, true);
    expect(directory.route(slot, serial)).toBe(ON_THE_MOVE);
    expect(directory.isBounded(slot)).toBe(true);
    expect(directory.routeOfMessage(slot, serial)).toBe(REFUSING);
    expect(directory.ownerOf(slot)).toBe(1);
    expect(directory.moveIfOwner(slot, serial, 1, 0)).toBe(true);
    expect(directory.route(slot, serial)).toBe(0);
    expect(directory.isBounded(slot)).toBe(true);
    expect(directory.ownerOf(slot)).toBe(0);
    expect(directory.isBounded(slot)).toBe(true);
    expect(directory.count()).toBe(1);
    directory.release(slot, serial);
    directory.release(slot, serial); // the second time nothing happens
    expect(directory.isAlive(slot, serial)).toBe(false);
    expect(directory.isAlive(slot, -serial)).toBe(false);
    expect(directory.serialOf(slot)).toBe(0);
    expect(directory.ownerOf(slot)).toBe(-1);
    expect(directory.isBounded(slot)).toBe(false);
    expect(directory.route(slot, serial)).toBe(-1);
    expect(directory.count()).toBe(0);
  });

  test("a slot is used again, with the next serial, after as many other releases as the quarantine says", () => {
    const directory = new Directory(createSharedMemory({ schedulers: 1, maxProcesses: 64, quarantine: 8, segment: 4 }), 0);
    const first = directory.allocate(0);
    directory.release(first, 1);
    let others = 0;
    for (;;) {
      const slot = directory.allocate(0);
      if (slot === first) break;
      directory.release(slot, directory.serialOf(slot));
      others++;
    }
    expect(others).toBeGreaterThanOrEqual(8);
    expect(others).toBeLessThan(24);
    expect(directory.serialOf(first)).toBe(2);
  });

  test("serials wrap around after 2^31 - 1 and are never 0", () => {
    const memory = createSharedMemory({ schedulers: 1, maxProcesses: 1, quarantine: 0, segment: 1 });
    const directory = new Directory(memory, 0);
    directory.release(directory.allocate(0), 1);
    new Int32Array(memory.directory)[1] = -0x7fffffff;
    expect(directory.serialOf(directory.allocate(0))).toBe(1);
  });

  test("messages go to a thread that took a lost one's place as to any other", () => {
    const directory = new Directory(createSharedMemory({ schedulers: 2, maxProcesses: 16 }), 0, [0, 1]);
    const slot = directory.allocate(1);
    const serial = directory.serialOf(slot);
    expect([directory.route(slot, serial), directory.routeOfMessage(slot, serial)]).toEqual([1, 1]);
    directory.setMoving(slot, true);
    expect(directory.routeOfMessage(slot, serial)).toBe(ON_THE_MOVE);
  });

  test("says what to do when it is full", () => {
    const directory = new Directory(createSharedMemory({ schedulers: 1, maxProcesses: 3, segment: 2 }), 0);
    for (let i = 0; i < 3; i++) directory.allocate(0);
    let error: unknown;
    try {
      directory.allocate(0);
    } catch (e) {
      error = e;
    }
    expect(AgnerError.is(error) && error.code).toBe("AGNER_SYSTEM_LIMIT");
    expect((error as Error).message).toMatch(/3 are alive.*Raise maxProcesses/);
  });

  test("slots that end on another thread than the one that allocates come back to it", () => {
    const memory = createSharedMemory({ schedulers: 2, maxProcesses: 64, quarantine: 4, segment: 4 });
    const allocating = new Directory(memory, 0);
    const releasing = new Directory(memory, 1);
    for (let i = 0; i < 1_000; i++) {
      const slot = allocating.allocate(1);
      releasing.release(slot, releasing.serialOf(slot));
    }
    expect(allocating.count()).toBe(0);
  });

  test("a thread that takes a dead one's place goes on with its free slots, and finds its processes", () => {
    const memory = createSharedMemory({ schedulers: 1, maxProcesses: 8, quarantine: 2, segment: 8 });
    const first = new Directory(memory, 0);
    for (let i = 0; i < 8; i++) first.allocate(0);
    for (let slot = 0; slot < 6; slot++) first.release(slot, 1);
    const second = new Directory(memory, 0);
    const owned: [number, number][] = [];
    second.forEachOwned(0, (slot, serial) => owned.push([slot, serial]));
    expect(owned).toEqual([
      [6, 1],
      [7, 1],
    ]);
    expect(second.allocate(0)).toBe(0);
  });
});

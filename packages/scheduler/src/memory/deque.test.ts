import { describe, expect, test } from "vitest";
import { StealableDeque, Thief } from "./deque.ts";
import { createSharedMemory } from "./layout.ts";

const TINY = { schedulers: 3, boardEntries: 4, boardBytes: 64 };

describe("stealable deque", () => {
  test("a thief takes the oldest; the owner learns who, and gets the room back", () => {
    const memory = createSharedMemory(TINY);
    const board = new StealableDeque(memory, 0);
    const thief = new Thief(memory, 0);
    const a = board.publish(Uint8Array.of(1, 2, 3, 9), 3);
    const b = board.publish(Uint8Array.of(4), 1);
    expect(board.size).toBe(2);
    expect(thief.steal(2)).toEqual(Uint8Array.of(1, 2, 3));
    expect([board.stateOf(a), board.stateOf(b)]).toEqual(["taken", "available"]);
    board.reclaim(); // keeps what the owner does not know of
    expect(board.takenBy(a)).toBe(2);
    board.reclaim();
    expect(board.stateOf(a)).toBe("free");
    expect(board.withdraw(b)).toBe(true);
    expect(board.withdraw(b)).toBe(false);
    expect(thief.steal(2)).toBe("empty");
    expect(board.takenBy(b)).toBe(-1);
  });

  test("refuses what does not fit, and takes it once there is room", () => {
    const memory = createSharedMemory(TINY);
    const board = new StealableDeque(memory, 0);
    const thief = new Thief(memory, 0);
    expect(board.publish(new Uint8Array(65), 65)).toBe(-1);
    expect(board.publish(new Uint8Array(40), 40)).toBe(0);
    expect(board.publish(new Uint8Array(40), 40)).toBe(-1);
    expect(board.publish(new Uint8Array(8), 8)).toBe(1);
    thief.steal(1);
    expect(board.publish(new Uint8Array(32), 32)).toBe(-1);
    const taken: [number, number][] = [];
    board.reclaim((entry, by) => taken.push([entry, by]));
    expect(taken).toEqual([[0, 1]]);
    expect(board.publish(new Uint8Array(32), 32)).toBe(2);
    for (let i = 0; i < 10; i++) {
      thief.steal(1);
      board.reclaim(() => {});
      expect(board.publish(Uint8Array.of(i), 1)).toBeGreaterThan(0);
    }
  });

  test("at most as many entries as it has room for", () => {
    const board = new StealableDeque(createSharedMemory(TINY), 0);
    for (let i = 0; i < 4; i++) expect(board.publish(Uint8Array.of(i), 1)).toBe(i);
    expect(board.publish(Uint8Array.of(9), 1)).toBe(-1);
  });
});

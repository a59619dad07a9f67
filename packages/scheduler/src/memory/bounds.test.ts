import { describe, expect, test } from "vitest";
import { Bounds, FULL } from "./bounds.ts";
import { createSharedMemory } from "./layout.ts";

const SLOT = 3;

describe("the bound of a mailbox", () => {
  test("gives out as many places as there are, and again what was read", () => {
    const bounds = new Bounds(createSharedMemory({ schedulers: 2, maxProcesses: 16 }));
    const generation = bounds.open(SLOT, 3, 1);
    expect([bounds.reserve(SLOT), bounds.reserve(SLOT), bounds.reserve(SLOT)]).toEqual([generation, generation, FULL]);
    expect(bounds.enter(SLOT, generation, 0)).toBe(false);
    expect(bounds.enter(SLOT, generation, -1)).toBe(true);
    expect(bounds.countOf(SLOT)).toBe(3);
    expect(bounds.limitOf(SLOT)).toBe(3);
    bounds.add(SLOT, generation, -3);
    expect(bounds.countOf(SLOT)).toBe(0);
  });

  test("begins anew with each generation, whatever earlier ones still do", () => {
    const bounds = new Bounds(createSharedMemory({ schedulers: 2, maxProcesses: 16 }));
    for (let round = 0; round < 1_000; round++) {
      const old = bounds.open(SLOT, 2, 0);
      expect(bounds.reserve(SLOT)).toBe(old);
      const generation = bounds.open(SLOT, 5, 4);
      expect(generation).toBe((old + 1) % 256);
      expect(bounds.generationOf(SLOT)).toBe(generation);
      bounds.add(SLOT, old, -1);
      expect(bounds.enter(SLOT, old, 1)).toBe(true);
      expect(bounds.countOf(SLOT)).toBe(4);
    }
  });

  test("no count goes below 0 or into the generation, and a limit beyond all counts is never reached", () => {
    const bounds = new Bounds(createSharedMemory({ schedulers: 1, maxProcesses: 16 }));
    const generation = bounds.open(SLOT, 2 ** 40, 2 ** 24 - 1);
    for (let i = 0; i < 3; i++) expect(bounds.reserve(SLOT)).toBe(generation);
    expect(bounds.generationOf(SLOT)).toBe(generation);
    bounds.add(SLOT, generation, -(2 ** 25));
    expect(bounds.countOf(SLOT)).toBe(0);
  });
});

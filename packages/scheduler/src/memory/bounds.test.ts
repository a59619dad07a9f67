import { describe, expect, test } from "vitest";
import { explore, interleave, type Steps } from "../testing/explorer.ts";
import { simulate } from "../testing/simulate.ts";
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

  test("in no interleaving are there more messages than places, and at rest the count is right", () => {
    const { Bounds: Simulated } = simulate("bounds");
    const limit = 3;
    explore(300, (seed, draw) => {
      const memory = createSharedMemory({ schedulers: 3, maxProcesses: 16 });
      const generation = new Bounds(memory).open(SLOT, limit, 0);
      const onTheWay: number[] = [];
      let inMailbox = 0;
      let told = 0;
      let senders = 3;
      function* sender(): Steps<void> {
        const bounds = new Simulated!(...([memory] as never[]));
        for (let i = 0; i < 20; i++) {
          const place = (yield* bounds["reserve"]!(SLOT)) as number;
          if (place === FULL) continue;
          if (draw() < 0.1) yield* bounds["add"]!(SLOT, place, -1); // it could not be sent
          else onTheWay.push(place);
          expect(onTheWay.length + inMailbox).toBeLessThanOrEqual(limit);
        }
        senders--;
      }
      function* owner(): Steps<void> {
        const bounds = new Simulated!(...([memory] as never[]));
        while (senders > 0 || onTheWay.length > 0 || inMailbox !== told) {
          if (onTheWay.length > 0 && draw() < 0.4) {
            // It counts itself before it gives up the place that it had, and until then is on its way.
            yield* bounds["add"]!(SLOT, generation, inMailbox - told + 1);
            onTheWay.pop();
            inMailbox++;
            told = inMailbox;
            yield* bounds["add"]!(SLOT, generation, -1);
          } else if (draw() < 0.3) {
            const admitted = yield* bounds["enter"]!(SLOT, generation, inMailbox - told);
            if (admitted === true) inMailbox++;
            told = inMailbox;
          } else {
            if (inMailbox > 0) inMailbox--;
            yield* bounds["add"]!(SLOT, generation, inMailbox - told);
            told = inMailbox;
          }
          expect(onTheWay.length + inMailbox).toBeLessThanOrEqual(limit);
        }
      }
      interleave(seed, [sender(), sender(), sender(), owner()]);
      expect(new Bounds(memory).countOf(SLOT)).toBe(inMailbox);
    });
  });
});

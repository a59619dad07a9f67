import { expect, test } from "vitest";
import { explore, interleave, type Steps } from "../testing/explorer.ts";
import { simulate } from "../testing/simulate.ts";
import { acquire, takeOver, release } from "./lock.ts";

test("one holder at a time, and nobody is left asleep", () => {
  const lock = simulate("lock") as unknown as { acquire(...args: unknown[]): Steps; release(...args: unknown[]): Steps };
  explore(200, (seed) => {
    const words = new Int32Array(new SharedArrayBuffer(64));
    let holder = -1;
    let count = 0;
    function* thread(me: number): Steps<void> {
      for (let i = 0; i < 4; i++) {
        yield* lock.acquire(words, 0, me);
        expect(holder).toBe(-1);
        holder = me;
        // Long enough for the others to stop spinning and go to sleep.
        for (let step = 0; step < 300; step++) yield undefined;
        count++;
        holder = -1;
        yield* lock.release(words, 0);
      }
    }
    interleave(seed, [thread(0), thread(1), thread(2)]);
    expect(count).toBe(12);
    expect(words[0]).toBe(0);
  });
});

test("the lock of a lost thread can be taken over, another's cannot", () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  acquire(words, 0, 3);
  expect(takeOver(words, 0, 2, 1)).toBe(false);
  expect(takeOver(words, 0, 3, 1)).toBe(true);
  expect(takeOver(words, 0, 3, 1)).toBe(false);
  release(words, 0);
  acquire(words, 0, 2);
  release(words, 0);
  expect(words[0]).toBe(0);
});

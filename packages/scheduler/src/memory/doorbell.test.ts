import { describe, expect, test } from "vitest";
import { Doorbell } from "./doorbell.ts";
import { createSharedMemory } from "./layout.ts";

describe("doorbell", () => {
  test("a ring settles the wait, a ring before the wait makes it unnecessary", async () => {
    const memory = createSharedMemory({ schedulers: 1 });
    const own = new Doorbell(memory, 0);
    const other = new Doorbell(memory, 1);
    own.announceSleep();
    expect(other.isAsleep(0)).toBe(true);
    const rung = own.wait();
    other.ring(0);
    await rung;
    expect(other.isAsleep(0)).toBe(false);
    own.announceSleep();
    other.ring(0);
    expect(own.wait()).toBeUndefined();
  });

  test("a wait that the sleeper no longer needs is ended by it", async () => {
    const memory = createSharedMemory({ schedulers: 1 });
    const own = new Doorbell(memory, 0);
    own.announceSleep();
    const rung = own.wait();
    own.cancelSleep();
    await rung;
    expect(own.isAsleep(0)).toBe(false);
  });
});

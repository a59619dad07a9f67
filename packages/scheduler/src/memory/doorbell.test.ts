import { describe, expect, test } from "vitest";
import { explore, interleave, sleepOn, type Steps } from "../testing/explorer.ts";
import { simulate } from "../testing/simulate.ts";
import { Doorbell } from "./doorbell.ts";
import { createSharedMemory } from "./layout.ts";

describe("doorbell", () => {
  test("no interleaving loses a wake-up", () => {
    const { Doorbell: Simulated } = simulate("doorbell");
    explore(1_000, (seed, draw) => {
      const memory = createSharedMemory({ schedulers: 2 });
      const bells = [0, 1, 2].map((thread) => new Simulated!(...([memory, thread] as never[])));
      const published = new Int32Array(new SharedArrayBuffer(8));
      const each = 5;
      let seen = 0;
      function* look(): Steps<boolean> {
        yield undefined;
        const now = Atomics.load(published, 0);
        const found = now > seen;
        seen = now;
        return found;
      }
      function* sleeper(): Steps<void> {
        const bell = bells[0]!;
        while (seen < each * 2) {
          if (yield* look()) continue;
          yield* bell["announceSleep"]!();
          if (yield* look()) {
            yield* bell["cancelSleep"]!();
            continue;
          }
          const rung = yield* bell["wait"]!();
          // Sometimes the event loop wakes the thread first, and the wait is left over.
          if (rung !== undefined && draw() < 0.8) yield* sleepOn(rung);
          yield* bell["cancelSleep"]!();
        }
      }
      function* ringer(thread: number): Steps<void> {
        for (let i = 0; i < each; i++) {
          yield undefined;
          Atomics.add(published, 0, 1);
          yield* bells[thread]!["ring"]!(0);
        }
      }
      interleave(seed, [sleeper(), ringer(1), ringer(2)]);
      expect(seen).toBe(each * 2);
    });
  });

  test("no interleaving hides news from a thread that is awake", () => {
    const { Doorbell: Simulated } = simulate("doorbell");
    explore(1_000, (seed) => {
      const memory = createSharedMemory({ schedulers: 2 });
      const bells = [0, 1, 2].map((thread) => new Simulated!(...([memory, thread] as never[])));
      const published = new Int32Array(new SharedArrayBuffer(8));
      const each = 3;
      let seen = 0;
      function* look(): Steps<void> {
        if (!(yield* bells[0]!["wasRung"]!())) return;
        yield undefined;
        seen = Atomics.load(published, 0);
      }
      function* receiver(): Steps<void> {
        for (let i = 0; i < each; i++) yield* look();
      }
      function* ringer(thread: number): Steps<void> {
        for (let i = 0; i < each; i++) {
          yield undefined;
          Atomics.add(published, 0, 1);
          yield* bells[thread]!["ring"]!(0);
        }
      }
      interleave(seed, [receiver(), ringer(1), ringer(2)]);
      interleave(seed, [look()]);
      expect(seen).toBe(each * 2);
    });
  });

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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimerWheel } from "./timers.ts";

/** A clock that only the test moves. */
function clocked(): { wheel: TimerWheel; moveTo: (ms: number) => void; now: () => number } {
  let time = 1_000.25;
  return { wheel: new TimerWheel({ now: () => time, stands: false }), moveTo: (ms) => (time = ms), now: () => time };
}

describe("the timer wheel", () => {
  it("E14: fires in the order of time, never early, at whatever steps the clock moves", () => {
    const set = fc.record({
      after: fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(3_000_000), fc.nat(2 ** 31)),
      cancel: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(set, { minLength: 1, maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 4_000_000 }), { maxLength: 8 }),
        (timers, steps) => {
          const { wheel, moveTo, now } = clocked();
          const start = now();
          const fired: { due: number; at: number }[] = [];
          const expected: number[] = [];
          for (const { after, cancel } of timers) {
            const timer = wheel.set(after, () => fired.push({ due: start + after, at: now() }));
            if (cancel) expect(wheel.cancel(timer)).toBe(true);
            else expected.push(start + after);
          }
          for (const step of steps) {
            moveTo(now() + step);
            wheel.advance();
            for (const { due, at } of fired) expect(at).toBeGreaterThanOrEqual(due);
            expect(fired).toHaveLength(expected.filter((due) => Math.ceil(due) <= Math.floor(now())).length);
          }
          for (let i = 1; i < fired.length; i++)
            expect(Math.ceil(fired[i]!.due)).toBeGreaterThanOrEqual(Math.ceil(fired[i - 1]!.due));
          expect(wheel.size).toBe(expected.length - fired.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("tells how long until something may be due, never too late", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 20 }), (afters) => {
        const { wheel, moveTo, now } = clocked();
        for (const after of afters) wheel.set(after, () => {});
        while (wheel.size > 0) {
          const wait = wheel.untilNext()!;
          const next = Math.min(...afters.map((after) => 1_000.25 + after).filter((due) => Math.ceil(due) > now()));
          expect(now() + wait).toBeLessThanOrEqual(Math.max(Math.ceil(next), now() + 1));
          moveTo(Math.max(now() + wait, now() + 1));
          wheel.advance();
        }
        expect(wheel.untilNext()).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it("E9: reads what is left, and knows what has fired or was cancelled", () => {
    const { wheel, moveTo } = clocked();
    const timer = wheel.set(100, () => {});
    expect(wheel.remaining(timer)).toBe(100);
    moveTo(1_200);
    expect(wheel.advance()).toBe(1);
    expect(wheel.remaining(timer)).toBeUndefined();
    expect(wheel.cancel(timer)).toBe(false);
  });

  it("lets a callback set and cancel timers", () => {
    const { wheel, moveTo, now } = clocked();
    const log: string[] = [];
    const victim = wheel.set(10, () => log.push("victim"));
    wheel.set(5, () => {
      wheel.cancel(victim);
      wheel.set(0, () => log.push("set inside"));
    });
    moveTo(now() + 50);
    wheel.advance();
    moveTo(now() + 50);
    wheel.advance();
    expect(log).toEqual(["set inside"]);
  });

  it("fires a few at a time, in the same order, and knows that more are due", () => {
    const afters = fc.array(fc.nat(600), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(afters, fc.integer({ min: 1, max: 7 }), fc.boolean(), (all, most, stands) => {
        const clock = { time: 1_000, stands, now: () => clock.time };
        const wheel = new TimerWheel(clock);
        const log: number[] = [];
        const timers = all.map((ms) => wheel.set(ms, () => log.push(ms)));
        clock.time += 400;
        const due = all.filter((ms) => ms <= 400).sort((a, b) => a - b);
        for (let left = due.length; left > 0; left -= most) {
          expect(wheel.advance(most)).toBe(Math.min(most, left));
          if (wheel.isBehind) expect([wheel.untilNext(), left > most]).toEqual([0, true]);
          if (stands) expect(wheel.isDue()).toBe(left > most);
          if (left === 3) wheel.cancel(wheel.set(1, () => log.push(-1)));
        }
        expect(log).toEqual(due);
        expect(wheel.isBehind).toBe(false);
        clock.time += 300;
        wheel.advance();
        expect(log).toHaveLength(timers.length);
        expect(wheel.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("knows the first timer, wherever it is in the wheel", () => {
    const after = fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(3_000_000), fc.nat(2 ** 31));
    fc.assert(
      fc.property(fc.array(after, { maxLength: 20 }), fc.array(fc.nat(40_000), { maxLength: 5 }), (afters, steps) => {
        const { wheel, moveTo, now } = clocked();
        const ticks = afters.map((ms) => wheel.set(ms, () => {}));
        for (const step of [0, ...steps]) {
          moveTo(now() + step);
          wheel.advance();
          const pending = ticks.filter((timer) => timer.slot !== undefined).map(({ tick }) => tick);
          expect(wheel.next()).toBe(pending.length === 0 ? undefined : Math.min(...pending));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("fires what is set for now while the clock stands", () => {
    const clock = { time: 7_934.5, stands: false, now: () => clock.time };
    const wheel = new TimerWheel(clock);
    clock.stands = true;
    clock.time = 7_935;
    const log: number[] = [];
    for (let round = 0; round < 1_000; round++) {
      wheel.advance();
      wheel.set(0, () => log.push(clock.time));
      const later = clock.time + (round % 300);
      wheel.set(round % 300, () => log.push(-later));
      wheel.advance();
      expect(log).toContain(clock.time);
      expect(wheel.isDue()).toBe(false);
      clock.time = wheel.next() ?? clock.time + 1;
    }
    while (wheel.size > 0) {
      clock.time = wheel.next()!;
      wheel.advance();
    }
    expect(log).toHaveLength(2_000);
  });
});

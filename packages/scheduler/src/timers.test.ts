import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Callback, TimerWheel, type Timer } from "./timers.ts";

/** A clock that only the test moves. */
function clocked(): { wheel: TimerWheel; moveTo: (ms: number) => void; now: () => number } {
  let time = 1_000.25;
  return { wheel: new TimerWheel({ now: () => time, stands: false }), moveTo: (ms) => (time = ms), now: () => time };
}

function begin(wheel: TimerWheel, ms: number, call: () => void): Timer {
  return wheel.set(ms, new Callback(call));
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
            const timer = begin(wheel, after, () => fired.push({ due: start + after, at: now() }));
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

  it("what is cancelled before anybody looks is never there; what is due at the same tick fires in the order in which it was set, whenever somebody looked", () => {
    const { wheel, moveTo } = clocked();
    const fired: string[] = [];
    const set = (ms: number, what: string): Timer => begin(wheel, ms, () => fired.push(what));
    const cancelled = set(1, "cancelled");
    set(100, "first");
    expect(wheel.cancel(cancelled)).toBe(true);
    expect(wheel.cancel(cancelled)).toBe(false);
    expect(wheel.remaining(cancelled)).toBeUndefined();
    expect(wheel.size).toBe(1);
    set(100, "second");
    expect(wheel.next()).toBe(1_101);
    for (let i = 0; i < 5_000; i++) wheel.cancel(set(1, "cancelled"));
    const third = set(100, "third");
    expect(wheel.remaining(third)).toBe(100);
    moveTo(1_100.5);
    wheel.advance();
    expect(fired).toEqual([]);
    moveTo(1_101);
    wheel.advance();
    expect(fired).toEqual(["first", "second", "third"]);
    expect(wheel.cancel(third)).toBe(false);
    expect(wheel.size).toBe(0);
  });

  it("fires in portions what is due at once, whatever is set and cancelled in between", () => {
    const after = fc.oneof(fc.nat(3), fc.nat(300), fc.integer({ min: 250, max: 520 }), fc.nat(20_000), fc.nat(2 ** 27));
    const round = fc.record({
      set: fc.array(after, { maxLength: 12 }),
      cancel: fc.option(fc.nat(1_000), { nil: undefined }),
      step: fc.oneof(fc.constant(0), fc.nat(2), fc.nat(600), fc.nat(30_000)),
    });
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 25 }), fc.integer({ min: 1, max: 9 }), (rounds, limit) => {
        const { wheel, moveTo, now } = clocked();
        const pending = new Map<Timer, number>();
        let last = 0;
        const set = (ms: number): void => {
          const due = now() + ms;
          const timer = begin(wheel, ms, () => {
            expect(now()).toBeGreaterThanOrEqual(due);
            expect(timer.tick).toBeGreaterThanOrEqual(last);
            last = timer.tick;
            expect(pending.delete(timer)).toBe(true);
          });
          pending.set(timer, due);
        };
        for (const { set: times, cancel, step } of rounds) {
          times.forEach(set);
          const victim = cancel === undefined ? undefined : [...pending.keys()][cancel % Math.max(1, pending.size)];
          if (victim !== undefined) {
            expect(wheel.cancel(victim)).toBe(true);
            pending.delete(victim);
          }
          moveTo(now() + step);
          expect(wheel.advance(limit)).toBeLessThanOrEqual(limit);
          expect(wheel.size).toBe(pending.size);
          if (wheel.isBehind) expect(wheel.untilNext()).toBe(0);
          expect(wheel.next()).toBe(pending.size === 0 ? undefined : Math.min(...[...pending.keys()].map(({ tick }) => tick)));
        }
        while (wheel.isBehind) wheel.advance(limit);
        for (const timer of pending.keys()) expect(timer.tick).toBeGreaterThan(Math.floor(now()));
      }),
      { numRuns: 300 },
    );
  });

  it("does no more at once than it is told to, where a hundred thousand timers are due", () => {
    const { wheel, moveTo, now } = clocked();
    const COUNT = 100_000;
    let fired = 0;
    for (let i = 0; i < COUNT; i++) begin(wheel, 400 + (i % 100), () => fired++);
    moveTo(now() + 1_000);
    let calls = 0;
    do {
      const before = fired;
      expect(wheel.advance(1_000)).toBe(fired - before);
      expect(fired - before).toBeLessThanOrEqual(1_000);
      calls++;
    } while (wheel.isBehind);
    expect(fired).toBe(COUNT);
    // Each was moved down a level once, and fired.
    expect(calls).toBeGreaterThanOrEqual((2 * COUNT) / 1_000);
    expect(wheel.size).toBe(0);
  });

  it("tells how long until something may be due, never too late", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 20 }), (afters) => {
        const { wheel, moveTo, now } = clocked();
        for (const after of afters) begin(wheel, after, () => {});
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
    const timer = begin(wheel, 100, () => {});
    expect(wheel.remaining(timer)).toBe(100);
    moveTo(1_200);
    expect(wheel.advance()).toBe(1);
    expect(wheel.remaining(timer)).toBeUndefined();
    expect(wheel.cancel(timer)).toBe(false);
  });

  it("lets a callback set and cancel timers", () => {
    const { wheel, moveTo, now } = clocked();
    const log: string[] = [];
    const victim = begin(wheel, 10, () => log.push("victim"));
    begin(wheel, 5, () => {
      wheel.cancel(victim);
      begin(wheel, 0, () => log.push("set inside"));
    });
    moveTo(now() + 50);
    wheel.advance();
    moveTo(now() + 50);
    wheel.advance();
    expect(log).toEqual(["set inside"]);
  });

  it("fires all that is due at once while the clock stands", () => {
    const clock = { time: 1_000, stands: true, now: () => clock.time };
    const wheel = new TimerWheel(clock);
    let fired = 0;
    for (let i = 0; i < 100; i++) begin(wheel, i % 10, () => fired++);
    clock.time += 10;
    expect(wheel.advance(7)).toBe(100);
    expect([fired, wheel.isBehind, wheel.isDue()]).toEqual([100, false, false]);
  });

  it("knows the first timer, wherever it is in the wheel", () => {
    const after = fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(3_000_000), fc.nat(2 ** 31));
    fc.assert(
      fc.property(fc.array(after, { maxLength: 20 }), fc.array(fc.nat(40_000), { maxLength: 5 }), (afters, steps) => {
        const { wheel, moveTo, now } = clocked();
        const ticks = afters.map((ms) => begin(wheel, ms, () => {}));
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
      begin(wheel, 0, () => log.push(clock.time));
      const later = clock.time + (round % 300);
      begin(wheel, round % 300, () => log.push(-later));
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

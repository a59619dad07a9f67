import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TERM } from "../terms/host.ts";
import { Mailbox, NEVER, setLongMailbox } from "./mailbox.ts";

describe("a mailbox", () => {
  it("does what an array does, whatever is pushed and removed where", () => {
    const step = fc.oneof(fc.record({ push: fc.nat() }), fc.record({ remove: fc.nat() }), fc.constant({ shift: true }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const mailbox = new Mailbox();
        const model: unknown[] = [];
        for (const s of steps) {
          if ("push" in s) {
            mailbox.push(s.push);
            model.push(s.push);
          } else if (model.length > 0 && "remove" in s) {
            expect(mailbox.remove(s.remove % model.length)).toBe(model.splice(s.remove % model.length, 1)[0]);
          } else if (model.length > 0) expect(mailbox.shift()).toBe(model.shift());
          expect(mailbox.length).toBe(model.length);
          expect(mailbox.toArray()).toEqual(model);
        }
      }),
    );
  });

  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ remove: fc.nat() }),
    fc.constant({ shift: true }),
    fc.record({ mark: fc.nat({ max: 2 }) }),
  );

  it("knows which messages came after a reference was made, whatever is removed where, and on whichever scheduler its process was then", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let mailbox = new Mailbox();
        const model: number[] = [];
        const made: { scheduler: number; id: number; pushed: number }[] = [];
        const ids = [1_000, 5, 400]; // of three schedulers, which say nothing about each other
        let pushed = 0;
        let marks = 0; // since it was last empty
        for (const [i, s] of steps.entries()) {
          if (i % 7 === 6) mailbox = Mailbox.from(mailbox.toArray(), mailbox.places()); // its process has moved
          if ("push" in s) {
            for (let i = 0; i < s.push; i++) {
              mailbox.push(pushed);
              model.push(pushed++);
            }
          } else if ("mark" in s) {
            const id = ++ids[s.mark]!;
            made.push({ scheduler: s.mark, id, pushed });
            mailbox.mark(s.mark, id);
            marks++;
          } else if (model.length > 0) {
            const index = "remove" in s ? s.remove % model.length : 0;
            expect("remove" in s ? mailbox.remove(index) : mailbox.shift()).toBe(model.splice(index, 1)[0]);
          }
          if (model.length === 0) marks = 0;
          for (const { scheduler, id, pushed: before } of made) {
            const older = model.filter((n) => n < before).length;
            if (marks <= 16) expect(mailbox.since(scheduler, id)).toBe(older);
            else expect(mailbox.since(scheduler, id)).toBeLessThanOrEqual(older); // some marks were forgotten
          }
        }
      }),
    );
  });

  it("finds with a screen what is found without, whatever comes and goes, and although what some function has kept changes", () => {
    type Message = { tag?: number; 0?: number; n?: number; 1?: number } | null;
    const tagOf = (m: Message) => m?.tag ?? m?.[0];
    const screens = Array.from({ length: 6 }, (_, tag) => (m: unknown) => tagOf(m as Message) === tag);
    let held = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        let state = seed;
        const below = (n: number) => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 8) % n;
        let mailbox = new Mailbox();
        const model: Message[] = [];
        const kept: unknown[] = [];
        let now = 0;
        const standIn = { n: 1 };
        Object.defineProperties(standIn, { tag: { get: () => now }, [TERM]: { value: {} } });
        const steps = {
          push: () => {
            for (let i = below(80); i > 0; i--) {
              const [tag, n] = [below(6), below(4)];
              const pushed: Message =
                below(60) === 0 ? (below(2) === 0 ? null : standIn) : below(2) === 0 ? [tag, n] : { tag, n };
              mailbox.push(pushed);
              model.push(pushed);
            }
          },
          find: () => {
            const screen = screens[below(6)]!;
            const n = below(6);
            const matches = (m: unknown) => screen(m) && ((m as Message)!.n ?? (m as Message)![1]) === n;
            const from = below(4) === 0 ? below(model.length + 1) : 0;
            const first = mailbox.unscreened(screen, from);
            held += first - from;
            const to = Math.min(model.length, first + below(300));
            const found = mailbox.findScreened(matches, screen, from, to);
            const expected = model.findIndex((m, i) => i >= from && matches(m));
            expect(found).toBe(expected < to ? expected : -1);
            if (found >= 0 && below(4) > 0) expect(mailbox.remove(found)).toBe(model.splice(found, 1)[0]);
          },
          keep: () => {
            const at = below(model.length + 1);
            mailbox.find((m) => kept.push(m) > at, 0, model.length);
          },
          change: () => {
            now = below(6);
            for (const message of kept) if (Array.isArray(message)) message[0] = below(6);
          },
          remove: () => {
            if (model.length === 0) return;
            const index = below(model.length);
            expect(mailbox.remove(index)).toBe(model.splice(index, 1)[0]);
          },
          shift: () => {
            for (let i = Math.min(below(below(20) === 0 ? 1_000 : 20), model.length); i > 0; i--)
              expect(mailbox.shift()).toBe(model.shift());
          },
          giveBack: () => {
            if (model.length === 0) return;
            const given = mailbox.shift();
            model.shift();
            steps.find();
            mailbox.unshift(given);
            model.unshift(given as Message);
          },
          move: () => {
            mailbox = Mailbox.from(mailbox.toArray(), mailbox.places());
          },
        };
        const often = [steps.push, ...Array.from({ length: 10 }, () => steps.find), steps.remove, steps.shift, steps.change];
        const rare = [steps.keep, steps.giveBack, steps.giveBack, steps.move];
        for (let i = 0; i < 300; i++) {
          const some = below(50) === 0 ? rare : often;
          some[below(some.length)]!();
        }
        expect(mailbox.toArray()).toEqual(model);
      }),
    );
    expect(held).toBeGreaterThan(100_000); // or no screen has held anything back
  });

  const bounded = fc.oneof(
    { weight: 4, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 2, arbitrary: fc.constant({ keep: true }) },
    { weight: 1, arbitrary: fc.constant({ keepAll: true }) },
    { weight: 3, arbitrary: fc.constant({ drop: true }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 2, arbitrary: fc.constant({ shift: true }) },
    { weight: 1, arbitrary: fc.constant({ move: true }) },
  );

  it("drops the oldest of what may be dropped, whatever else leaves it", () => {
    fc.assert(
      fc.property(fc.array(bounded, { maxLength: 200 }), (steps) => {
        let mailbox = new Mailbox();
        let model: { n: number; kept: boolean }[] = [];
        let n = 0;
        const push = (kept: boolean): void => {
          if (kept) mailbox.keepNext();
          mailbox.push(n);
          model.push({ n: n++, kept });
        };
        for (const s of steps) {
          if ("push" in s) for (let i = 0; i < s.push; i++) push(false);
          else if ("keep" in s) push(true);
          else if ("keepAll" in s) {
            mailbox.keepAll();
            model = model.map((message) => ({ ...message, kept: true }));
          } else if ("drop" in s) {
            const oldest = model.findIndex(({ kept }) => !kept);
            expect(mailbox.dropOldest()).toBe(oldest);
            if (oldest >= 0) model.splice(oldest, 1);
          } else if ("move" in s) mailbox = Mailbox.from(mailbox.toArray(), mailbox.places());
          else if (model.length > 0) {
            const index = "remove" in s ? s.remove % model.length : 0;
            expect("remove" in s ? mailbox.remove(index) : mailbox.shift()).toBe(model.splice(index, 1)[0]!.n);
          }
          expect(mailbox.toArray()).toEqual(model.map((message) => message.n));
        }
      }),
    );
  });

  it("demands attention at its limit, and at the length from which on it is long", () => {
    const count = fc.oneof(fc.nat({ max: 20 }), fc.constant(NEVER));
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.record({ limit: count }), fc.record({ longAt: count }))), (steps) => {
        const mailbox = new Mailbox();
        let [limit, longAt] = [NEVER, NEVER];
        for (const s of steps) {
          if ("limit" in s) mailbox.limit = limit = s.limit;
          else mailbox.longAt = longAt = s.longAt;
          expect(mailbox.attention).toBe(Math.min(limit, longAt));
          expect(mailbox.longAt).toBe(longAt);
        }
      }),
    );
  });

  it("looks up when it grows from which length on it is long", () => {
    const from = [Infinity];
    setLongMailbox(from);
    const mailbox = new Mailbox();
    for (let i = 0; i < 30; i++) mailbox.push(i);
    expect(mailbox.attention).toBe(NEVER);
    from[0] = 50;
    for (let i = 30; i < 40; i++) mailbox.push(i);
    expect([mailbox.attention, mailbox.longAt]).toEqual([49, 49]);
    mailbox.longAt = 99; // somebody was told
    for (let i = 40; i < 400; i++) mailbox.push(i);
    expect(mailbox.longAt).toBe(99);
    setLongMailbox([Infinity]);
  });

  const timed = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ remove: fc.nat() }),
    fc.constant({ shift: true }),
    fc.constant({ stamp: true }),
  );

  it("knows since when its oldest message has been there", () => {
    fc.assert(
      fc.property(fc.array(timed, { maxLength: 100 }), (steps) => {
        const mailbox = new Mailbox();
        const model: number[] = [];
        let stamps: { ms: number; pushed: number }[] = [];
        let pushed = 0;
        for (const [ms, s] of steps.entries()) {
          if ("push" in s) {
            for (let i = 0; i < s.push; i++) {
              mailbox.push(pushed);
              model.push(pushed++);
            }
          } else if ("stamp" in s) {
            mailbox.stamp(ms);
            if (model.length > 0) stamps.push({ ms, pushed });
          } else if (model.length > 0) {
            const index = "remove" in s ? s.remove % model.length : 0;
            expect("remove" in s ? mailbox.remove(index) : mailbox.shift()).toBe(model.splice(index, 1)[0]);
          }
          if (model.length === 0) stamps = [];
          fc.pre(stamps.length <= 32 && mailbox.length < 64);
          expect(mailbox.oldestKnownSince()).toBe(stamps.find((stamp) => stamp.pushed > model[0]!)?.ms);
        }
      }),
    );
  });

  it("never takes its oldest message for older than it is, however often it was looked at", () => {
    const mailbox = new Mailbox();
    for (let ms = 0; ms < 1_000; ms++) {
      mailbox.push(ms);
      mailbox.stamp(ms);
      const since = mailbox.oldestKnownSince()!;
      expect(since).toBeGreaterThanOrEqual(mailbox.at(0) as number);
      if (ms >= 100) expect(mailbox.shift()).toBe(ms - 100);
      expect(since - (ms - 100)).toBeLessThan(120);
    }
  });

  it("keeps the place where a crowd of references began", () => {
    const mailbox = new Mailbox();
    for (let i = 0; i < 10_000; i++) mailbox.push("old");
    for (let id = 0; id < 100; id++) {
      mailbox.mark(0, id);
      mailbox.push("new");
    }
    for (let id = 0; id < 100; id++) expect(mailbox.since(0, id)).toBeGreaterThanOrEqual(10_000);
    expect(mailbox.since(0, 99)).toBe(10_099);
  });

  it("keeps the marks of one scheduler apart from another's", () => {
    const mailbox = new Mailbox();
    mailbox.push("old");
    mailbox.mark(0, 7);
    mailbox.push("between");
    mailbox.mark(1, 3);
    mailbox.mark(0, 8);
    mailbox.push("new");
    expect([mailbox.since(0, 7), mailbox.since(1, 3), mailbox.since(0, 8)]).toEqual([1, 2, 2]);
    expect([mailbox.since(1, 2), mailbox.since(2, 100)]).toEqual([0, 0]);
  });

  it("grows with a burst and works on after it", () => {
    const mailbox = new Mailbox();
    for (let i = 0; i < 10_000; i++) mailbox.push(i);
    for (let i = 0; i < 10_000; i++) expect(mailbox.shift()).toBe(i);
    mailbox.push("after");
    expect(mailbox.at(0)).toBe("after");
    expect(mailbox.shift()).toBe("after");
  });
});

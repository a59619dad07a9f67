import fc from "fast-check";
import { describe, expect, it } from "vitest";
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Mailbox } from "./mailbox.ts";

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
        const mailbox = new Mailbox();
        const model: number[] = [];
        const made: { scheduler: number; id: number; pushed: number }[] = [];
        const ids = [1_000, 5, 400]; // of three schedulers, which say nothing about each other
        let pushed = 0;
        let marks = 0; // since it was last empty
        for (const s of steps) {
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
            if (marks <= 8) expect(mailbox.since(scheduler, id)).toBe(older);
            else expect(mailbox.since(scheduler, id)).toBeLessThanOrEqual(older); // some marks were forgotten
          }
        }
      }),
    );
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

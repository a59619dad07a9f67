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
    fc.constant({ mark: true }),
  );

  it("knows which messages came after a reference was made, whatever is removed where", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const mailbox = new Mailbox();
        const model: number[] = [];
        const made: { id: number; pushed: number }[] = [];
        let pushed = 0;
        let marks = 0; // since it was last empty
        for (const s of steps) {
          if ("push" in s) {
            for (let i = 0; i < s.push; i++) {
              mailbox.push(pushed);
              model.push(pushed++);
            }
          } else if ("mark" in s) {
            made.push({ id: made.length, pushed });
            mailbox.mark(made.length - 1);
            marks++;
          } else if (model.length > 0) {
            const index = "remove" in s ? s.remove % model.length : 0;
            expect("remove" in s ? mailbox.remove(index) : mailbox.shift()).toBe(model.splice(index, 1)[0]);
          }
          if (model.length === 0) marks = 0;
          for (const { id, pushed: before } of made) {
            const older = model.filter((n) => n < before).length;
            if (marks <= 8) expect(mailbox.since(id)).toBe(older);
            else expect(mailbox.since(id)).toBeLessThanOrEqual(older); // some marks were forgotten
          }
        }
      }),
    );
  });

  it("keeps the place where a crowd of references began", () => {
    const mailbox = new Mailbox();
    for (let i = 0; i < 10_000; i++) mailbox.push("old");
    for (let id = 0; id < 100; id++) {
      mailbox.mark(id);
      mailbox.push("new");
    }
    for (let id = 0; id < 100; id++) expect(mailbox.since(id)).toBeGreaterThanOrEqual(10_000);
    expect(mailbox.since(99)).toBe(10_099);
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

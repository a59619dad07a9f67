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

  it("grows with a burst and works on after it", () => {
    const mailbox = new Mailbox();
    for (let i = 0; i < 10_000; i++) mailbox.push(i);
    for (let i = 0; i < 10_000; i++) expect(mailbox.shift()).toBe(i);
    mailbox.push("after");
    expect(mailbox.at(0)).toBe("after");
    expect(mailbox.shift()).toBe("after");
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { append, itemsOf, takeOut, type Link } from "./ring.ts";

interface Item extends Link<Item> {
  readonly n: number;
}

it("a ring keeps its order, whatever is taken out", () => {
  const step = fc.oneof(fc.constant("append" as const), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      let first: Item | undefined;
      const model: Item[] = [];
      for (const [n, s] of steps.entries()) {
        if (s === "append") {
          const item: Item = { n, before: undefined!, after: undefined! };
          first = append(first, item);
          model.push(item);
        } else if (model.length > 0) {
          const [item] = model.splice(s % model.length, 1);
          first = takeOut(first, item!);
          expect([item!.before, item!.after]).toEqual([item, item]);
        }
        expect(itemsOf(first).map((item) => item.n)).toEqual(model.map((item) => item.n));
      }
    }),
  );
});

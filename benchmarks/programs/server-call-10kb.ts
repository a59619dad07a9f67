import { genServer, reply } from "@agner/otp";
import { measure, MODULUS } from "./measure.ts";

interface Item {
  readonly id: number;
  readonly name: string;
  readonly quantity: number;
}

/** A hundred items of about a hundred bytes. */
function items(): Item[] {
  const name = "a name that has some eighty characters, as the names of many things have that are sold".slice(0, 80);
  return Array.from({ length: 100 }, (_, id) => ({ id, name, quantity: id + 1 }));
}

export const Stock = genServer({
  init: () => 0,
  calls: {
    put: (total, all: readonly Item[]) => {
      const sum = all.reduce((quantity, item) => quantity + item.quantity, total);
      return reply(sum, sum);
    },
  },
});

export function main(...args: string[]): void {
  measure("server-call-10kb", args, ([calls = 0]) => {
    const stock = Stock.startLink();
    const all = items();
    let last = 0;
    for (let i = 0; i < calls; i++) last = stock.put(all);
    genServer.stop(stock);
    return { ops: calls, checksum: last % MODULUS };
  });
}

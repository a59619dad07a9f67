import { genServer, reply } from "@agner/otp";
import { measure } from "./measure.ts";

export const Adder = genServer({
  init: () => 0,
  calls: { add: (total, n: number) => reply(total + n, total + n) },
});

export function main(...args: string[]): void {
  measure("server-call-small", args, ([calls = 0]) => {
    const adder = Adder.startLink();
    let last = 0;
    for (let i = 0; i < calls; i++) last = adder.add(1);
    genServer.stop(adder);
    return { ops: calls, checksum: last };
  });
}

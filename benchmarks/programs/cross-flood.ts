import { self, spawnOpt } from "@agner/vm";
import { measure } from "./measure.ts";
import { countedPass, counter, flood } from "./numbers.ts";

export function main(...args: string[]): void {
  measure("cross-flood", args, ([messages = 0]) => {
    const receiver = spawnOpt({ scheduler: 1 }, counter);
    spawnOpt({ scheduler: 0 }, flood, receiver, messages, self());
    return countedPass();
  });
}

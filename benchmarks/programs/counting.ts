import { self, spawn } from "@agner/vm";
import { measure } from "./measure.ts";
import { countedPass, counter, flood } from "./numbers.ts";

export function main(...args: string[]): void {
  measure("counting", args, ([messages = 0]) => {
    flood(spawn(counter), messages, self());
    return countedPass();
  });
}

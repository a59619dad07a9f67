import { register, self, send, spawn } from "@agner/vm";
import { measure } from "./measure.ts";
import { countedPass, counter } from "./numbers.ts";

export function main(...args: string[]): void {
  measure("registered-send", args, ([messages = 0]) => {
    register("counter", spawn(counter));
    for (let n = 1; n <= messages; n++) send("counter", ["add", n]);
    send("counter", ["get", self()]);
    return countedPass();
  });
}

import { register, self, send, spawn, unregister } from "@agner/vm";
import { measure } from "./measure.ts";
import { countedPass, counter } from "./numbers.ts";

export function main(...args: string[]): void {
  measure("registered-send", args, ([messages = 0]) => {
    const pid = spawn(counter);
    register("counter", pid);
    for (let n = 1; n <= messages; n++) send("counter", ["add", n]);
    unregister("counter");
    send(pid, ["get", self()]);
    return countedPass();
  });
}

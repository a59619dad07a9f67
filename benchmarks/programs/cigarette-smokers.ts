import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";
import { next, work } from "./random.ts";

/** Says that it has begun, and smokes; in the end it tells its parent what all that came to. */
function smoker(parent: Pid, id: number): void {
  let smoked = 0;
  for (;;) {
    const message = receive<readonly [Pid, number] | "over">();
    if (message === "over") break;
    const [arbiter, steps] = message;
    send(arbiter, id);
    smoked += work(steps, id);
  }
  send(parent, smoked);
}

export function main(...args: string[]): void {
  measure("cigarette-smokers", args, ([smokers = 0, rounds = 0, steps = 0]) => {
    const all: Pid[] = [];
    for (let id = 0; id < smokers; id++) all.push(spawn(smoker, self(), id));
    let sum = 0;
    let seed = 42;
    for (let round = 0; round < rounds; round++) {
      seed = next(seed);
      send(all[seed % smokers]!, [self(), steps]);
      sum += receive<number>();
    }
    for (const pid of all) send(pid, "over");
    return { ops: rounds, checksum: (sum + sumOf(smokers)) % MODULUS };
  });
}

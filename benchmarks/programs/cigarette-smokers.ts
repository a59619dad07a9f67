import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { next, work } from "./random.ts";

/** Says that it has begun, and smokes. */
function smoker(id: number): void {
  for (;;) {
    const [arbiter, steps] = receive<[Pid, number]>();
    send(arbiter, id);
    work(steps, id);
  }
}

export function main(...args: string[]): void {
  measure("cigarette-smokers", args, ([smokers = 0, rounds = 0, steps = 0]) => {
    const all: Pid[] = [];
    for (let id = 0; id < smokers; id++) all.push(spawn(smoker, id));
    let sum = 0;
    let seed = 42;
    for (let round = 0; round < rounds; round++) {
      seed = next(seed);
      send(all[seed % smokers]!, [self(), steps]);
      sum += receive<number>();
    }
    for (const pid of all) exit(pid, "kill");
    return { ops: rounds, checksum: sum % MODULUS };
  });
}

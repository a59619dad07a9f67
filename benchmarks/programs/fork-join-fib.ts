import { receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function job(parent: Pid, n: number): void {
  send(parent, ["done", fib(n)]);
}

export function main(...args: string[]): void {
  measure("fork-join-fib", args, ([jobs = 0, n = 0]) => {
    for (let i = 0; i < jobs; i++) spawn(job, self(), n);
    let ops = 0;
    let sum = 0;
    while (ops < jobs) {
      sum += receive<["done", number]>()[1];
      ops += 1;
    }
    return { ops, checksum: sum % MODULUS };
  });
}

import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";
import { next } from "./random.ts";

type Message = readonly ["put", Pid, number, number] | readonly ["get", Pid, number];

/** Holds a number for every key, 0 at first, and answers every request with what it holds. */
function dictionary(): void {
  const entries = new Map<number, number>();
  for (;;) {
    const message = receive<Message>();
    if (message[0] === "put") entries.set(message[2], message[3]);
    send(message[1], entries.get(message[2]) ?? 0);
  }
}

/** One request in ten writes. The keys are its own, so that what it reads does not hang on who is faster. */
function worker(parent: Pid, shared: Pid, id: number, requests: number, keys: number): void {
  let sum = 0;
  let seed = id;
  for (let i = 0; i < requests; i++) {
    seed = next(seed);
    const key = id * keys + (seed % keys);
    send(shared, i % 10 === 0 ? ["put", self(), key, i] : ["get", self(), key]);
    sum += receive<number>();
  }
  send(parent, sum);
}

export function main(...args: string[]): void {
  measure("concurrent-dictionary", args, ([workers = 0, requests = 0, keys = 1]) => {
    const shared = spawn(dictionary);
    for (let id = 0; id < workers; id++) spawn(worker, self(), shared, id, requests, keys);
    const checksum = sumOf(workers) % MODULUS;
    exit(shared, "kill");
    return { ops: workers * requests, checksum };
  });
}

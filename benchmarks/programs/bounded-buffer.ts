import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";
import { work } from "./random.ts";

type Message = readonly ["put", Pid, number] | readonly ["take", Pid];

/** Holds so many items; who puts when it is full, or takes when it is empty, waits for the answer. */
function buffer(capacity: number): void {
  const items: number[] = [];
  const putting: (readonly [Pid, number])[] = [];
  const taking: Pid[] = [];
  for (;;) {
    const message = receive<Message>();
    if (message[0] === "take") {
      taking.push(message[1]);
    } else if (items.length < capacity) {
      items.push(message[2]);
      send(message[1], "stored");
    } else {
      putting.push([message[1], message[2]]);
    }
    while (taking.length > 0 && items.length > 0) {
      send(taking.shift()!, items.shift()!);
      const next = putting.shift();
      if (next === undefined) continue;
      items.push(next[1]);
      send(next[0], "stored");
    }
  }
}

function producer(to: Pid, items: number, steps: number, seed: number): void {
  for (let i = 0; i < items; i++) {
    send(to, ["put", self(), work(steps, seed + i)]);
    receive();
  }
}

/** Tells its parent what the items that it took add up to. */
function consumer(parent: Pid, from: Pid, items: number, steps: number): void {
  let sum = 0;
  for (let i = 0; i < items; i++) {
    send(from, ["take", self()]);
    sum += work(steps, receive<number>());
  }
  send(parent, sum);
}

export function main(...args: string[]): void {
  measure("bounded-buffer", args, ([pairs = 0, items = 0, capacity = 1, steps = 0]) => {
    const between = spawn(buffer, capacity);
    for (let i = 0; i < pairs; i++) {
      spawn(producer, between, items, steps, i * items);
      spawn(consumer, self(), between, items, steps);
    }
    const checksum = sumOf(pairs) % MODULUS;
    exit(between, "kill");
    return { ops: pairs * items, checksum };
  });
}

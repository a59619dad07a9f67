import { receive, send, type Pid } from "@agner/vm";
import { MODULUS, type Pass } from "./measure.ts";

export type Count = readonly ["add", number] | readonly ["get", Pid];

/** A process that adds up what it is sent, and answers how many numbers that were. */
export function counter(): void {
  let count = 0;
  let total = 0;
  for (;;) {
    const message = receive<Count>();
    if (message[0] === "add") {
      count += 1;
      total += message[1];
    } else {
      send(message[1], [count, total]);
      return;
    }
  }
}

/** Sends 1 to `last`, then asks for the answer on behalf of `receiver`. */
export function flood(to: Pid, last: number, receiver: Pid): void {
  for (let n = 1; n <= last; n++) send(to, ["add", n]);
  send(to, ["get", receiver]);
}

/** Waits for the counter's answer. */
export function countedPass(): Pass {
  const [ops, total] = receive<[number, number]>();
  return { ops, checksum: total % MODULUS };
}

/** Receives that many numbers and returns their sum. */
export function sumOf(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += receive<number>();
  return sum;
}

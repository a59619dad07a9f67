import { exit, receive, self, send, spawn, yieldNow, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { sumOf } from "./numbers.ts";
import { work } from "./random.ts";

/** Who comes in, or the barber, who is ready for the next. */
type Message = readonly ["enter", Pid] | readonly ["ready", Pid];

/** So many wait; whom there is no chair for is sent away. */
function waitingRoom(chairs: number): void {
  const waiting: Pid[] = [];
  let asleep: Pid | undefined;
  for (;;) {
    const message = receive<Message>();
    if (message[0] === "ready") asleep = message[1];
    else if (waiting.length < chairs) waiting.push(message[1]);
    else send(message[1], "full");
    if (asleep === undefined || waiting.length === 0) continue;
    send(asleep, waiting.shift()!);
    asleep = undefined;
  }
}

/** Cuts until the shop is closed, and then tells its parent what that work came to. */
function barber(parent: Pid, room: Pid, steps: number): void {
  let done = 0;
  for (let cuts = 0; ; cuts++) {
    send(room, ["ready", self()]);
    const customer = receive<Pid | "closed">();
    if (customer === "closed") break;
    done += work(steps, cuts);
    send(customer, "cut");
  }
  send(parent, done);
}

/** Has its hair cut so often. When there is no chair it walks around and comes again. */
function customer(parent: Pid, room: Pid, haircuts: number, steps: number): void {
  let cut = 0;
  let at = 0;
  while (cut < haircuts) {
    send(room, ["enter", self()]);
    if (receive<"full" | "cut">() === "cut") {
      cut += 1;
    } else {
      at = work(steps, at);
      yieldNow();
    }
  }
  // Never below 0: how often it walked is chance, and no compiler may leave the walking out.
  send(parent, at < 0 ? at : cut);
}

export function main(...args: string[]): void {
  measure("sleeping-barber", args, ([customers = 0, haircuts = 0, chairs = 1, steps = 0]) => {
    const room = spawn(waitingRoom, chairs);
    const cutter = spawn(barber, self(), room, steps);
    for (let i = 0; i < customers; i++) spawn(customer, self(), room, haircuts, steps);
    const cut = sumOf(customers);
    send(cutter, "closed");
    const checksum = (cut + receive<number>()) % MODULUS;
    exit(room, "kill");
    return { ops: cut, checksum };
  });
}

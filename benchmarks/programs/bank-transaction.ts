import { exit, receive, self, send, spawn, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";
import { next } from "./random.ts";

type Message =
  | readonly ["debit", teller: Pid, to: Pid, amount: number]
  | readonly ["credit", from: Pid, amount: number]
  | readonly ["balance", teller: Pid];

/** Serves one transaction after the other; while it waits for the other account, further ones wait in its mailbox. */
function account(id: number): void {
  let balance = 1_000;
  for (;;) {
    const message = receive<Message>();
    switch (message[0]) {
      case "debit":
        balance -= message[3];
        send(message[2], ["credit", self(), message[3]]);
        receive((answer) => answer === "credited");
        send(message[1], "done");
        break;
      case "credit":
        balance += message[2];
        send(message[1], "credited");
        break;
      case "balance":
        send(message[1], ["balance", id, balance]);
    }
  }
}

export function main(...args: string[]): void {
  measure("bank-transaction", args, ([accounts = 0, transactions = 0]) => {
    const all: Pid[] = [];
    for (let id = 0; id < accounts; id++) all.push(spawn(account, id));
    let seed = 42;
    for (let i = 0; i < transactions; i++) {
      // Money goes to accounts of higher numbers only, so that none waits for one that waits for it.
      const from = (seed = next(seed)) % (accounts - 1);
      const to = from + 1 + ((seed = next(seed)) % (accounts - 1 - from));
      send(all[from]!, ["debit", self(), all[to], (seed = next(seed)) % 100]);
    }
    for (let i = 0; i < transactions; i++) receive((message) => message === "done");
    let sum = 0;
    for (const pid of all) {
      send(pid, ["balance", self()]);
      const [, id, balance] = receive<["balance", number, number]>();
      sum += (id + 1) * balance;
      exit(pid, "kill");
    }
    return { ops: transactions, checksum: ((sum % MODULUS) + MODULUS) % MODULUS };
  });
}

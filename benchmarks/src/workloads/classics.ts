import { workload, type Workload } from "./workload.ts";

/** Programs that other collections have: bencherl (ehb, serialmsg) and Savina. */
export const CLASSICS: readonly Workload[] = [
  workload({
    id: "ehb",
    description:
      "Five groups of ten senders and ten receivers: each sender sends a hundred characters to each receiver, and again when all have answered. An operation is an answer.",
    unit: "round trips/s",
    sizes: { groups: 5, members: 10, loops: 300 },
  }),
  workload({
    id: "serialmsg",
    description: "A hundred processes send to a hundred others through one dispatcher. An operation is a message that arrived.",
    unit: "messages/s",
    sizes: { pairs: 100, messages: 1_000, bytes: 100 },
  }),
  workload({
    id: "bounded-buffer",
    description:
      "Twenty producers and twenty consumers share a buffer of fifty places. An operation is an item that was consumed.",
    unit: "items/s",
    sizes: { pairs: 20, items: 1_000, capacity: 50, steps: 100 },
  }),
  workload({
    id: "dining-philosophers",
    description: "Twenty philosophers ask a waiter for both forks. An operation is a meal.",
    unit: "meals/s",
    sizes: { philosophers: 20, meals: 5_000 },
  }),
  workload({
    id: "sleeping-barber",
    description:
      "Twenty customers want a haircut, again and again; ten can wait, the others come again. An operation is a haircut.",
    unit: "haircuts/s",
    sizes: { customers: 20, haircuts: 500, chairs: 10, steps: 200 },
  }),
  workload({
    id: "cigarette-smokers",
    description:
      "An arbiter lets one of two hundred smokers begin, chosen at random, and the next when that one has begun. An operation is a cigarette.",
    unit: "rounds/s",
    sizes: { smokers: 200, rounds: 50_000, steps: 100 },
  }),
  workload({
    id: "bank-transaction",
    description:
      "Transfers between a thousand accounts, of which each serves one at a time, all asked for at once. An operation is a transfer that both sides have confirmed.",
    unit: "transfers/s",
    sizes: { accounts: 1_000, transactions: 30_000 },
  }),
  workload({
    id: "concurrent-dictionary",
    description:
      "Twenty processes read and write a dictionary that one process holds; one request in ten writes. An operation is a request that was answered.",
    unit: "requests/s",
    sizes: { workers: 20, requests: 5_000, keys: 512 },
  }),
];

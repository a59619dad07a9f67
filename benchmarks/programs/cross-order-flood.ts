import { receive, self, send, spawnOpt, type Pid } from "@agner/vm";
import { measure, MODULUS } from "./measure.ts";

interface Order {
  readonly id: number;
  readonly customer: { readonly name: string; readonly city: string; readonly points: number };
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[];
  readonly currency: string;
  readonly total: number;
  readonly paid: boolean;
  readonly placedAt: number;
  readonly note: string;
}

function order(id: number): Order {
  return {
    id,
    customer: { name: "Ada Lovelace", city: "London", points: id % 100 },
    lines: [
      { sku: "A-1000", quantity: 2, price: 1_250 },
      { sku: "B-2000", quantity: 1, price: id % 1_000 },
    ],
    currency: "EUR",
    total: 2_500 + (id % 1_000),
    paid: true,
    placedAt: 1_700_000_000 + id,
    note: "leave it at the door",
  };
}

function seller(to: Pid, orders: number): void {
  for (let id = 1; id <= orders; id++) send(to, order(id));
}

function cashier(parent: Pid, orders: number): void {
  let sum = 0;
  for (let i = 0; i < orders; i++) {
    const { customer, lines, total } = receive<Order>();
    sum += total + customer.points + lines[1]!.price;
  }
  send(parent, sum);
}

export function main(...args: string[]): void {
  measure("cross-order-flood", args, ([orders = 0]) => {
    const to = spawnOpt({ scheduler: 1 }, cashier, self(), orders);
    spawnOpt({ scheduler: 0 }, seller, to, orders);
    return { ops: orders, checksum: receive<number>() % MODULUS };
  });
}

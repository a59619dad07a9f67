/** What must hold of messages between cores, whatever the load: order per pair, nothing lost, nothing twice. */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { receive, self, send, spawnOpt, type Pid } from "@agner/vm";

const SENDERS = 8;
const RECEIVERS = 8;
const EACH = 15_625; // 8 × 8 × 15,625 = 1,000,000

function numbered(receivers: Pid[], id: number): void {
  for (let n = 0; n < EACH; n++) for (const receiver of receivers) send(receiver, { id, n });
}

function checked(parent: Pid): void {
  const next: number[] = Array.from({ length: SENDERS }, () => 0);
  for (let i = 0; i < SENDERS * EACH; i++) {
    const { id, n } = receive<{ id: number; n: number }>();
    if (n !== next[id]) throw new Error(`from sender ${id} came ${n} where ${next[id]} was due`);
    next[id]!++;
  }
  send(parent, next);
}

processTest("8 senders on 2 cores to 8 receivers on 2 cores: a million messages, in order per pair", () => {
  const receivers = Array.from({ length: RECEIVERS }, (_, i) => spawnOpt({ scheduler: i % 2, link: true }, checked, self()));
  for (let id = 0; id < SENDERS; id++) spawnOpt({ scheduler: (id >> 1) % 2, link: true }, numbered, receivers, id);
  for (let i = 0; i < RECEIVERS; i++) expect(receive()).toEqual(Array.from({ length: SENDERS }, () => EACH));
});

const FLOOD = 60_000;

/** Sends everything before it takes anything: both rings fill up. */
function flooder(parent: Pid): void {
  const other = receive<Pid>();
  const text = "x".repeat(100);
  for (let n = 0; n < FLOOD; n++) send(other, { n, text });
  for (let n = 0; n < FLOOD; n++) {
    const message = receive<{ n: number; text: string }>();
    if (message.n !== n) throw new Error(`came ${message.n} where ${n} was due`);
  }
  send(parent, "done");
}

processTest("both directions flooding with the rings full make progress", () => {
  const a = spawnOpt({ scheduler: 0, link: true }, flooder, self());
  const b = spawnOpt({ scheduler: 1, link: true }, flooder, self());
  send(a, b);
  send(b, a);
  expect([receive(), receive()]).toEqual(["done", "done"]);
});

function sizes(parent: Pid): void {
  for (let i = 0; i < 5; i++) {
    const message = receive<string | Uint8Array | number>();
    if (typeof message === "number") send(parent, message);
    else if (typeof message === "string") send(parent, [message.length, message.at(-1)]);
    else send(parent, [message.length, message[0], message.at(-1)]);
  }
}

processTest("a 5 MB string and a 50 MB binary cross, in order with what is sent around them", () => {
  const pid = spawnOpt({ scheduler: 1, link: true }, sizes, self());
  const binary = new Uint8Array(50_000_000);
  binary[0] = 7;
  binary[binary.length - 1] = 9;
  send(pid, 1);
  send(pid, `${"ä".repeat(5_000_000)}!`);
  send(pid, 2);
  send(pid, binary);
  send(pid, 3);
  expect(receive()).toBe(1);
  expect(receive()).toEqual([5_000_001, "!"]);
  expect(receive()).toBe(2);
  expect(receive()).toEqual([50_000_000, 7, 9]);
  expect(receive()).toBe(3);
});

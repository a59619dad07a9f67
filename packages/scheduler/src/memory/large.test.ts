/** Large terms through the channel: around every boundary, between small ones, refused in their middle, and in both directions at once. */
import { isDeepStrictEqual } from "node:util";
import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { BadTermError } from "../errors.ts";
import { sharedBytes } from "../terms/shared.ts";
import { ATTACH_FROM_BYTES, BESIDE_FROM_BYTES } from "../terms/writer.ts";
import { Inbox, Outbox } from "./channel.ts";
import { createSharedMemory } from "./layout.ts";

const seed = Number(process.env["AGNER_SEED"] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);

const open: MessagePort[] = [];
afterAll(() => {
  for (const port of open) port.close();
});

interface Side {
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly port: MessagePort;
}

/** Both ends of both channels of a pair of threads. */
function pair(ringBytes: number): [Side, Side] {
  const memory = createSharedMemory({ schedulers: 1, ringBytes });
  const { port1, port2 } = new MessageChannel();
  open.push(port1);
  const side = (from: number, to: number, port: MessagePort): Side => ({
    outbox: new Outbox(memory, from, to, port),
    inbox: new Inbox(memory, to, from, port),
    port,
  });
  return [side(0, 1, port1), side(1, 0, port2)];
}

/** Reads what there is, `max` bytes of the ring at a time. */
function read(into: unknown[], inbox: Inbox, max: number): number {
  const got = inbox.poll(max);
  for (let reader = inbox.next(); reader !== undefined; reader = inbox.next()) {
    into.push(reader.term());
    expect(reader.position).toBe(reader.end);
  }
  return got;
}

function send(side: Side, term: unknown): void {
  side.outbox.begin().term(term);
  side.outbox.end();
}

/** Moves everything across, and returns it. */
function carry(from: Side, to: Side): unknown[] {
  const all: unknown[] = [];
  for (let moving = true; moving;) {
    const before = from.outbox.pendingBytes;
    from.outbox.flush();
    moving = read(all, to.inbox, 100_000) > 0 || from.outbox.pendingBytes < before;
  }
  return all;
}

const BOUNDARIES = [0, 64, 4_096, 2 ** 16, ATTACH_FROM_BYTES, BESIDE_FROM_BYTES, 2 * BESIDE_FROM_BYTES, 2 ** 20];
const sizes = fc
  .tuple(fc.constantFrom(...BOUNDARIES), fc.integer({ min: -16, max: 16 }))
  .map(([boundary, off]) => Math.max(0, boundary + off));

/** Terms that take about so many bytes. */
const KINDS: readonly ((size: number) => unknown)[] = [
  (size) => "x".repeat(size),
  (size) => "\u20ac".repeat(Math.ceil(size / 3)),
  (size) => "\ud800".repeat(Math.ceil(size / 2)),
  (size) => new Array<number>(size).fill(7),
  (size) => Buffer.alloc(size, 7),
  (size) => [new Uint8Array(size >> 1).fill(1), { part: "y".repeat(size >> 1) }],
  (size) => Array.from({ length: size >> 5 }, (_, id) => ({ id, name: `name ${id}`, tags: ["a", id] })),
  (size) => [sharedBytes(8), new Array<number>(size).fill(1), "end"],
];

const large = fc.tuple(sizes, fc.constantFrom(...KINDS)).map(([size, kind]) => kind(size));

describe("large terms", () => {
  test.each([64, 4_096, 262_144])("cross a ring of %i bytes whole and in order, whatever is refused between", (ringBytes) => {
    const step = fc.oneof(
      fc.record({ side: fc.nat(1), send: fc.oneof(large, fc.integer(), fc.string()) }),
      fc.record({ side: fc.nat(1), refuse: large, first: fc.boolean() }),
      fc.record({ side: fc.nat(1), abort: large }),
      fc.record({ side: fc.nat(1), read: fc.constantFrom(7, 1_000, 1_000_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 25 }), (steps) => {
        const sides = pair(ringBytes);
        const sent: unknown[][] = [[], []];
        const received: unknown[][] = [[], []];
        for (const each of steps) {
          const at = each.side;
          const { outbox, inbox } = sides[at]!;
          if ("send" in each) {
            sent[at]!.push(each.send);
            send(sides[at]!, each.send);
          } else if ("refuse" in each) {
            const bad = each.first ? [each.refuse, () => 1] : [{ part: [each.refuse, new WeakMap()] }, each.refuse];
            expect(() => outbox.begin().term(bad)).toThrow(BadTermError);
          } else if ("abort" in each) {
            outbox.begin().term(each.abort);
            outbox.abort();
          } else {
            sides[1 - at]!.outbox.flush();
            read(received[1 - at]!, inbox, each.read);
          }
        }
        for (const at of [0, 1]) {
          received[at]!.push(...carry(sides[at]!, sides[1 - at]!));
          expect(received[at]!.length).toBe(sent[at]!.length);
          for (const [i, term] of sent[at]!.entries()) expect(isDeepStrictEqual(received[at]![i], term)).toBe(true);
          expect(sides[at]!.outbox.pendingBytes).toBe(0);
        }
        for (const { inbox, port } of sides) {
          expect(inbox.hasWork()).toBe(false);
          expect(receiveMessageOnPort(port)).toBeUndefined();
        }
      }),
      { seed, numRuns: 25 },
    );
  });

  test("a large term leaves one word in the ring, so that nothing waits for room", () => {
    const [here, there] = pair(64);
    send(here, "before");
    send(here, new Array(1_000_000).fill(1));
    send(here, "after");
    expect(here.outbox.pendingBytes).toBeLessThan(40);
    expect(here.outbox.flush()).toBe(true);
    const received: unknown[] = [];
    read(received, there.inbox, 100);
    expect(received.map((term) => (Array.isArray(term) ? term.length : term))).toEqual(["before", 1_000_000, "after"]);
  });

  test("while large terms are held back, what came before them is read, and what comes behind them waits", () => {
    const [here, there] = pair(4_096);
    const tall = (): unknown[] => new Array(300_000).fill(1);
    for (const term of [1, tall(), 2, tall(), 3]) send(here, term);
    for (let i = 0; i < 1_000; i++) send(here, "x".repeat(1_000));
    const received: unknown[] = [];
    there.inbox.takesLarge = false;
    for (let i = 0; i < 1_000; i++) {
      here.outbox.flush();
      read(received, there.inbox, 100_000);
    }
    expect(received).toEqual([1]);
    expect(there.inbox.hasWork()).toBe(true);
    expect(here.outbox.pendingBytes).toBeGreaterThan(300_000); // and is not piled up at the receiver
    there.inbox.takesLarge = true;
    received.push(...carry(here, there));
    expect(received.length).toBe(1_005);
  });

  test("nothing of a large term is kept when it has been sent, refused or read", () => {
    const [here, there] = pair(4_096);
    const { writer } = here.outbox as unknown as { writer: { bytes: Uint8Array } };
    const { reader } = there.inbox as unknown as { reader: { bytes: Uint8Array; attachments: readonly unknown[] } };
    const tall = [new Array(1_000_000).fill(1_000), Buffer.alloc(1_000_000)]; // 4 MB
    send(here, tall);
    expect(writer.bytes.length).toBeLessThanOrEqual(2 * BESIDE_FROM_BYTES);
    expect(() => here.outbox.begin().term([tall, () => 1])).toThrow(BadTermError);
    here.outbox.abort();
    expect(writer.bytes.length).toBeLessThanOrEqual(2 * BESIDE_FROM_BYTES);
    expect(carry(here, there)).toHaveLength(1);
    expect([reader.bytes.length, reader.attachments.length]).toEqual([0, 0]);
  });

  test("shared memory is the same memory on both sides", () => {
    const [here, there] = pair(64);
    const memory = sharedBytes(16);
    send(here, { memory, view: new Int32Array(memory, 4, 2), again: [memory] });
    const [arrived] = carry(here, there) as [{ memory: SharedArrayBuffer; view: Int32Array; again: unknown[] }];
    Atomics.store(arrived.view, 0, 41);
    expect(Atomics.add(new Int32Array(memory), 1, 1)).toBe(41);
    expect(arrived.again[0]).toBe(arrived.memory);
  });
});

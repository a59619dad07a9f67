import { isDeepStrictEqual } from "node:util";
import { MessageChannel } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { Inbox, Outbox } from "./channel.ts";
import { createSharedMemory } from "./layout.ts";
import { readStatistics, Statistics } from "./statistics.ts";

const tiny = () => createSharedMemory({ schedulers: 1, ringBytes: 16 });

/** Moves bytes until a frame is whole or nothing moves any more. */
function pump(outbox: Outbox, inbox: Inbox): ReturnType<Inbox["next"]> {
  for (;;) {
    const reader = inbox.next();
    if (reader !== undefined) return reader;
    const before = outbox.pendingBytes;
    outbox.flush();
    if (inbox.poll(7) === 0 && outbox.pendingBytes === before) return undefined;
  }
}

describe("channel", () => {
  test("frames of every small size arrive whole, through a ring smaller than most", () => {
    const memory = tiny();
    const outbox = new Outbox(memory, 0, 1);
    const inbox = new Inbox(memory, 0, 1);
    for (let size = 0; size < 60; size++) {
      const writer = outbox.begin();
      writer.u8(size);
      writer.raw(new Uint8Array(size).fill(size));
      outbox.end();
    }
    for (let size = 0; size < 60; size++) {
      const reader = pump(outbox, inbox)!;
      expect(reader.u8()).toBe(size);
      expect(reader.raw(size)).toEqual(Buffer.alloc(size, size));
      expect(reader.position).toBe(reader.end);
    }
    expect(pump(outbox, inbox)).toBeUndefined();
  });

  test("what was begun and not ended, aborted or refused leaves no trace", () => {
    const memory = tiny();
    const outbox = new Outbox(memory, 0, 1);
    const inbox = new Inbox(memory, 0, 1);
    const shape = (i: number): object => ({ learned: i, here: true });
    outbox.begin().u8(1);
    outbox.begin().term("kept");
    outbox.end();
    for (let i = 0; i < 40; i++) {
      outbox.begin().term(shape(i));
      if (i % 3 === 0) outbox.abort();
      else if (i % 3 === 1) expect(() => outbox.begin().term([shape(i), () => 1])).toThrow("closure");
      else outbox.end();
      expect(outbox.begin().position - outbox.pendingBytes).toBeLessThanOrEqual(4 + outbox.pendingBytes);
      outbox.abort();
    }
    expect(pump(outbox, inbox)!.term()).toBe("kept");
    for (let i = 2; i < 40; i += 3) expect(pump(outbox, inbox)!.term()).toEqual(shape(i));
    expect(pump(outbox, inbox)).toBeUndefined();
  });

  test("a getter that sends while its object is being sent is told so, and does no harm", () => {
    const memory = tiny();
    const outbox = new Outbox(memory, 0, 1);
    const inbox = new Inbox(memory, 0, 1);
    const sending = {
      get now() {
        outbox.begin();
        return 1;
      },
    };
    expect(() => outbox.begin().term(sending)).toThrow("a getter of a message sent another message");
    outbox.begin().term("next");
    outbox.end();
    expect(pump(outbox, inbox)!.term()).toBe("next");
  });

  test("tells how far the receiver has come: read is not yet acted on", () => {
    const memory = tiny();
    const outbox = new Outbox(memory, 0, 1);
    const inbox = new Inbox(memory, 0, 1);
    outbox.begin().u8(1);
    outbox.end();
    const position = outbox.position();
    expect(outbox.drained(position)).toBe(false);
    outbox.flush();
    inbox.poll();
    expect(inbox.next()).toBeDefined();
    expect(outbox.drained(position)).toBe(false);
    expect(inbox.next()).toBeUndefined();
    expect(outbox.drained(position)).toBe(true);
    expect(outbox.position()).toBe(position);
  });

  test("a large binary travels beside the stream and keeps its place in it", async () => {
    const memory = createSharedMemory({ schedulers: 1 });
    const { port1, port2 } = new MessageChannel();
    const outbox = new Outbox(memory, 0, 1, port1);
    const inbox = new Inbox(memory, 0, 1, port2);
    const large = new Uint16Array(50_000).fill(513);
    outbox.begin().term(["before"]);
    outbox.end();
    const writer = outbox.begin();
    writer.term({ large, again: Buffer.from(large.buffer) });
    outbox.end();
    outbox.begin().term("after");
    outbox.end();
    expect(outbox.pendingBytes).toBeLessThan(200);
    expect(() => outbox.begin().term([large, () => 1])).toThrow("closure");
    const received: unknown[] = [];
    while (received.length < 3) {
      const reader = pump(outbox, inbox);
      if (reader === undefined) await new Promise((resolve) => setImmediate(resolve));
      else received.push(reader.term());
    }
    expect(isDeepStrictEqual(received, [["before"], { large, again: Buffer.from(large.buffer) }, "after"])).toBe(true);
    port1.close();
  });

  test("private buffers begin at nothing and shrink after a burst", () => {
    const memory = createSharedMemory({ schedulers: 1, ringBytes: 1 << 20 });
    const outbox = new Outbox(memory, 0, 1);
    const inbox = new Inbox(memory, 0, 1);
    const capacity = (): number[] => [
      (outbox as unknown as { writer: { bytes: Uint8Array } }).writer.bytes.length,
      (inbox as unknown as { buffer: Uint8Array }).buffer.length,
    ];
    expect(capacity()).toEqual([0, 0]);
    const send = (text: string): void => {
      outbox.begin().term(text);
      outbox.end();
      expect(pump(outbox, inbox)!.term()).toBe(text);
      inbox.next();
    };
    send("x".repeat(200_000));
    for (const n of capacity()) expect(n).toBeGreaterThan(200_000);
    for (let i = 0; i < 200; i++) send("small");
    for (const n of capacity()) expect(n).toBeLessThan(100_000);
    for (let i = 0; i < 200; i++) {
      outbox.begin().term("x".repeat(100_000));
      outbox.end();
    }
    expect(capacity()[0]).toBeGreaterThan(20_000_000);
    for (let i = 0; i < 200; i++) expect(pump(outbox, inbox)).toBeDefined();
    expect(outbox.flush()).toBe(true);
    expect(capacity()[0]).toBe(0); // nobody else may ever send to that thread
  });

  test("the spill does not grow while the receiver keeps up with a sender that is always ahead", () => {
    const memory = createSharedMemory({ schedulers: 1, ringBytes: 4_096 });
    const outbox = new Outbox(memory, 0, 1);
    const inbox = new Inbox(memory, 0, 1);
    let received = 0;
    for (let sent = 0; sent < 5_000; sent++) {
      outbox.begin().term("x".repeat(1_000));
      outbox.end();
      outbox.flush();
      if (sent < 100) continue;
      inbox.poll(1_007);
      while (inbox.next() !== undefined) received++;
    }
    expect(received).toBeGreaterThan(4_800);
    expect(outbox.pendingBytes).toBeGreaterThan(0);
    expect((outbox as unknown as { writer: { bytes: Uint8Array } }).writer.bytes.length).toBeLessThanOrEqual(512 * 1024);
  });

  test("statistics are read by anyone", () => {
    const memory = tiny();
    const statistics = new Statistics(memory, 0);
    statistics.reductions = 2 ** 40;
    statistics.busyMs = 1.5;
    expect(readStatistics(memory, 0)).toMatchObject({ reductions: 2 ** 40, busyMs: 1.5, spawns: 0 });
    expect(readStatistics(memory, 1).reductions).toBe(0);
  });
});

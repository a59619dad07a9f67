import { describe, expect, test } from "vitest";
import { createSharedMemory } from "./layout.ts";
import { RingConsumer, RingProducer } from "./ring.ts";

describe("ring", () => {
  test("takes what fits, gives it back in order, and wraps around", () => {
    const memory = createSharedMemory({ schedulers: 1, ringBytes: 16 });
    const producer = new RingProducer(memory, 0, 1);
    const consumer = new RingConsumer(memory, 0, 1);
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);
    expect(producer.write(bytes, 0, 24)).toBe(16);
    expect(consumer.available()).toBe(0);
    producer.publish();
    const into = new Uint8Array(24);
    expect(consumer.read(into, 0, 10)).toBe(10);
    expect(producer.write(bytes, 16, 24)).toBe(8);
    producer.publish();
    expect(consumer.hasBytes()).toBe(true);
    expect(consumer.read(into, 10, 100)).toBe(14);
    expect(consumer.hasBytes()).toBe(false);
    expect(into).toEqual(bytes);
    expect(consumer.consumed()).toBe(24);
    expect(producer.drained(24)).toBe(false);
    consumer.acknowledge(24);
    expect(producer.drained(24)).toBe(true);
  });

  test("positions go on past 2^32", () => {
    const memory = createSharedMemory({ schedulers: 1, ringBytes: 32 });
    const words = new Int32Array(memory.rings);
    const start = -5; // five bytes before the counter wraps around
    const ring = (0 * memory.threads + 1) * ((memory.rings.byteLength / memory.threads ** 2) >> 2);
    words[ring] = start;
    words[ring + 16] = start;
    const producer = new RingProducer(memory, 0, 1);
    const consumer = new RingConsumer(memory, 0, 1);
    const into = new Uint8Array(3);
    for (let i = 0; i < 10; i++) {
      expect(producer.write(Uint8Array.of(i, i + 1, i + 2), 0, 3)).toBe(3);
      producer.publish();
      expect(consumer.read(into, 0, 3)).toBe(3);
      expect([...into]).toEqual([i, i + 1, i + 2]);
    }
    consumer.acknowledge(consumer.consumed());
    expect(producer.drained(producer.position())).toBe(true);
  });
});

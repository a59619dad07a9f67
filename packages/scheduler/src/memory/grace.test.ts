import { describe, expect, test } from "vitest";
import { Grace } from "./grace.ts";
import { createSharedMemory, type SharedMemory } from "./layout.ts";
import { Rest } from "./rest.ts";
import { RingConsumer, RingProducer } from "./ring.ts";

/** Two schedulers and the main thread: what scheduler 0 waits for is played by the others. */
function machine(): { memory: SharedMemory; grace: Grace; rests: Rest[] } {
  const memory = createSharedMemory({ schedulers: 2, ringBytes: 64 });
  return { memory, grace: new Grace(memory, 0), rests: [0, 1, 2].map((thread) => new Rest(memory, thread)) };
}

describe("a grace", () => {
  test("is over at once where all others rest", () => {
    const { grace, rests } = machine();
    rests[1]!.begin();
    rests[2]!.begin();
    grace.begin();
    expect(grace.isOver()).toBe(true);
  });

  test("waits for everyone to have nothing to send, and for what they had sent to be read", () => {
    const { memory, grace, rests } = machine();
    rests[2]!.begin();
    const producer = new RingProducer(memory, 1, 0);
    const consumer = new RingConsumer(memory, 1, 0);
    grace.begin();
    expect(grace.isOver()).toBe(false);
    producer.write(new Uint8Array(10), 0, 10);
    producer.publish();
    rests[1]!.pass();
    expect(grace.isOver()).toBe(false);
    consumer.read(new Uint8Array(64), 0, 64);
    expect(grace.isOver()).toBe(false); // read, and not acted on
    consumer.acknowledge(consumer.consumed());
    producer.write(new Uint8Array(10), 0, 10); // later signals are not waited for
    producer.publish();
    expect(grace.isOver()).toBe(true);
  });

  test("does not wait for a thread that rested when it began", () => {
    const { grace, rests } = machine();
    rests[2]!.begin();
    rests[1]!.begin();
    grace.begin();
    rests[1]!.end();
    expect(grace.isOver()).toBe(true);
    grace.begin();
    expect(grace.isOver()).toBe(false);
    rests[1]!.begin();
    expect(grace.isOver()).toBe(true);
  });
});

/** The byte ring: bytes arrive in order and once, wherever the positions and the ring wrap around. */
import { RingWord, ringSize, type SharedMemory } from "../../memory/layout.ts";
import type { Case } from "./case.ts";
import { changesSoFar, pause } from "./steps.ts";
import { check, type Steps } from "./threads.ts";

/** Where positions begin: at nothing, and a few bytes before the sign changes and before they are 0 again. */
const STARTS = [0, 0x7fff_ffff - 6, -7];

/** Lets the stream of a ring begin elsewhere. */
export function startRingAt(memory: SharedMemory, from: number, to: number, position: number): void {
  const words = new Int32Array(memory.rings, (from * memory.threads + to) * ringSize(memory.ringBytes), 32);
  words[RingWord.HEAD] = words[RingWord.HANDLED] = words[RingWord.TAIL] = position;
}

const OPTIONS = { schedulers: 1, ringBytes: 16 };

/** Writes of these sizes, published after each, against reads of up to so many bytes. */
function stream(name: string, writes: readonly number[], reads: readonly number[], preemptions: number): Case {
  return {
    name,
    preemptions,
    start({ modules, memory: make, choose }) {
      const memory = make(OPTIONS);
      const start = STARTS[choose(STARTS.length)]!;
      startRingAt(memory, 0, 1, start);
      const producer = new modules.RingProducer(memory, 0, 1);
      const consumer = new modules.RingConsumer(memory, 0, 1);
      const view = new modules.RingView(memory, 0, 1);
      const total = writes.reduce((a, b) => a + b);
      const bytes = Uint8Array.from({ length: total }, (_, i) => i + 1);
      let received = 0;
      let published = 0;
      function* produce(): Steps<void> {
        let at = 0;
        for (const size of writes) {
          for (const end = at + size; at < end;) {
            const seen = changesSoFar();
            const count = yield* producer.write(bytes, at, end);
            at += count;
            if (count === 0) {
              yield* pause(seen);
              continue;
            }
            published = at;
            yield* producer.publish();
          }
        }
        for (let seen = changesSoFar(); !(yield* producer.drained((start + total) | 0)); seen = changesSoFar())
          yield* pause(seen);
        check(received === total, () => `drained said that all was handled when ${received} of ${total} bytes were`);
        check(yield* view.isDrained(), "all is handled, and the ring's view does not see it");
      }
      function* consume(): Steps<void> {
        const into = new Uint8Array(40);
        for (let i = 0; received < total; i++) {
          const seen = changesSoFar();
          const max = reads[i % reads.length]!;
          const there = yield* consumer.hasBytes();
          const count = yield* consumer.read(into, 3, max);
          check(count <= max, "more bytes than were asked for");
          check(!there || count > 0, "there were bytes, and then there were not");
          check(received + count <= published, () => `${received + count} bytes were read, and ${published} were published`);
          for (let at = 0; at < count; at++) {
            const byte = into[3 + at]!;
            check(byte === received + 1, () => `byte ${received} is ${byte}, and not ${received + 1}`);
            received++;
          }
          if (count === 0) yield* pause(seen);
          else yield* consumer.acknowledge(yield* consumer.consumed());
        }
      }
      return { threads: [produce(), consume()] };
    },
  };
}

export const ringCases: readonly Case[] = [
  stream("ring/around the end", [10, 9, 5], [16], 4),
  stream("ring/small reads of large writes", [16, 3], [5, 7], 4),
  stream("ring/larger than the ring", [20, 1], [40], 4),
  {
    name: "ring/at random",
    start({ modules, memory: make, choose, chance }) {
      const memory = make(OPTIONS);
      const start = STARTS[choose(STARTS.length)]!;
      startRingAt(memory, 0, 1, start);
      const producer = new modules.RingProducer(memory, 0, 1);
      const consumer = new modules.RingConsumer(memory, 0, 1);
      const view = new modules.RingView(memory, 0, 1);
      const total = 100;
      const bytes = Uint8Array.from({ length: total }, (_, i) => i + 1);
      let received = 0;
      let acted = 0;
      let over = false;
      function* produce(): Steps<void> {
        for (let at = 0; at < total;) {
          const seen = changesSoFar();
          const count = yield* producer.write(bytes, at, Math.min(total, at + 1 + choose(20)));
          at += count;
          if (count === 0 || chance(0.7) || at === total) yield* producer.publish();
          const told = choose(at + 1);
          if (yield* producer.drained((start + told) | 0))
            check(acted >= told, () => `handled up to ${told}, it says, but only ${acted} are`);
          if (count === 0) yield* pause(seen);
        }
        over = true;
      }
      function* consume(): Steps<void> {
        const into = new Uint8Array(40);
        while (received < total) {
          const seen = changesSoFar();
          const count = yield* consumer.read(into, 0, 1 + choose(20));
          for (let at = 0; at < count; at++) {
            check(into[at] === received + 1, () => `byte ${received} is ${into[at]}`);
            received++;
          }
          if (count === 0) yield* pause(seen);
          if (chance(0.5) || received === total) {
            acted = received;
            yield* consumer.acknowledge((start + acted) | 0);
          }
        }
      }
      function* look(): Steps<void> {
        while (!over || acted < total) {
          const seen = changesSoFar();
          const before = received;
          if (yield* view.isDrained()) check(acted >= before, "a ring with bytes in it that are not handled looks drained");
          yield* pause(seen);
        }
      }
      return { threads: [produce(), consume(), look()] };
    },
  },
];

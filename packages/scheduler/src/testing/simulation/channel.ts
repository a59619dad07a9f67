/** The channel: frames arrive whole, in order and once, through a ring that is smaller than most, and nobody sleeps over one. */
import type { Case, World } from "./case.ts";
import { changesSoFar, pause, sleepOn } from "./steps.ts";
import { check, type Steps } from "./threads.ts";
import { startRingAt } from "./ring.ts";

interface Plan {
  readonly sizes: readonly number[];
  /** Whether the sender flushes after this frame. */
  readonly flushes: () => boolean;
  /** Most bytes that the receiver fetches at once. */
  readonly portion: () => number;
}

function talk(world: World, { sizes, flushes, portion }: Plan): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: 2, ringBytes: 16 });
  startRingAt(memory, 0, 1, [0, -9][world.choose(2)]!);
  const outbox = new modules.Outbox(memory, 0, 1);
  const inbox = new modules.Inbox(memory, 0, 1);
  const bells = [0, 1].map((thread) => new modules.Doorbell(memory, thread));
  /** Frames that the receiver has acted on. */
  let acted = 0;
  function* flush(): Steps<boolean> {
    const all = yield* outbox.flush();
    yield* bells[0]!.ring(1);
    return all;
  }
  function* send(): Steps<void> {
    for (const [i, size] of sizes.entries()) {
      const writer = yield* outbox.begin();
      writer.u8(i);
      writer.raw(new Uint8Array(size).fill(i + 1));
      yield* outbox.end();
      if (flushes()) yield* flush();
      if (yield* outbox.drained(yield* outbox.position())) {
        check(acted === i + 1, () => `the sender is told that ${i + 1} frames are handled, and ${acted} are`);
      }
    }
    for (let seen = changesSoFar(); !(yield* flush()); seen = changesSoFar()) yield* pause(seen);
  }
  function* receive(): Steps<void> {
    for (let next = 0; next < sizes.length;) {
      yield* bells[1]!.cancelSleep();
      yield* inbox.poll(portion());
      let reader = yield* inbox.next();
      if (reader === undefined) {
        yield* bells[1]!.announceSleep();
        if (yield* inbox.hasWork()) {
          // What has come is a part of a frame: the rest will be rung for.
          if ((yield* inbox.poll()) > 0) continue;
        }
        const rung = yield* bells[1]!.wait();
        if (rung !== undefined) yield* sleepOn(rung);
        continue;
      }
      for (; reader !== undefined; reader = yield* inbox.next()) {
        const size = sizes[next]!;
        check(reader.end - reader.position === size + 1, () => `frame ${next} has ${reader!.end - reader!.position} bytes`);
        check(reader.u8() === next, () => `frame ${next} is another`);
        const body = reader.raw(size);
        check(
          body.every((byte) => byte === next + 1),
          () => `frame ${next} is torn: ${body}`,
        );
        next++;
        // Acted on before the next is asked for.
        acted = next;
      }
    }
  }
  return { threads: [send(), receive()] };
}

const always = (): boolean => true;

export const channelCases: readonly Case[] = [
  {
    name: "channel/a frame larger than the ring",
    preemptions: 2,
    start: (world) => talk(world, { sizes: [3, 20], flushes: always, portion: () => 100 }),
  },
  {
    name: "channel/small frames in pieces",
    preemptions: 2,
    start: (world) => talk(world, { sizes: [0, 4, 1], flushes: always, portion: () => 5 }),
  },
  {
    name: "channel/at random",
    start: (world) =>
      talk(world, {
        sizes: Array.from({ length: 12 }, () => world.choose(30)),
        flushes: () => world.chance(0.6),
        portion: () => 1 + world.choose(20),
      }),
  },
];

/** The bound of a mailbox: there are never more messages in it and on their way to it than it takes, and at rest the count is right. */
import { FULL } from "../../memory/bounds.ts";
import type { Case, World } from "./case.ts";
import { changed } from "./machine.ts";
import { changesSoFar, pause } from "./steps.ts";
import { check, type Steps } from "./threads.ts";

const SLOT = 1;

interface Plan {
  readonly limit: number;
  readonly senders: number;
  readonly tries: number;
  /** Whether a message that has a place could not be sent after all. */
  readonly fails: () => boolean;
  /** What the owner does next: 0: takes what has come, 1: sends itself a message, 2: reads one, 3: counts afresh. */
  readonly next: () => number;
}

function send(world: World, { limit, senders, tries, fails, next }: Plan): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: 3, maxProcesses: 2 });
  /** By message: the generation of its place. */
  const onTheWay: number[] = [];
  let generation = 0;
  let inMailbox = 0;
  let told = 0;
  let sending = senders;
  let lookUntil = 0;
  const bounded = (): void => {
    // Places of earlier generations are void.
    const reserved = onTheWay.filter((place) => place === generation).length;
    check(reserved + inMailbox <= limit, () => `${reserved} places and ${inMailbox} messages are more than ${limit}`);
  };
  const owning = new modules.Bounds(memory);
  function* sender(): Steps<void> {
    const bounds = new modules.Bounds(memory);
    for (let i = 0; i < tries; i++) {
      const place = yield* bounds.reserve(SLOT);
      if (place === FULL) continue;
      if (fails()) yield* bounds.add(SLOT, place, -1);
      else {
        onTheWay.push(place);
        changed();
        if (place === generation) bounded();
      }
    }
    sending--;
    changed();
  }
  function* owner(): Steps<void> {
    generation = yield* owning.open(SLOT, limit, 0);
    while (sending > 0 || onTheWay.length > 0 || inMailbox !== told) {
      const seen = changesSoFar();
      const what = next();
      if (what === 0 && onTheWay.length > 0) {
        const place = onTheWay[0]!;
        // It is counted before the place that it had is given up, and until then it is on its way.
        if (place === generation) {
          yield* owning.add(SLOT, generation, inMailbox - told + 1);
          onTheWay.shift();
          inMailbox++;
          told = inMailbox;
          yield* owning.add(SLOT, place, -1);
        } else {
          onTheWay.shift();
          if (yield* owning.enter(SLOT, generation, inMailbox - told)) inMailbox++;
          told = inMailbox;
        }
      } else if (what === 1 && lookUntil++ < 20) {
        if (yield* owning.enter(SLOT, generation, inMailbox - told)) inMailbox++;
        told = inMailbox;
      } else if (what === 3 && lookUntil++ < 20) {
        generation = yield* owning.open(SLOT, limit, inMailbox);
        told = inMailbox;
      } else if (inMailbox > 0) {
        inMailbox--;
        yield* owning.add(SLOT, generation, inMailbox - told);
        told = inMailbox;
      } else if (onTheWay.length === 0) yield* pause(seen);
      bounded();
    }
  }
  return {
    threads: [owner(), ...Array.from({ length: senders }, () => sender())],
    end() {
      const words = new Int32Array(memory.bounds);
      const count = words[SLOT * 2 + 1]! & 0xff_ffff;
      check(count === inMailbox, () => `${inMailbox} messages are in the mailbox, and ${count} are counted`);
    },
  };
}

export const boundsCases: readonly Case[] = [
  {
    name: "bounds/two senders and one place",
    preemptions: 3,
    start: (world) => send(world, { limit: 1, senders: 2, tries: 2, fails: () => false, next: () => 0 }),
  },
  {
    name: "bounds/at random",
    start: (world) =>
      send(world, { limit: 3, senders: 3, tries: 12, fails: () => world.chance(0.1), next: () => world.choose(4) }),
  },
];

/** The lock: one holder at a time, nobody is left asleep, and what was done under it is seen by the next. */
import { LINE } from "../../memory/layout.ts";
import type { Case, World } from "./case.ts";
import { peek, poke, step } from "./steps.ts";
import { check, type Steps } from "./threads.ts";

function contend(world: World, threads: number, rounds: number, inside: () => number): ReturnType<Case["start"]> {
  const { modules } = world;
  const words = world.scratch(2 * LINE);
  let holder = -1;
  function* thread(me: number): Steps<void> {
    for (let i = 0; i < rounds; i++) {
      yield* modules.acquire(words, 0, me);
      check(holder === -1, () => `thread ${me} has the lock, and so has thread ${holder}`);
      holder = me;
      // A plain word: whoever has the lock next must see what was written here.
      poke(words, LINE, peek(words, LINE) + 1);
      for (let left = inside(); left > 0; left--) yield* step();
      holder = -1;
      yield* modules.release(words, 0);
    }
  }
  return {
    threads: Array.from({ length: threads }, (_, me) => thread(me)),
    end: () => {
      check(words[0] === 0, () => `everybody is gone, and the lock's word is ${words[0]}`);
      check(words[LINE] === threads * rounds, () => `somebody counted ${threads * rounds} times, to ${words[LINE]}`);
    },
  };
}

export const lockCases: readonly Case[] = [
  { name: "lock/two threads", preemptions: 4, start: (world) => contend(world, 2, 1, () => 1) },
  { name: "lock/three threads", preemptions: 2, start: (world) => contend(world, 3, 1, () => 0) },
  { name: "lock/at random", start: (world) => contend(world, 4, 4, () => world.choose(12)) },
];

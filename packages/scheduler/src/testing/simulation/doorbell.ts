/** The doorbell: nobody sleeps while there is work for it, whoever rings, and whatever else wakes it. */
import { LINE } from "../../memory/layout.ts";
import type { Case, World } from "./case.ts";
import { changesSoFar, load, pause, peek, poke, runCallbacks, sleepOn, store } from "./steps.ts";
import { check, type Steps } from "./threads.ts";

/** `each`: pieces of work from each ringer. `wakesOtherwise`: whether the event loop wakes the sleeper before the bell does. */
function scene(world: World, ringers: number, each: number, wakesOtherwise: () => boolean): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: 3 });
  // Each ringer writes its work plainly, and publishes how much there is, as a ring has bytes and a tail.
  const words = world.scratch(8 * LINE);
  const bells = Array.from({ length: ringers + 1 }, (_, thread) => new modules.Doorbell(memory, thread));
  const seen = new Int32Array(ringers + 1);
  let left: unknown;
  function* look(): Steps<boolean> {
    let found = false;
    for (let ringer = 1; ringer <= ringers; ringer++) {
      const count = yield* load(words, ringer * LINE);
      if (count === seen[ringer]) continue;
      for (let i = seen[ringer]! + 1; i <= count; i++) {
        check(peek(words, ringer * LINE + 1 + i) === i, "work was announced that is not there");
      }
      seen[ringer] = count;
      found = true;
    }
    return found;
  }
  function* sleeper(): Steps<void> {
    const bell = bells[0]!;
    while (seen.some((count, ringer) => ringer > 0 && count < each)) {
      if (left !== undefined) runCallbacks(left);
      yield* bell.cancelSleep();
      if (yield* look()) continue;
      yield* bell.announceSleep();
      if (yield* look()) continue;
      const rung = yield* bell.wait();
      left = rung;
      if (rung !== undefined && !wakesOtherwise()) yield* sleepOn(rung);
    }
    yield* bell.cancelSleep();
    check(!(yield* bell.isAsleep(0)), "a thread that is awake is taken to be asleep");
  }
  function* ringer(me: number): Steps<void> {
    for (let i = 1; i <= each; i++) {
      poke(words, me * LINE + 1 + i, i);
      yield* store(words, me * LINE, i);
      yield* bells[me]!.ring(0);
    }
  }
  return { threads: [sleeper(), ...Array.from({ length: ringers }, (_, i) => ringer(i + 1))] };
}

/** A thread that does not sleep asks now and then whether there is news. */
function awake(world: World, ringers: number, each: number): ReturnType<Case["start"]> {
  const { modules } = world;
  const memory = world.memory({ schedulers: 3 });
  const words = world.scratch(8 * LINE);
  const bells = Array.from({ length: ringers + 1 }, (_, thread) => new modules.Doorbell(memory, thread));
  function* receiver(): Steps<void> {
    for (let missing = ringers * each; missing > 0;) {
      const before = changesSoFar();
      if (!(yield* bells[0]!.wasRung())) {
        yield* pause(before);
        continue;
      }
      missing = ringers * each;
      for (let ringer = 1; ringer <= ringers; ringer++) missing -= yield* load(words, ringer * LINE);
    }
  }
  function* ringer(me: number): Steps<void> {
    for (let i = 1; i <= each; i++) {
      yield* store(words, me * LINE, i);
      yield* bells[me]!.ring(0);
    }
  }
  return { threads: [receiver(), ...Array.from({ length: ringers }, (_, i) => ringer(i + 1))] };
}

export const doorbellCases: readonly Case[] = [
  { name: "doorbell/one ringer", preemptions: 4, start: (world) => scene(world, 1, 2, () => false) },
  { name: "doorbell/two ringers", preemptions: 2, start: (world) => scene(world, 2, 1, () => false) },
  { name: "doorbell/news for a thread that is awake", preemptions: 3, start: (world) => awake(world, 2, 2) },
  { name: "doorbell/at random", start: (world) => scene(world, 3, 4, () => world.chance(0.2)) },
];

/** Rest: who looks at the schedulers as quiet.ts does, and finds them at rest, has not overlooked a process that will run or a signal on its way. */
import { controlWords } from "../../memory/layout.ts";
import type { Case, World } from "./case.ts";
import { Core } from "./core.ts";
import { isComplete, setStage, type Plan } from "./stage.ts";
import { changed } from "./machine.ts";
import { runtime } from "./runtime.ts";
import { changesByOthers, pauseForOthers } from "./steps.ts";
import { check, type Steps } from "./threads.ts";

function settle(world: World, plan: Plan): ReturnType<Case["start"]> {
  const { modules } = world;
  const { schedulers } = plan;
  const stage = setStage(world, { ...plan, answers: true });
  const { memory } = stage;
  const cores = Array.from({ length: schedulers }, (_, thread) => new Core(modules, stage, thread));
  const words = runtime.view(controlWords(memory));
  const rings: InstanceType<typeof modules.RingView>[] = [];
  for (let from = 0; from < schedulers; from++) {
    for (let to = 0; to < schedulers; to++) if (from !== to) rings.push(new modules.RingView(memory, from, to));
  }
  /** The steps (2) to (4) of quiet.ts. */
  function* isAtRest(): Steps<boolean> {
    const before: number[] = [];
    for (let thread = 0; thread < schedulers; thread++) {
      before[thread] = yield* modules.restOf(words, thread);
      if ((before[thread]! & 1) === 0) return false;
    }
    if (modules.disorder !== "rings are not looked at") {
      for (const ring of rings) if (!(yield* ring.isDrained())) return false;
    }
    if (modules.disorder === "rest is looked at once") return true;
    for (let thread = 0; thread < schedulers; thread++) {
      if ((yield* modules.restOf(words, thread)) !== before[thread]) return false;
    }
    return true;
  }
  function* look(): Steps<void> {
    for (let seen = changesByOthers(); !(yield* isAtRest()); seen = changesByOthers()) yield* pauseForOthers(seen);
    check(isComplete(stage), () => `all schedulers are taken to be at rest when ${stage.received} messages have arrived`);
    stage.over = true;
    changed();
    const bell = new modules.Doorbell(memory, schedulers);
    for (let thread = 0; thread < schedulers; thread++) yield* bell.ring(thread);
  }
  return { threads: [...cores.map((core) => core.run()), look()] };
}

export const restCases: readonly Case[] = [
  {
    name: "rest/questions and answers",
    start: (world) =>
      settle(world, {
        schedulers: 2,
        homes: [0, 1],
        each: 3,
        sweeps: () => true,
        leaves: () => false,
        steals: () => false,
        givesUp: () => false,
      }),
  },
  {
    name: "rest/of three, some on the move",
    start: (world) =>
      settle(world, {
        schedulers: 3,
        homes: [0, 1, 2],
        each: 2,
        sweeps: () => true,
        leaves: () => world.chance(0.1),
        steals: () => world.chance(0.3),
        givesUp: () => world.chance(0.1),
      }),
  },
];

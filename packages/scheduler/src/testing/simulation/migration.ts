/** Processes that pass from scheduler to scheduler while they send each other messages: each message arrives once and in order. */
import type { Case, World } from "./case.ts";
import { Core } from "./core.ts";
import { setStage, type Plan } from "./stage.ts";
import { check } from "./threads.ts";

function wanderings(world: World, plan: Plan): ReturnType<Case["start"]> {
  const stage = setStage(world, plan);
  const cores = Array.from({ length: plan.schedulers }, (_, thread) => new Core(world.modules, stage, thread));
  return {
    threads: cores.map((core) => core.run()),
    end: () => check(stage.over, "the schedulers have stopped before every message arrived"),
  };
}

export const migrationCases: readonly Case[] = [
  {
    name: "migration/there and back",
    start: (world) =>
      wanderings(world, {
        schedulers: 2,
        homes: [0, 1],
        each: 4,
        sweeps: () => true,
        leaves: () => world.chance(0.4),
        steals: () => world.chance(0.5),
        givesUp: () => world.chance(0.05),
      }),
  },
  {
    name: "migration/one of two to and fro",
    start: (world) =>
      wanderings(world, {
        schedulers: 2,
        homes: [0, 1],
        each: 5,
        sweeps: () => world.chance(0.3),
        leaves: (index) => index === 0 && world.chance(0.8),
        steals: () => true,
        givesUp: () => world.chance(0.02),
      }),
  },
  {
    name: "migration/one to and fro, and one elsewhere",
    start: (world) =>
      wanderings(world, {
        schedulers: 3,
        homes: [0, 2],
        each: 5,
        sweeps: () => world.chance(0.3),
        leaves: (index) => index === 0 && world.chance(0.8),
        steals: () => world.chance(0.8),
        givesUp: () => world.chance(0.02),
      }),
  },
  {
    name: "migration/three schedulers",
    start: (world) =>
      wanderings(world, {
        schedulers: 3,
        homes: [0, 1, 2],
        each: 3,
        sweeps: () => true,
        leaves: () => world.chance(0.3),
        steals: () => world.chance(0.5),
        givesUp: () => world.chance(0.05),
      }),
  },
];
